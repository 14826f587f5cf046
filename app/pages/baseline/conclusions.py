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


def frame(view: View) -> pl.DataFrame:
    return conclusions.conclusions(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    return html.Div([*picked(view), *by_sample(view), *said(df, view), *_method(df, view)])


def said(df: pl.DataFrame, view: View) -> list[Component]:
    """A sentence or two of each candidate; of many the first ones, and the others as soon as somebody asks."""
    rows = df.head(SEEN + FOLDED).to_dicts()
    seen = SEEN if len(rows) > SEEN + 1 else len(rows)  # a fold over a single one saves nothing
    first, others, left = rows[:seen], rows[seen:], df.height - len(rows)
    return [
        _listed(first, view),
        *([_fold(others, view)] if others else []),
        *([notices.remark(counted(view.locale, "baseline", "in_the_table", left))] if left else []),
    ]


def _fold(rows: list[dict[str, Any]], view: View) -> Component:
    words = counted(view.locale, "baseline", "more_candidates", len(rows))
    return html.Details([html.Summary(words), _listed(rows, view)], className="others")


def _listed(rows: list[dict[str, Any]], view: View) -> Component:
    return html.Ul([_conclusion(row, view) for row in rows], className="conclusions")


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
    kind = verdicts.kind(row)
    sign = html.Span(verdicts.SIGNS[kind], className=f"verdict-sign {kind}")
    return html.Li([sign, " ".join(verdicts.sentences(row, view))])
