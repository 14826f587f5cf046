"""Which samples does each model get right, and where do the models part?"""

from __future__ import annotations

from typing import Any

import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from components import ids, links, notices
from components.figures import heat
from components.figures.graph import graph
from components.page import Page, Panel, Point, View
from components.text import counted, say
from components.theme import MARK_SIGNS, number
from data.grades import GRADES
from data.queries import heatmap, samples


def cells(view: View) -> pl.DataFrame:
    return heatmap.cells(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        key = "nothing_loaded" if view.snapshot.runs.is_empty() else "no_sample_scores"
        return notices.empty(view.locale, key)
    if df.height > heat.MOST_CELLS:
        return notices.empty(view.locale, "too_many_cells", cells=f"{df.height:,}")
    words = {key: say(view.locale, "heatmap", key) for key in ("samples", "models")}
    words |= {mark: say(view.locale, "marks", mark) for mark in heatmap.MARKS} | {"score": df["scorer"][0]}
    figure = heat.sample_heatmap(df, view.state, view.theme, words, heatmap.span(view.snapshot, view.state))
    drawn = graph(
        ids.graph("heatmap", "cells"), figure, height_of(df, view), view.state.width, clear_on_unhover=True
    )
    tip = dcc.Tooltip(id=ids.hover("heatmap", "cells"), className="tip")
    return html.Div(
        [
            html.Div([drawn, tip], className="scroll"),
            notices.remark(said(df, view)),
            notices.remark(rule(view)),
        ]
    )


def height_of(df: pl.DataFrame, view: View) -> int:
    """As tall as the rows need to be told apart, within what a screen holds."""
    models = df["model"].n_unique()
    rows = models if view.state.orientation == "horizontal" else df.height // models
    return view.state.height or min(820, max(300, 150 + 26 * rows))


def said(df: pl.DataFrame, view: View) -> str:
    models = df["model"].n_unique()
    others = [t for t in heatmap.tasks(view.snapshot, view.state) if t != df["task"][0]]
    text = say(
        view.locale,
        "heatmap",
        "is",
        task=df["task"][0],
        reducer=say(view.locale, "options_reducer", view.state.reducer).lower(),
        samples=f"{df.height // models:,}",
        models=models,
    )
    otherwise = heatmap.judged_otherwise(view.snapshot, view.state)
    more = [counted(view.locale, "heatmap", "others", len(others))] if others else []
    more += [counted(view.locale, "heatmap", "otherwise", otherwise)] if otherwise else []
    return " ".join([text, *more])


def rule(view: View) -> str:
    """The visible rule by which grades are numbers."""
    grades = ", ".join(f"{grade} = {value:g}" for grade, value in GRADES.items())
    return say(view.locale, "heatmap", "rule", grades=grades)


def pointed_at(view: View, point: Point) -> dict[str, Any] | None:
    """The cell under the pointer, as a row of the frame."""
    df = cells(view)
    models = df["model"].n_unique()
    x, y = round(point.get("x", -1)), round(point.get("y", -1))
    sample, model = (x, y) if view.state.orientation == "horizontal" else (y, x)
    at = sample * models + model
    return df.row(at, named=True) if 0 <= model < models and 0 <= at < df.height else None


def behind(view: View, point: Point) -> str | None:
    cell = pointed_at(view, point)
    return links.sample(cell["run_id"], cell["sample_id"], None, view.state) if cell else None


def tell(view: View, point: Point) -> Component | None:
    cell = pointed_at(view, point)
    if cell is None:
        return None
    row = samples.first(view.snapshot, cell["run_id"], cell["sample_id"])
    mark = cell["mark"]
    score = (
        number(cell["value"])
        if cell["value"] is not None
        else f"{MARK_SIGNS[mark]} {say(view.locale, 'marks', mark)}"
    )
    lines = [("score", score), ("epochs", f"{cell['epochs']}"), ("category", cell["category"])]
    lines += [(key, row.get(key)) for key in ("answer", "target", "error", "limit")]
    return html.Div(
        [
            html.Strong(cell["sample_id"]),
            html.Div(cell["model"], className="who"),
            html.Dl([part for key, text in lines if text for part in _line(key, text, view.locale)]),
        ]
    )


def _line(key: str, text: str, locale: str) -> list[Component]:
    return [html.Dt(say(locale, "heatmap", key)), html.Dd(text)]


PAGE = Page(
    key="heatmap",
    path="/heatmap",
    order=3,
    filters=(
        "tasks",
        "models",
        "metric",
        "group",
        "categories",
        "reducer",
        "q",
        "statuses",
        "tags",
        "attempts",
    ),
    controls=(
        "orientation",
        "sort",
        "order",
        "sort_models",
        "order_models",
        "arrange",
        "scale",
        "colors",
        "gap",
        "values",
        "legend",
        "height",
        "width",
        "title",
    ),
    offers={"sort": ("", "name", "none", "custom"), "sort_models": ("", "name", "none", "custom")},
    panels=(Panel("cells", cells, draw, goto=behind, hover=tell),),
)
