"""In the part that is zoomed into: each sample and answer as a list."""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.heatmap.picture import label, models_of, size
from components import ids, links, notices, tables
from components.page import View
from components.tables import Column
from components.text import name, say
from components.theme import MARK_SIGNS
from data.queries import heatmap, regions


def frame(view: View) -> pl.DataFrame:
    return regions.selection(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    """The list of what was dragged over, or how to have one."""
    if df.is_empty():
        key = "nothing_inside" if view.state.window and heatmap.shown(view.snapshot, view.state) else "drag"
        return notices.remark(say(view.locale, "heatmap", key))
    models = models_of(df)
    whole = links.to("/heatmap", view.state.edit(zoom=None))
    inside = html.P(
        [
            html.Span(say(view.locale, "heatmap", "inside", **size(df.height // models, models, view))),
            html.A(say(view.locale, "heatmap", "show_all"), href=whole, className="inside"),
        ],
        className="against",
    )
    columns = (
        Column("sample_id", "link", width=150, pinned=True),
        *label(df, "sample_label"),
        Column("model", width=170),
        *label(df, "model_label"),
        Column("value", "heat", width=96, header=name(view.locale, "columns", "score")),
        Column("epochs", "integer", width=88),
        Column("input", width=260, flex=3),
        Column("target", width=130, flex=1),
        Column("answer", width=150, flex=1),
        Column("category", width=120),
    )
    hrefs = {"sample_id": lambda r: links.sample(r["run_id"], r["sample_id"], None, view.state)}
    notes = {
        "value": lambda r: (
            None
            if r["mark"] == "value"
            else f"{MARK_SIGNS[r['mark']]} {say(view.locale, 'marks', r['mark'])}"
        )
    }
    grid = tables.grid(ids.grid("heatmap", "selection"), df, columns, view, hrefs, notes, height=tables.LOWER)
    return html.Div([inside, grid])
