"""What each logged value becomes in the table of scores."""

from __future__ import annotations

import math

import pytest

from data.problems import Code
from data.schema import Mark

NAN, INF = math.nan, math.inf


def cells(reading):
    """(sample id, scorer) -> (value, mark)"""
    tables = reading.tables
    rows = tables.scores.with_columns(id=tables.samples["sample_id"][tables.scores["sample"]])
    return {(r["id"], r["scorer"]): (r["value"], Mark(r["mark"])) for r in rows.to_dicts()}


def codes(reading):
    return [p.code for p in reading.problems]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("C", 1.0),
        ("P", 0.5),
        ("I", 0.0),
        ("N", 0.0),
        (True, 1.0),
        (False, 0.0),
        (3, 3.0),
        (-0.25, -0.25),
        ("Yes", 1.0),
        ("false", 0.0),
        (" 0.5", 0.5),
        ("1e3", 1000.0),
        (INF, INF),
        (-INF, -INF),
        (10**30, 1e30),
    ],
)
def test_numbers(read_samples, make, value, number):
    reading = read_samples(make.sample(value=value))
    assert cells(reading) == {("1", "s"): (number, Mark.VALUE)}
    assert not reading.problems


@pytest.mark.parametrize("value", [NAN, None])
def test_unscored(read_samples, make, value):
    reading = read_samples(make.sample(value=value), make.sample(2, value=0.5))
    assert cells(reading) == {("1", "s"): (None, Mark.UNSCORED), ("2", "s"): (0.5, Mark.VALUE)}
    assert not reading.problems


def test_a_score_that_is_null_as_a_whole(read_samples, make):
    assert cells(read_samples(make.sample(scores={"s": None}))) == {("1", "s"): (None, Mark.UNSCORED)}


@pytest.mark.parametrize("value", ["A", "", "c", "nan", "inf", "Infinity", 10**400])
def test_what_no_rule_turns_into_a_number(read_samples, make, value):
    reading = read_samples(make.sample(value=value), make.sample(2, value="C"))
    assert cells(reading) == {("1", "s"): (None, Mark.INVALID), ("2", "s"): (1.0, Mark.VALUE)}
    assert codes(reading) == [Code.UNKNOWN_GRADE]


def test_unknown_grades_are_told_once_per_scorer(read_samples, make):
    reading = read_samples(
        *(make.sample(n, scores={"s": {"value": v}, "t": {"value": "C"}}) for n, v in enumerate("ABBCDEF"))
    )
    (problem,) = reading.problems
    assert problem.detail == "s: 'A', 'B', 'D' (6)"


def test_dictionaries_are_a_scorer_for_each_key(read_samples, make):
    reading = read_samples(
        make.sample(1, value={"f1": 0.5, "fmt": "C"}), make.sample(2, value={"f1": NAN, "fmt": None})
    )
    assert cells(reading) == {
        ("1", "s/f1"): (0.5, Mark.VALUE),
        ("1", "s/fmt"): (1.0, Mark.VALUE),
        ("2", "s/f1"): (None, Mark.UNSCORED),
        ("2", "s/fmt"): (None, Mark.UNSCORED),
    }


def test_dictionaries_may_differ(read_samples, make):
    reading = read_samples(make.sample(1, value={"a": 1, "b": 2}), make.sample(2, value={"b": "I", "c": "?"}))
    assert cells(reading) == {
        ("1", "s/a"): (1.0, Mark.VALUE),
        ("1", "s/b"): (2.0, Mark.VALUE),
        ("2", "s/b"): (0.0, Mark.VALUE),
        ("2", "s/c"): (None, Mark.INVALID),
    }


def test_unscored_as_a_whole_is_unscored_in_each_part(read_samples, make):
    reading = read_samples(make.sample(1, value=NAN), make.sample(2, value={"a": 1, "b": 0}))
    assert cells(reading)["1", "s/a"] == cells(reading)["1", "s/b"] == (None, Mark.UNSCORED)
    assert ("1", "s") not in cells(reading)


