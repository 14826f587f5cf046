"""Bars and dots: intervals, who stands out, and what a tooltip tells."""

import json

import plotly.graph_objects as go
import polars as pl
import pytest

from components import theme
from components.figures import bars, dots

COUNT = 12


def looks(models, mode=theme.LIGHT):
    return theme.looks({m: (i, 0) for i, m in enumerate(models)}, mode)


def rows(models, axes=("x", "y"), low=0.25, high=0.75):
    n = len(models) * len(axes)
    return pl.DataFrame(
        {
            "axis": [a for a in axes for _ in models], "model": list(models) * len(axes), "value": [0.5] * n, "low": [low] * n,
            "high": [high] * n, "level": [0.95] * n, "n": [28] * n, "method": ["Wilson"] * n, "made": [None] * n,
            "run_id": ["r"] * n, "task": ["t"] * n, "category": [a for a in axes for _ in models], "metric": ["accuracy"] * n,
            "category_raw": [None] * n,
        },
        schema_overrides={"low": pl.Float64, "high": pl.Float64, "made": pl.String, "category_raw": pl.String},
    )  # fmt: skip


MANY = [f"model {i:02}" for i in range(COUNT)]
EACH = pytest.mark.parametrize(
    ("draw", "error"), [(bars.score_bars, "error_y"), (dots.score_dots, "error_x")]
)


def by_name(figure):
    return {t["name"]: t for t in figure["data"]}


@EACH
def test_whiskers_reach_from_low_to_high(draw, error):
    df = rows(["a"]).with_columns(low=pl.Series([0.4, 0.1]), high=pl.Series([0.55, 0.9]))
    (trace,) = draw(df, looks(["a"]), "light", 1.0, "accuracy")["data"]
    assert trace[error]["array"] == pytest.approx([0.05, 0.4])
    assert trace[error]["arrayminus"] == pytest.approx([0.1, 0.4])


@EACH
def test_without_an_interval_there_is_no_whisker(draw, error):
    (trace,) = draw(rows(["a"], low=None, high=None), looks(["a"]), "light", 1.0, "accuracy")["data"]
    assert not any(isinstance(x, int | float) or x is None for x in trace[error]["array"])


@EACH
@pytest.mark.parametrize("mode", [theme.LIGHT, theme.DARK])
def test_who_stands_out_has_a_colour_of_its_own_and_the_rest_is_grey(draw, error, mode):
    lit = [MANY[1], MANY[7], MANY[11]]
    color = {
        name: t["marker"]["color"]
        for name, t in by_name(draw(rows(MANY), looks(MANY, mode), mode, 1.0, "", lit=lit)).items()
    }
    grey = theme.colors(mode).same
    assert {name for name, c in color.items() if c == grey} == set(MANY) - set(lit)
    shown = {color[name] for name in lit}
    assert len(shown) == 3
    assert theme.colors(mode).series[theme.GREY] not in shown


@pytest.mark.parametrize("draw", [bars.score_bars, dots.score_dots])
def test_a_model_has_one_look_whoever_else_is_shown_or_stands_out(draw):
    look = looks(MANY)
    for models, lit in ((MANY, None), (MANY, MANY[8:]), (MANY[8:], None)):
        marker = by_name(draw(rows(models), look, "light", 1.0, "", lit=lit))[MANY[9]]["marker"]
        assert marker["color"] == look[MANY[9]].color
        assert (marker.get("symbol") or marker["pattern"]["shape"]) in (
            look[MANY[9]].symbol,
            look[MANY[9]].pattern,
        )


@pytest.mark.parametrize("mode", [theme.LIGHT, theme.DARK])
def test_where_colours_run_out_the_shape_changes(mode):
    found = looks([f"m{i:02}" for i in range(45)], mode).values()
    assert len({(x.color, x.symbol) for x in found}) == len({(x.color, x.pattern) for x in found}) == 45


def test_nobody_in_particular_is_everybody_in_colour():
    assert len({t["marker"]["color"] for t in bars.score_bars(rows("abc"), looks(list("abc")), "light", 1.0, "")["data"]}) == 3  # fmt: skip


