"""How far were the predictions from what came?"""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables
from components.figures import pairs as figures
from components.figures.graph import graph
from components.page import Page, Panel, Point, View
from components.tables import Column
from components.text import say
from data.queries import predictions


def pairs(view: View) -> pl.DataFrame:
    return predictions.pairs(view.snapshot, view.state)


def draw_pairs(df: pl.DataFrame, view: View) -> Component:
    """A chart for each statistic: two of them share no axis."""
    if df.is_empty():
        return nothing(view)
    words = {key: say(view.locale, "predictions", key) for key in ("actual", "predicted", "equal")}
    charts = [
        html.Figure(
            [
                html.Figcaption(str(name)),
                graph(
                    ids.graph("predictions", f"pairs-{i}"),
                    figures.scatter(part, view.theme, words),
                    figures.HEIGHT,
                ),
            ]
        )
        for i, ((name,), part) in enumerate(df.group_by("name", maintain_order=True))
    ]
    return html.Div([html.Div(charts[:MOST], className="facets"), notices.remark(met(view))])


MOST = 6
"""Charts that can be told apart at a glance; the tables have all statistics."""


def met(view: View) -> str:
    """How many predictions met a value: MAGNET leaves out the others without a word."""
    found = predictions.counts(view.snapshot, view.state)
    return say(view.locale, "predictions", "met", **found._asdict())


def nothing(view: View) -> Component:
    key = "no_predictions" if view.snapshot.predictions.is_empty() else "no_actual"
    return notices.empty(view.locale, key)


def behind(view: View, point: Point) -> str | None:
    custom = point.get("customdata")
    return links.run(custom[0], view.state) if custom and custom[0] else None


def summary(view: View) -> pl.DataFrame:
    return predictions.summary(view.snapshot, view.state)


SUMMARY = (
    Column("name", width=200, flex=2),
    Column("over", width=90),
    Column("which", width=180, flex=2),
    Column("n", "integer", width=80),
    Column("mae", "number", width=96),
    Column("rmse", "number", width=96),
    Column("bias", "delta", width=96),
    Column("low", "delta", width=110),
    Column("high", "delta", width=110),
    Column("r2", "number", width=96),
    Column("spearman", "number", width=110),
)


def draw_summary(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    return tables.grid(ids.grid("predictions", "summary"), df, SUMMARY, view)


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


PAGE = Page(
    key="predictions",
    path="/predictions",
    order=7,
    filters=("q", "tasks", "models", "suites", "metric"),
    controls=(),
    panels=(
        Panel("pairs", pairs, draw_pairs, goto=behind),
        Panel("summary", summary, draw_summary),
        Panel("table", table, draw_table),
    ),
)
