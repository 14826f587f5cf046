"""All scores in one table, a column for each model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.scores.charts import frame as bars
from app.pages.scores.nothing import nothing
from components import certainty, ids, links, tables
from components.page import View
from components.tables import Column
from components.text import say
from data.queries import scores

Row = Mapping[str, Any]


def frame(view: View) -> pl.DataFrame:
    return scores.pivot(scores.bars(view.snapshot, view.state))


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    return html.Div([_grid(df, view), _every_page(view)])


def _grid(df: pl.DataFrame, view: View) -> Component:
    models = [c for c in df.columns if c not in ("category", "metric")]
    falling = _falling(view)
    return tables.grid(
        ids.grid("scores", "pivot"),
        df,
        columns(models, mixed="metric" in df.columns),
        view,
        {"category": within(view)},
        {"metric": tables.downwards(falling.has)},
        tips={**sure(models, view), "metric": partial(_way, falling, view.locale)},
        shades={m: partial(_lighter, falling, m) for m in models},
    )


def columns(models: Sequence[str], *, mixed: bool) -> list[Column]:
    flex = len(models) > 3 or None
    return [
        Column("category", width=250, pinned=True),
        *(Column(m, "heat", width=tables.wide_enough(m, most=180), flex=flex, header=m) for m in models),
        *([Column("metric", width=130)] if mixed else []),
    ]


def _every_page(view: View) -> Component:
    every = links.api("scores", "pivot", "csv", view.state.edit(per_page="all", page=1))
    told = say(view.locale, "words", "csv_all_pages")
    return html.P(html.A(told, href=every, download=""), className="remark")


class Falling(NamedTuple):
    """The metrics of the table of which less is better."""

    metrics: frozenset[str]
    end: float
    """Of the scale that their scores are on."""
    only: str
    """The metric of a row that names none, since all are of one."""

    def metric(self, row: Row) -> str:
        return str(row.get("metric", self.only))

    def has(self, row: Row) -> bool:
        return self.metric(row) in self.metrics


def _falling(view: View) -> Falling:
    every = bars(view)
    down = every.filter(pl.col("direction") < 0)
    end = tables.end_of(float(down["value"].max() or 0))  # type: ignore[arg-type]
    return Falling(frozenset(down["metric"]), end, every["metric"][0])


def _way(falling: Falling, locale: str, row: Row) -> str | None:
    return certainty.way(falling.metric(row), locale, down=falling.has(row))


def _lighter(falling: Falling, model: str, row: Row) -> str | None:
    """How dark a model's score is where less is better."""
    return tables.goodness(row[model], falling.end) if falling.has(row) else None


def sure(models: Sequence[str], view: View) -> tables.Of:
    """What is said on hover of each score."""
    apart = scores.apart(*scores.PIVOTED)
    every = certainty.worded(bars(view), view.locale).with_columns(apart)
    row_of = {(r["axis"], r["metric"], r["model"]): r for r in every.iter_rows(named=True)}
    only = every["metric"][0]  # a column that is there where it says something

    def of(model: str) -> Callable[[Row], str | None]:
        def said(row: Row) -> str | None:
            found = row_of.get((row["category"], row.get("metric", only), model))
            return certainty.told(found) if found else None

        return said

    return {m: of(m) for m in models}


def within(view: View) -> Callable[[Row], str | None]:
    """Where a row of the table leads: into its task, or to the samples of its category."""
    rows = bars(view).unique("axis", keep="first").select("axis", "task", "category")
    place = {axis: (task, category) for axis, task, category in rows.rows()}

    def to(row: Row) -> str | None:
        task, category = place[row["category"]]
        if category is None:
            return links.keeping("/scores", view.state.edit(tasks=[task]))
        if task not in view.snapshot.parts:
            return None
        return links.keeping("/heatmap", view.state.edit(tasks=[task], categories=[category]))

    return to
