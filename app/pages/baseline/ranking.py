"""Every difference from the baseline, drawn for each candidate and listed."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.baseline import deltas, pairing
from app.pages.baseline.nothing import nothing
from components import comparability, evidence, ids, notices
from components.figures import difference
from components.figures.graph import graph
from components.page import Point, View
from components.text import say
from data.queries import baseline

FACETS = 6
"""Charts side by side that can still be read, and that a browser draws in half a second."""


def frame(view: View) -> pl.DataFrame:
    df = baseline.ranking(view.snapshot, view.state)
    return df.with_columns(
        deltas.verdict_words(df, view.locale), comparability.not_comparable(df, view.locale)
    )


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "below_min_delta") if view.state.min_delta else nothing(view)
    return html.Div(
        [
            *_charts(df, view),
            *deltas.apart(df, view),
            deltas.table(df, view),
            *(pairing.how_paired(pairing.frame(view), view) if view.state.level == "sample" else ()),
        ]
    )


class Facet(NamedTuple):
    """The bars of one candidate in one metric: those of this page, of how many."""

    metric: str
    candidate: str
    rows: pl.DataFrame
    total: int


def _charts(df: pl.DataFrame, view: View) -> list[Component]:
    """One each candidate and metric; what is of one metric has one scale."""
    parts = [part for _, part in df.group_by("metric", "candidate", maintain_order=True)]
    reach = {metric: difference.reach(part) for (metric,), part in df.group_by("metric")}
    shown = [_facet(part, view) for part in parts[:FACETS]]
    room = max(difference.beside(facet.rows) for facet in shown)
    drawn = [_chart(f"ranking-{i}", f, view, reach[f.metric], room) for i, f in enumerate(shown)]
    words = say(view.locale, "baseline", "facets", shown=len(shown), total=len(parts))
    return [
        html.Div(drawn, className="facets"),
        *([notices.remark(words)] if len(parts) > FACETS else []),
    ]


def _facet(part: pl.DataFrame, view: View) -> Facet:
    size = view.state.rows_per_page or part.height
    rows = _page(part, (view.state.page - 1) * size, size)
    return Facet(part["metric"][0], part["candidate"][0], rows, part.height)


def _page(part: pl.DataFrame, at: int, size: int) -> pl.DataFrame:
    """The rows of one candidate from `at` on; past the end its last ones."""
    last = max(0, (part.height - 1) // size * size)
    return part.slice(min(at, last), size)


def _chart(name: str, facet: Facet, view: View, reach: float, room: float) -> Component:
    metric, candidate, rows, total = facet
    counts = {"shown": rows.height, "total": total}
    title = say(view.locale, "baseline", "facet", candidate=candidate, metric=metric, **counts)
    told = rows.with_columns(comparability.tips(rows, view.locale), evidence.how(rows, view))
    figure = difference.delta_bars(told, view.theme, reach, room)
    drawn = graph(ids.graph("baseline", name), figure, difference.height(rows.height))
    return html.Figure([html.Figcaption(title), drawn])


def behind(view: View, point: Point) -> str | None:
    _, task, category, run_id = point["customdata"]
    return deltas.leads({"task": task, "category": category, "run_id": run_id}, view)
