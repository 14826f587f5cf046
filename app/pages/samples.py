"""What was asked and answered, sample by sample?"""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables
from components.page import Page, Panel, View
from components.tables import Column
from components.text import say
from data.queries import samples, search
from data.schema import PREVIEW

FEW = 3
"""Scorers that fit between a sample's name and its text; more of them stand behind it."""
TALL = 620
"""Pixels of the one table of the page."""


def table(view: View) -> pl.DataFrame:
    return samples.table(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        key = "nothing_loaded" if view.snapshot.runs.is_empty() else "no_samples"
        return notices.empty(view.locale, key)
    scorers = [c for c in df.columns if c not in samples.FIRST and c not in samples.LAST]
    judged = [Column(c, "heat", width=tables.wide_enough(c), header=c) for c in scorers]
    few = len(judged) <= FEW
    columns = [
        Column("sample_id", "link", width=150, pinned=True),
        Column("task", width=130),
        Column("model", width=170),
        Column("epoch", "integer", width=84),
        *(judged if few else []),
        Column("input", width=260, flex=3),
        Column("target", width=130, flex=1),
        Column("answer", width=150, flex=1),
        *([] if few else judged),
        Column("error", width=130),
        Column("limit", width=90),
        Column("category", width=120),
        Column("total_tokens", "integer", width=96),
        Column("time_s", "seconds", width=90),
    ]
    hrefs = {
        "sample_id": lambda r: links.sample(r["run_id"], r["sample_id"], r["epoch"], view.state, *links.LIST)
    }
    searched = [notices.remark(say(view.locale, "samples", said(view), n=PREVIEW))] if view.state.q else []
    grid = tables.grid(ids.grid("samples", "table"), df, columns, view, hrefs, height=TALL)
    return html.Div([*searched, grid])


def said(view: View) -> str:
    """What was searched: long texts are read when all else is on screen."""
    return "searched" if search.is_complete(view.snapshot, view.state) else "searched_without"


PAGE = Page(
    key="samples",
    path="/samples",
    order=5,
    filters=("q", "tasks", "models", "group", "categories", "epoch", "statuses", "tags", "attempts"),
    controls=(),
    panels=(Panel("table", table, draw),),
)
