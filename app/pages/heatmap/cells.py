"""Samples by model: the picture itself, and what a reader has to know to read it."""

from __future__ import annotations

import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from app.pages.heatmap.picture import models_of, nothing, size
from components import ids, notices
from components.figures import heat, margins
from components.figures.graph import graph, tipped
from components.page import View
from components.text import counted, reducer, say
from data.grades import GRADES
from data.queries import heatmap, matrix


def frame(view: View) -> pl.DataFrame:
    return heatmap.cells(view.snapshot, view.state)


def too_many(view: View) -> Component | None:
    size = heatmap.size(view.snapshot, view.state)
    if size <= heat.MOST_CELLS:
        return None
    return notices.empty(view.locale, "too_many_cells", cells=f"{size:,}")


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, nothing(view))
    words = {key: say(view.locale, "heatmap", key) for key in ("samples", "models", "none", "flaky", "mean")}
    words |= {mark: say(view.locale, "marks", mark) for mark in heatmap.MARKS}
    words["score"] = df["scorer"][0] if view.state.shows == "value" else say(view.locale, "heatmap", "spread")
    span, height = heatmap.span(view.snapshot, view.state), height_of(df, view)
    figure = heat.sample_heatmap(df, view.state, view.theme, words, span, beside(df, view), height)
    drawn = graph(
        ids.graph("heatmap", "cells"),
        figure,
        height,
        view.state.width,
        "zoom",
        twice=False,
        clear_on_unhover=True,
    )
    tip = dcc.Tooltip(id=ids.hover("heatmap", "cells"), className="tip")
    return html.Div([tipped(drawn, tip), *[notices.remark(text) for text in remarks(df, view)]])


def beside(df: pl.DataFrame, view: View) -> margins.Beside:
    s, v = view.snapshot, view.state
    few = df.height // models_of(df) <= margins.FEW_MARKS
    return margins.Beside(
        heatmap.models(s, v),
        heatmap.samples(s, v, interval=few),
        heatmap.bands(s, v),
        heatmap.span(s, v.edit(shows=None)),
    )


def height_of(df: pl.DataFrame, view: View) -> int:
    """As tall as the rows need to be told apart and the names below them to be read, within what a screen holds."""
    models = models_of(df)
    wide = view.state.orientation == "horizontal"
    rows = models if wide else df.height // models
    below = heat.sample_names(df, models) if wide else heat.model_names(df, models)
    return view.state.height or min(820, max(340, 200 + 26 * rows + heat.below(below, view.state)))


def remarks(df: pl.DataFrame, view: View) -> list[str]:
    more = [say(view.locale, "heatmap", "margins")]
    if view.state.shows == "spread":
        more.append(say(view.locale, "heatmap", "spread_is"))
    if view.state.which:
        more.append(say(view.locale, "heatmap", f"only_{view.state.which}"))
    if heat.pools(df.height // models_of(df), view.state):
        more.append(say(view.locale, "heatmap", "pooled"))
    return [said(df, view), " ".join(more), rule(view)]


def said(df: pl.DataFrame, view: View) -> str:
    models = models_of(df)
    others = [t for t in matrix.tasks(view.snapshot, view.state) if t != df["task"][0]]
    text = say(
        view.locale,
        "heatmap",
        "is",
        task=df["task"][0],
        reducer=reducer(view.locale, view.state.reducer).lower(),
        **size(df.height // models, models, view),
    )
    otherwise = heatmap.judged_otherwise(view.snapshot, view.state)
    more = [counted(view.locale, "heatmap", "others", len(others))] if others else []
    more += [counted(view.locale, "heatmap", "otherwise", otherwise)] if otherwise else []
    asked = heatmap.asked_otherwise(view.snapshot, view.state)
    more += [counted(view.locale, "heatmap", "asked", asked)] if asked else []
    return " ".join([text, *more])


def rule(view: View) -> str:
    """The visible rule by which grades are numbers."""
    grades = ", ".join(f"{grade} = {value:g}" for grade, value in GRADES.items())
    return say(view.locale, "heatmap", "rule", grades=grades)
