"""Charts of single runs: a look for each line, a point for each run, the front by its steps."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from components import theme
from components.figures import development
from components.figures.bars import NO_BAR

RUNS = pl.DataFrame(
    {
        "line": ["a", "a", "<b>"],
        "model": ["a @ 1", "a @ 2", "<b>"],
        "task": ["t"] * 3,
        "category": [None] * 3,
        "metric": ["accuracy"] * 3,
        "run_id": ["r1", "r2", "r3"],
        "created": [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)],
        "value": [0.5, 0.75, 0.25],
        "n": [10, None, 10],
        "stderr": [0.1, None, None],
        "direction": [1, 1, 1],
        "total_tokens": [100, 1000, None],
        "duration_s": [None, 75.0, None],
        "cost": [None, 0.5, None],
        "x": [10.0, 1000.0, 20.0],
        "front": [True, True, False],
        "low": [0.25, None, None],
        "high": [0.75, None, None],
        "level": [0.95, None, None],
        "method": ["Wilson", None, None],
        "left_out": ["2 without a score", None, None],
        "made": [None, None, None],
    },
    schema_overrides={"category": pl.String},
)
LOOK = theme.looks({"<b>": (0, 0), "a": (1, 0)}, "light")


def test_a_line_a_model_and_a_point_a_run():
    one, other = development.over_time(RUNS, LOOK, "light")["data"]
    assert (one["x"], one["y"]) == (["2026-01-01T00:00:00", "2026-01-02T00:00:00"], [0.5, 0.75])
    assert other["customdata"] == [("<b>", "t", None, "r3")]
    assert one["line"]["color"] == LOOK["a"].color != other["line"]["color"]


def test_runs_of_one_day_have_the_chart_to_themselves():
    hours = [datetime(2026, 1, 1, h, tzinfo=UTC) for h in (1, 3, 6)]
    layout = development.over_time(RUNS.with_columns(created=pl.Series(hours)), LOOK, "light")["layout"]
    assert layout["xaxis"]["range"] == ["2026-01-01T00:00:00", "2026-01-01T07:00:00"]


@pytest.mark.parametrize(
    ("end", "when"),
    [(0, datetime(1, 1, 1, tzinfo=UTC)), (1, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))],
)
def test_the_first_and_the_last_day_that_there_is_leave_no_room_beyond_them(end, when):
    runs = RUNS.with_columns(created=pl.Series([when] * 3))
    layout = development.over_time(runs, LOOK, "light")["layout"]
    assert layout["xaxis"]["range"][end] == when.replace(tzinfo=None).isoformat()


def test_an_interval_is_drawn_and_told_with_its_method_and_what_it_is_over():
    one = development.over_time(RUNS, LOOK, "light")["data"][0]
    assert (one["error_y"]["array"], one["error_y"]["arrayminus"]) == ([0.25, NO_BAR], [0.25, NO_BAR])
    assert "(95 % 0.250–0.750, Wilson, n 10, 2 without a score)" in one["text"][0]


def test_intervals_of_many_lines_are_only_told():
    many = pl.concat([RUNS.head(1).with_columns(line=pl.lit(f"m{i}")) for i in range(11)])
    look = theme.looks({m: (i, 0) for i, m in enumerate(many["line"])}, "light")
    drawn = development.over_time(many, look, "light")["data"]
    assert not any(t["error_y"]["visible"] for t in drawn)


def test_the_front_is_full_and_the_rest_is_hollow():
    front, one, other = development.against(RUNS, LOOK, "light", "Tokens", log=False)["data"]
    assert (front["x"], front["y"]) == ([10.0, 1000.0], [0.5, 0.75])
    assert one["marker"]["symbol"] == ["circle", "circle"]
    assert other["marker"]["symbol"] == ["circle-open"]


@pytest.mark.parametrize(
    ("log", "sides"), [(False, ["right", "right", "left"]), (True, ["right", "left", "left"])]
)
def test_names_stand_on_the_inner_side(log, sides):
    run = RUNS.with_columns(x=pl.Series([10.0, 300.0, 1000.0]), front=pl.lit(True))
    front = development.against(run, LOOK, "light", "Tokens", log=log)["data"][0]
    assert front["textposition"] == [f"top {side}" for side in sides]
    down = development.against(run.with_columns(direction=-1), LOOK, "light", "Tokens", log=log)["data"][0]
    assert down["textposition"] == [f"bottom {side}" for side in sides]


def test_runs_none_of_which_is_on_the_front_have_no_steps():
    front = development.against(RUNS.with_columns(front=pl.lit(False)), LOOK, "dark", "x", log=True)["data"][
        0
    ]
    assert front["x"] == front["text"] == []


def test_equal_points_are_one_step():
    twice = pl.concat([RUNS, RUNS])
    assert development.against(twice, LOOK, "light", "x", log=False)["data"][0]["x"] == [10.0, 1000.0]


def test_a_tip_says_what_the_log_tells_and_nothing_else():
    one, other = development.over_time(RUNS, LOOK, "light")["data"]
    assert "100 tokens" in one["text"][0]
    assert "cost" not in one["text"][0]
    assert "1,000 tokens · 1 m 15 s · cost 0.500" in one["text"][1]
    assert "None" not in "".join([*one["text"], *other["text"]])
    assert "<b><b></b>" not in other["text"][0]


def test_one_moment_and_one_value_have_room_around_them():
    unsure = RUNS.head(1).with_columns(low=None, high=None)
    layout = development.over_time(unsure, LOOK, "light")["layout"]
    assert layout["xaxis"]["range"] == ["2025-12-31T00:00:00", "2026-01-02T00:00:00"]
    assert layout["yaxis"]["range"] == pytest.approx([0.45, 0.55])
    assert "range" not in development.over_time(RUNS, LOOK, "light")["layout"]["xaxis"]


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_value_that_is_no_place_costs_no_chart(value):
    nowhere = RUNS.with_columns(value=pl.lit(value), low=None, high=None)
    layout = development.over_time(nowhere, LOOK, "light")["layout"]
    assert layout["yaxis"]["range"] is None


def test_runs_of_one_minute_stand_apart_and_their_axis_has_seconds():
    first = RUNS["created"][0]
    close = RUNS.head(2).with_columns(created=pl.Series([first, first + timedelta(seconds=20)]))
    axis = development.over_time(close, LOOK, "light")["layout"]["xaxis"]
    begin, end = (datetime.fromisoformat(x) for x in axis["range"])
    assert (end - begin).total_seconds() <= 30
    assert "%S" in axis["tickformat"]
