"""How well did each model do, on each task or each category of one?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables
from components.figures import bars as figures
from components.figures.graph import graph
from components.page import Page, Panel, Point, View
from components.tables import Column
from components.text import say
from data import metrics
from data.queries import baseline, scores, selection


def bars(view: View) -> pl.DataFrame:
    return scores.bars(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    """A chart for each measure: what means different things has an axis of its own."""
    if df.is_empty():
        return nothing(view)
    models = baseline.models(view.snapshot, view.state)
    charts = [
        graph(
            ids.graph("scores", f"bars-{i}"),
            figures.score_bars(
                part, models, view.theme, axis_top(part, view), measure(str(metric), part, view)
            ),
            figures.height(part["axis"].n_unique(), i),
        )
        for i, ((metric,), part) in enumerate(df.group_by("metric", maintain_order=True))
    ]
    return html.Div([*charts, paging(view)])


def measure(metric: str, df: pl.DataFrame, view: View) -> str:
    """The name of an axis, and which way is better where that is not up."""
    down = metrics.direction(df["scorer"][0] or "", metric.rsplit("/", 1)[-1]) < 0
    return f"{metric} ({say(view.locale, 'words', 'lower_is_better')})" if down else metric


def axis_top(df: pl.DataFrame, view: View) -> float | None:
    """Shares end where shares end, so that two charts compare at a glance."""
    share = metrics.about(df["metric"][0]).proportion and float(df["value"].max() or 0) <= view.state.factor  # type: ignore[arg-type]
    return view.state.factor if share else None


def nothing(view: View) -> Component:
    if view.snapshot.runs.is_empty():
        return notices.empty(view.locale, "nothing_loaded")
    return notices.empty(view.locale, "below_threshold" if view.state.threshold is not None else "empty")


def paging(view: View) -> Component:
    """Which page of how many, and links to the ones beside it."""
    every = scores.shown(view.snapshot, view.state)
    last = scores.pages(every, view.state)
    page = min(view.state.page, last)
    total = scores.with_axis(scores.cells(view.snapshot, view.state))["axis"].n_unique()
    said = say(
        view.locale, "notices", "page_of", page=page, pages=last, kept=every["axis"].n_unique(), total=total
    )
    beside = [("previous", page - 1), ("next", page + 1)]
    links_ = [_turn(word, to, view) for word, to in beside if 1 <= to <= last]
    return html.P([html.Span(said), *links_], className="remark pager")


def _turn(word: str, page: int, view: View) -> Component:
    to = links.to("/scores", view.state.edit(page=page))
    return html.A(say(view.locale, "words", word), href=to, className="inside")


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


def averages(view: View) -> pl.DataFrame:
    return scores.averages(view.snapshot, view.state)


AVERAGES = (
    Column("model", width=200, flex=2),
    Column("metric", width=130, flex=1),
    Column("macro", "number", width=130, flex=1),
    Column("weighted", "number", width=130, flex=1),
    Column("logged", "number", width=130, flex=1),
    Column("stderr", "number", width=100),
    Column("categories", "integer", width=110),
    Column("of", "integer", width=90),
    Column("n", "integer", width=100),
)


def draw_averages(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    hrefs = {"model": lambda row: links.keeping("/baseline", view.state.edit(baseline=row["model"]))}
    return tables.grid(ids.grid("scores", "averages"), df, AVERAGES, view, hrefs)


def pivot(view: View) -> pl.DataFrame:
    return scores.pivot(scores.bars(view.snapshot, view.state))


def draw_pivot(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    models = [c for c in df.columns if c not in ("category", "metric")]
    columns = [
        Column("category", width=250, pinned=True),
        *(
            Column(m, "heat", width=tables.wide_enough(m, most=180), flex=len(models) > 3 or None, header=m)
            for m in models
        ),
        *([Column("metric", width=130)] if "metric" in df.columns else []),
    ]
    every = links.api("scores", "pivot", "csv", view.state.edit(per_page="all", page=1))
    return html.Div(
        [
            tables.grid(ids.grid("scores", "pivot"), df, columns, view, {"category": within(view)}),
            html.P(
                html.A(say(view.locale, "words", "csv_all_pages"), href=every, download=""),
                className="remark",
            ),
        ]
    )


def within(view: View) -> Callable[[Mapping[str, Any]], str | None]:
    """Where a row of the table leads: into its task, or to the samples of its category."""
    rows = bars(view).unique("axis", keep="first").select("axis", "task", "category")
    place = {axis: (task, category) for axis, task, category in rows.rows()}

    def to(row: Mapping[str, Any]) -> str | None:
        task, category = place[row["category"]]
        if category is None:
            return links.keeping("/scores", view.state.edit(tasks=[task]))
        if task not in view.snapshot.parts:
            return None
        return links.keeping("/heatmap", view.state.edit(tasks=[task], categories=[category]))

    return to


PAGE = Page(
    key="scores",
    path="/scores",
    order=2,
    filters=(
        "q",
        "tasks",
        "models",
        "metric",
        "group",
        "categories",
        "reducer",
        "statuses",
        "tags",
        "attempts",
    ),
    controls=(
        "level",
        "scale",
        "sort",
        "order",
        "per_page",
        "page",
        "threshold",
        "threshold_op",
        "threshold_model",
    ),
    offers={"sort": ("", "name", "none"), "level": ("", "task", "category")},
    panels=(
        Panel("bars", bars, draw, goto=behind),
        Panel("averages", averages, draw_averages),
        Panel("pivot", pivot, draw_pivot),
    ),
)
