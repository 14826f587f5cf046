"""Which samples changed from wrong to right, or from right to wrong."""

from __future__ import annotations

import polars as pl
from dash.development.base_component import Component

from components import ids, links, notices, tables
from components.page import View
from components.tables import Column
from components.text import say
from data.queries import flips as changed
from data.viewstate import CHANGES

FLIPS = (
    Column("change_word", width=120),
    Column("candidate", width=180, flex=2),
    Column("task", width=140, flex=1),
    Column("sample_id", "link", width=160, flex=2),
    Column("baseline_score", "number", width=138),
    Column("candidate_score", "number", width=146),
    Column("baseline_epochs", "integer", width=140, hide=True),
    Column("candidate_epochs", "integer", width=146, hide=True),
    Column("metric", width=120),
)


def frame(view: View) -> pl.DataFrame:
    df = changed.flips(view.snapshot, view.state)
    words = [say(view.locale, "change", c) for c in CHANGES]
    return df.with_columns(
        pl.col("change").replace_strict(CHANGES, words, return_dtype=pl.String).alias("change_word")
    )


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_flips")
    hrefs = {"sample_id": lambda r: links.sample(r["run_id"], r["sample_id"], None, view.state)}
    return tables.grid(ids.grid("baseline", "flips"), df, FLIPS, view, hrefs, height=tables.LOWER)
