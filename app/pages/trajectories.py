"""How does a prediction form, layer by layer?"""

from __future__ import annotations

from math import exp
from typing import Any

import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from components import ids, links, notices
from components.figures import layers
from components.figures.graph import graph, tipped
from components.page import Page, Panel, Point, View
from components.text import say
from components.theme import number
from data import trajectories as files
from data.queries import outcomes, trajectories
from data.queries.trajectories import Limits

ROW = 17


def cells(view: View) -> pl.DataFrame:
    return trajectories.cells(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    """One heatmap a trajectory, on one range of colours."""
    if df.is_empty():
        return nothing(view)
    limits = trajectories.limits(df, view.state)
    parts = df.group_by("trajectory_id", maintain_order=True)
    shown = [_figure(i, str(name), part, limits, view) for i, ((name,), part) in enumerate(parts)]
    return html.Div([*shown, notices.remark(said(df, limits, view))])


def nothing(view: View) -> Component:
    return notices.empty(
        view.locale, "no_trajectories" if view.snapshot.trajectories.is_empty() else "no_statistic"
    )


def _figure(
    i: int, name: str, part: pl.DataFrame, limits: Limits, view: View, *, signed: bool = False
) -> Component:
    figure = layers.lens_heatmap(part, limits, view.state, view.theme, words(view), signed=signed)
    panel = "difference" if signed else "cells"
    height = view.state.height or min(760, max(260, 110 + ROW * part["layer"].n_unique()))
    drawn = graph(
        ids.graph("trajectories", f"{panel}-{i}"), figure, height, view.state.width, clear_on_unhover=True
    )
    tip = dcc.Tooltip(id=ids.hover("trajectories", f"{panel}-{i}"), className="tip")
    return html.Figure([html.Figcaption([name, *about(name, view)]), tipped(drawn, tip)])


def about(name: str, view: View) -> list[Component]:
    """Which model and lens a trajectory is of, and the way to its sample."""
    row = next(
        (r for r in trajectories.chosen(view.snapshot, view.state) if r["trajectory_id"] == name), None
    )
    if row is None:
        return []
    leads: list[Component] = []
    for run in trajectories.sample_of(view.snapshot, row):
        words = say(view.locale, "trajectories", "to_sample", model=run["model"])
        href = links.sample(run["run_id"], row["sample_id"], row["epoch"] or 1, view.state)
        leads += [html.Span(" · ", className="who"), html.A(words, href=href, className="inside")]
    return [html.Span(f" · {row['model']} · {lens(row['lens_type'], view)}", className="who"), *leads]


def lens(kind: str, view: View) -> str:
    return say(view.locale, "lenses", kind) if kind in ("logit_lens", "tuned_lens") else kind


def words(view: View) -> dict[str, str]:
    what = trajectories.statistic(view.snapshot, view.state) or {"name": "", "units": ""}
    units = f" ({what['units']})" if what.get("units") else ""
    said = {key: say(view.locale, "trajectories", key) for key in ("layers", "tokens", "mean")}
    return said | {"statistic": f"{what['name']}{units}"}


def said(df: pl.DataFrame, limits: Limits, view: View) -> str:
    given = view.state.low is not None or view.state.high is not None
    text = say(
        view.locale,
        "trajectories",
        "range_given" if given else "range",
        low=number(limits.low),
        high=number(limits.high),
    )
    what = trajectories.statistic(view.snapshot, view.state) or {}
    base = str(what.get("id", "")).split("_vs_")[0]
    known = say(view.locale, "definitions", base) if base in ("js_divergence", "total_variation") else ""
    return " ".join(filter(None, (text, known)))


def tell(view: View, point: Point) -> Component | None:
    """Value and likeliest tokens of the cell under the pointer, in the chart that it is in."""
    rows = trajectories.chosen(view.snapshot, view.state)
    nth = str(point.get("graph", "")).rpartition("-")[2]
    if not rows or int(nth or 0) >= len(rows):
        return None
    row = rows[int(nth or 0)]
    shown = trajectories.rows_shown(len(row["layer_labels"]), view.state)
    x, y = round(point.get("x", -1)), round(point.get("y", -1))
    what = trajectories.statistic(view.snapshot, view.state)
    if not (0 <= x < len(row["tokens"]) and 0 <= y < len(shown)) or what is None:
        return None
    return _cell(row, int(shown[y]), x, what, view)


def _cell(row: dict[str, Any], layer: int, position: int, what: dict[str, Any], view: View) -> Component:
    value = float(trajectories.values(row, what["id"])[layer, position])
    top = files.top(row["cells"], layer, position)
    likely = [p for t, lp in zip(top.tokens, top.logp, strict=True) for p in _likely(t, lp)]
    where = say(view.locale, "trajectories", "at", layer=row["layer_labels"][layer], position=position)
    return html.Div(
        [
            html.Strong(layers.visible(row["tokens"][position])),
            html.Div(where, className="who"),
            html.Div(f"{what['name']}: {number(value, 4)} {what.get('units') or ''}"),
            html.Dl(likely),
        ]
    )


def _likely(token: str, logp: float) -> list[Component]:
    return [html.Dt(layers.visible(token)), html.Dd(f"{100 * exp(logp):.2f} %")]


def lines(view: View) -> pl.DataFrame:
    return trajectories.lines(view.snapshot, view.state)


def draw_lines(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    figure = layers.layer_lines(df, view.theme, words(view))
    drawn = graph(ids.graph("trajectories", "lines"), figure, 320)
    return html.Div([drawn, notices.remark(say(view.locale, "trajectories", "lines"))])


def by_outcome(view: View) -> pl.DataFrame:
    return outcomes.by_layer(view.snapshot, view.state)


def draw_outcomes(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_outcomes")
    kinds = {key: say(view.locale, "answered", key) for key in outcomes.OUTCOMES}
    named = words(view) | kinds | {key: lens(key, view) for key in df["lens_type"].unique()}
    drawn = graph(ids.graph("trajectories", "outcomes"), layers.outcome_lines(df, view.theme, named), 340)
    said = say(view.locale, "trajectories", "outcomes", level=f"{100 * outcomes.LEVEL:.0f}")
    return html.Div([drawn, notices.remark(said)])


def difference(view: View) -> pl.DataFrame:
    return trajectories.difference(view.snapshot, view.state)


def draw_difference(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_difference")
    most = max(abs(x) for x in trajectories.limits(df, view.state.edit(low=None, high=None)))
    return _figure(0, df["trajectory_id"][0], df, Limits(-most, most), view, signed=True)


PAGE = Page(
    key="trajectories",
    path="/trajectories",
    order=6,
    filters=("trajectories", "statistic", "tokens"),
    controls=("stride", "output", "low", "high", "color_scale", "colors", "legend", "height", "width"),
    panels=(
        Panel("cells", cells, draw, hover=tell),
        Panel("lines", lines, draw_lines),
        Panel("outcomes", by_outcome, draw_outcomes),
        Panel("difference", difference, draw_difference),
    ),
)
