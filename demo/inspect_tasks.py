"""Five Inspect tasks, and the provider of the invented models that answer them.

Nothing here makes up a score: the models' answers are made up, and the scorers judge what was answered.
"""

from collections import Counter

import questions
import trouble
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageTool, ModelAPI, ModelOutput, ModelUsage, modelapi
from inspect_ai.scorer import (
    Score,
    accuracy,
    choice,
    includes,
    match,
    mean,
    scorer,
    std,
    stderr,
)
from inspect_ai.solver import generate, multiple_choice, use_tools
from inspect_ai.tool import tool
from invented import knows, luck, tokens
from questions import LEDGER, REGIONS, YEARS, Item

ITEMS = {
    "general_knowledge": questions.multiple_choice_items(),
    "mental_arithmetic": questions.maths_items(),
    "explain_why": questions.explain_items(),
    "ledger_agent": questions.ledger_items(),
    "number_spelling": questions.spelling_items(),
}
BY_QUESTION = {item.question: (name, item) for name, items in ITEMS.items() for item in items}

VAGUE = "There are several reasons, and it depends on the circumstances."
REFUSAL = "I cannot help with that."


# ---------------------------------------------------------------- what the models answer


def answer_choice(item: Item, ok: bool, r) -> str:
    letter = item.target if ok else r.choice([c for c in "ABCD" if c != item.target])
    because = r.choice(["I recall that it is", "By elimination:", "The best fit is", "It must be"])
    return f"{because} {item.choices['ABCD'.index(letter)]}.\nANSWER: {letter}"


def answer_maths(item: Item, ok: bool, r) -> str:
    number = item.target if ok else item.wrong
    if r.random() < 0.12:  # right or wrong, but not where `match` looks for it
        return f"It is {number}, worked out in {r.randrange(2, 5)} steps"
    return f"{r.choice(['Step by step', 'In short', 'I get'])}: {number}\nANSWER: {number}"


def answer_explain(model: str, item: Item, attempt: int, r) -> str:
    if r.random() < 0.04:
        return REFUSAL
    said = [
        sentence
        for keyword, sentence in item.points
        if knows(model, item.subject, item.question + keyword, item.difficulty + 0.5, attempt)
    ]
    return ". ".join(said) + "." if said else VAGUE


def answer_spelling(item: Item, ok: bool, r) -> str:
    said = item.target.split()
    for _ in range(0 if ok else r.choice([1, 1, 2])):
        at = r.randrange(len(said))
        said[at : at + 1] = r.choice([[], [r.choice(questions.ONES[1:])], [said[at], "and"]])
    return " ".join(said) or "zero"


def plan_ledger(item: Item, ok: bool, r) -> tuple[list[tuple[str, int]], str]:
    """The cells that will be read, in order, and the total that is then claimed."""
    if ok:
        return list(item.cells), item.target
    slip = r.choice(["guess", "miss", "wrong region", "lost", "adds wrongly"])
    if slip == "guess":
        return [], str(r.randrange(500, 3000))
    cells = list(item.cells)
    if slip == "miss":
        cells.pop()
    elif slip == "wrong region":
        cells = [(r.choice(REGIONS), y) for _, y in cells]
    elif slip == "lost":  # reads on and on until the message limit
        cells = [(r.choice(REGIONS), r.choice(YEARS)) for _ in range(12)]
    off = 100 if slip == "adds wrongly" else 0
    return cells, str(sum(LEDGER[c] for c in cells) + off)


# ---------------------------------------------------------------- the provider


class Invented(ModelAPI):
    """Recognises the question, and answers as `invented` says that this model would."""

    def __init__(self, model_name, base_url=None, api_key=None, config=None, **args):
        super().__init__(model_name, base_url, api_key, [], config)
        self.started = 0
        self.attempts = Counter()

    @property
    def full_name(self) -> str:
        return f"{self.organisation}/{self.model_name}"

    async def generate(self, input, tools, tool_choice, config):
        question = next(m.text for m in input if m.role == "user").splitlines()[0]
        name, item = BY_QUESTION[question]
        if input[-1].role == "user":
            self.started += 1
            self.attempts[question] += 1
            await trouble.next_run.strike(self.started)
        read = sum(isinstance(m, ChatMessageTool) for m in input)
        output = self.answer(name, item, self.attempts[question], read)
        asked, said = sum(tokens(m.text) + 4 for m in input), tokens(output.completion) + 3
        output.usage = ModelUsage(input_tokens=asked, output_tokens=said, total_tokens=asked + said)
        return output

    def answer(self, name: str, item: Item, attempt: int, read: int) -> ModelOutput:
        model = self.full_name
        r = luck("answer", model, item.question, attempt)
        ok = knows(model, item.subject, item.question, item.difficulty, attempt)
        if name == "ledger_agent":
            cells, total = plan_ledger(item, ok, r)
            if read < len(cells):
                region, year = cells[read]
                arguments = {"region": region, "year": year}
                return ModelOutput.for_tool_call(
                    model, "read_cell", arguments, tool_call_id=f"call-{read + 1}"
                )
            return ModelOutput.from_content(model, f"The total is {total}")
        text = {
            "general_knowledge": lambda: answer_choice(item, ok, r),
            "mental_arithmetic": lambda: answer_maths(item, ok, r),
            "explain_why": lambda: answer_explain(model, item, attempt, r),
            "number_spelling": lambda: answer_spelling(item, ok, r),
        }[name]()
        return ModelOutput.from_content(model, text)


