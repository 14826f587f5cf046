"""What is behind the cells: their likeliest tokens, the way of a token across the layers, right and wrong answers."""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.trajectories import words
from app.pages.trajectories.charts import nothing
from components import ids, notices, tables
from components.figures import layer_lines
from components.figures.graph import graph
from components.figures.tokens import visible
from components.page import View
from components.tables import Column
from components.text import say
from data.queries import outcomes, trajectories
from data.statistics.intervals import LEVEL

COLUMNS = (
    Column("trajectory_id", width=190, flex=1),
    Column("layer_label", width=90),
    Column("position", "integer", width=100),
    Column("token", width=140),
    Column("value", "number", width=110),
    Column("rank", "integer", width=80),
    Column("likely", width=160, flex=1),
    Column("probability", "number", width=120),
    Column("is_next", width=120),
)


def likely(view: View) -> pl.DataFrame:
    return trajectories.likely(view.snapshot, view.state)


def draw_likely(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_likely") if words.statistic(view) else nothing(view)
    shown = df.with_columns(
        pl.col("token", "likely").map_elements(visible, pl.String),
        pl.when("is_next").then(pl.lit("true")).alias("is_next"),
    )
    columns = COLUMNS if df["trajectory_id"].n_unique() > 1 else COLUMNS[1:]
    table = tables.grid(ids.grid("trajectories", "likely"), shown, columns, view, height=tables.LOWER)
    return html.Div([table, notices.remark(say(view.locale, "trajectories", "likely"))])


def lines(view: View) -> pl.DataFrame:
    return trajectories.lines(view.snapshot, view.state)


def draw_lines(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    figure = layer_lines.layer_lines(df, view.theme, words.of_figures(view))
    drawn = graph(ids.graph("trajectories", "lines"), figure, 340)
    return html.Div([drawn, notices.remark(say(view.locale, "trajectories", "lines"))])


def by_outcome(view: View) -> pl.DataFrame:
    return outcomes.by_layer(view.snapshot, view.state)


def draw_outcomes(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_outcomes")
    kinds = {key: say(view.locale, "answered", key) for key in outcomes.OUTCOMES}
    named = words.of_figures(view) | kinds
    named |= {key: words.lens(key, view) for key in df["lens_type"].unique()}
    figure = layer_lines.outcome_lines(df, view.theme, named)
    drawn = graph(ids.graph("trajectories", "outcomes"), figure, 340)
    n, total = outcomes.counts(view.snapshot, view.state)
    said = [
        say(view.locale, "trajectories", "outcomes", level=f"{100 * LEVEL:.0f}"),
        say(view.locale, "trajectories", "outcomes_of", n=n, total=total),
    ]
    return html.Div([drawn, notices.remark(" ".join(said))])
