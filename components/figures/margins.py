"""Beside the cells of a heatmap: a strip along each axis with the means, and bands that say which samples belong together.

A strip shares its axis with the cells, so that it stays aligned with them however a reader zooms.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from components import theme
from components.figures.levels import TOP, levels, typed
from components.figures.names import plain, short

STRIP, WIDE_STRIP, BAND, GAP = 46, 116, 18, 6
"""Pixels: the height of a strip above the cells, the width of one beside them, the thickness of bands, and what is left free."""
AROUND = (230, 120)
"""Pixels across and down that labels, legend and colour bar take, about."""
USUAL_WIDTH = 1_100
FEW_MARKS = 160
"""Up to here every mean has a mark and an interval of its own; more of them are a line, one byte each."""
SAMPLES_TRACE, MODELS_TRACE = 1, 2
"""Places of the strips among the traces of a figure: after the cells, before all signs."""
MOST_BANDS = 300
ROOM = TOP / 12
"""Beyond both ends of the scale, so that a mark that stands there is whole."""
LETTER = 7


class Beside(NamedTuple):
    """Frames of queries.heatmap: `models`, `samples`, `bands`, in the order of the cells; `span` has the ends of the
    scale that means are on."""

    models: pl.DataFrame
    samples: pl.DataFrame
    bands: pl.DataFrame
    span: tuple[float, float]


class Room(NamedTuple):
    """Where cells end and strips begin, as shares of the figure: across and down."""

    x: float
    y: float
    band: float
    strip_x: float
    strip_y: float


def plot_width(width: int | None) -> int:
    """What is left of a figure for cells and strips; a figure without a width is as wide as a usual screen allows."""
    return max(200, (width or USUAL_WIDTH) - AROUND[0])


def plot_height(height: int) -> int:
    return max(120, height - AROUND[1])


def room(wide: bool, height: int, width: int | None, banded: bool) -> Room:
    across, down = plot_width(width), plot_height(height)
    band = BAND / (down if wide else across) if banded else 0.0
    right = min(0.3, WIDE_STRIP / across)
    top = min(0.3, STRIP / down)
    strip_x, strip_y = 1 - right + GAP / across, 1 - top + GAP / down
    x, y = 1 - right - (0 if wide else band), 1 - top - (band if wide else 0)
    return Room(x, y, band, strip_x, strip_y)


def traces(beside: Beside, wide: bool, mode: str) -> list[dict[str, Any]]:
    """The strip of the samples, then that of the models."""
    return [
        _strip(beside.samples, wide, beside.span, mode) | ({"yaxis": "y2"} if wide else {"xaxis": "x2"}),
        _strip(beside.models, not wide, beside.span, mode) | ({"xaxis": "x2"} if wide else {"yaxis": "y2"}),
    ]


def _strip(df: pl.DataFrame, along: bool, span: tuple[float, float], mode: str) -> dict[str, Any]:
    """`along` says that the means stand side by side, each as high as it is; else below each other."""
    if df.height > FEW_MARKS:
        return _line(df, along, span, mode)
    c = theme.colors(mode)
    value, low, high = (_placed(df[name], span) for name in ("mean", "low", "high"))
    ends = {
        "type": "data",
        "symmetric": False,
        "array": _gaps(high, value),
        "arrayminus": _gaps(value, low),
        "thickness": 1.2,
        "width": 0,
        "color": c.faint,
    }
    places = list(range(df.height))
    at = {"x": places, "y": value} if along else {"x": value, "y": places}
    return {
        "type": "scatter",
        "mode": "markers",
        **at,
        ("error_y" if along else "error_x"): ends,
        "marker": {"size": 6 if df.height <= 60 else 4, "color": c.high},
        "hoverinfo": "none",
        "showlegend": False,
    }


def _line(df: pl.DataFrame, along: bool, span: tuple[float, float], mode: str) -> dict[str, Any]:
    steps = typed(levels(df["mean"].fill_null(np.nan).to_numpy(), *span))
    at = {"y": steps, "x0": 0, "dx": 1} if along else {"x": steps, "y0": 0, "dy": 1}
    return {
        "type": "scatter",
        "mode": "lines",
        **at,
        "line": {"shape": "hvh" if along else "vhv", "width": 1, "color": theme.colors(mode).high},
        "fill": "tozeroy" if along else "tozerox",
        "hoverinfo": "none",
        "showlegend": False,
    }


def _placed(values: pl.Series, span: tuple[float, float]) -> list[float | None]:
    """On the axis of levels, so that marks and lines share it; what is beyond the colours stands at their end."""
    low, high = span
    share = ((values - low) / ((high - low) or 1.0)).clip(0, 1)
    return (1 + share.fill_nan(None) * (TOP - 1)).to_list()


def _gaps(above: list[float | None], below: list[float | None]) -> list[float | None]:
    return [None if a is None or b is None else max(0.0, a - b) for a, b in zip(above, below, strict=True)]


def axes(at: Room, span: tuple[float, float], title: str) -> dict[str, Any]:
    """Of the strips: values only, and nothing that a reader could zoom by mistake. The upper one has them on the right,
    since names of rows stand on the left, up to where it ends."""
    value: dict[str, Any] = {
        "range": [1 - ROOM, TOP + ROOM],
        "tickvals": [1, TOP],
        "ticktext": [f"{end:g}" for end in span],
        "tickfont": {"size": 10},
        "title": {"text": plain(title), "font": {"size": 10}, "standoff": 4},
        "fixedrange": True,
        "showgrid": True,
        "zeroline": False,
        "ticks": "",
    }
    return {
        "xaxis2": {**value, "domain": [at.strip_x, 1], "anchor": "y", "tickangle": 0},
        "yaxis2": {**value, "domain": [at.strip_y, 1], "anchor": "x", "side": "right"},
    }


def bands(
    df: pl.DataFrame, at: Room, wide: bool, shown: tuple[float, float], pixels: float, none: str, mode: str
) -> dict[str, Any]:
    """Shades beside the sample axis, a line where one band ends, and the names that fit. `shown` is what of the sample axis
    is on screen, over so many pixels; `none` is what samples without a band are called."""
    if df.is_empty() or df.height > MOST_BANDS:
        return {}
    shapes, notes = [], []
    for i, (name, first, last) in enumerate(df.iter_rows()):
        begin, end = max(first - 0.5, min(shown)), min(last + 0.5, max(shown))
        if begin >= end:
            continue
        shapes += _shape(first, last, i, at, wide, mode)
        fits = int((end - begin) / abs(shown[1] - shown[0]) * pixels / LETTER) - 1
        if fits >= 3:
            text = short(none if name is None else name, fits)
            notes.append(_note(text, (begin + end) / 2, at, wide, mode))
    return {"shapes": shapes, "annotations": notes}


def _shape(first: int, last: int, i: int, at: Room, wide: bool, mode: str) -> list[dict[str, Any]]:
    c = theme.colors(mode)
    cells = at.y if wide else at.x
    shade = _across(first - 0.5, last + 0.5, cells, cells + at.band, wide)
    border = _across(first - 0.5, first - 0.5, 0, cells + at.band, wide)
    shade |= {
        "type": "rect",
        "line": {"width": 0},
        "fillcolor": c.line if i % 2 else c.grid,
        "layer": "below",
    }
    line = [border | {"type": "line", "line": {"width": 1.5, "color": c.ink}}] if first else []
    return [shade, *line]


def _across(begin: float, end: float, low: float, high: float, wide: bool) -> dict[str, Any]:
    """From `begin` to `end` on the sample axis, and between two shares of the figure on the other."""
    if wide:
        return {"xref": "x", "yref": "paper", "x0": begin, "x1": end, "y0": low, "y1": high}
    return {"xref": "paper", "yref": "y", "x0": low, "x1": high, "y0": begin, "y1": end}


def _note(text: str, middle: float, at: Room, wide: bool, mode: str) -> dict[str, Any]:
    beside = (at.y if wide else at.x) + at.band / 2
    place = {"x": middle, "y": beside, "xref": "x", "yref": "paper"}
    if not wide:
        place = {"x": beside, "y": middle, "xref": "paper", "yref": "y", "textangle": 90}
    font = {"size": 11, "color": theme.colors(mode).ink}
    return {**place, "text": text, "showarrow": False, "xanchor": "center", "yanchor": "middle", "font": font}
