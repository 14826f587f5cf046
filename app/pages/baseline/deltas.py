"""The table of differences, which several panels show: its columns, its words and where its rows lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

import polars as pl
from dash.development.base_component import Component

from components import comparability, evidence, ids, links, notices, tables
from components.page import View
from components.tables import Column
from components.text import counted, say
from data.viewstate import EVERYWHERE, ViewState

DELTAS = (
    Column("candidate", width=154, flex=2),
    Column("axis", "link", width=148, flex=2),
    Column("metric", width=110),
    Column("delta", "delta", width=118, tip="how"),
    Column("paired_delta", "delta", width=98, tip="how"),
    Column("low", "interval", to="high", name="interval_of_delta", width=158, tip="how"),
    Column("p_adjusted", "p", width=104, tip="how"),
    Column("n_paired", "integer", width=74, tip="how"),
    Column("verdict_word", width=168, tip="how"),
    Column("not_comparable", width=150),
    Column("baseline_score", "number", width=132, tip="how"),
    Column("candidate_score", "number", width=140, tip="how"),
    Column("detectable", "number", width=104, tip="how"),
    Column("fixed", "integer", width=76, tip="how"),
    Column("broken", "integer", width=82, tip="how"),
    Column("baseline_n", "integer", width=104, tip="how"),
    Column("n", "integer", width=84, tip="how"),
)
JUDGED = ("low", "p_adjusted", "verdict_word", "detectable", "fixed", "broken", "paired_delta")
"""Columns that single samples have nothing for."""


def table(df: pl.DataFrame, view: View, name: str = "ranking") -> Component:
    lead = cache(partial(_leads, links.only(view.state, EVERYWHERE)))
    settings = cache(
        lambda base, run: comparability.settings({"baseline_run": base, "run_id": run}, view.state)
    )
    hrefs = {
        "axis": lambda row: lead(row["task"], row["category"], _of_sample(row, view)),
        "candidate": lambda row: settings(row.get("baseline_run"), row["run_id"]),
    }
    return tables.grid(
        ids.grid("baseline", name),
        df,
        columns(df, view),
        view,
        hrefs,
        height=tables.LOWER,
        told=partial(evidence.how, view=view),
    )


def columns(df: pl.DataFrame, view: View) -> list[Column]:
    """Of DELTAS what these rows have something for. Where pairs say another difference than the scores, it is said of
    both which they are; where the rows are of one metric, that comes last."""
    apart, mixed = not parted(df).is_empty(), df["metric"].n_unique() > 1
    idle = {
        *(JUDGED if view.state.level == "sample" else ()),
        *(() if apart else ("paired_delta",)),
        *(() if "comparable" in df.columns and not df["comparable"].all() else ("not_comparable",)),
    }
    kept = [c for c in DELTAS if c.field not in idle]
    named = [replace(c, name="delta_logged") if apart and c.field == "delta" else c for c in kept]
    return named if mixed else sorted(named, key=lambda c: c.field == "metric")


def parted(df: pl.DataFrame) -> pl.DataFrame:
    """Differences whose pairs are not all that their scores are over."""
    return df.filter("parted")


def apart(df: pl.DataFrame, view: View, key: str = "parted") -> list[Component]:
    """Which of two differences is which, where some have two, and how many the second one does not bear out."""
    counts = {key: parted(df).height, "unconfirmed": int(df["unconfirmed"].sum())}
    return [notices.remark(counted(view.locale, "baseline", k, n)) for k, n in counts.items() if n]


def verdict_words(df: pl.DataFrame, locale: str) -> pl.Series:
    """What each row comes to, or why nothing can be said of it."""
    words = [said or why for said, why in df.select("verdict", "without").iter_rows()]
    return pl.Series("verdict_word", [say(locale, "verdict", w) if w else None for w in words], pl.String)


def leads(row: Mapping[str, Any], view: View) -> str:
    return _leads(links.only(view.state, EVERYWHERE), row["task"], row["category"], _of_sample(row, view))


def _of_sample(row: Mapping[str, Any], view: View) -> str | None:
    """The run, where a row is one sample of it."""
    return row["run_id"] if view.state.level == "sample" else None


def _leads(state: ViewState, task: str, category: str | None, run_id: str | None) -> str:
    """From a state with nothing but the filters that make sense everywhere."""
    if run_id is not None:
        return links.sample(run_id, str(category), None, state)
    if category is None:
        return links.to("/baseline", state.edit(tasks=[task]))
    return links.to("/heatmap", state.edit(tasks=[task], categories=[category]))
