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

SENTENCES = 12


def frame(view: View) -> pl.DataFrame:
    return conclusions.conclusions(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    rows = df.head(SENTENCES).to_dicts()
    tests = int(df["tested"].sum())
    overall = int(df["tests"].max() or 0)  # type: ignore[arg-type]
    left = df.height - len(rows)
    more = [notices.remark(counted(view.locale, "baseline", "more_candidates", left))] if left else []
    method = [notices.remark(verdicts.method(view, tests, overall))] if tests else []
    listed = html.Ul([_conclusion(r, view) for r in rows], className="conclusions")
    return html.Div([*picked(view), *by_sample(view), listed, *more, *method])


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
    return html.Li([sign, html.Span(" ".join(verdicts.sentences(row, view)))])
