"""How a sample was judged: a block for each scorer, with what counts and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components.page import View
from components.plain import visible
from components.text import say
from components.theme import number
from components.transcript import as_text, clipped, count

BUDGET = 50
"""Components of the scorers that have a block of their own: a panel holds a hundred."""


def scores(found: Mapping[str, Any], df: pl.DataFrame, view: View) -> Component:
    """`df`: columns epoch, scorer, value and mark, of the numbers that were ingested."""
    judged = {
        n: s if isinstance(s, Mapping) else {"value": s} for n, s in dict(found.get("scores") or {}).items()
    }
    blocks: list[Component] = []
    rest = dict(judged)
    while rest:
        block = _score(next(iter(rest)), rest[next(iter(rest))], df, view)
        if blocks and sum(map(count, (*blocks, block))) > BUDGET:
            break
        blocks.append(block)
        del rest[next(iter(rest))]
    if rest:
        said = say(view.locale, "sample", "more_scorers", n=len(rest))
        text = clipped(visible(as_text(rest)), view.locale)
        blocks.append(html.Details([html.Summary(said), html.Pre(text, dir="auto")]))
    return html.Div(blocks, className="judged")


def _score(scorer: str, score: Mapping[str, Any], df: pl.DataFrame, view: View) -> Component:
    lines = [("value", as_text(score.get("value"))), ("counts_as", _counted(scorer, df, view))]
    lines += [(k, as_text(score[k])) for k in ("answer", "explanation", "reason", "metadata") if score.get(k)]
    listed = [
        p
        for k, text in lines
        if text
        for p in (
            html.Dt(say(view.locale, "sample", k)),
            html.Dd(clipped(visible(text), view.locale), dir="auto"),
        )
    ]
    return html.Section([html.H4(visible(scorer)), html.Dl(listed)], className="score")


def _counted(scorer: str, df: pl.DataFrame, view: View) -> str:
    mine = df.filter((pl.col("scorer") == scorer) | pl.col("scorer").str.starts_with(f"{scorer}/"))
    mine = mine.filter(pl.col("epoch") == (view.state.epoch or mine["epoch"].min()))
    return ", ".join(
        f"{r['scorer'].removeprefix(scorer).lstrip('/')} {_number(r, view.locale)}".strip()
        for r in mine.iter_rows(named=True)
    )


def _number(row: Mapping[str, Any], locale: str) -> str:
    return number(row["value"]) if row["value"] is not None else say(locale, "marks", row["mark"])