# One provider an organisation, so that the log calls the model acme/aurora-70b.
@modelapi(name="acme")
class Acme(Invented):
    organisation = "acme"


@modelapi(name="borealis")
class Borealis(Invented):
    organisation = "borealis"


@modelapi(name="open")
class Open(Invented):
    organisation = "open"


# ---------------------------------------------------------------- scorers


@scorer(metrics=[accuracy(), stderr()])
def points():
    """C when every keyword is there, P when some are, I when none, N for a refusal."""

    async def score(state, target):
        text = state.output.completion.lower()
        if text == REFUSAL.lower():
            return Score(value="N", answer=REFUSAL, explanation="refused")
        found = [k for k in target if k in text]
        grade = "C" if len(found) == len(target) else "P" if found else "I"
        return Score(value=grade, explanation=f"found: {', '.join(found) or 'nothing'}")

    return score


@scorer(metrics=[mean(), std()])
def rating():
    """0 to 10: up to 8 for the keywords, 2 for being brief; unscored for a refusal."""

    async def score(state, target):
        text = state.output.completion
        if text == REFUSAL:
            return Score.unscored(reason="refused")
        share = sum(k in text.lower() for k in target) / len(target)
        return Score(value=round(8 * share + (2 if len(text) < 70 else 1), 1))

    return score


@scorer(metrics={"resolved": [accuracy(), stderr()], "steps": [mean()], "f1": [mean(), stderr()]})
def trajectory():
    """Was the total right, in how many steps, and were the right cells read? f1 is NaN when none were."""

    async def score(state, target):
        calls = [c for m in state.messages if m.role == "assistant" for c in m.tool_calls or ()]
        read = {(c.arguments["region"], c.arguments["year"]) for c in calls}
        needed = {tuple(c) for c in state.metadata["cells"]}
        f1 = 2 * len(read & needed) / (len(read) + len(needed)) if read else float("nan")
        total = state.output.completion.rsplit(" ", 1)[-1]
        right = "C" if total == target.text else "I"
        return Score(value={"resolved": right, "steps": len(calls), "f1": round(f1, 4)}, answer=total)

    return score


@scorer(metrics=[mean(), stderr()])
def wer():
    """Word error rate: edits from the target, per word of it. 0 is perfect, and it may exceed 1."""

    async def score(state, target):
        said, want = state.output.completion.split(), target.text.split()
        row = list(range(len(want) + 1))
        for i, s in enumerate(said, 1):
            before, row[0] = row[0], i
            for j, w in enumerate(want, 1):
                before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (s != w))
        return Score(value=round(row[-1] / len(want), 4), answer=" ".join(said))

    return score


# ---------------------------------------------------------------- tasks


def dataset(name: str) -> MemoryDataset:
    def sample(item: Item) -> Sample:
        metadata = {"category": item.subject, "difficulty": item.difficulty}
        if item.cells:
            metadata["cells"] = [list(c) for c in item.cells]
        target = list(item.target) if isinstance(item.target, tuple) else item.target
        return Sample(
            id=item.id,
            input=item.question,
            target=target,
            choices=list(item.choices) or None,
            metadata=metadata,
        )

    return MemoryDataset([sample(i) for i in ITEMS[name]], name=name)


@tool
def read_cell():
    async def execute(region: str, year: int) -> str:
        """Read one cell of the ledger.

        Args:
            region: A region, in lower case.
            year: A year from 2019 to 2024.
        """
        return str(LEDGER[region, year])

    return execute


@task
def general_knowledge():
    template = "{question}\n\n{choices}\n\nThink, then end with ANSWER: and one of {letters}."
    solver = multiple_choice(template=template)
    return Task(dataset=dataset("general_knowledge"), solver=solver, scorer=choice())


@task
def mental_arithmetic():
    scorers = [match(numeric=True), includes()]
    return Task(dataset=dataset("mental_arithmetic"), solver=generate(), scorer=scorers)


@task
def explain_why():
    return Task(dataset=dataset("explain_why"), solver=generate(), scorer=[points(), rating()], epochs=3)


@task
def ledger_agent():
    solver = [use_tools(read_cell()), generate()]
    return Task(dataset=dataset("ledger_agent"), solver=solver, scorer=trajectory(), message_limit=14)


@task
def number_spelling():
    return Task(dataset=dataset("number_spelling"), solver=generate(), scorer=wer())
