"""Lines that a researcher writes become runs with their samples."""

import json

import pytest

from data.formats import inputs
from data.formats.base import Log, SampleKey
from data.formats.eval_samples import FORMAT
from data.problems import Code
from data.schema import Mark

USUAL = {"task": "t", "model": "m", "sample_id": "1", "score": "C"}


@pytest.fixture
def log(tmp_path):
    def write(*rows):
        path = tmp_path / "samples.jsonl"
        path.write_text("".join(json.dumps(USUAL | r) + "\n" for r in rows), encoding="utf-8")
        return Log(path)

    return write


@pytest.fixture
def read(log):
    return lambda *rows: FORMAT.read(log(*rows))


def test_a_run_is_a_task_and_a_model(read):
    t = read({}, {"sample_id": "2", "score": "I"}, {"model": "n"}, {"task": "u"}).tables
    assert t.runs.select("task", "model", "samples_done").rows() == [
        ("t", "m", 2),
        ("t", "n", 1),
        ("u", "m", 1),
    ]
    assert t.metrics.select("run", "metric", "value", "n").rows() == [
        (0, "accuracy", 0.5, 2),
        (1, "accuracy", 1.0, 1),
        (2, "accuracy", 1.0, 1),
    ]


def test_n_counts_samples_and_each_is_the_mean_of_its_epochs(read):
    t = read({}, {"epoch": 2, "score": "I"}, {"epoch": 3, "score": "I"}, {"sample_id": "2"}).tables
    assert t.metrics.select("value", "n").rows() == [(pytest.approx((1 / 3 + 1) / 2), 2)]


def test_categories_have_their_own_means(read):
    t = read(
        {"category": "a"},
        {"sample_id": "2", "score": "I", "category": "a"},
        {"sample_id": "3", "category": 7},
    ).tables
    assert t.metrics.select("category", "value", "n").rows() == [
        (None, pytest.approx(2 / 3), 3),
        ("a", 0.5, 2),
        ("7", 1.0, 1),
    ]


def test_scores_that_are_no_grades_have_a_mean(read):
    assert read({"score": 0.25}, {"sample_id": "2", "score": 3}).tables.metrics.select("metric", "value").row(
        0
    ) == ("mean", 1.625)


def test_what_is_no_score_is_named_and_no_zero(read):
    reading = read(
        {"score": "maybe"}, {"sample_id": "2", "score": None}, {"sample_id": "3", "score": None, "error": "e"}
    )
    assert reading.tables.scores.select("value", "mark").rows() == [
        (None, Mark.UNSCORED),
        (None, Mark.UNSCORED),
        (None, Mark.ERROR),
    ]
    assert [(p.code, p.detail) for p in reading.problems] == [(Code.UNKNOWN_GRADE, "'maybe' (1)")]
    assert reading.tables.runs["samples_failed"].item() == 1


def test_of_a_sample_that_stands_twice_the_later_counts(read):
    t = read({"score": "I"}, {"score": "C"}, {"epoch": 2}).tables
    assert t.samples.select("sample_id", "epoch").rows() == [("1", 1), ("1", 2)]
    assert t.scores["value"].to_list() == [1.0, 1.0]
    assert t.runs["epochs"].item() == 2


def test_a_row_that_names_no_sample_is_counted(read):
    reading = read({}, {"sample_id": None})
    assert reading.tables.samples.height == 1
    assert [p.code for p in reading.problems] == [Code.MISSING_FIELD]


def test_the_id_of_the_evaluation_is_the_runs(read):
    assert read({"eval_id": "E7"}).tables.runs["run_id"].item() == "E7"


def test_a_question_has_the_number_that_it_has_in_every_harness(read):
    assert (
        read({"input": "why?\n"}).tables.samples["question_hash"].to_list()
        == inputs.hashes(["why?"]).to_list()
    )


def test_a_whole_sample_has_all_that_its_line_has(log):
    written = log({}, {"sample_id": "2", "input": "why?", "completion": "so", "n_tokens": 7})
    locator = FORMAT.read(written).tables.samples["locator"][1]
    found = FORMAT.sample(written, SampleKey("2", 1, locator))
    assert (found["input"], found["output"], found["metadata"]) == ("why?", "so", {"n_tokens": 7})
    assert FORMAT.sample(written, SampleKey("1", 1, locator)) is None
