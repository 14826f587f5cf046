"""The heatmaps: one a trajectory, and that of their difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from app.pages.trajectories import words
from components import ids, links, notices
from components.figures import layers
from components.figures.graph import graph
from components.page import View
from components.text import say
from data.queries import lenses, trajectories
from data.queries.trajectories import Limits

MOST_SAMPLES = 3
"""Runs that a trajectory's sample is linked to: a sample of many attempts would push the chart away."""


def cells(view: View) -> pl.DataFrame:
    return trajectories.cells(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    """One heatmap a trajectory, on one range of colours."""
    if df.is_empty():
        return nothing(view)
    signed = trajectories.is_signed(words.statistic(view))
    limits = trajectories.limits(df, view.state, signed=signed)
    parts = df.group_by("trajectory_id", maintain_order=True)
    shown = [
        _figure(f"cells-{i}", part, limits, view, about(str(name), view), signed=signed)
        for i, ((name,), part) in enumerate(parts)
    ]
    remarks = [
        _instead(view),
        _range(limits, view, signed=signed),
        *_holes(df, view, signed=signed),
        words.defined(view),
    ]
    return html.Div([html.Div(shown, className="lenses"), notices.remark(_sentences(remarks, df, view))])


def nothing(view: View) -> Component:
    return notices.empty(
        view.locale, "no_trajectories" if view.snapshot.trajectories.is_empty() else "no_statistic"
    )


def _figure(
    name: str,
    part: pl.DataFrame,
    limits: Limits,
    view: View,
    caption: Sequence[Component | str],
    *,
    signed: bool,
) -> Component:
    """As wide as its tokens need, and then scrolled sideways; beside another one where there is room for both."""
    titles = words.of_figures(view)
    figure = layers.lens_heatmap(part, limits, view.state, view.theme, titles, signed=signed)
    size = layers.size(part, view.state)
    drawn = graph(
        ids.graph("trajectories", name), figure, size.height, size.width, "zoom", clear_on_unhover=True
    )
    tip = dcc.Tooltip(id=ids.hover("trajectories", name), className="tip")
    inner = html.Div([drawn, tip], className="held", style={"minWidth": f"{size.least}px"})
    wide = size.width or size.least
    return html.Figure(
        [html.Figcaption(caption, className="lens-caption"), html.Div(inner, className="scroll")],
        className="lens",
        style={"flexBasis": f"min(100%, {wide}px)"},
    )


def about(name: str, view: View) -> list[Component | str]:
    """What is shown of which trajectory, which model and lens it is of, and the way to its sample."""
    rows = trajectories.chosen(view.snapshot, view.state)
    row = next((r for r in rows if r["trajectory_id"] == name), None)
    if row is None:
        return [name]
    of = [words.of_figures(view)["statistic"], row["model"], words.lens(row["lens_type"], view)]
    said = html.Span("".join(f" · {x}" for x in of if x), className="who")
    return [html.Strong(name), said, *_leads(row, view)]


def _leads(row: Mapping[str, Any], view: View) -> list[Component]:
    found = lenses.samples_of(view.snapshot, row)
    if not found:
        no = say(view.locale, "trajectories", "no_sample")
        return [html.Span(f" · {no}", className="who")] if row["sample_id"] else []
    leads: list[Component] = []
    for match in found[:MOST_SAMPLES]:
        text = say(view.locale, "trajectories", "to_sample", sample=match.sample_id, model=match.run["label"])
        href = links.sample(match.run["run_id"], match.sample_id, match.epoch, view.state)
        rule = say(view.locale, "trajectories", f"by_{match.rule}")
        leads += [html.Span(" · ", className="who"), html.A(text, href=href, title=rule, className="inside")]
    return leads


def _range(limits: Limits, view: View, *, signed: bool) -> str:
    given = view.state.low is not None or view.state.high is not None
    key = "range_given" if given else "range_signed" if signed else "range"
    return say(view.locale, "trajectories", key, low=layers.said(limits.low), high=layers.said(limits.high))


def _instead(view: View) -> str:
    """The statistic that was asked for is not the one that is shown, as when one of two trajectories has not got it."""
    asked, what = view.state.statistic, words.statistic(view)
    if not asked or what.get("id") == asked:
        return ""
    return say(view.locale, "trajectories", "instead", asked=asked, shown=what["name"])


def _holes(df: pl.DataFrame, view: View, *, signed: bool) -> list[str]:
    """What no colour, or not its own colour, is for."""
    undefined = df["value"].null_count()
    below = int((df["value"] <= 0).sum() or 0) if view.state.color_scale == "log" and not signed else 0
    counts = {"undefined": undefined, "not_positive": below}
    return [say(view.locale, "trajectories", key, n=f"{n:,}") for key, n in counts.items() if n]


def _sentences(said: Sequence[str], df: pl.DataFrame, view: View) -> str:
    part = df.filter(pl.col("trajectory_id") == df["trajectory_id"][0])
    unread = not layers.size(part, view.state).letters and df["top1"].is_not_null().any()
    hint = say(view.locale, "trajectories", "zoom") if unread or view.state.zoom else ""
    return " ".join(filter(None, [*said, hint]))


def difference(view: View) -> pl.DataFrame:
    return trajectories.difference(view.snapshot, view.state)


def draw_difference(df: pl.DataFrame, view: View) -> Component:
    rows = trajectories.chosen(view.snapshot, view.state)
    if df.is_empty():
        return _no_difference(rows, view)
    limits = trajectories.limits(df, view.state.edit(low=None, high=None, color_scale=None), signed=True)
    caption = [
        html.Strong(df["trajectory_id"][0]),
        html.Span(f" · {words.of_figures(view)['statistic']}", className="who"),
    ]
    drawn = _figure("difference-0", df, limits, view, caption, signed=True)
    text = say(
        view.locale,
        "trajectories",
        "range_signed",
        low=layers.said(limits.low),
        high=layers.said(limits.high),
    )
    if n := trajectories.other_tokens(*rows):
        text += " " + say(view.locale, "trajectories", "other_tokens", n=n, total=len(rows[0]["tokens"]))
    return html.Div([drawn, notices.remark(text)])


def _no_difference(rows: Sequence[Mapping[str, Any]], view: View) -> Component:
    why = trajectories.apart(*rows) if len(rows) > 1 else None
    if why == "tokens":
        n = [len(r["tokens"]) for r in rows]
        return notices.empty(view.locale, "tokens_apart", first=n[0], second=n[1])
    return notices.empty(view.locale, "layers_apart" if why else "no_difference")
