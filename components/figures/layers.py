"""Layers against tokens as a heatmap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from components import theme
from components.figures.levels import levels, typed
from components.figures.names import plain
from components.figures.tokens import TICKS, Room, cut, inks, room, visible
from components.theme import number
from data.queries.trajectories import Limits
from data.viewstate import ViewState

FLOOR = 1e-6
"""Where a logarithmic scale begins that would begin at 0."""
LONGEST_TICK, LONGEST_TITLE = 12, 48
FINE = 80
"""Columns up to which there is a line between cells."""


class Cells(NamedTuple):
    """One trajectory's rows of queries.trajectories.cells, as matrices of layers x positions."""

    labels: list[str]
    layers: list[int]
    tokens: list[str]
    value: np.ndarray
    top1: pl.Series

    @classmethod
    def of(cls, df: pl.DataFrame) -> Cells:
        columns = df["position"].n_unique()
        each = df.gather_every(max(columns, 1))
        value = df["value"].fill_null(np.nan).to_numpy().reshape(each.height, columns)
        tokens = df["token"].head(columns).to_list()
        return cls(each["layer_label"].to_list(), each["layer"].to_list(), tokens, value, df["top1"])


def size(df: pl.DataFrame, v: ViewState) -> Room:
    """Of the chart of one trajectory."""
    cells = Cells.of(df)
    seen = _seen(v, len(cells.tokens), len(cells.labels))
    return room(v, seen.columns, seen.rows, len(cells.labels))


def lens_heatmap(
    df: pl.DataFrame, limits: Limits, v: ViewState, mode: str, words: dict[str, str], *, signed: bool = False
) -> dict[str, Any]:
    """From one trajectory's rows of queries.trajectories.cells. `words` has layers, tokens and the statistic's name with
    its units. `signed` says that 0 is the middle, as of a difference."""
    cells = Cells.of(df)
    log = v.color_scale == "log" and not signed
    z, low, high = _scaled(cells.value, limits, log)
    name = "diverging" if signed and v.colors == "default" else v.colors
    seen = _seen(v, len(cells.tokens), len(cells.labels))
    gap = int(seen.columns <= FINE)
    trace: dict[str, Any] = {
        "type": "heatmap",
        "z": typed(
            z
        ),  # the numbers themselves: half a megabyte more than shades of them, and what is drawn is what is
        "zmin": low,
        "zmax": high,
        "colorscale": theme.scale(name, mode),
        "hoverinfo": "none",
        "colorbar": _bar(limits, log, words["statistic"]),
        "showscale": v.legend == "1",
        "xgap": gap,
        "ygap": gap,
    }
    letters = room(v, seen.columns, seen.rows, len(cells.labels)).letters
    if not letters or cells.top1.null_count() == cells.top1.len():
        return {"data": [trace], "layout": _layout(cells, seen, v, mode, words)}
    ink = inks(levels(z.astype(np.float64), low, high), name, mode)
    texts = _written(cells, ink, seen, letters)
    return {"data": [trace, texts], "layout": _layout(cells, seen, v, mode, words)}


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
    def rows(self) -> int:
        return self.top - self.bottom


def _seen(v: ViewState, columns: int, rows: int) -> Seen:
    """All without a window, else what of the axes lies in it, cut-off cells at its edges too."""
    x0, x1, y0, y1 = v.window or (-0.5, columns - 0.5, -0.5, rows - 0.5)
    return Seen(*_within(x0, x1, columns), *_within(y0, y1, rows))


def _within(start: float, stop: float, size: int) -> tuple[int, int]:
    low, high = min(start, stop), max(start, stop)
    first = min(max(0, math.floor(low + 0.5)), size)
    return first, max(first, min(size, math.ceil(high + 0.5)))


