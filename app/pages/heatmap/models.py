"""Means of the models over the samples shown."""

from __future__ import annotations

import polars as pl
from dash.development.base_component import Component

from app.pages.heatmap.picture import label, nothing
from components import ids, links, notices, tables
from components.page import View
from components.tables import Column
from components.text import name
from data.queries import heatmap


def frame(view: View) -> pl.DataFrame:
    return heatmap.models(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, nothing(view))
    columns = (
        Column("model", "link", width=200, flex=2),
        *label(df, "model_label"),
        Column("mean", "heat", width=96),
        Column("low", "number", width=96, header=name(view.locale, "columns", "low")),
        Column("high", "number", width=96, header=name(view.locale, "columns", "high")),
        Column("n", "integer", width=84),
        Column("n_without", "integer", width=148),
        Column("flaky", "integer", width=84),
        Column("interval", width=120, flex=1),
    )
    hrefs = {"model": lambda r: links.run(r["run_id"], view.state)}
    return tables.grid(ids.grid("heatmap", "models"), df, columns, view, hrefs, height=tables.LOWER)
