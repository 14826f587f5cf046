"""Layers against tokens as a heatmap, and a statistic across the layers as lines."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from components import theme
from components.figures.bars import plain
from components.figures.levels import TOP, typed
from components.theme import number
from data.queries.trajectories import Limits
from data.viewstate import ViewState

LEGIBLE = 40
"""Columns, and rows, up to which a token fits into its cell."""
TICKS = 60
"""Tick labels that are drawn in a third of a second; 2,048 of them would take a minute."""
WIDTH, LONGEST = 155, 12
"""Characters that fit side by side into a row of cells, and into one of few."""


def visible(token: str | None) -> str:
    """A token with its white space to be seen.

    >>> visible(" is"), visible("\\n"), visible("a\\tb")
    ('·is', '⏎', 'a⇥b')
    """
    if token is None:
        return ""
    return token.replace(" ", "·").replace("\r", "␍").replace("\n", "⏎").replace("\t", "⇥")


def cut(text: str, width: int) -> str:
    """Cut from the left: the end of a long word tells it from its neighbours.

    >>> cut("·multiplication", 7), cut("·is", 7)
    ('…cation', '·is')
    """
    return text if len(text) <= width else "…" + text[-(width - 1) :]


def lens_heatmap(
    df: pl.DataFrame, limits: Limits, v: ViewState, mode: str, words: dict[str, str], *, signed: bool = False
) -> dict[str, Any]:
    """From one trajectory's rows of queries.trajectories.cells. `words` has layers, tokens and the statistic's name with
    its units. `signed` says that 0 is the middle, as of a difference."""
    layers = df["layer_label"].gather_every(df["position"].n_unique()).to_list()
    columns = df.height // max(len(layers), 1)
    value = df["value"].fill_null(np.nan).to_numpy().reshape(len(layers), columns)
    tokens = df["token"].head(columns).to_list()
    z = _levels(value, limits, v.color_scale == "log" and not signed)
    first = 0.5 / TOP
    scale = [[0, "rgba(0,0,0,0)"], [first, "rgba(0,0,0,0)"]]
    name = "diverging" if signed else v.colors
    scale += [[first + at * (1 - first), color] for at, color in theme.scale(name, mode)]
    trace: dict[str, Any] = {
        "type": "heatmap",
        "z": typed(z),
        "zmin": 0,
        "zmax": TOP,
        "colorscale": scale,
        "hoverinfo": "none",
        "colorbar": _bar(limits, v.color_scale == "log" and not signed, words["statistic"]),
        "showscale": v.legend == "1",
    }
    seen = _seen(v, columns, len(layers))
    gap = int(seen.columns <= LEGIBLE * 2)
    trace |= {"xgap": gap, "ygap": gap}
    written = _written(df, z, seen) if seen.legible and df["top1"].is_not_null().any() else {}
    whole = z.shape == (seen.top - seen.bottom, seen.columns)
    traces = [trace | written] if whole or not written else [trace, trace | written | {"showscale": False}]
    return {"data": traces, "layout": _layout(layers, tokens, v, mode, words)}


class Seen(NamedTuple):
    """Which columns and rows are in the window: from, and up to but without."""

    left: int
    right: int
    bottom: int
    top: int

    @property
    def columns(self) -> int:
        return self.right - self.left

    @property
    def legible(self) -> bool:
        return 0 < self.columns <= LEGIBLE and 0 < self.top - self.bottom <= LEGIBLE


def _seen(v: ViewState, columns: int, rows: int) -> Seen:
    """All without a window, else what of the axes lies in it, cut-off cells at its edges too."""
    x0, x1, y0, y1 = v.window or (-0.5, columns - 0.5, -0.5, rows - 0.5)
    return Seen(*_within(x0, x1, columns), *_within(y0, y1, rows))


def _within(start: float, stop: float, size: int) -> tuple[int, int]:
    low, high = min(start, stop), max(start, stop)
    first = min(max(0, math.floor(low + 0.5)), size)
    return first, max(first, min(size, math.ceil(high + 0.5)))


def _written(df: pl.DataFrame, z: np.ndarray, seen: Seen) -> dict[str, Any]:
    """The same cells once more, only those in the window, with their likeliest tokens: the text of all that are outside
    would weigh more than their colours."""
    columns = z.shape[1]
    width = min(LONGEST, WIDTH // seen.columns)
    rows = [
        df["top1"].slice(row * columns + seen.left, seen.columns).to_list()
        for row in range(seen.bottom, seen.top)
    ]
    return {
        "z": typed(z[seen.bottom : seen.top, seen.left : seen.right]),
        "x0": seen.left,
        "dx": 1,
        "y0": seen.bottom,
        "dy": 1,
        "text": [[plain(cut(visible(t), width)) for t in row] for row in rows],
        "texttemplate": "%{text}",
        "textfont": {"size": 10},
    }


def _levels(value: np.ndarray, limits: Limits, log: bool) -> np.ndarray:
    """0 for nothing, 1 to TOP for low to high: one byte a cell; the exact number is had by pointing at it."""
    low, high = limits
    if log:
        floor = max(low, 1e-6)
        value, low, high = (
            np.log10(np.maximum(value, floor)),
            np.log10(floor),
            np.log10(max(high, floor * 10)),
        )
    share = np.nan_to_num((value - low) / (high - low), nan=0.0, posinf=1.0, neginf=0.0)
    out = 1 + np.rint(np.clip(share, 0, 1) * (TOP - 1))
    return np.where(np.isnan(value), 0, out).astype(np.uint8)


def _bar(limits: Limits, log: bool, title: str) -> dict[str, Any]:
    if log:
        floor = max(limits.low, 1e-6)
        ends = np.geomspace(floor, max(limits.high, floor * 10), 3)
    else:
        ends = np.linspace(limits.low, limits.high, 3)
    return {
        "title": {"text": plain(title), "side": "right", "font": {"size": 12}},
        "thickness": 10,
        "outlinewidth": 0,
        "len": 0.9,
        "tickvals": [1, 1 + (TOP - 1) / 2, TOP],
        "ticktext": [number(float(x)) for x in ends],
    }


def _layout(
    layers: list[str], tokens: list[str], v: ViewState, mode: str, words: dict[str, str]
) -> dict[str, Any]:
    seen = _seen(v, len(tokens), len(layers))
    x = _axis([cut(visible(t), LONGEST) for t in tokens], words["tokens"], seen.left, seen.right)
    y = _axis(layers, words["layers"], seen.bottom, seen.top)
    if v.window:
        x["range"], y["range"] = list(v.window[:2]), list(v.window[2:])
    return theme.layout(
        mode, xaxis=x, yaxis=y, showlegend=False, hovermode="closest", margin={"l": 8, "r": 8, "t": 8, "b": 8}
    )


def _axis(names: list[str], title: str, start: int, stop: int) -> dict[str, Any]:
    """Numbers underneath, so that two equal tokens stay two columns; names at as many places of the window as fit. The
    last is always named, as of layers it is the output."""
    step = max(1, -(-(stop - start) // TICKS))
    at = list(range(stop - 1, start - 1, -step))[::-1]
    return {
        "tickvals": at,
        "ticktext": [plain(names[i]) for i in at],
        "range": [-0.5, len(names) - 0.5],
        "title": {"text": plain(title), "font": {"size": 12}, "standoff": 6},
        "showgrid": False,
        "zeroline": False,
    }


def layer_lines(df: pl.DataFrame, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """A line a trajectory and position, and one for the mean over all positions, which is dashed."""
    series = theme.colors(mode).series
    traces = []
    groups = df.group_by("trajectory_id", "position", maintain_order=True)
    for i, ((name, position), part) in enumerate(groups):
        mean = position is None
        label = words["mean"] if mean else f"{position}: {visible(part['token'][0])}"
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": plain(f"{label} ({name})"),
                "x": part["layer"].to_list(),
                "y": part["value"].to_list(),
                "marker": {"size": 4},
                "line": {"color": series[i % len(series)], "dash": "dash" if mean else "solid", "width": 2},
                "hovertemplate": "%{x}: %{y:.4g}<extra>%{fullData.name}</extra>",
            }
        )
    return {"data": traces, "layout": _across(df, mode, words)}


def _across(df: pl.DataFrame, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """Layers along the bottom, the statistic up the side."""
    labels = df.unique("layer", keep="first").sort("layer")
    step = max(1, -(-labels.height // TICKS))
    return theme.layout(
        mode,
        xaxis={
            "title": {"text": plain(words["layers"])},
            "tickvals": labels["layer"].gather_every(step).to_list(),
            "ticktext": [plain(x) for x in labels["layer_label"].gather_every(step)],
        },
        yaxis={"title": {"text": plain(words["statistic"])}},
    )


def outcome_lines(df: pl.DataFrame, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """From queries.outcomes: a line a lens and outcome, and around it a band from low to high. `words` has each outcome
    and lens. Lenses differ by dash, outcomes by colour and by the shape of their marks."""
    c = theme.colors(mode)
    color = {"correct": c.better, "incorrect": c.worse, "partly": c.same}
    shape = {"correct": "circle", "incorrect": "x", "partly": "diamond"}
    dashes = dict(zip(df["lens_type"].unique(maintain_order=True), ("solid", "dash"), strict=False))
    traces: list[dict[str, Any]] = []
    for part in df.partition_by("lens_type", "outcome", maintain_order=True):
        lens, outcome = part.select("lens_type", "outcome").row(0)
        name = f"{words.get(outcome, outcome)} · {words.get(lens, lens)} (n = {max(part['n'].to_list())})"
        traces += [
            *_band(part, color[outcome], name),
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": plain(name),
                "legendgroup": plain(name),
                "x": part["layer"].to_list(),
                "y": part["value"].to_list(),
                "customdata": [
                    [number(low), number(high), n] for low, high, n in part.select("low", "high", "n").rows()
                ],
                "marker": {"size": 6, "symbol": shape[outcome]},
                "line": {"color": color[outcome], "dash": dashes.get(lens, "dot"), "width": 2},
                "hovertemplate": "%{x}: %{y:.4g} [%{customdata[0]}, %{customdata[1]}] n = %{customdata[2]}"
                "<extra>%{fullData.name}</extra>",
            },
        ]
    return {"data": traces, "layout": _across(df, mode, words)}


def _band(part: pl.DataFrame, color: str, name: str) -> list[dict[str, Any]]:
    """Two lines that are not seen, and what lies between them."""
    known = part.drop_nulls(["low", "high"])
    if known.is_empty():
        return []
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": known["layer"].to_list(),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
        "legendgroup": plain(name),
    }
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    inside = {"fill": "tonexty", "fillcolor": f"rgba({red},{green},{blue},0.14)"}
    return [edge | {"y": known["low"].to_list()}, edge | inside | {"y": known["high"].to_list()}]
