"""Samples against models as a heatmap, with a sign for every reason why a cell has no score, and for what is flaky."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from components import theme
from components.figures import margins
from components.figures.levels import TOP, levels, typed
from components.figures.margins import Beside
from components.figures.names import plain, short
from components.figures.tokens import inks
from data.cubes import pooled
from data.queries.heatmap import MARKS
from data.schema import Mark
from data.statistics.arrays import same
from data.viewstate import ViewState

MOST_CELLS = 2_000_000
"""Plotly redraws in 50 ms at 100,000 cells and in 200 ms at a million; beyond this it would stall."""
FEW_CELLS = 240
"""Up to here numbers are a help; of more of them one sees the colours alone."""
MOST_WRITTEN = 2_500
"""Texts that are drawn in half a second: each is an element of its own."""
DIGIT, UNDER = 7, 13
"""Pixels of a digit of a number in a cell, and of a line of them."""
MOST_ALONG = 16_000
"""plotly.js draws one pixel a cell before it scales them; a canvas that is wider than that stays blank in some browsers."""
MOST_SIGNS = 1_500
MARKED_PX = 9
"""Cells smaller than this have no room for a mark on them."""
CORNER, ROOMY_PX = 0.3, 24
"""How far from the middle of a cell, in cells; in a smaller one it would seem to belong to the next."""
CODES = {name: i for i, name in enumerate(MARKS)}
LABELS, LINE = 60, 15
"""Axis labels that are enough, and pixels that one takes; more are thinned out evenly."""
NAME, LETTER = 30, 7
"""Characters of a name that are shown on an axis, and pixels of one."""


def sample_heatmap(
    df: pl.DataFrame,
    v: ViewState,
    mode: str,
    words: dict[str, str],
    span: tuple[float, float],
    beside: Beside | None = None,
    height: int = 400,
) -> dict[str, Any]:
    """From the frame of queries.heatmap.cells: dense, sample by sample, model by model within.

    `span` is the value of the lowest and of the highest colour; `beside` stands on the margins. `words` has the axis titles
    `samples` and `models`, that of the strips `mean`, the score's name `score`, `none` for samples without a band, and a word for each mark.
    """
    rows = df["run_id"].n_unique()  # and not of names, which two runs may share
    models, samples = model_names(df, rows), sample_names(df, rows)
    shape = (len(samples), rows)
    value = _numbers(df, v).reshape(shape).T
    mark = df["mark"].replace_strict(CODES, return_dtype=pl.UInt8).to_numpy().reshape(shape).T
    wide = v.orientation == "horizontal"
    part = detail(len(samples), _shown(v, wide, len(samples)))
    drawn = value[:, part.first : part.last]
    if part.step > 1:
        drawn = pooled(drawn, part.step)
    traces = [_values(levels(drawn if wide else drawn.T, *span), v, mode, span, words) | part.places(wide)]
    pixels = cell(v, wide, *shape, height)
    if beside:
        traces += margins.traces(beside, wide, mode)
    traces += _written(value if wide else value.T, pixels, v, mode, span)
    traces += _signs(mark, wide, mode, words)
    if min(pixels) >= MARKED_PX:
        traces += _flaky(df["flaky"].to_numpy().reshape(shape).T, pixels, v, mode, words)
    layout = _layout(samples, models, wide, height, v, mode, words)
    if beside:
        _make_room(layout, beside, wide, height, v, mode, words)
    return {"data": traces, "layout": layout}


def model_names(df: pl.DataFrame, models: int) -> list[str]:
    """Of the axis: as the reader asked for them, or as on all pages."""
    return _called(df, "model_label", "model").head(models).to_list()


def sample_names(df: pl.DataFrame, models: int) -> list[str]:
    return _called(df, "sample_label", "sample_id").gather_every(models).to_list()


def _called(df: pl.DataFrame, asked: str, known: str) -> pl.Series:
    return df[asked if asked in df.columns else known]


class Detail(NamedTuple):
    """Which samples are drawn, from `first` up to `last`, and how many of them as one."""

    first: int
    last: int
    step: int

    def places(self, wide: bool) -> dict[str, Any]:
        """Where the first of them stands, and how far apart they are."""
        if self == (0, self.last, 1):
            return {}
        start, gap = ("x0", "dx") if wide else ("y0", "dy")
        return {start: self.first + (self.step - 1) / 2, gap: self.step}


def detail(samples: int, shown: tuple[float, float]) -> Detail:
    """All of them where a browser can draw that many; else what is on screen and as much again on either side, neighbours
    under one pixel as their mean."""
    if samples <= MOST_ALONG:
        return Detail(0, samples, 1)
    low, high = min(shown), max(shown)
    first, last = (round(min(max(end, 0), samples)) for end in (2 * low - high, 2 * high - low))
    last = max(last, first + 1) if first < samples else samples
    first = min(first, samples - 1)
    return Detail(first, last, -(-(last - first) // MOST_ALONG))


def below(names: list[str], v: ViewState) -> int:
    """Pixels beyond a usual line or two that the longest name takes below the cells, where names are turned to fit."""
    longest = max(map(len, names), default=0)
    if longest * LETTER * min(len(names), LABELS) <= margins.plot_width(v.width):
        return 0
    return max(0, LETTER * min(longest, NAME) - margins.AROUND[1] // 2)


def pools(samples: int, v: ViewState) -> bool:
    """Whether neighbours are drawn as one."""
    return detail(samples, _shown(v, v.orientation == "horizontal", samples)).step > 1


def _shown(v: ViewState, wide: bool, samples: int) -> tuple[float, float]:
    """What of the sample axis is on screen."""
    if not v.window:
        return -0.5, samples - 0.5
    return v.window[0 if wide else 2], v.window[1 if wide else 3]


def _numbers(df: pl.DataFrame, v: ViewState) -> NDArray[np.float64]:
    return df["value" if v.shows == "value" else "spread"].fill_null(np.nan).to_numpy()


def cell(v: ViewState, wide: bool, samples: int, models: int, height: int) -> tuple[float, float]:
    """About how many pixels a cell has on screen, across and down."""
    across, down = (float(n) for n in ((samples, models) if wide else (models, samples)))
    if v.window:
        x0, x1, y0, y1 = v.window
        across, down = min(across, abs(x1 - x0)), min(down, abs(y1 - y0))
    return margins.plot_width(v.width) / max(across, 1), margins.plot_height(height) / max(down, 1)


def _make_room(
    layout: dict[str, Any],
    beside: Beside,
    wide: bool,
    height: int,
    v: ViewState,
    mode: str,
    words: dict[str, str],
) -> None:
    """Narrows the cells' own axes, and puts strips and bands where they leave room."""
    at = margins.room(wide, height, v.width, not beside.bands.is_empty())
    layout["xaxis"]["domain"], layout["yaxis"]["domain"] = [0, at.x], [0, at.y]
    axes = margins.axes(at, beside.span, words["mean"])
    layout |= {name: theme.layout(mode, **{name: axis})[name] for name, axis in axes.items()}
    shown = layout["xaxis" if wide else "yaxis"]["range"]
    pixels = margins.plot_width(v.width) * at.x if wide else margins.plot_height(height) * at.y
    layout |= margins.bands(beside.bands, at, wide, tuple(shown), pixels, words["none"], mode)


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