def test_all_unscored_keeps_the_parts_that_the_header_knows(read_samples, make):
    parts = [{"name": name, "scorer": "s", "metrics": {"mean": make.metric(NAN)}} for name in ("a", "b")]
    reading = read_samples(make.sample(value=NAN), results={"scores": parts})
    assert cells(reading) == {("1", "s/a"): (None, Mark.UNSCORED), ("1", "s/b"): (None, Mark.UNSCORED)}


def test_a_plain_value_beside_dictionaries_is_kept(read_samples, make):
    reading = read_samples(make.sample(1, value={"a": 1}), make.sample(2, value="C"))
    assert cells(reading) == {("1", "s/a"): (1.0, Mark.VALUE), ("2", "s"): (1.0, Mark.VALUE)}


def test_lists_are_a_scorer_for_each_place(read_samples, make):
    reading = read_samples(make.sample(1, value=[1, "C", NAN]), make.sample(2, value=[0.5]))
    assert cells(reading) == {
        ("1", "s/0"): (1.0, Mark.VALUE),
        ("1", "s/1"): (1.0, Mark.VALUE),
        ("1", "s/2"): (None, Mark.UNSCORED),
        ("2", "s/0"): (0.5, Mark.VALUE),
    }


def test_containers_in_containers_are_no_scores(read_samples, make):
    reading = read_samples(make.sample(value={"a": [1], "b": 1}))
    assert cells(reading) == {("1", "s/a"): (None, Mark.INVALID), ("1", "s/b"): (1.0, Mark.VALUE)}
    assert codes(reading) == [Code.UNKNOWN_GRADE]


def test_errors_have_a_row_for_each_scorer(read_samples, make):
    reading = read_samples(
        make.sample(1, scores={"s": {"value": "C"}, "t": {"value": 1}}),
        make.sample(2, error="boom", scores={}),
    )
    assert cells(reading)["2", "s"] == cells(reading)["2", "t"] == (None, Mark.ERROR)


def test_errors_alone_have_the_scorers_of_the_header(read_samples, make):
    reading = read_samples(make.sample(error="boom"), results={"scores": [make.score("s", accuracy=0)]})
    assert cells(reading) == {("1", "s"): (None, Mark.ERROR)}


def test_errors_that_were_scored_keep_their_value(read_samples, make):
    reading = read_samples(make.sample(1, error="late", value="C"), make.sample(2, value="C"))
    assert cells(reading)["1", "s"] == (1.0, Mark.VALUE)


def test_limits(read_samples, make):
    reading = read_samples(
        make.sample(1, limit="token", value="C"),
        make.sample(2, limit="time", scores={}),
        make.sample(3, limit="time", value=NAN),
        make.sample(4, limit="time", value="?"),
        make.sample(5, value="I"),
    )
    assert cells(reading) == {
        ("1", "s"): (1.0, Mark.LIMIT),
        ("2", "s"): (None, Mark.LIMIT),
        ("3", "s"): (None, Mark.UNSCORED),
        ("4", "s"): (None, Mark.INVALID),
        ("5", "s"): (0.0, Mark.VALUE),
    }


def test_samples_without_one_of_the_scores_have_no_row(read_samples, make):
    reading = read_samples(
        make.sample(1, scores={"s": {"value": 1}}),
        make.sample(2, scores={"s": {"value": 1}, "t": {"value": 0}}),
    )
    assert ("1", "t") not in cells(reading)


def test_logs_without_scorers(read_samples, make):
    reading = read_samples(make.sample(scores={}), make.sample(2), make.sample(3, error="boom"))
    assert reading.tables.scores.is_empty()
    assert reading.tables.samples.height == 3


def test_the_last_of_an_id_and_epoch_wins(read_samples, make):
    reading = read_samples(
        make.sample(1, value="I"), make.sample(1, 2, value="P"), make.sample("1", value="C")
    )
    values = dict(zip(reading.tables.samples["epoch"], reading.tables.scores["value"], strict=True))
    assert values == {1: 1.0, 2: 0.5}


def test_rows_point_to_their_samples(read_samples, make):
    reading = read_samples(*(make.sample(n, value=n) for n in (7, 8, 9)))
    assert {id: value for (id, _), (value, _) in cells(reading).items()} == {"7": 7, "8": 8, "9": 9}
