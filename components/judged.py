"""How a sample was judged: a block for each scorer, with what counts and why; a table of them where they are many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, notices, tables
from components.page import View
from components.plain import visible
from components.tables import Column
from components.text import clipped, say
from components.theme import number
from components.transcript import as_text, count, fields_text, pre

BUDGET = 56
"""Components of the blocks: a panel holds a hundred."""
MOST_BLOCKS = 6


def scores(found: Mapping[str, Any], df: pl.DataFrame, view: View) -> Component:
    """`df`: columns epoch, scorer, value and mark, of the numbers that were ingested."""
    judged = {
        n: s if isinstance(s, Mapping) else {"value": s} for n, s in dict(found.get("scores") or {}).items()
    }
    if not judged:
        return notices.remark(say(view.locale, "sample", "no_scores"))
    blocks = [_score(scorer, score, df, view) for scorer, score in list(judged.items())[:MOST_BLOCKS]]
    if len(judged) > len(blocks) or sum(map(count, blocks)) > BUDGET:
        return _table(judged, df, view)
    return html.Div(blocks, className="judged")


COLUMNS = (
    Column("scorer", width=170, pinned=True),
    Column("logged_as", width=110),
    Column("counts_as", width=110),
    Column("answer", "prose", width=180, flex=1),
    Column("explanation", "prose", width=380, flex=3),
    Column("metadata", width=140),
)


def _table(judged: Mapping[str, Mapping[str, Any]], df: pl.DataFrame, view: View) -> Component:
    rows = [(scorer, *_cells(scorer, score, df, view)) for scorer, score in judged.items()]
    told = pl.DataFrame(rows, schema=dict.fromkeys((c.field for c in COLUMNS), pl.String), orient="row")
    shown = [c for c in COLUMNS if (told[c.field] != "").any()]
    return tables.grid(ids.grid("sample", "scorers"), told, shown, view)


def _cells(scorer: str, score: Mapping[str, Any], df: pl.DataFrame, view: View) -> list[str]:
    texts = [score.get("answer") or "", score.get("explanation") or score.get("reason") or ""]
    said = [as_text(score.get("value")), _counted(scorer, df, view), *map(as_text, texts)]
    metadata = as_text(score["metadata"]) if score.get("metadata") else ""
    return [*said, metadata]


def _score(scorer: str, score: Mapping[str, Any], df: pl.DataFrame, view: View) -> Component:
    lines = [("value", as_text(score.get("value"))), ("counts_as", _counted(scorer, df, view))]
    lines += [(k, as_text(score[k])) for k in ("answer", "explanation", "reason") if score.get(k)]
    listed = [
        p
        for k, text in lines
        if text
        for p in (
            html.Dt(say(view.locale, "sample", k)),
            html.Dd(clipped(text, view.locale), dir="auto"),
        )
    ]
    return html.Section(
        [html.H4(visible(scorer)), html.Dl(listed), *_metadata(score, view)], className="score"
    )


def _metadata(score: Mapping[str, Any], view: View) -> list[Component]:
    """Folded: what a grader was asked is longer than all else."""
    found = score.get("metadata")
    if not found:
        return []
    text = fields_text(found) if isinstance(found, Mapping) else as_text(found)
    return [html.Details([html.Summary(say(view.locale, "sample", "metadata")), pre(text, view.locale)])]


def _counted(scorer: str, df: pl.DataFrame, view: View) -> str:
    mine = df.filter((pl.col("scorer") == scorer) | pl.col("scorer").str.starts_with(f"{scorer}/"))
    mine = mine.filter(pl.col("epoch") == (view.state.epoch or mine["epoch"].min()))
    return ", ".join(
        f"{r['scorer'].removeprefix(scorer).lstrip('/')} {_number(r, view.locale)}".strip()
        for r in mine.iter_rows(named=True)
    )


def _number(row: Mapping[str, Any], locale: str) -> str:
    return number(row["value"]) if row["value"] is not None else say(locale, "marks", row["mark"])
