"""Logs that the evaluator itself wrote, against a plain reading of their JSON."""

import json
from itertools import groupby
from pathlib import Path

import polars as pl
import pytest

from data.formats import HEAD_BYTES, claims
from data.formats.base import Log, SampleKey
from data.formats.twinkle import FORMAT
from data.problems import Code

ROOT = Path(__file__).parents[5] / "shared" / "real-logs" / "twinkle"
FILES = sorted(p for p in ROOT.rglob("*") if p.is_file())
SUMMARIES = [p for p in FILES if p.name.startswith("results_") and p.suffix == ".json"]
PROBLEMS = {"v1.1.3": [Code.SOME_SAMPLES]}
DETAILED = [p for p in SUMMARIES if p.parent != ROOT]

pytestmark = pytest.mark.skipif(not SUMMARIES, reason="the shared logs are not here")


def name(path):
    return path.parent.name


def log_of(path):
    return Log(path, FORMAT.companions(path, FILES))


@pytest.fixture(scope="module")
def readings():
    return {p: FORMAT.read(log_of(p)) for p in SUMMARIES}


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{name(p)}/{p.name}")
def test_every_file_is_a_log_or_beside_one(path):
    head = path.read_bytes()[:HEAD_BYTES]
    ours = [f.name for f in claims(path, head)]
    assert (ours == ["twinkle"]) != FORMAT.is_sidecar(path, head)


@pytest.mark.parametrize("path", SUMMARIES, ids=name)
def test_nothing_to_complain_about(path, readings):
    assert [p.code for p in readings[path].problems] == PROBLEMS.get(name(path), [])


@pytest.mark.parametrize("path", SUMMARIES, ids=name)
def test_every_number_is_the_logs(path, readings):
    doc = json.loads(path.read_text("utf-8"))
    wanted = []
    for run, block in enumerate(doc["dataset_results"].values()):
        wanted.append((run, None, block["average_accuracy"], None))
        wanted += [(run, e["file"], e["accuracy_mean"], e["accuracy_std"]) for e in block["results"]]
    metrics = readings[path].tables.metrics.filter(pl.col("metric") == "accuracy")
    assert metrics.select("run", "category_raw", "value", "stddev").rows() == wanted


@pytest.mark.parametrize("path", SUMMARIES, ids=name)
def test_a_run_for_each_dataset(path, readings):
    doc = json.loads(path.read_text("utf-8"))
    runs = readings[path].tables.runs
    assert runs["dataset"].to_list() == list(doc["dataset_results"])
    assert set(runs["model"]) == {doc["config"]["model"]["name"]}
    assert runs["created"].dt.strftime("%Y%m%d_%H%M").to_list() == [doc["timestamp"]] * len(runs)


@pytest.mark.parametrize("path", DETAILED, ids=name)
def test_answers_average_to_each_accuracy(path, readings):
    """Each file and repetition: the mean of the attached answers is what the summary says of it."""
    doc = json.loads(path.read_text("utf-8"))
    tables = readings[path].tables
    scores = tables.scores.filter(pl.col("scorer") == "accuracy")
    found = tables.samples.with_columns(scores["value"].gather(scores["sample"].arg_sort()))
    each = doc["config"]["evaluation"].get("samples_per_question", 1)
    means = found.group_by("run", "category", repetition=(pl.col("epoch") - 1) // each).agg(
        pl.col("value").mean()
    )
    category = dict(tables.metrics.drop_nulls("category").select("category_raw", "category").rows())
    wanted = {
        (run, category[e["file"]], i): accuracy
        for run, block in enumerate(doc["dataset_results"].values())
        for e in block["results"]
        for i, accuracy in enumerate(e["individual_runs"]["accuracies"])
    }
    assert len(means) == (2 if name(path) == "v1.1.3" else len(wanted))
    for run, cat, repetition, value in means.rows():
        assert wanted[run, cat, repetition] == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("path", DETAILED, ids=name)
def test_every_answer_can_be_read_again(path, readings):
    samples = readings[path].tables.samples
    for row in samples.select("sample_id", "epoch", "locator", "input", "answer").iter_rows(named=True):
        one = FORMAT.sample(log_of(path), SampleKey(row["sample_id"], row["epoch"], row["locator"]))
        assert one["input"].startswith(row["input"])
        assert (one["scores"]["accuracy"]["answer"] or "")[:160] == (row["answer"] or "")


def rows_of(path):
    """One after the other, whichever way they are packed."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield from row.get("details", [row])


def test_tokens_count_once_a_request(readings):
    for path in DETAILED:
        if name(path) == "v2.8.0_math":
            rows = [list(rows_of(c)) for c in log_of(path).companions]
            once = [next(g) for run in rows for _, g in groupby(run, key=lambda r: r["question_id"])]
            total = readings[path].tables.runs["total_tokens"][0]
            assert total == sum(r["usage_total_tokens"] for r in once)


def test_unparsed_answers_are_as_many_as_the_summary_says(readings):
    (path,) = (p for p in SUMMARIES if name(p) == "v2.8.0_box")
    doc = json.loads(path.read_text("utf-8"))
    samples = readings[path].tables.samples
    counts = samples.filter(pl.col("answer").is_null()).group_by("run").len().sort("run")["len"].to_list()
    assert counts == [b["total_unparsed_count"] for b in doc["dataset_results"].values()]
    assert samples["metadata"].count() == sum(counts)


def test_the_resumed_evaluation_counts_once(readings):
    (path,) = (p for p in SUMMARIES if name(p) == "v2.8.0_resume")
    logged = sum(1 for c in log_of(path).companions for _ in rows_of(c))
    assert 2 * len(readings[path].tables.samples) == logged
    assert readings[path].tables.runs["samples_done"].to_list() == [60, 60]


@pytest.mark.parametrize("path", DETAILED, ids=name)
def test_without_their_summary(path):
    first, *rest = log_of(path).companions
    reading = FORMAT.read(Log(first, tuple(rest)))
    assert [p.code for p in reading.problems] == [Code.ORPHAN_DETAILS]
    assert not reading.tables.samples.is_empty()
    assert reading.tables.metrics["value"].is_between(0, 1).all()


@pytest.mark.parametrize("path", SUMMARIES, ids=name)
def test_cut_off(path, tmp_path):
    raw = path.read_bytes()
    cut = tmp_path / path.name
    for share in (0.2, 0.5, 0.9):
        cut.write_bytes(raw[: int(share * len(raw))])
        reading = FORMAT.read(Log(cut))
        assert [p.code for p in reading.problems] == [Code.TRUNCATED]
