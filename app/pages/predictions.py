"""How far were the predictions from what came?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import claims, ids, links, notices, tables
from components.figures import pairs as scatters
from components.figures import probabilities
from components.figures import sweeps as lines
from components.figures.graph import graph
from components.page import Page, Panel, Point, View
from components.tables import Column
from components.text import say
from components.theme import number, signed
from data.queries import cards, instances, predictions

MOST = 6
"""Charts that can be told apart at a glance; the tables have all that there is."""
Draw = Callable[[pl.DataFrame, str, dict[str, str]], dict[str, Any]]


def words(view: View, *keys: str) -> dict[str, str]:
    return {key: say(view.locale, "predictions", key) for key in keys}


def charts(
    panel: str, parts: Sequence[tuple[str, Callable[[], dict[str, Any]]]], height: int, view: View
) -> Component:
    """The first of the figures, each under its name."""
    drawn = [
        html.Figure(
            [html.Figcaption(name), graph(ids.graph("predictions", f"{panel}-{i}"), figure(), height)]
        )
        for i, (name, figure) in enumerate(parts[:MOST])
    ]
    more = say(view.locale, "predictions", "charts", shown=len(drawn), total=len(parts))
    return html.Div(
        [html.Div(drawn, className="facets"), *([notices.remark(more)] if len(parts) > MOST else [])]
    )


def named(*parts: object) -> str:
    return " · ".join(str(p) for p in parts if p is not None)


def behind(view: View, point: Point) -> str | None:
    custom = point.get("customdata")
    return links.run(custom[0]) if custom and custom[0] else None


def nothing(view: View) -> Component:
    key = "no_predictions" if view.snapshot.predictions.is_empty() else "no_actual"
    return notices.empty(view.locale, key)


def pairs(view: View) -> pl.DataFrame:
    return predictions.pairs(view.snapshot, view.state)


def draw_pairs(df: pl.DataFrame, view: View) -> Component:
    """A chart for each statistic: two of them share no axis."""
    if df.is_empty():
        return nothing(view)
    figure, said = _agreement(view)
    look = scatters.looks(df, view.theme)
    told = {(r["name"], r["facet"]): r for r in predictions.lines(df).iter_rows(named=True)}
    parts = [
        (f"{named(*key)}: {_told(told[key], view)}", partial(figure, part, told[key], look, view.theme, said))
        for key, part in df.group_by("name", "facet", maintain_order=True)
    ]
    return html.Div([charts("pairs", parts, scatters.HEIGHT, view), notices.remark(met(view))])


def _agreement(view: View) -> tuple[Callable[..., dict[str, Any]], dict[str, str]]:
    shared = ("actual", "predicted", "equal", "naive")
    if view.state.agreement == "difference":
        return scatters.differences, words(view, *shared, "middle", "error", "bias", "low", "high")
    return scatters.scatter, words(view, *shared, "line")


def _told(line: dict[str, Any], view: View) -> str:
    shown = {k: number(line[k]) for k in ("n", "mae", "slope", "intercept")}
    errors = say(view.locale, "predictions", "told", bias=signed(line["bias"]), **shown)
    return (
        errors if line["slope"] is None else f"{errors}, {say(view.locale, 'predictions', 'slope', **shown)}"
    )


def met(view: View) -> str:
    """How many predictions met a value: MAGNET leaves out the others without a word."""
    found = predictions.counts(view.snapshot, view.state)
    return say(view.locale, "predictions", "met", **found._asdict())


def summary(view: View) -> pl.DataFrame:
    return predictions.summary(view.snapshot, view.state)


SUMMARY = (
    Column("name", width=150, flex=2),
    Column("predictor", width=180, flex=2),
    Column("over", width=76),
    Column("which", width=150, flex=2),
    Column("n", "integer", width=64),
    Column("mae", "number", width=84),
    Column("naive_mae", "number", width=104),
    Column("gain", "delta", width=84),
    Column("naive", width=112),
    Column("rmse", "number", width=84),
    Column("bias", "delta", width=84),
    Column("low", "delta", width=84),
    Column("high", "delta", width=84),
    Column("r2", "number", width=84),
    Column("spearman", "number", width=100),
    Column("slope", "number", width=84),
    Column("intercept", "number", width=96),
)


def draw_summary(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    grid = tables.grid(ids.grid("predictions", "summary"), df, SUMMARY, view)
    return html.Div([grid, notices.remark(say(view.locale, "predictions", "naive_is"))])


def sweeps(view: View) -> pl.DataFrame:
    return predictions.sweep(view.snapshot, view.state)


def draw_sweeps(df: pl.DataFrame, view: View) -> Component:
    """A chart for each perturbation, scenario and statistic."""
    unmeasured = predictions.without_strength(view.snapshot, view.state)
    beside = (
        [notices.remark(say(view.locale, "predictions", "no_strength", names=", ".join(unmeasured)))]
        if unmeasured
        else []
    )
    if df.is_empty():
        return html.Div([notices.empty(view.locale, "no_sweeps"), *beside])
    said = words(view, "actual", "predicted", "original", "original_of", "change", "strength", "mean_of")
    look = scatters.looks(df, view.theme)
    parts = [
        (named(*key), partial(lines.sweep, part, look, view.theme, said))
        for key, part in df.group_by("perturbation", "scenario", "name", "split", maintain_order=True)
    ]
    return html.Div(
        [
            charts("sweeps", parts, lines.HEIGHT, view),
            notices.remark(say(view.locale, "predictions", "sweeps")),
            *beside,
        ]
    )


def separation(view: View) -> pl.DataFrame:
    return instances.separation(view.snapshot, view.state)


SEPARATION = (
    Column("name", width=150, flex=2),
    Column("predictor", width=180, flex=2),
    Column("seed", "integer", width=70),
    Column("over", width=76),
    Column("which", width=150, flex=2),
    Column("n", "integer", width=64),
    Column("positives", "integer", width=94),
    Column("negatives", "integer", width=94),
    Column("unmatched", "integer", width=104),
    Column("auc", "number", width=104),
    Column("low", "number", width=76),
    Column("high", "number", width=76),
    Column("brier", "number", width=80),
    Column("naive_brier", "number", width=104),
    Column("ece", "number", width=76),
    Column("slope", "number", width=80),
    Column("intercept", "number", width=96),
    Column("threshold", "number", width=96),
)


def no_instances(view: View) -> Component:
    return notices.empty(view.locale, "no_instances")


def draw_separation(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return no_instances(view)
    grid = tables.grid(ids.grid("predictions", "instances"), df, SEPARATION, view)
    found = instances.counts(view.snapshot, view.state)
    return html.Div([grid, notices.remark(say(view.locale, "predictions", "instances", **found._asdict()))])


def roc(view: View) -> pl.DataFrame:
    return instances.curves(view.snapshot, view.state)


def draw_roc(df: pl.DataFrame, view: View) -> Component:
    said = words(view, "chance", "true", "false", "cutoff")
    return _probabilities("roc", df, probabilities.roc, said, view)


def reliability(view: View) -> pl.DataFrame:
    return instances.reliability(view.snapshot, view.state)


def draw_reliability(df: pl.DataFrame, view: View) -> Component:
    said = words(view, "equal", "predicted", "share")
    return _probabilities("reliability", df, probabilities.reliability, said, view)


def _probabilities(panel: str, df: pl.DataFrame, figure: Draw, said: dict[str, str], view: View) -> Component:
    """A chart for each statistic."""
    if df.is_empty():
        return no_instances(view)
    parts = [
        (str(name), partial(figure, part, view.theme, said))
        for (name,), part in df.group_by("name", maintain_order=True)
    ]
    remark = say(view.locale, "predictions", panel, most=probabilities.MOST)
    return html.Div([charts(panel, parts, probabilities.HEIGHT, view), notices.remark(remark)])


def table(view: View) -> pl.DataFrame:
    return predictions.table(view.snapshot, view.state)


TABLE = (
    Column("run_spec", width=260, flex=3),
    Column("source", width=100),
    Column("name", width=200, flex=2),
    Column("split", width=80),
    *(
        Column(c, "number", width=90)
        for c in ("mean", "min", "max", "count", "stddev", "sum", "sum_squared", "variance")
    ),
    Column("stderr", "number", width=90),
    Column("perturbation", width=120),
    Column("computed_on", width=110),
    Column("predictor", width=140),
    Column("suite", width=120),
)


def draw_table(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    return tables.grid(ids.grid("predictions", "table"), df, TABLE, view)


def claimed(view: View) -> pl.DataFrame:
    return cards.cards(view.snapshot, view.state)


CARDS = (
    Column("title", width=220, flex=3),
    Column("result", width=120),
    Column("claim", width=240, flex=3),
    Column("predictor", width=110),
    Column("cells", "integer", width=76),
    *(Column(c, "integer", width=104) for c in ("verified", "falsified", "inconclusive")),
    Column("share", "number", width=84),
    Column("threshold", "number", width=96),
    Column("strategy", width=96),
    Column("metrics", width=200, flex=2),
    Column("created", "date", width=140),
)


def draw_cards(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_cards")
    unfolded = [
        claims.card(row, view.locale, is_open=False) for row in df.head(claims.MOST).iter_rows(named=True)
    ]
    return html.Div(
        [
            tables.grid(ids.grid("predictions", "cards"), df.drop("about"), CARDS, view),
            html.Div(unfolded, className="config"),
        ]
    )


def verdicts(view: View) -> pl.DataFrame:
    return cards.verdicts(view.snapshot, view.state)


def draw_verdicts(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_cards")
    return tables.grid(
        ids.grid("predictions", "verdicts"), df, [_verdict(c, t) for c, t in df.schema.items()], view
    )


def _verdict(name: str, dtype: pl.DataType) -> Column:
    """Its symbols have the names that the card gives them."""
    own = {"card": 200, "cell": 130, "status": 110, "output": 240, "timestamp": 190}
    if name in own:
        return Column(name, width=own[name], flex=2 if name in ("card", "output") else None)
    return Column(name, "number" if dtype.is_numeric() else "text", width=120, header=name)


PAGE = Page(
    key="predictions",
    path="/predictions",
    order=7,
    filters=("q", "tasks", "models", "suites", "metric", "predictors", "perturbations"),
    controls=("agreement", "facet", "threshold"),
    panels=(
        Panel("pairs", pairs, draw_pairs, goto=behind),
        Panel("summary", summary, draw_summary),
        Panel("sweeps", sweeps, draw_sweeps, goto=behind),
        Panel("instances", separation, draw_separation),
        Panel("roc", roc, draw_roc),
        Panel("reliability", reliability, draw_reliability),
        Panel("cards", claimed, draw_cards),
        Panel("verdicts", verdicts, draw_verdicts),
        Panel("table", table, draw_table),
    ),
)
