"""What two runs have alike and what not, in words: a table of what is not the same, and one line for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables
from components.page import View
from components.tables import Column
from components.text import counted, knows, say
from data.configs import parting
from data.viewstate import ViewState

Row = Mapping[str, Any]
"""Of comparability.TABLE."""
ORDER = ("breaks", "differs", "unknown", "same")
COUNTED = ("samples", "inputs")
"""Aspects that are told in numbers of samples."""
ROOM = 140
"""Characters of a value that are shown; the downloads have more."""
COLUMNS = (
    Column("candidate", width=150, flex=2),
    Column("task", width=120, flex=2),
    Column("aspect_word", width=120, flex=1),
    Column("outcome_word", width=182),
    Column("baseline_value", "prose", width=150, flex=3),
    Column("candidate_value", "prose", width=150, flex=3),
    Column("remark", "prose", width=190, flex=3),
)


def card(df: pl.DataFrame, view: View) -> Component:
    """From what `worded` gives."""
    notable = previewed(df.filter(pl.col("outcome") != "same"))
    rest = notices.remark(alike(df, view.locale), "info" if notable.height else "good")
    if notable.is_empty():
        return html.Div([rest])
    notes = {c: lambda row, c=c: unset(row, c, view.locale) for c in ("baseline_value", "candidate_value")}
    grid = tables.grid(
        ids.grid("baseline", "comparability"),
        notable,
        COLUMNS,
        view,
        {"candidate": lambda row: settings(row, view.state)},
        notes,
        height=tables.LOWER,
    )
    return html.Div([grid, rest])


def worded(df: pl.DataFrame, locale: str) -> pl.DataFrame:
    """comparability.TABLE, what matters most first, with `aspect_word`, `outcome_word` and `remark`."""
    ordered = df.sort(pl.col("outcome").cast(pl.Enum(ORDER)), "candidate", "task", maintain_order=True)
    rows = ordered.to_dicts()
    words: dict[str, list[str | None]] = {
        "aspect_word": [say(locale, "aspects", r["aspect"]) for r in rows],
        "outcome_word": [say(locale, "comparability", r["outcome"]) for r in rows],
        "remark": [remark(r, locale) for r in rows],
    }
    return ordered.with_columns(pl.Series(c, texts, pl.String) for c, texts in words.items())


def previewed(df: pl.DataFrame) -> pl.DataFrame:
    """Long values from where they part."""
    columns = ("baseline_value", "candidate_value")
    values = [parting(pair, ROOM) for pair in df.select(columns).rows()]
    return df.with_columns(pl.Series(c, [v[i] for v in values], pl.String) for i, c in enumerate(columns))


def remark(row: Row, locale: str) -> str | None:
    """Why it is as it is; of samples also how many."""
    if row["outcome"] == "unknown":
        key = f"unknown_{row['aspect']}"
        return say(locale, "whys", key) if knows(locale, "whys", key) else None
    counts = {c: f"{row[c]:,}" for c in row if c.startswith("n_") and row[c] is not None}
    return say(locale, "whys", row["why"], **counts) if row["why"] else None


def unset(row: Row, column: str, locale: str) -> str | None:
    """What stands where a log has no value."""
    if row[column] is not None or row["aspect"] in COUNTED:
        return None
    return say(locale, "comparability", "untold" if row["outcome"] == "unknown" else "unset")


def alike(df: pl.DataFrame, locale: str) -> str:
    """The aspects that are the same in every couple of runs."""
    same = pl.col("outcome").eq("same").all()
    kept = df.group_by("aspect", maintain_order=True).agg(same).filter("outcome")["aspect"]
    couples = df.select("run_id", "baseline_run").n_unique()
    if kept.is_empty():
        return say(locale, "comparability", "nothing_alike")
    listed = ", ".join(say(locale, "aspects", aspect).lower() for aspect in kept)
    return counted(locale, "comparability", "alike", couples, aspects=listed)


def settings(row: Row, state: ViewState) -> str | None:
    """The way to what differs in the settings of two runs."""
    base, candidate = row.get("baseline_run"), row.get("run_id")
    return links.compare(state, base, candidate) if base and candidate else None


def not_comparable(df: pl.DataFrame, locale: str) -> pl.Series:
    """From `why_not`: in what a difference is none."""
    words = [
        why and ", ".join(say(locale, "aspects", aspect).lower() for aspect in why.split(", "))
        for why in df["why_not"]
    ]
    return pl.Series("not_comparable", words, pl.String)


def tips(df: pl.DataFrame, locale: str) -> pl.Series:
    """The same as a sentence beside a bar."""
    words = [w and say(locale, "comparability", "not_comparable", aspects=w) for w in df["not_comparable"]]
    return pl.Series("not_comparable", words, pl.String)