def _written(cells: Cells, ink: np.ndarray, seen: Seen, letters: int) -> dict[str, Any]:
    """The likeliest tokens of the cells in the window: the text of all that are outside would weigh more than their
    colours. Marks of their own, since the text of a heatmap has one colour, or one that Plotly guesses at."""
    columns = range(seen.left, seen.right)
    rows = range(seen.bottom, seen.top)
    top1 = cells.top1.gather([y * len(cells.tokens) + x for y in rows for x in columns]).to_list()
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x for _ in rows for x in columns],
        "y": [y for y in rows for _ in columns],
        "text": [plain(cut(visible(t), letters)) for t in top1],
        "textfont": {
            "size": 10,
            "color": ink[seen.bottom : seen.top, seen.left : seen.right].ravel().tolist(),
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _scaled(value: np.ndarray, limits: Limits, log: bool) -> tuple[np.ndarray, float, float]:
    """What is drawn, and where its colours begin and end: the numbers as they are stored, or their logarithms."""
    if not log:
        return value.astype(np.float32), *limits
    low, high = _ends(limits)
    powers = np.log10(np.maximum(value, low))
    return powers.astype(np.float32), math.log10(low), math.log10(high)


def _ends(limits: Limits) -> tuple[float, float]:
    """Of a logarithmic scale, where there is no 0."""
    low = max(limits.low, FLOOR)
    return low, max(limits.high, low * 1.01)


def _bar(limits: Limits, log: bool, title: str) -> dict[str, Any]:
    at, texts = _ticks(limits, log)
    return {
        "title": {"text": plain(cut(title, LONGEST_TITLE)), "side": "right", "font": {"size": 12}},
        # Lying on top, at the left: a wide chart is scrolled, and one on a phone has no room beside it.
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "xpad": 0,
        "y": 1,
        "yanchor": "bottom",
        "ypad": 4,
        "lenmode": "pixels",
        "len": 260,
        "thickness": 8,
        "outlinewidth": 0,
        "tickvals": at,
        "ticktext": texts,
    }


def _ticks(limits: Limits, log: bool) -> tuple[list[float], list[str]]:
    """Where on the scale, and the numbers there: both ends, and between them the middle, or powers of ten."""
    if not log:
        at = np.linspace(*limits, 3).tolist()
        return at, list(map(said, at))
    low, high = map(math.log10, _ends(limits))
    room = 0.15 * (high - low)
    tens = [float(n) for n in range(math.ceil(low + room), math.floor(high - room) + 1)]
    at = [low, *tens[:: max(1, math.ceil(len(tens) / 5))], high]
    return at, [said(10**x) for x in at]


def said(value: float) -> str:
    """A number at the end of a scale, which may be small and is not 0.

    >>> said(8.651), said(0.0), said(0.00002)
    ('8.65', '0', '2e-05')
    """
    return number(value) if value == 0 or abs(value) >= 1e-3 else f"{value:.0e}"


def _layout(cells: Cells, seen: Seen, v: ViewState, mode: str, words: dict[str, str]) -> dict[str, Any]:
    x = _axis([cut(visible(t), LONGEST_TICK) for t in cells.tokens], words["tokens"], seen.left, seen.right)
    y = _axis([cut(x, LONGEST_TICK) for x in cells.labels], words["layers"], seen.bottom, seen.top)
    if v.window:
        x["range"], y["range"] = list(v.window[:2]), list(v.window[2:])
    return theme.layout(
        mode,
        xaxis=x,
        yaxis=y,
        showlegend=False,
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        shapes=_frames(cells, v, mode),
    )


def _frames(cells: Cells, v: ViewState, mode: str) -> list[dict[str, Any]]:
    """Around the chosen columns, and around the chosen cells in them."""
    ink = theme.colors(mode).ink
    columns = [int(t) for t in v.tokens if t.isdecimal() and int(t) < len(cells.tokens)]
    rows = [y for y, layer in enumerate(cells.layers) if str(layer) in v.layers]
    around = [_frame(x, -0.5, len(cells.labels) - 0.5, ink, 1) for x in columns]
    return around + [_frame(x, y - 0.5, y + 0.5, ink, 2.5) for x in columns for y in rows]


def _frame(x: int, y0: float, y1: float, color: str, width: float) -> dict[str, Any]:
    line = {"color": color, "width": width}
    return {"type": "rect", "x0": x - 0.5, "x1": x + 0.5, "y0": y0, "y1": y1, "line": line}


def _axis(names: Sequence[str], title: str, start: int, stop: int) -> dict[str, Any]:
    """Numbers underneath, so that two equal tokens stay two columns; names at as many places of the window as fit. The
    last is always named, as of layers it is the output."""
    step = max(1, -(-(stop - start) // TICKS))
    at = list(range(stop - 1, start - 1, -step))[::-1]
    return {
        "tickvals": at,
        "ticktext": [plain(names[i]) for i in at],
        "range": [-0.5, len(names) - 0.5],
        "title": {"text": plain(title), "font": {"size": 12}, "standoff": 18},
        "showgrid": False,
        "zeroline": False,
    }
