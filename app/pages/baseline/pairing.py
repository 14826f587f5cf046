"""Which samples of two runs were taken for the same question."""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, notices, tables
from components.page import View
from components.tables import Column
from components.text import say
from data.queries import deltas


def frame(view: View) -> pl.DataFrame:
    df = deltas.pairing(view.snapshot, view.state)
    words = [say(view.locale, "paired_by", rule) for rule in df["paired_by"]]
    both = pl.concat_str("candidate_format", "baseline_format", separator=" − ")
    same = pl.col("candidate_format") == pl.col("baseline_format")
    formats = pl.when(same).then("candidate_format").otherwise(both).alias("formats")
    return df.with_columns(pl.Series("rule", words, pl.String), formats)


PAIRING = (
    Column("candidate", width=150, flex=2),
    Column("task", width=110, flex=1),
    Column("n_paired", "integer", width=84),
    Column("rule", width=112),
    Column("n_candidate_only", "integer", width=132),
    Column("n_baseline_only", "integer", width=130),
    Column("n_input_differs", "integer", width=124),
    Column("n_input_unknown", "integer", width=132),
    Column("formats", width=150),
)


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_samples_to_pair")
    grid = tables.grid(ids.grid("baseline", "pairing"), df, PAIRING, view, height=tables.SHORT)
    return html.Div([grid, *how_paired(df, view)])


def how_paired(df: pl.DataFrame, view: View) -> list[Component]:
    """By which rule samples were paired, and what was left out, over all rows of `pairing`."""
    by_id = df.filter(pl.col("paired_by") == "id")
    counts = {
        "pairs_id": int((by_id["n_paired"] - by_id["n_input_unknown"]).sum()),
        "pairs_id_alone": by_id["n_input_unknown"].sum(),
        "pairs_input": df.filter(pl.col("paired_by") == "input")["n_paired"].sum(),
        "pairs_differ": df["n_input_differs"].sum(),
    }
    told = [say(view.locale, "baseline", key, n=f"{n:,}") for key, n in counts.items() if n]
    formats = sorted({*df["candidate_format"], *df["baseline_format"]})
    mixed = say(view.locale, "baseline", "mixed", formats=", ".join(formats)) if len(formats) > 1 else None
    how = say(view.locale, "baseline", "paired" if told else "pairs_none", how="; ".join(told))
    return [notices.remark(text) for text in (how, mixed) if text]
