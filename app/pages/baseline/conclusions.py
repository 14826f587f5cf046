"""What the comparison comes to, in a sentence or two of each candidate."""

from __future__ import annotations

from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.baseline.nothing import nothing
from components import notices, verdicts
from components.page import View
from components.text import counted, say
from data.queries import conclusions, sides

SEEN, FOLDED = 6, 24
"""Candidates that are spoken of at once, so that the first screen has more than sentences, and behind the fold; of further
ones the table says enough."""
TOGETHER, NAMED = 3, 5
"""So many of whom nothing can be tested are spoken of in one sentence, which names so many of them."""


def frame(view: View) -> pl.DataFrame:
    return conclusions.conclusions(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    return html.Div([*picked(view), *by_sample(view), *said(df, view), *_method(df, view)])


def said(df: pl.DataFrame, view: View) -> list[Component]:
    """A sentence or two of each candidate; of many the first ones, and the others as soon as somebody asks."""
    untold, df = _untold(df)
    rows = df.head(SEEN + FOLDED).to_dicts()
    seen = SEEN if len(rows) > SEEN + 1 else len(rows)  # a fold over a single one saves nothing
    first, others, left = rows[:seen], rows[seen:], df.height - len(rows)
    return [
        _listed([*(_conclusion(r, view) for r in first), *(_together(part, view) for part in untold)]),
        *([_fold(others, view)] if others else []),
        *([notices.remark(counted(view.locale, "baseline", "in_the_table", left))] if left else []),
    ]


def _untold(df: pl.DataFrame) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """Those of whom the same sentence would say again and again that nothing can be tested, by metric; and the others."""
    nothing = (pl.col("tested") == 0) & (pl.col("shown") > 0) & (pl.col("incomparable") == 0)
    silent = nothing & pl.col("verdict").is_null()
    many = silent & (silent.sum().over("metric") >= TOGETHER)
    return df.filter(many).partition_by("metric", maintain_order=True), df.filter(~many)


def _together(part: pl.DataFrame, view: View) -> Component:
    row = part.row(0, named=True)
    about = {"n": part.height, "names": _names(part["candidate"], view.locale)}
    about |= {"baseline": row["baseline"], "why": verdicts.untested(part.to_dicts(), view)}
    return _item("too_few", say(view.locale, "verdicts", "none_of_many", **about))


def _names(every: pl.Series, locale: str) -> str:
    left = every.len() - NAMED
    more = f" {say(locale, 'words', 'and_more', n=left)}" if left > 0 else ""
    return ", ".join(every.head(NAMED)) + more


def _fold(rows: list[dict[str, Any]], view: View) -> Component:
    words = counted(view.locale, "baseline", "more_candidates", len(rows))
    listed = _listed([_conclusion(row, view) for row in rows])
    return html.Details([html.Summary(words), listed], className="others")


def _listed(items: list[Component]) -> Component:
    return html.Ul(items, className="conclusions")


def _method(df: pl.DataFrame, view: View) -> list[Component]:
    tests = int(df["tested"].sum())
    overall = int(df["tests"].max() or 0)  # type: ignore[arg-type]
    return [notices.remark(verdicts.method(view, tests, overall))] if tests else []


def picked(view: View) -> list[Component]:
    """Which baseline a view that names none is against, and why that one."""
    found = None if view.state.baseline else sides.pick(view.snapshot, view.state)
    if found is None:
        return []
    told = [
        say(view.locale, "baseline", "picked", baseline=found.baseline, n=found.company, total=found.others)
    ]
    if found.usual != found.baseline:
        key = "picked_absent" if found.usual_company is None else "picked_instead"
        told.append(say(view.locale, "baseline", key, usual=found.usual, n=found.usual_company))
    return [notices.remark(" ".join(told))]


def by_sample(view: View) -> list[Component]:
    return [notices.remark(say(view.locale, "baseline", "by_sample"))] if view.state.level == "sample" else []


def _conclusion(row: dict[str, Any], view: View) -> Component:
    return _item(verdicts.kind(row), " ".join(verdicts.sentences(row, view)))


def _item(kind: str, text: str) -> Component:
    return html.Li([html.Span(verdicts.SIGNS[kind], className=f"verdict-sign {kind}"), text])
