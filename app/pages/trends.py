"""How did the scores change over time, and what did they cost?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import certainty, ids, links, notices, theme
from components.figures import development
from components.figures.graph import graph
from components.page import Page, Panel, Point, View
from components.text import say
from components.theme import Look
from data.queries import selection, trends
from data.queries.scores import PLACE

FACETS = 6
"""Charts side by side that can still be read, and that a browser draws in half a second."""
NAMED = 20
"""Names in a legend."""
Figure = Callable[[pl.DataFrame, Mapping[str, Look]], dict[str, Any]]


def time(view: View) -> pl.DataFrame:
    return trends.points(view.snapshot, view.state)


def draw_time(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    dated = df.filter(pl.col("created").is_not_null())
    if dated.is_empty():
        return notices.empty(view.locale, "no_dates")
    look = looks(df, view)
    drawn = facets(
        "time", dated, look, view, lambda part, look: development.over_time(part, look, view.theme)
    )
    return html.Div(
        [*drawn, how_sure(dated, view), *missing("undated", df.height - dated.height, df.height, view)]
    )


def against(view: View) -> pl.DataFrame:
    return trends.against(view.snapshot, view.state)


def draw_against(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    what = say(view.locale, "options_against", view.state.against)
    log = view.state.x_scale == "log"
    known = df.filter(pl.col("x").is_not_null())
    placed = known.filter(pl.col("x") > 0) if log else known
    if placed.is_empty():
        return notices.empty(view.locale, "no_spending", what=what.lower())
    title = say(view.locale, "trends", f"axis_{view.state.against}")
    drawn = facets(
        "against",
        placed,
        looks(df, view),
        view,
        lambda part, look: development.against(part, look, view.theme, title, log=log),
    )
    remarks = [
        *missing("unspent", df.height - known.height, df.height, view, what=what.lower()),
        *missing("not_above_zero", known.height - placed.height, df.height, view),
        notices.remark(say(view.locale, "trends", "front", what=what.lower())),
        how_sure(placed, view),
    ]
    return html.Div([*drawn, *remarks])


def how_sure(df: pl.DataFrame, view: View) -> Component:
    return notices.remark(
        say(view.locale, "trends", "intervals" if df["low"].is_not_null().any() else "no_intervals")
    )


def missing(key: str, n: int, total: int, view: View, **values: object) -> list[Component]:
    return [notices.remark(say(view.locale, "trends", key, n=n, total=total, **values))] if n else []


def nothing(view: View) -> Component:
    return notices.empty(view.locale, "nothing_loaded" if view.snapshot.runs.is_empty() else "empty")


def looks(df: pl.DataFrame, view: View) -> Mapping[str, Look]:
    """Of all lines, drawn or not, so that a model looks alike in all charts of all pages."""
    known = theme.looks(selection.places(view.snapshot), view.theme)
    return {line: theme.look_of(line, known, view.theme) for line in df["line"].unique().sort().to_list()}


def facets(
    name: str, df: pl.DataFrame, look: Mapping[str, Look], view: View, figure: Figure
) -> list[Component]:
    """A chart for each task and measure, under one legend. Those with most runs come first: a single point is no trend."""
    worded = certainty.worded(df, view.locale)
    parts = sorted(worded.group_by(*PLACE, "metric", maintain_order=True), key=lambda p: -p[1].height)
    drawn = [
        html.Figure(
            [
                html.Figcaption(caption(part, view)),
                graph(ids.graph("trends", f"{name}-{i}"), figure(part, look), development.HEIGHT),
            ]
        )
        for i, (_, part) in enumerate(parts[:FACETS])
    ]
    words = say(view.locale, "trends", "facets", shown=len(drawn), total=len(parts))
    more = [notices.remark(words)] if len(parts) > FACETS else []
    there = {line for _, part in parts[:FACETS] for line in part["line"]}
    drawn_look = {line: x for line, x in look.items() if line in there}
    return [legend(drawn_look, view), html.Div(drawn, className="facets"), *more]


def caption(part: pl.DataFrame, view: View) -> str:
    down = f" ({say(view.locale, 'words', 'lower_is_better')})" if part["direction"][0] < 0 else ""
    return f"{part['axis'][0]} · {part['metric'][0]}{down}"


def legend(look: Mapping[str, Look], view: View) -> Component:
    shown = list(look.items())[:NAMED]
    names = [html.Span([html.Span(f"{x.sign} ", style={"color": x.color}), name]) for name, x in shown]
    left = len(look) - len(shown)
    more = [html.Span(say(view.locale, "words", "and_more", n=left))] if left else []
    return html.P([*names, *more], className="names")


def behind(view: View, point: Point) -> str | None:
    custom = point.get("customdata")
    return links.run(custom[3], view.state) if custom else None


PAGE = Page(
    key="trends",
    path="/trends",
    order=8,
    filters=(
        "tasks",
        "models",
        "metric",
        "group",
        "categories",
        "reducer",
        "q",
        "statuses",
        "formats",
        "tags",
        "since",
        "until",
        "attempts",
    ),
    controls=("against", "x_scale", "scale"),
    panels=(
        Panel("time", time, draw_time, goto=behind),
        Panel("against", against, draw_against, goto=behind),
    ),
)
