"""A HELM scenario, its run specification, and the client of the invented models that answer it: a plugin of helm-run.

Nothing here makes up a score: HELM misspells the questions and judges the answers.
"""

import math
import re
from datetime import UTC, datetime

from helm.benchmark.adaptation.common_adapter_specs import get_multiple_choice_joint_adapter_spec
from helm.benchmark.metrics.common_metric_specs import get_exact_match_metric_specs
from helm.benchmark.model_deployment_registry import ClientSpec, ModelDeployment, register_model_deployment
from helm.benchmark.model_metadata_registry import TEXT_MODEL_TAG, ModelMetadata, register_model_metadata
from helm.benchmark.run_spec import RunSpec, run_spec_function
from helm.benchmark.scenarios.scenario import (
    CORRECT_TAG,
    TEST_SPLIT,
    Input,
    Instance,
    Output,
    Reference,
    Scenario,
    ScenarioSpec,
)
from helm.clients.client import CachingClient
from helm.common.request import GeneratedOutput, RequestResult, Token
from invented import ABILITY, knows, luck

MODELS = tuple(ABILITY)[:4]
# Before the runs of Inspect, whose failures are what the list of the latest runs is there to show.
WHEN = int(datetime(2026, 10, 14, 9, 30, tzinfo=UTC).timestamp())
EACH = 16  # questions a subject

# Words that HELM knows misspellings of, and what the two numbers come to.
SUBJECTS = {
    "money": (
        "Their library received {a} euros every month. What did it receive altogether during {b} months?",
        lambda a, b: a * b,
    ),
    "people": (
        "There were {a} people on the committee before the government asked {b} of them to leave. "
        "What size does the committee have afterwards?",
        lambda a, b: a - b,
    ),
    "calendar": (
        "Which number of days is between the beginning of day {b} and the beginning of day {a} of the year?",
        lambda a, b: a - b,
    ),
    "travel": (
        "A journey through the mountains takes {a} minutes, and another {b} minutes because of their "
        "restaurant. What does it take altogether?",
        lambda a, b: a + b,
    ),
    "machines": (
        "Two separate machines each produce {a} different parts every hour. What do they produce together in {b} hours?",
        lambda a, b: 2 * a * b,
    ),
}


def questions() -> dict[tuple[int, int], tuple[str, str, int, int, list[int]]]:
    """By its two numbers, which no misspelling changes: subject, question, difficulty, answer, choices."""
    found = {}
    for subject, (form, answer) in SUBJECTS.items():
        for k in range(EACH):
            r, level = luck("helm", subject, k), 1 + k % 4
            a, b = 0, 0
            while not a or (a, b) in found:
                b = r.randrange(3, 4 + 3 * level)
                a = b + r.randrange(8, 15 * 2**level)
            right = answer(a, b)
            choices = [right, *r.sample([right + d for d in (-10, -2, -1, 1, 2, 10)], 3)]
            r.shuffle(choices)
            found[a, b] = (subject, form.format(a=a, b=b), level, right, choices)
    return found


QUESTIONS = questions()


def recognised(prompt: str):
    """The question in a prompt as it is asked, what it is known by, and the letters of the choices."""
    asked = re.findall(r"^Question: (.*)$", prompt, re.MULTILINE)[-1]
    numbers = sorted(map(int, re.findall(r"\d+", asked)), reverse=True)
    letters = {int(n): letter for letter, n in re.findall(r"^([A-Z])\. (-?\d+)$", prompt, re.MULTILINE)}
    return asked, QUESTIONS[tuple(numbers)], letters


def misspelt(asked: str, question: str) -> int:
    """Words that are not in the question as it was written."""
    return len(set(asked.split()) - set(question.split()))


class WordSumsScenario(Scenario):
    name = "word_sums"
    description = "Sums of everyday life, in words."
    tags = ["reasoning"]

    def __post_init__(self) -> None:
        super().__post_init__()
        self.definition_path = "demo/helm_suite.py"  # instead of where it lies on this machine

    def get_instances(self, output_path: str) -> list[Instance]:
        return [
            Instance(
                input=Input(text=question),
                references=[
                    Reference(Output(text=str(c)), tags=[CORRECT_TAG] if c == right else []) for c in choices
                ],
                split=TEST_SPLIT,
            )
            for _, question, _, right, choices in QUESTIONS.values()
        ]


class InventedClient(CachingClient):
    """Recognises the question, and answers as `invented` says that this model would; misspellings make it harder."""

    def make_request(self, request):
        asked, (subject, question, difficulty, right, _), letters = recognised(request.prompt)
        # What a misspelling costs a model that has next to no ability, and less to those that have some.
        confusion = 0.6 * misspelt(asked, question) * math.exp(-0.4 * ABILITY[request.model])
        r = luck("helm answer", request.model, question)
        guess = r.choice(sorted(letters.values()))
        known = knows(request.model, subject, question, difficulty + confusion)
        letter = letters[right] if known else guess
        sure = math.log(r.uniform(0.4, 1))
        said = [GeneratedOutput(f" {letter}", sure, [Token(f" {letter}", sure)])]
        return RequestResult(
            success=True,
            cached=False,
            completions=said,
            embedding=[],
            request_time=0.1,
            request_datetime=WHEN,
        )


@run_spec_function("word_sums")
def word_sums() -> RunSpec:
    adapter = get_multiple_choice_joint_adapter_spec(
        instructions="Answer with a single letter.",
        input_noun="Question",
        output_noun="Answer",
        max_train_instances=0,
    )
    return RunSpec(
        name="word_sums",
        scenario_spec=ScenarioSpec(class_name="helm_suite.WordSumsScenario"),
        adapter_spec=adapter,
        metric_specs=get_exact_match_metric_specs(),
        groups=["word_sums"],
    )


for model in MODELS:
    organisation = model.split("/")[0]
    register_model_metadata(
        ModelMetadata(
            name=model,
            display_name=model,
            description="Does not exist.",
            access="closed",
            creator_organization_name=organisation,
            release_date=None,
            tags=[TEXT_MODEL_TAG],
        )
    )
    register_model_deployment(
        ModelDeployment(
            name=model,
            model_name=model,
            client_spec=ClientSpec(class_name="helm_suite.InventedClient"),
            tokenizer_name="simple/tokenizer1",
            max_sequence_length=4096,
        )
    )
