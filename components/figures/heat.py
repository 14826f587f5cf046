"""Samples against models as a heatmap, with a sign for every reason why a cell has no score."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from components import theme
from components.figures.bars import _short, plain
from data.cubes import TOP
from data.queries.heatmap import MARKS
from data.schema import Mark
from data.viewstate import ViewState

MOST_CELLS = 2_000_000
"""Plotly redraws in 50 ms at 100,000 cells and in 200 ms at a million; beyond this it would stall."""
FEW_CELLS = 240
"""Up to here a cell has room for its number."""
MOST_SIGNS = 1_500
LABELS = 60
"""Axis labels that fit; more are thinned out evenly."""


def sample_heatmap(
    df: pl.DataFrame, v: ViewState, mode: str, words: dict[str, str], span: tuple[float, float]
) -> dict[str, Any]:
    """From the frame of queries.heatmap.cells: dense, sample by sample, model by model within.

    `span` is the value of the lowest and of the highest colour. `words` has the axis titles `samples` and `models`, the score's name `score`, and a word for each mark.
    """
    models = df["model"].unique(maintain_order=True).to_list()
    samples = df["sample_id"].gather_every(len(models)).to_list()
    value = df["value"].fill_null(np.nan).to_numpy().reshape(len(samples), len(models)).T
    codes = {name: i for i, name in enumerate(MARKS)}
    mark = df["mark"].replace_strict(codes, return_dtype=pl.UInt8).to_numpy().reshape(value.shape[::-1]).T
    wide = v.orientation == "horizontal"
    low, high = span
    level = _levels(value, low, high)
    traces = [_values(level if wide else level.T, v, mode, (low, high), words)]
    if v.values == "1" or (v.values == "auto" and value.size <= FEW_CELLS):
        traces[0] |= _written(value if wide else value.T)
    traces += _signs(value, mark, wide, mode, words)
    return {"data": traces, "layout": _layout(samples, models, wide, v, mode, words)}


def _levels(value: NDArray[np.float64], low: float, high: float) -> NDArray[np.uint8]:
    """0 for nothing to see, 1 to TOP for low to high: one byte a cell, and none that base64 would spell with `/`."""
    share = np.nan_to_num((value - low) / ((high - low) or 1.0), nan=0.0, posinf=1.0, neginf=0.0)
    out = 1 + np.rint(np.clip(share, 0, 1) * (TOP - 1)).astype(np.uint8)
    return np.where(np.isnan(value), 0, out).astype(np.uint8)


def typed(array: NDArray[np.uint8]) -> dict[str, Any]:
    """An array in the form in which plotly.js takes bytes as they are."""
    shape = ", ".join(map(str, array.shape))
    return {
        "dtype": "u1",
        "bdata": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode(),
        "shape": shape,
    }


def _values(
    level: NDArray[np.uint8], v: ViewState, mode: str, span: tuple[float, float], words: dict[str, str]
) -> dict[str, Any]:
    cell = max(level.shape)
    gap = {"auto": 1 if cell <= 150 else 0}.get(v.gap, 0) if v.gap == "auto" else int(v.gap)
    first = 0.5 / TOP
    scale = [[0, "rgba(0,0,0,0)"], [first, "rgba(0,0,0,0)"]]
    scale += [[first + at * (1 - first), color] for at, color in theme.scale(v.colors, mode)]
    ticks = np.linspace(span[0], span[1], 3)
    return {
        "type": "heatmap",
        "z": typed(level),
        "zmin": 0,
        "zmax": TOP,
        "colorscale": scale,
        "xgap": gap,
        "ygap": gap,
        "hoverinfo": "none",
        "showscale": v.legend == "1",
        "colorbar": {
            "title": {"text": plain(words["score"]), "side": "right", "font": {"size": 12}},
            "thickness": 10,
            "outlinewidth": 0,
            "len": 0.9,
            "tickvals": [1, 1 + (TOP - 1) / 2, TOP],
            "ticktext": [f"{t:g}" for t in ticks],
        },
    }


def _written(value: NDArray[np.float64]) -> dict[str, Any]:
    """The numbers in the cells, as short as they can be."""
    text = [
        ["" if np.isnan(x) else f"{x:.2f}".rstrip("0").rstrip(".") for x in row] for row in value.tolist()
    ]
    return {"text": text, "texttemplate": "%{text}", "textfont": {"size": 11}}


def _signs(
    value: NDArray[np.float64], mark: NDArray[np.uint8], wide: bool, mode: str, words: dict[str, str]
) -> list[dict[str, Any]]:
    """A marker for each cell that is not simply a score, by kind, so that the legend counts and hides them."""
    traces = []
    for kind in (Mark.ERROR, Mark.LIMIT, Mark.UNSCORED, Mark.INVALID, Mark.MISSING):
        m, s = np.nonzero(mark == kind)
        if not len(m):
            continue
        name = kind.name.lower()
        few = len(m) <= MOST_SIGNS
        x, y = (s, m) if wide else (m, s)
        traces.append(
            {
                "type": "scatter" if few else "scattergl",
                "mode": "markers",
                "x": x.tolist(),
                "y": y.tolist(),
                "name": f"{plain(words[name])} ({len(m):,})",
                "hoverinfo": "none",
                "marker": {
                    "symbol": theme.MARK_SYMBOLS[name],
                    "size": 7 if few else 3,
                    "color": theme.colors(mode).marks[name]
                    if name != "missing"
                    else theme.colors(mode).faint,
                    "line": {
                        "width": 1.4,
                        "color": theme.colors(mode).marks[name]
                        if name != "missing"
                        else theme.colors(mode).faint,
                    },
                },
            }
        )
    return traces


def _layout(
    samples: list[str], models: list[str], wide: bool, v: ViewState, mode: str, words: dict[str, str]
) -> dict[str, Any]:
    x = _axis(samples if wide else models, words["samples" if wide else "models"])
    y = _axis(models if wide else samples, words["models" if wide else "samples"])
    y["range"] = y["range"][::-1]  # the first on top
    if v.window:
        x["range"], y["range"] = list(v.window[:2]), list(v.window[2:])
    title = {"title": {"text": plain(v.title), "font": {"size": 14}, "x": 0.01}} if v.title else {}
    return theme.layout(
        mode,
        xaxis=x,
        yaxis=y,
        showlegend=v.legend == "1",
        hovermode="closest",
        dragmode="zoom",
        margin={"l": 8, "r": 8, "t": 44 if v.title else 8, "b": 8},
        legend={"orientation": "h", "x": 0, "y": -0.14, "yanchor": "top"},
        **title,
    )


def _axis(names: list[str], title: str) -> dict[str, Any]:
    """Numbers underneath, names at as many places as fit."""
    step = max(1, -(-len(names) // LABELS))
    at = list(range(0, len(names), step))
    return {
        "tickvals": at,
        "ticktext": [_short(names[i], 30) for i in at],
        "range": [-0.5, len(names) - 0.5],
        "title": {"text": plain(title), "font": {"size": 12}, "standoff": 6},
        "showgrid": False,
        "zeroline": False,
        "constrain": "domain",
    }