def test_dots_stand_in_the_rows_of_their_categories_and_those_that_stand_out_beside_each_other():
    figure = dots.score_dots(rows(MANY, ["x", "y", "z"]), looks(MANY), "light", 1.0, "", lit=MANY[:2])
    found = by_name(figure)
    assert found[MANY[5]]["y"] == [0, 1, 2]
    assert [found[m]["y"] for m in MANY[:2]] == [[-0.3, 0.7, 1.7], [0.3, 1.3, 2.3]]
    assert figure["layout"]["yaxis"]["ticktext"] == ["x", "y", "z"]
    assert [t["name"] for t in figure["data"][-2:]] == MANY[:2]  # drawn last, on top
    top, bottom = figure["layout"]["yaxis"]["range"][::-1]
    assert top < bottom


@EACH
def test_two_tasks_of_one_label_have_places_of_their_own(draw, error):
    alike = rows("ab", axes=("x", "x")).with_columns(task=pl.Series(["t", "t", "u", "u"]))
    figure = draw(alike, looks("ab"), "light", 1.0, "", lit=[])
    along, names = ("x", "xaxis") if error == "error_y" else ("y", "yaxis")
    assert [t[along] for t in figure["data"]] == [[0, 1], [0, 1]]
    assert figure["layout"][names]["ticktext"] == ["x", "x"]


@pytest.mark.parametrize("draw", [bars.score_bars, dots.score_dots])
def test_who_stands_out_comes_first_in_the_legend(draw):
    lit = [MANY[9], MANY[4]]
    found = draw(rows(MANY), looks(MANY), "light", 1.0, "", lit=lit)["data"]
    ranked = [t["name"] for t in sorted(found, key=lambda t: t["legendrank"])]
    assert ranked == [*lit, *(m for m in MANY if m not in lit)]


def test_only_those_that_stand_out_have_whiskers_in_a_crowd():
    found = by_name(dots.score_dots(rows(MANY), looks(MANY), "light", 1.0, "", lit=MANY[:1]))
    assert [found[m]["error_x"]["visible"] for m in MANY[:2]] == [True, False]


@EACH
def test_a_long_legend_stands_beside_the_chart_where_it_scrolls(draw, error):
    assert draw(rows(MANY), looks(MANY), "light", 1.0, "")["layout"]["legend"]["orientation"] == "v"
    assert draw(rows("ab"), looks(["a", "b"]), "light", 1.0, "")["layout"]["legend"]["orientation"] == "h"


@EACH
def test_plotly_takes_them(draw, error):
    for low in (0.25, None):
        go.Figure(draw(rows(MANY, low=low), looks(MANY, "dark"), "dark", 1.0, "title", lit=MANY[:3]))
        json.dumps(draw(rows(MANY, low=low), looks(MANY, "dark"), "dark", 1.0, "title"), allow_nan=False)


def test_a_tooltip_tells_value_interval_method_and_n():
    (trace,) = bars.score_bars(rows(["a"], ["x"]), looks(["a"]), "light", 1.0, "")["data"]
    assert "<b>0.500</b> (95 % 0.250–0.750, Wilson, n 28)" in trace["text"][0]


def test_a_tooltip_tells_how_a_score_was_computed():
    df = rows(["a"], ["x"]).with_columns(made=pl.lit("from samples, <pass@2>"))
    assert (
        "from samples, &lt;pass@2&gt;"
        in bars.score_bars(df, looks(["a"]), "light", 1.0, "")["data"][0]["text"][0]
    )


@EACH
def test_tags_in_names_are_shown_and_do_nothing(draw, error):
    figure = draw(rows(["<b>x</b>"], ["<i>y"]), looks(["<b>x</b>"]), "light", 1.0, "<u>")
    assert "<b>x" not in json.dumps([figure["data"][0]["name"], figure["data"][0]["text"]])
    assert "<i>" not in json.dumps(figure["layout"]) + figure["data"][0]["text"][0]
    assert "<u>" not in json.dumps(figure["layout"])


def test_the_first_of_turned_names_is_drawn_and_has_room():
    turned = [f"category of a long name {i:02}" for i in range(20)]
    layout = bars.score_bars(rows(["a"], turned), looks(["a"]), "light", 1.0, "")["layout"]
    assert (layout["xaxis"]["tickangle"], layout["xaxis"]["ticklabeloverflow"]) == (bars.TURNED, "allow")
    assert layout["margin"]["l"] > 100
