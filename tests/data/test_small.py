"""Grades, metrics and the schema: small rules that many numbers depend on."""

import math

import polars as pl
import pytest

from data import metrics, schema
from data.grades import to_number
from data.schema import Tables

KNOWN = [("C", 1.0), ("P", 0.5), ("I", 0.0), ("N", 0.0), (True, 1.0), (False, 0.0), (3, 3.0), (0.5, 0.5), ("0.25", 0.25),
         (" 1 ", 1.0), ("yes", 1.0), ("YES", 1.0), ("No", 0.0), ("true", 1.0), ("False", 0.0), ("-2", -2.0), ("1e3", 1000.0)]  # fmt: skip
UNKNOWN = ["c", "A", "", "correct", "nan", "inf", "-Infinity", "1,5", "50%", None, [1], {"a": 1}]


@pytest.mark.parametrize(("grade", "number"), KNOWN)
def test_a_known_grade_is_a_number(grade, number):
    assert to_number(grade) == number


@pytest.mark.parametrize("grade", UNKNOWN, ids=repr)
def test_an_unknown_grade_is_no_number_and_never_zero(grade):
    assert to_number(grade) is None


def test_a_score_that_was_left_out_stays_left_out():
    assert math.isnan(to_number(float("nan")))


@pytest.mark.parametrize("name", metrics.METRICS)
def test_every_metric_is_known_by_its_own_name(name):
    assert metrics.about(name).name == name


def test_what_is_not_listed_is_better_when_it_is_more():
    assert metrics.about("new").higher_is_better
    assert not metrics.about("new").spread
    assert metrics.about("pass@5").proportion


@pytest.mark.parametrize(
    ("scorer", "metric", "direction"),
    [
        ("match", "accuracy", 1),
        ("wer", "mean", -1),
        ("agent/latency_s", "mean", -1),
        ("x", "error_rate", -1),
        ("", "", 1),
        ("wer_score", "wer_score", -1),
        ("toxic_frac", "toxic_frac", -1),
        ("x", "loss", -1),
        ("rmse,none", "mean", -1),
        ("brier_score", "brier_score", -1),
        ("bias_metric:mode=associations,demographic_category=race", "", -1),
        ("wer_score/of_a_part", "accuracy", 1),
    ],
)
def test_less_is_better_when_scorer_or_metric_say_so(scorer, metric, direction):
    assert metrics.direction(scorer, metric) == direction


def test_what_a_log_says_of_a_direction_counts_more_than_the_name():
    assert metrics.direction("sharpness", "mean", -1) == -1
    assert metrics.direction("wer", "wer", 1) == 1


@pytest.mark.parametrize("name", ["stderr", "bootstrap_stderr", "std", "bootstrap_std", "var", "ci_wilson"])
def test_what_says_how_sure_another_is_is_no_score(name):
    assert name in metrics.SPREADS


def test_a_column_that_the_schema_does_not_know_is_a_mistake_of_the_reader():
    with pytest.raises(ValueError, match="speed"):
        Tables.of(runs=pl.DataFrame({"speed": [1]}))


def test_what_a_reader_leaves_out_is_null_never_zero():
    runs = Tables.of(runs=pl.DataFrame({"run_id": ["r"]})).runs
    assert runs.schema == schema.RUNS
    assert runs.drop("run_id").null_count().row(0) == (1,) * (len(schema.RUNS) - 1)
