"""Scores by date and by what they cost, from hand-made runs; the front against every pair of points."""

import json
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.queries import scores, trends
from data.statistics import pareto

SURE = ["value", "n", "low", "high", "level", "interval", "n_without"]


def run(model, value, day=1, **more):
    about = (
        {"run_id": f"{model}{day}{more.get('task', '')}", "created": f"2026-01-{day:02}T00:00:00"}
        if day
        else {}
    )
    return {"model": model, "metrics": {"": value}, **about, **more}


def test_one_line_a_model_whatever_its_runs_are_called(snapshot, view):
    s = snapshot(run("a", 0.5, 2), run("a", 0.4, 1), run("b", 0.9, 3))
    found = trends.points(s, view(""))
    assert found.select("line", "value").rows() == [("a", 0.4), ("a", 0.5), ("b", 0.9)]
    assert found["model"].to_list() == ["a @ 20260101_0000", "a @ 20260102_0000", "b"]
    assert found["created"].to_list() == [datetime(2026, 1, d, tzinfo=UTC) for d in (1, 2, 3)]


def test_two_harnesses_are_two_lines(snapshot, view):
    s = snapshot(run("a", 0.5, 1), run("a", 0.4, 2, format="other"), run("b", 0.1, 3))
    assert trends.points(s, view(""))["line"].to_list() == ["a (other)", "a (toy)", "b"]


def test_a_run_without_a_date_comes_last_and_has_none(snapshot, view):
    s = snapshot(run("a", 0.5, 2), run("a", 0.4, None, run_id="x"))
    assert trends.points(s, view("")).select("run_id", "created").row(1) == ("x", None)


def test_tasks_and_measures_are_apart(snapshot, view):
    judge = {"headline_scorer": "judge", "headline_metric": "mean"}
    s = snapshot(
        run("a", 0.5, 1),
        run("a", 0, 2, task="u")
        | {"metrics": [{"scorer": "judge", "metric": "mean", "value": 7.0}], **judge},
    )
    assert trends.points(s, view("")).select("axis", "metric", "value").rows() == [
        ("t", "accuracy", 0.5),
        ("u", "judge/mean", 7.0),
    ]


def test_a_score_has_the_interval_that_it_has_among_the_scores(demo, view):
    asked = view("?task=explain_why&scale=100&level=task")
    known = dict(scores.bars(demo, asked).select("run_id", pl.struct(SURE)).rows())
    assert dict(trends.points(demo, asked).select("run_id", pl.struct(SURE)).rows()) == known
    assert all(x["low"] is not None for x in known.values())


def test_by_category_where_the_view_is_about_one(snapshot, view):
    s = snapshot(run("a", 0.5) | {"metrics": {"": 0.5, "x": 0.1, "y": 0.9}})
    assert trends.points(s, view("?category=y")).select("category", "value").rows() == [("y", 0.9)]
    assert trends.points(s, view("")).select("category", "value").rows() == [(None, 0.5)]


def test_on_the_scale_of_the_view(snapshot, view):
    assert trends.points(snapshot(run("a", 0.5)), view("?scale=100"))["value"].to_list() == [50.0]


@pytest.mark.parametrize(
    ("query", "x"), [("", 100.0), ("?against=time", 2.5), ("?against=cost", 0.25), ("?against=x", 100.0)]
)
def test_against_what_the_view_says(snapshot, view, query, x):
    s = snapshot(run("a", 0.5, total_tokens=100, duration_s=2.5, cost=0.25))
    assert trends.against(s, view(query))["x"].to_list() == [x]


def test_what_a_log_does_not_tell_is_null_and_on_no_front(snapshot, view):
    s = snapshot(run("a", 0.9, 1), run("b", 0.5, 2, total_tokens=10), run("c", 0.6, 3, total_tokens=0))
    found = {r["run_id"]: (r["x"], r["front"]) for r in trends.against(s, view("")).to_dicts()}
    assert found == {"a1": (None, False), "b2": (10.0, False), "c3": (0.0, True)}


def test_the_front_is_of_each_task_in_its_own_direction(snapshot, view):
    wer = {"task": "u", "headline_scorer": "wer", "headline_metric": "mean"}
    runs = []
    for i, (tokens, value) in enumerate([(10, 0.5), (20, 0.4), (30, 0.6)], 1):
        runs.append(run(f"m{i}", value, i, total_tokens=tokens))
        rows = [{"scorer": "wer", "metric": "mean", "value": value}]
        runs.append(run(f"m{i}", 0, i, total_tokens=tokens, **wer) | {"metrics": rows})
    found = trends.against(snapshot(*runs), view(""))
    front = {task: part.filter("front")["line"].to_list() for (task,), part in found.group_by("task")}
    assert front == {"t": ["m1", "m3"], "u": ["m1", "m2"]}


@pytest.mark.parametrize("query", ["", "?task=none", "?against=cost&x_scale=log"])
def test_no_runs_are_an_empty_table(snapshot, view, query):
    found = trends.against(snapshot(), view(query))
    assert found.is_empty()
    assert {"x", "front", "value", "created"} <= set(found.columns)


def test_only_what_counts_is_drawn(snapshot, view):
    s = snapshot(run("a", 0.5, 1), run("b", 0.9, 2, status="error"))
    assert trends.points(s, view(""))["line"].to_list() == ["a"]
    assert trends.points(s, view("?status=error"))["line"].to_list() == ["b"]


COORDINATES = st.none() | st.sampled_from([float("nan"), -1.0, 0.0, 1.0, 2.0, 3.0, 1e300])


def beaten(points, i, direction):
    """By the definition: some other costs at most as much and scores at least as well, one of both strictly."""
    c, s = points[i]
    others = [(d, t * direction) for d, t in points if None not in (d, t) and not np.isnan([d, t]).any()]
    mine = s * direction
    return any(d <= c and t >= mine and (d < c or t > mine) for d, t in others)


@given(st.lists(st.tuples(COORDINATES, COORDINATES), max_size=12), st.sampled_from([1, -1]))
def test_the_front_is_what_no_point_beats(points, direction):
    cost, score = ([p[i] for p in points] for i in (0, 1))
    found = pareto.front(cost, score, direction=direction)
    for i, (c, s) in enumerate(points):
        known = None not in (c, s) and not np.isnan([c, s]).any()
        assert found[i] == (known and not beaten(points, i, direction)), json.dumps(points)
