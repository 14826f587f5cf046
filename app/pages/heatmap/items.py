"""What the samples tell: which of them separate models, and which are worth a look."""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.heatmap.picture import label, nothing
from app.pages.heatmap.pointing import answers, known
from components import ids, links, lint, notices, tables
from components.page import View
from components.tables import Column
from data.queries import items


def frame(view: View) -> pl.DataFrame:
    return items.items(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    found = items.summary(view.snapshot, view.state)
    if found is None:
        return notices.empty(view.locale, nothing(view))
    columns = (
        Column("sample_id", "link", width=130, flex=1),
        *label(df, "sample_label"),
        Column("findings", width=140, flex=1),
        Column("mean", "heat", width=80),
        *([Column("share_right", "percent", width=80)] if found.is_share else []),
        Column("discrimination", "delta", width=128),
        Column("disagreement", "number", width=124),
        Column("n_models", "integer", width=86),
        Column("flaky", "integer", width=76),
        Column("same_input", "integer", width=138),
        Column("category", width=110),
    )
    hrefs = {
        "sample_id": lambda r: links.sample(r["run_id"], r["sample_id"], None, view.state),
        "n_models": lambda r: answers(view.state, r["task"], r["sample_id"]),
    }
    tips = {
        "mean": lambda r: " · ".join(
            text for _, text in known(r | {"n": r["n_models"]}, "sample_id", view) if text
        )
    }
    grid = tables.grid(ids.grid("heatmap", "items"), df, columns, view, hrefs, tips=tips)
    return html.Div([*lint.said(found, view), grid])
