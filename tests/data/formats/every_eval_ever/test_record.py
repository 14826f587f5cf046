"""A record becomes a run for each evaluation, with its metrics."""

from datetime import UTC, datetime

import pytest

from data.formats.base import Log
from data.formats.every_eval_ever import FORMAT
from data.formats.every_eval_ever.record import when
from data.problems import Code


def codes(reading):
    return [p.code for p in reading.problems]


def names(reading):
    return reading.tables.metrics.select("run", "scorer", "metric", "value").rows()


def test_each_evaluation_is_a_run_and_its_metrics_stay_together(read, make):
    doc = make.record(
        make.result("a", 0.5, metric_id="accuracy"),
        make.result("b", 0.25, metric_id="f1"),
        make.result("a", 0.75, metric_id="f1"),
    )
    reading = read(doc)
    assert reading.tables.runs["task"].to_list() == ["a", "b"]
    assert names(reading) == [(0, "accuracy", "accuracy", 0.5), (0, "f1", "f1", 0.75), (1, "f1", "f1", 0.25)]
    assert set(reading.tables.runs["status"]) == {"success"}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"metric_id": "accuracy", "metric_name": "Accuracy (%)"}, ("accuracy", "accuracy")),
        ({"metric_id": "exact-match", "metric_name": "em_v2"}, ("em_v2", "em_v2")),
        ({"metric_id": "exact-match"}, ("exact_match", "exact_match")),
        ({"metric_name": "Exact Match"}, ("exact_match", "exact_match")),
        ({"evaluation_description": "Exact Match on MATH Level 5"}, ("exact_match", "exact_match")),
        ({"evaluation_description": "mean from scorer judge", "metric_name": "mean"}, ("judge", "mean")),
        ({"evaluation_description": "em (filter: strict)", "metric_name": "em"}, ("em,strict", "em")),
        ({"additional_details": {"scorer": "s", "metric": "m"}, "metric_id": "x"}, ("s", "m")),
        ({}, ("score", "score")),
    ],
)
def test_scorer_and_metric_as_far_as_the_record_tells(read, make, config, expected):
    assert names(read(make.record(make.result(**config))))[0][1:3] == expected


def test_uncertainty_and_numbers(read, make):
    uncertainty = {"standard_error": {"value": 0.125}, "standard_deviation": 0.5, "num_samples": 16}
    doc = make.record(make.result(details={"uncertainty": uncertainty}), make.result("b"))
    found = read(doc).tables.metrics
    assert found.select("stderr", "stddev", "n").rows() == [(0.125, 0.5, 16), (None, None, None)]


def test_two_results_of_one_name_are_both_kept(read, make):
    doc = make.record(make.result(score=0.25, metric_id="acc"), make.result(score=0.75, metric_id="acc"))
    assert [(s, v) for _, s, _, v in names(read(doc))] == [("acc", 0.25), ("acc #2", 0.75)]


def test_a_score_that_is_none_is_null_and_named(read, make):
    reading = read(make.record(make.result(score=None, metric_id="acc")))
    assert names(reading) == [(0, "acc", "acc", None)]
    assert codes(reading) == [Code.MISSING_FIELD]


def test_what_was_evaluated_when_by_whom_on_what(read, make):
    doc = make.record(make.result(), source_metadata={"source_name": "A board"})
    run = read(doc).tables.runs.row(0, named=True)
    assert run["created"] == datetime.fromtimestamp(1770113472.5, UTC)
    assert (run["model"], run["dataset"], run["suite"]) == ("lab/m", "sums", "A board")
    later = read(doc | {"evaluation_timestamp": "2025-01-02T03:04:05Z"}).tables.runs
    assert later["created"][0] == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("stamp", [None, "", "soon", "1e999", {}, "nan"])
def test_a_stamp_that_is_none_is_none(stamp):
    assert when(stamp) is None


def test_a_newer_version_is_read_and_named(read, make):
    reading = read(make.record(make.result(metric_id="acc"), schema_version="7.0.0"))
    assert codes(reading) == [Code.UNKNOWN_VERSION]
    assert reading.tables.runs.height == 1


def test_a_record_without_model_or_results_says_so(read, make):
    doc = make.record(model_info={})
    del doc["evaluation_results"]
    assert codes(read(doc)) == [Code.MISSING_FIELD] * 2


def test_a_republished_record_is_another_run_and_a_copy_is_the_same(read, make):
    def id(*args, **kwargs):
        return read(make.record(*args, **kwargs)).tables.runs["run_id"][0]

    assert id(make.result(score=1)) == id(make.result(score=1), retrieved_timestamp="9")
    assert (
        len(
            {
                id(make.result(score=1)),
                id(make.result(score=0)),
                id(make.result(score=1), evaluation_id="e/2"),
            }
        )
        == 3
    )


def test_version_0_2_as_it_was_published(real_logs):
    path = next((real_logs / "every_eval_ever").glob("*.json"))
    reading = FORMAT.read(Log(path))
    assert reading.problems == ()
    assert reading.tables.runs["task"].to_list() == [
        "IFEval",
        "BBH",
        "MATH Level 5",
        "GPQA",
        "MUSR",
        "MMLU-PRO",
    ]
    assert [(m, v) for _, _, m, v in names(reading)] == [
        ("accuracy", 0.4486), ("accuracy", 0.4224), ("exact_match", 0.0249), ("accuracy", 0.2743),
        ("accuracy", 0.419), ("accuracy", 0.1946),
    ]  # fmt: skip
    assert set(reading.tables.runs["model"]) == {"TencentARC/LLaMA-Pro-8B-Instruct"}


def test_not_ours(tmp_path):
    for head in (
        b'{"schema_version": "1"}',
        b'{"schema_version": "1", "evaluation_id": "x"}',
        b'["schema_version"]',
    ):
        assert not FORMAT.matches(tmp_path / "x.json", head)


def test_that_less_is_better_is_what_the_record_says(read, make):
    """The schema wants the field of everybody: a "no" is also of one who does not know, and leaves it to the name."""
    said = [{"lower_is_better": True}, {"lower_is_better": False}, {}, {"lower_is_better": "true"}]
    reading = read(make.record(*(make.result(f"t{i}", metric_id="m", **s) for i, s in enumerate(said))))
    assert reading.tables.metrics["direction"].to_list() == [-1, None, None, None]