def _written(
    value: NDArray[np.float64],
    pixels: tuple[float, float],
    v: ViewState,
    mode: str,
    span: tuple[float, float],
) -> list[dict[str, Any]]:
    """The numbers of the cells on screen, as short as they can be, where they are few and fit, or as many as can be drawn
    where a reader asks for them. Marks of their own: the text of a heatmap has one colour, which no scale of colours is
    light or dark enough for at both its ends."""
    y, x = np.nonzero(~np.isnan(value))
    if v.window:
        inside = _between(x, v.window[:2]) & _between(y, v.window[2:])
        x, y = x[inside], y[inside]
    shown = value[y, x]
    text = [_short_number(number) for number in shown[:MOST_WRITTEN].tolist()]
    fits = pixels[0] >= DIGIT * max(map(len, text), default=0) and pixels[1] >= UNDER
    wanted = v.values == "1" or (v.values == "auto" and len(x) <= FEW_CELLS and fits)
    if not wanted or not 0 < len(x) <= MOST_WRITTEN:
        return []
    color = inks(levels(shown, *span), v.colors, mode).tolist()
    return [
        {
            "type": "scatter",
            "mode": "text",
            "x": x.tolist(),
            "y": y.tolist(),
            "text": text,
            "textfont": {"size": 11, "color": color},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def _short_number(value: float) -> str:
    """Two digits, and what is not whole never looks so: a cell that nearly always passes is not one that always does.

    >>> _short_number(1.0), _short_number(0.125), _short_number(-0.5), _short_number(100.0), _short_number(0.1 + 0.7 + 0.2)
    ('1', '0.12', '−0.5', '100', '1')
    >>> _short_number(0.004), _short_number(0.996), _short_number(-0.001), _short_number(100.004)
    ('<0.01', '>0.99', '>−0.01', '<100.01')
    """
    near = round(value, 2) + 0.0
    if near.is_integer() and not same(value, near):
        return f"<{_two_digits(near + 0.01)}" if value > near else f">{_two_digits(near - 0.01)}"
    return _two_digits(near)


def _two_digits(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")


def _signs(mark: NDArray[np.uint8], wide: bool, mode: str, words: dict[str, str]) -> list[dict[str, Any]]:
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


def _flaky(
    flaky: NDArray[np.bool_], pixels: tuple[float, float], v: ViewState, mode: str, words: dict[str, str]
) -> list[dict[str, Any]]:
    """A sign in the corner of each cell that is right in some epochs and wrong in others: its colour alone is that of any
    half score. The middle is for the number, or another sign."""
    m, s = np.nonzero(flaky)
    x, y = (s, m) if v.orientation == "horizontal" else (m, s)
    if v.window:
        inside = _between(x, v.window[:2]) & _between(y, v.window[2:])
        x, y = x[inside], y[inside]
    if not 0 < len(x) <= MOST_SIGNS:
        return []
    right, up = (CORNER if size >= ROOMY_PX else 0.0 for size in pixels)
    c = theme.colors(mode)
    marker = {
        "symbol": theme.MARK_SYMBOLS["flaky"],
        "size": 8,
        "color": c.ink,
        "line": {"width": 1, "color": c.ground},
    }
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": (x + right).tolist(),
            "y": (y - up).tolist(),
            "name": f"{plain(words['flaky'])} ({len(x):,})",
            "hoverinfo": "none",
            "marker": marker,
        }
    ]


def _between(place: NDArray[np.intp], ends: tuple[float, ...]) -> NDArray[np.bool_]:
    return (place >= min(ends)) & (place <= max(ends))


def _layout(
    samples: list[str],
    models: list[str],
    wide: bool,
    height: int,
    v: ViewState,
    mode: str,
    words: dict[str, str],
) -> dict[str, Any]:
    across, down = (v.window[:2], v.window[2:]) if v.window else ((), ())
    fit_across, fit_down = (px // LINE for px in (margins.plot_width(v.width), margins.plot_height(height)))
    x = _axis(samples if wide else models, words["samples" if wide else "models"], across, fit_across)
    y = _axis(models if wide else samples, words["models" if wide else "samples"], down, fit_down)
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
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        **title,
    )


def _axis(names: list[str], title: str, window: tuple[float, ...], fit: int) -> dict[str, Any]:
    """Numbers underneath, names at as many places of what is shown as fit."""
    first, last = (max(0, round(min(window))), round(max(window)) + 1) if window else (0, len(names))
    shown = range(first, min(last, len(names)))
    at = list(shown[:: max(1, -(-len(shown) // min(fit, LABELS)))])
    return {
        "tickvals": at,
        "ticktext": [short(names[i], NAME) for i in at],
        "range": [-0.5, len(names) - 0.5],
        "title": {"text": plain(title), "font": {"size": 12}, "standoff": 6},
        "showgrid": False,
        "zeroline": False,
        "constrain": "domain",
    }
