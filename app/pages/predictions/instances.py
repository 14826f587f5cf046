"""Do predictions of single instances tell the right answers from the wrong ones, and mean what they say?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.predictions.charts import charts, words
from components import ids, notices, tables
from components.figures import probabilities
from components.page import View
from components.tables import Column
from components.text import say
from data.queries import instances

Draw = Callable[[pl.DataFrame, str, dict[str, str]], dict[str, Any]]


def separation(view: View) -> pl.DataFrame:
    return instances.separation(view.snapshot, view.state)


SEPARATION = (
    Column("predictor", width=230, pinned=True),
    Column("name", width=112),
    Column("seed", "integer", width=70),
    Column("over", width=76),
    Column("which", width=160),
    Column("auc", "number", width=90),
    Column("low", "number", width=76),
    Column("high", "number", width=76),
    Column("n", "integer", width=64),
    Column("positives", "integer", width=84),
    Column("negatives", "integer", width=90),
    Column("unmatched", "integer", width=104),
    Column("draws", "integer", width=76),
    Column("brier", "number", width=80),
    Column("naive_brier", "number", width=104),
    Column("ece", "number", width=76),
    Column("slope", "number", width=80),
    Column("intercept", "number", width=96),
    Column("threshold", "number", width=96),
)
"""The area and its interval stand where they are seen without scrolling."""


def no_instances(view: View) -> Component:
    return notices.empty(view.locale, "no_instances")


def draw_separation(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return no_instances(view)
    told = [c for c in SEPARATION if c.field != "which" or df["which"].is_not_null().any()]
    grid = tables.grid(ids.grid("predictions", "instances"), df, told, view)
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
