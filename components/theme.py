"""Colours, the chart template, and how numbers are written: one place for both colour modes.

Series colours begin with the hues of Okabe and Ito (2008), moved until any two are told apart by eyes that lack the red,
the green or the blue cones too, on either ground, and the ink of a whisker shows on each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isinf, isnan
from typing import Any, NamedTuple

LIGHT, DARK = "light", "dark"
FONT = "Inter, 'Segoe UI', system-ui, -apple-system, 'Noto Sans', 'Noto Sans CJK TC', sans-serif"


def size(n: int) -> str:
    """Bytes as a person says them.

    >>> [size(n) for n in (0, 900, 512_000_000, 1_500_000, 2_000_000_000)]
    ['0 B', '900 B', '512 MB', '1.5 MB', '2 GB']
    """
    unit, scale = next(((u, s) for u, s in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)) if n >= s), ("B", 1))
    return f"{n / scale:.3g} {unit}"


@dataclass(frozen=True, slots=True)
class Colors:
    ground: str
    ink: str
    faint: str
    grid: str
    line: str
    series: tuple[str, ...]
    better: str
    worse: str
    same: str
    low: str
    high: str
    marks: dict[str, str]


COLORS = {
    LIGHT: Colors(
        ground="#ffffff",
        ink="#1d2733",
        faint="#5d6b7a",
        grid="#e7ebf0",
        line="#cdd5de",
        series=(
            "#0059b7",
            "#d6a83a",
            "#1cc399",
            "#aa587c",
            "#2493bf",
            "#eb5802",
            "#8268e1",
            "#8a8f98",
            "#6e5902",
            "#2d525e",
        ),
        better="#0b7a75",
        worse="#c2571a",
        same="#8a94a0",
        low="#f3e3c3",
        high="#0b5d7a",
        marks={
            "missing": "#ffffff",
            "error": "#b3261e",
            "limit": "#e0a100",
            "unscored": "#9aa3ad",
            "invalid": "#7b4b94",
        },
    ),
    DARK: Colors(
        ground="#161c24",
        ink="#e6ebf1",
        faint="#9aa8b7",
        grid="#26303b",
        line="#3a4653",
        series=(
            "#4ab8fd",
            "#ba8007",
            "#10ac7b",
            "#ee89bb",
            "#1070f2",
            "#c33838",
            "#9d5abc",
            "#b4bac2",
            "#b2b961",
            "#517273",
        ),
        better="#35c2b5",
        worse="#f08a4b",
        same="#8793a0",
        low="#4a3d28",
        high="#63c3e6",
        marks={
            "missing": "#161c24",
            "error": "#ff6b5e",
            "limit": "#f0b429",
            "unscored": "#6f7c8a",
            "invalid": "#b98bd0",
        },
    ),
}
MARK_SYMBOLS = {"missing": "line-ew-open", "error": "x-thin-open", "limit": "triangle-up-open", "unscored": "circle-open",
                "invalid": "diamond-open", "flaky": "bowtie"}  # fmt: skip
MARK_SIGNS = {"missing": "–", "error": "✕", "limit": "△", "unscored": "○", "invalid": "◇", "flaky": "⋈"}

SCALES = {
    "diverging": (("#c2571a", "#f3ece2", "#0b7a75"), ("#f08a4b", "#2a323c", "#35c2b5")),
    "grey": (("#f2f2f2", "#1d2733"), ("#2a323c", "#f2f2f2")),
    "viridis": (("#fde725", "#35b779", "#31688e", "#440154"), ("#440154", "#31688e", "#35b779", "#fde725")),
}


def colors(theme: str) -> Colors:
    return COLORS.get(theme, COLORS[LIGHT])


def color_of(names: list[str], theme: str) -> dict[str, str]:
    """A colour for each name, the same for the same list whatever is drawn of it."""
    series = colors(theme).series
    return {name: series[i % len(series)] for i, name in enumerate(names)}


GREY = 7
"""The place of the one grey among the series. No model has it: next to others that are grey it would not stand out."""
SHAPES = (("circle", "●"), ("square", "■"), ("diamond", "◆"), ("triangle-up", "▲"), ("star", "★"))
"""For Plotly and in a text: where colours run out, the next shape begins."""
PATTERNS = ("", "/", "x", "-", "|", "+", ".")
"""The same of bars."""


class Look(NamedTuple):
    """Of a model, in every chart."""

    color: str
    nth: int = 0
    """How often the colours have run out before it."""

    @property
    def symbol(self) -> str:
        return SHAPES[self.nth % len(SHAPES)][0]

    @property
    def sign(self) -> str:
        return SHAPES[self.nth % len(SHAPES)][1]

    @property
    def pattern(self) -> str:
        return PATTERNS[self.nth % len(PATTERNS)]


def looks(places: Mapping[str, tuple[int, int]], theme: str) -> dict[str, Look]:
    """Name -> look, from the place of its model among all models and its own among the names of that model: one model has
    one colour, whoever else is shown.

    >>> {name: (x.color, x.nth) for name, x in looks({"a": (0, 0), "a #2": (0, 1), "j": (9, 0)}, LIGHT).items()}
    {'a': ('#0059b7', 0), 'a #2': ('#0059b7', 1), 'j': ('#0059b7', 1)}
    """
    series = [color for i, color in enumerate(colors(theme).series) if i != GREY]
    return {
        name: Look(series[model % len(series)], model // len(series) + nth)
        for name, (model, nth) in places.items()
    }


def look_of(name: str, known: Mapping[str, Look], theme: str) -> Look:
    """Also of a name that no run here has: that of what was only predicted, say."""
    return known.get(name, Look(colors(theme).same))


def faded(color: str, share: float) -> str:
    """
    >>> faded("#102030", 0.5)
    'rgba(16,32,48,0.5)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def scale(name: str, theme: str) -> list[list[Any]]:
    """A colour scale for Plotly, from low to high."""
    own = (colors(theme).low, colors(theme).high)
    stops = SCALES[name][theme == DARK] if name in SCALES else own
    return [[i / (len(stops) - 1), color] for i, color in enumerate(stops)]


