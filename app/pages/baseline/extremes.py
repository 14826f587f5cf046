"""Where each candidate gained most, and where it lost most."""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.baseline import deltas
from app.pages.baseline.nothing import nothing
from components.page import View
from data.queries import baseline


def extremes(view: View, *, largest: bool) -> pl.DataFrame:
    df = baseline.extremes(view.snapshot, view.state, largest=largest)
    return df.with_columns(deltas.verdict_words(df, view.locale))


def top(view: View) -> pl.DataFrame:
    return extremes(view, largest=True)


def bottom(view: View) -> pl.DataFrame:
    return extremes(view, largest=False)


def draw_top(df: pl.DataFrame, view: View) -> Component:
    return draw_extremes(df, view, "top")


def draw_bottom(df: pl.DataFrame, view: View) -> Component:
    return draw_extremes(df, view, "bottom")


def draw_extremes(df: pl.DataFrame, view: View, name: str) -> Component:
    if df.is_empty():
        return nothing(view)
    return html.Div([deltas.table(df, view, name), *deltas.apart(df, view, "parted_below")])
