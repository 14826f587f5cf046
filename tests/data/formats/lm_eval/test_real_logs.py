"""A log that the harness itself wrote, against a plain reading of its JSON."""

import hashlib
import json
from pathlib import Path

import pytest

from data.formats.base import Log, SampleKey
from data.formats.inputs import WHOLE
from data.formats.lm_eval import FORMAT
from data.formats.lm_eval.details import _hash
from data.problems import Code

ROOT = Path(__file__).parents[5] / "shared" / "real-logs" / "lm_eval"
RESULTS = sorted(ROOT.glob("results_*.json"))
pytestmark = pytest.mark.skipif(not RESULTS, reason="the shared logs are not here")


@pytest.fixture(scope="module")
def log():
    return Log(RESULTS[0], FORMAT.companions(RESULTS[0], sorted(ROOT.iterdir())))


@pytest.fixture(scope="module")
def rows(log):
    return [json.loads(line) for line in log.companions[0].read_text("utf-8").splitlines()]


def test_every_metric_is_the_logs(log):
    doc = json.loads(log.path.read_text("utf-8"))
    found = FORMAT.read(log).tables
    assert found.runs["task"].to_list() == list(doc["results"])
    assert set(found.runs["model"]) == {doc["model_name"]}
    wanted = [(r["exact_match,none"], r["exact_match_stderr,none"], 5000) for r in doc["results"].values()]
    assert found.metrics.select("value", "stderr", "n").rows() == wanted


def test_every_score_is_the_logs(log, rows):
    reading = FORMAT.read(log)
    assert reading.tables.samples["sample_id"].to_list() == [str(r["doc_id"]) for r in rows]
    assert reading.tables.scores["value"].to_list() == [r["exact_match"] for r in rows]
    assert [p.code for p in reading.problems] == [Code.DISAGREES]  # 10 of 5000 were published


def test_a_missing_hash_is_what_the_harness_would_have_logged(rows):
    for row in rows:
        assert _hash(None, row["doc"], "") == int(row["doc_hash"][:16], 16) | WHOLE
        assert (
            hashlib.sha256(row["arguments"]["gen_args_0"]["arg_0"].encode()).hexdigest() == row["prompt_hash"]
        )


def test_the_whole_sample(log, rows):
    for key, row in zip(
        FORMAT.read(log).tables.samples.select("sample_id", "epoch", "locator").rows(), rows, strict=True
    ):
        found = FORMAT.sample(log, SampleKey(*key))
        assert found["input"] == row["arguments"]["gen_args_0"]["arg_0"]
        assert (found["target"], found["output"]) == (row["target"], row["resps"][0][0])
