"""Layers against tokens as a heatmap, and a statistic across the layers as lines."""

from __future__ import annotations

from typing import Any

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
WIDTH = 7


def visible(token: str | None) -> str:
    """A token with its white space to be seen.

    >>> visible(" is"), visible("\\n"), visible("a\\tb")
    ('·is', '⏎', 'a⇥b')
    """
    if token is None:
        return ""
    return token.replace(" ", "·").replace("\r", "␍").replace("\n", "⏎").replace("\t", "⇥")


def cut(text: str, width: int = WIDTH) -> str:
    """Cut from the left: the end of a long word tells it from its neighbours.

    >>> cut("·multiplication"), cut("·is")
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
        "xgap": int(columns <= LEGIBLE * 2),
        "ygap": int(columns <= LEGIBLE * 2),
        "hoverinfo": "none",
        "colorbar": _bar(limits, v.color_scale == "log" and not signed, words["statistic"]),
        "showscale": v.legend == "1",
    }
    if columns <= LEGIBLE and len(layers) <= LEGIBLE and df["top1"].is_not_null().any():
        top1 = [plain(cut(visible(t))) for t in df["top1"]]
        text = [top1[i * columns : (i + 1) * columns] for i in range(len(layers))]
        trace |= {"text": text, "texttemplate": "%{text}", "textfont": {"size": 10}}
    return {"data": [trace], "layout": _layout(layers, tokens, v, mode, words)}


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
    x = _axis([cut(visible(t), 12) for t in tokens], words["tokens"])
    y = _axis(layers, words["layers"])
    if v.window:
        x["range"], y["range"] = list(v.window[:2]), list(v.window[2:])
    return theme.layout(
        mode, xaxis=x, yaxis=y, showlegend=False, hovermode="closest", margin={"l": 8, "r": 8, "t": 8, "b": 8}
    )


def _axis(names: list[str], title: str) -> dict[str, Any]:
    """Numbers underneath, so that two equal tokens stay two columns; names at as many places as fit."""
    step = max(1, -(-len(names) // TICKS))
    at = list(range(0, len(names), step))
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
    labels = df.unique("layer", keep="first").sort("layer")
    step = max(1, -(-labels.height // TICKS))
    return {
        "data": traces,
        "layout": theme.layout(
            mode,
            xaxis={
                "title": {"text": plain(words["layers"])},
                "tickvals": labels["layer"].gather_every(step).to_list(),
                "ticktext": [plain(x) for x in labels["layer_label"].gather_every(step)],
            },
            yaxis={"title": {"text": plain(words["statistic"])}},
        ),
    }
