"""How far were predictions about runs from what came?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.predictions.charts import charts, named, nothing, words
from components import ids, notices, tables, theme
from components.figures import pairs as figures
from components.page import View
from components.tables import Column
from components.text import say
from components.theme import number, signed
from data.magnet.unmatched import Why
from data.queries import predictions, selection


def pairs(view: View) -> pl.DataFrame:
    return predictions.pairs(view.snapshot, view.state)


def draw_pairs(df: pl.DataFrame, view: View) -> Component:
    """A chart for each statistic: two of them share no axis."""
    if df.is_empty():
        return nothing(view)
    figure, said = _agreement(view)
    look = figures.looks(df, theme.looks(selection.places(view.snapshot), view.theme), view.theme)
    told = {(r["name"], r["facet"]): r for r in predictions.lines(df).iter_rows(named=True)}
    parts = [
        (f"{named(*key)}: {_told(told[key], view)}", partial(figure, part, told[key], look, view.theme, said))
        for key, part in df.group_by("name", "facet", maintain_order=True)
    ]
    return html.Div([charts("pairs", parts, figures.HEIGHT, view), notices.remark(met(view))])


def _agreement(view: View) -> tuple[Callable[..., dict[str, Any]], dict[str, str]]:
    shared = ("actual", "predicted", "equal", "naive")
    if view.state.agreement == "difference":
        return figures.differences, words(view, *shared, "middle", "error", "bias", "low", "high")
    return figures.scatter, words(view, *shared, "line")


def _told(line: dict[str, Any], view: View) -> str:
    if line["predictors"] > 1:
        return say(view.locale, "predictions", "several", n=number(line["n"]), predictors=line["predictors"])
    shown = {k: number(line[k]) for k in ("n", "mae", "slope", "intercept")}
    errors = say(view.locale, "predictions", "told", bias=signed(line["bias"]), **shown)
    return (
        errors if line["slope"] is None else f"{errors}, {say(view.locale, 'predictions', 'slope', **shown)}"
    )


def met(view: View) -> str:
    """How many predictions met a value: MAGNET leaves out the others without a word."""
    found = predictions.counts(view.snapshot, view.state)
    return say(view.locale, "predictions", "met", **found._asdict())


def summary(view: View) -> pl.DataFrame:
    return predictions.summary(view.snapshot, view.state)


def unmatched(view: View) -> pl.DataFrame:
    return predictions.unmatched(view.snapshot, view.state)


UNMATCHED = (
    Column("why", width=280, flex=2),
    Column("run_spec", width=320, flex=3),
    Column("name", width=140),
    Column("split", width=80),
    Column("perturbation", width=120),
    Column("computed_on", width=110),
    Column("mean", "number", width=90),
    Column("predictor", width=260),
    Column("seed", "integer", width=70),
    Column("suite", width=120),
)


def draw_unmatched(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        found = predictions.counts(view.snapshot, view.state)
        return notices.empty(view.locale, "all_matched") if found.predictions else nothing(view)
    words = {why: say(view.locale, "unmatched", why) for why in Why}
    said = df.with_columns(pl.col("why").replace(words))
    return tables.grid(ids.grid("predictions", "unmatched"), said, UNMATCHED, view)


SUMMARY = (
    Column("predictor", width=290, pinned=True),
    Column("name", width=130),
    Column("over", width=76),
    Column("which", width=220),
    Column("n", "integer", width=64),
    Column("mae", "number", width=84),
    Column("naive_mae", "number", width=104),
    Column("gain", "delta", width=84),
    Column("naive", width=112),
    Column("rmse", "number", width=84),
    Column("bias", "delta", width=84),
    Column("low", "delta", width=84),
    Column("high", "delta", width=84),
    Column("r2", "number", width=84),
    Column("spearman", "number", width=100),
    Column("slope", "number", width=84),
    Column("intercept", "number", width=96),
)


def draw_summary(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    grid = tables.grid(ids.grid("predictions", "summary"), df, SUMMARY, view)
    return html.Div([grid, notices.remark(say(view.locale, "predictions", "naive_is"))])


def table(view: View) -> pl.DataFrame:
    return predictions.table(view.snapshot, view.state)


TABLE = (
    Column("run_spec", width=300, pinned=True),
    Column("source", width=100),
    Column("name", width=200, flex=2),
    Column("split", width=80),
    *(
        Column(c, "number", width=90)
        for c in ("mean", "min", "max", "count", "stddev", "sum", "sum_squared", "variance")
    ),
    Column("stderr", "number", width=90),
    Column("perturbation", width=120),
    Column("computed_on", width=110),
    Column("predictor", width=260),
    Column("suite", width=120),
)


def draw_table(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    return tables.grid(ids.grid("predictions", "table"), df, TABLE, view)
