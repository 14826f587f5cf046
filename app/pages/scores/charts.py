"""Every score, in a chart for each measure."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.scores.nothing import nothing
from components import certainty, ids, links, notices, theme
from components.figures import bars as figures
from components.figures import dots
from components.figures.graph import graph
from components.page import Point, View
from components.pager import pager
from components.text import reducer, say
from data import metrics
from data.queries import scores, selection, sides

LEADERS = 5
"""Of more models than colours can tell apart, how many stand out unless a reader says who."""


def frame(view: View) -> pl.DataFrame:
    return scores.bars(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    """A chart for each measure: what means different things has an axis of its own."""
    if df.is_empty():
        return nothing(view)
    look = theme.looks(selection.places(view.snapshot), view.theme)
    worded = certainty.worded(df, view.locale)
    parts = [part for _, part in worded.group_by("metric", maintain_order=True)]
    charts = [_chart(part, i, look, view) for i, part in enumerate(parts)]
    remarks = [notices.remark(text) for text in (how_sure(df, view), who_stands_out(parts[0], view)) if text]
    return html.Div([*charts, *remarks, paging(view)])


def _chart(part: pl.DataFrame, nth: int, look: Mapping[str, theme.Look], view: View) -> Component:
    lit = highlighted(part, view)
    axis = (axis_top(part, view), measure(str(part["metric"][0]), part, view), lit)
    id, rows = ids.graph("scores", f"bars-{nth}"), scores.places(part)
    if as_dots(part, view):
        return graph(id, dots.score_dots(part, look, view.theme, *axis), dots.height(rows), answers="legend")
    drawn = figures.score_bars(part, look, view.theme, *axis)
    return graph(id, drawn, figures.height(rows, nth), answers="legend")


def as_dots(part: pl.DataFrame, view: View) -> bool:
    if view.state.chart != "auto":
        return view.state.chart == "dots"
    return part["model"].n_unique() > figures.MANY


def highlighted(part: pl.DataFrame, view: View) -> list[str] | None:
    """Who stands out; None where everybody has a colour of their own."""
    chosen = [
        label for name in view.state.highlight for label in sides.called(view.snapshot, view.state, name)
    ]
    if chosen:
        return list(dict.fromkeys(chosen))
    return scores.leaders(part, LEADERS) if part["model"].n_unique() > figures.MANY else None


def who_stands_out(part: pl.DataFrame, view: View) -> str | None:
    n = part["model"].n_unique()
    if view.state.highlight or n <= figures.MANY:
        return None
    key = "leaders" if part["direction"][0] > 0 else "leaders_down"
    return say(view.locale, "scores", key, shown=LEADERS, n=n)


def how_sure(df: pl.DataFrame, view: View) -> str:
    return say(view.locale, "scores", "intervals" if df["low"].is_not_null().any() else "no_intervals")


def measure(metric: str, df: pl.DataFrame, view: View) -> str:
    """The name of an axis, how its scores were computed where no log has them, and which way is better where that is not
    up."""
    said, by = metric, df["reducer"][0]
    if df["source"][0] == "samples" and by:
        said = say(
            view.locale, "scores", "of_samples", metric=metric, reducer=reducer(view.locale, by).lower()
        )
    down = say(view.locale, "words", "lower_is_better")
    return f"{said} ({down})" if df["direction"][0] < 0 else said


def axis_top(df: pl.DataFrame, view: View) -> float | None:
    """Shares end where shares end, so that two charts compare at a glance."""
    share = metrics.about(df["metric"][0]).proportion and float(df["value"].max() or 0) <= view.state.factor  # type: ignore[arg-type]
    return view.state.factor if share else None


def paging(view: View) -> Component:
    """Which page of how many, and links to the ones beside it."""
    every = scores.shown(view.snapshot, view.state)
    last = scores.pages(every, view.state)
    page = min(view.state.page, last)
    kept, total = scores.places(every), scores.places(scores.cells(view.snapshot, view.state))
    said = say(view.locale, "notices", "page_of", page=page, pages=last, kept=kept, total=total)
    return pager(said, page, last, lambda n: links.to("/scores", view.state.edit(page=n)), view.locale)


def behind(view: View, point: Point) -> str | None:
    """A bar of a task leads into the task; one of a category to the samples behind it."""
    _, task, category, run_id = point["customdata"]
    if category is None and len(set(selection.counted(view.snapshot, view.state)["task"])) > 1:
        return links.keeping("/scores", view.state.edit(tasks=[task]))
    if task not in view.snapshot.parts:
        return links.run(run_id, view.state)
    return links.of_run(
        "/samples", run_id, view.state.edit(tasks=[task], categories=[category] if category else [])
    )
