"""One comparison over logs that HELM and inspect_ai themselves wrote of the same questions, and one with lm-eval's.

The oracle is the files: which questions each of them holds, by its own keys.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.problems import Code
from data.queries import baseline, deltas, scores
from data.viewstate import ViewState

RUN = "helm/benchmark_output/runs/offline-v1/simple_mcqa:model=simple_model1"
TASK = "simple_mcqa"
HELM, INSPECT = "simple/model1", "always/even"
BY_SAMPLE = ViewState().edit(
    baseline=HELM, candidates=[INSPECT], tasks=[TASK], level="sample", per_page="all"
)


@pytest.fixture(scope="module")
def asked(real_logs):
    """What HELM asked: id -> (question, answer)."""
    states = json.loads((real_logs / RUN / "scenario_state.json").read_text())["request_states"]
    found = {}
    for instance in (s["instance"] for s in states):
        right = next(r["output"]["text"] for r in instance["references"] if "correct" in r["tags"])
        found[instance["id"]] = instance["input"]["text"], right
    return found


@pytest.fixture(scope="module")
def helm_right(real_logs):
    """What HELM's own per-instance statistics say: id -> quasi_exact_match, its headline for this task."""
    stats = json.loads((real_logs / RUN / "per_instance_stats.json").read_text())
    return {
        row["instance_id"]: s["mean"]
        for row in stats
        for s in row["stats"]
        if s["name"]["name"] == "quasi_exact_match" and "perturbation" not in row
    }


@pytest.fixture(scope="module")
def together(real_logs, asked, tmp_path_factory):
    """HELM's folder and a log of inspect_ai that asks what `change` makes of HELM's questions."""
    pytest.importorskip("inspect_ai")

    def look(name, change):
        folder = tmp_path_factory.mktemp(name)
        samples = [
            {"id": i, "input": q, "target": t}
            for (i, q, t) in (change(n, i, q, t) for n, (i, (q, t)) in enumerate(asked.items()))
        ]
        (folder / "asked.json").write_text(json.dumps({"task": TASK, "samples": samples}))
        program = Path(__file__).with_name("asked_by_inspect.py")
        command = [sys.executable, program, folder / "asked.json", folder / "logs"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        return Ingester([real_logs / RUN, folder / "logs"], Cache(folder / "cache")).look()

    return look


@pytest.fixture(scope="module")
def same_ids(together):
    """Three questions are asked differently."""
    return together("same", lambda n, i, q, t: (i, q + " Say why." if n < 3 else q, t))


@pytest.fixture(scope="module")
def own_ids(together):
    return together("own", lambda n, i, q, t: (n + 1, q, t))


def test_equal_ids_pair_where_the_question_is_equal(same_ids, asked):
    (row,) = deltas.pairing(same_ids, BY_SAMPLE).to_dicts()
    assert (row["paired_by"], row["n_paired"], row["n_input_differs"]) == ("id", len(asked) - 3, 3)
    assert (row["n_candidate_only"], row["n_baseline_only"], row["n_input_unknown"]) == (0, 0, 0)
    assert (row["candidate_format"], row["baseline_format"]) == ("inspect", "helm")


def test_deltas_are_of_the_same_questions_only(same_ids, asked, helm_right):
    found = baseline.ranking(same_ids, BY_SAMPLE)
    changed = list(asked)[:3]
    says_even = {i: float(right == "Even") for i, (_, right) in asked.items()}
    wanted = {i: says_even[i] - helm_right[i] for i in asked if i not in changed}
    assert dict(found.select("category", "delta").rows()) == wanted
    assert set(found["n_paired"]) == {len(wanted)}


def test_without_common_ids_the_questions_pair(own_ids, asked, helm_right):
    (row,) = deltas.pairing(own_ids, BY_SAMPLE).to_dicts()
    assert (row["paired_by"], row["n_paired"]) == ("input", len(asked))
    found = baseline.ranking(own_ids, BY_SAMPLE)
    number = {str(n + 1): i for n, i in enumerate(asked)}
    assert {number[a]: b for a, b in found.select("category", "baseline_category").rows()} == {
        i: i for i in asked
    }
    helm = dict(found.select("baseline_category", "baseline_score").rows())
    assert helm == helm_right


def test_right_answers_share_an_axis_whatever_a_harness_calls_them(same_ids, asked, helm_right):
    """Means over all that each was asked, as each logs them."""
    found = scores.cells(same_ids, ViewState().edit(tasks=[TASK], level="task"))
    value = {m: (metric, v) for m, metric, v in found.select("model", "metric", "value").rows()}
    even = sum(right == "Even" for _, right in asked.values()) / len(asked)
    assert value[INSPECT] == ("accuracy", pytest.approx(even))
    assert value[HELM] == ("accuracy", pytest.approx(sum(helm_right.values()) / len(helm_right)))


def test_one_harness_alone_keeps_its_own_name_for_a_right_answer(same_ids):
    found = scores.cells(same_ids, ViewState().edit(tasks=[TASK], formats=["helm"], level="task"))
    assert set(found["metric"]) == {"quasi_exact_match"}


def test_nothing_is_said_to_be_wrong_with_either(same_ids):
    assert [p for p in same_ids.problems if p.code is not Code.COPY] == []