def layout(theme: str, **more: Any) -> dict[str, Any]:
    """A figure's layout in the look of the app. Merged shallowly with `more`, axes by their keys."""
    c = colors(theme)
    axis = {
        "gridcolor": c.grid,
        "linecolor": c.line,
        "zerolinecolor": c.line,
        "tickcolor": c.line,
        "automargin": True,
    }
    base: dict[str, Any] = {
        "autosize": True,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": c.ink},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "hoverlabel": {
            "bgcolor": c.ground,
            "bordercolor": c.line,
            "font": {"family": FONT, "color": c.ink, "size": 12},
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": c.faint, "activecolor": c.ink},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": c.ink}},
        "xaxis": axis,
        "yaxis": axis,
    }
    for key, value in more.items():
        base[key] = (
            {**axis, **value}
            if key.startswith(("xaxis", "yaxis"))
            else {**base.get(key, {}), **value}
            if isinstance(value, dict)
            else value
        )
    return base


def number(value: float | None, digits: int = 3) -> str:
    """A number as people read it: never more digits than mean something, and a dash where there is none.

    >>> number(0.84661), number(71.23456), number(1234.5), number(None), number(3.0)
    ('0.847', '71.2', '1,234', '–', '3')
    """
    if value is None or isnan(value):
        return "–"
    if isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", "−")
    places = max(0, digits - max(0, len(str(int(abs(value)))) - (abs(value) < 1)))
    return f"{value:,.{places}f}".replace("-", "−")


def signed(value: float | None) -> str:
    """
    >>> signed(0.1234), signed(-0.5), signed(0.0)
    ('+0.123', '−0.500', '0')
    """
    text = number(value)
    return f"+{text}" if value is not None and value > 0 else text


def seconds(value: float | None) -> str | None:
    """
    >>> seconds(4.2), seconds(75), seconds(21155.4), seconds(None)
    ('4.2 s', '1 m 15 s', '5 h 52 m', None)
    """
    if value is None or value < 60:
        return None if value is None else f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} m {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} m"
