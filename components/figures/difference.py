"""Deltas against a baseline as ranked bars, one facet a candidate."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import polars as pl

from components import theme
from components.figures.names import plain, short
from components.theme import number, signed

ROW = 19
HEAD = 44
NAME, LETTER = 34, 6.9
"""Characters of a name that are shown, and the pixels that one takes."""
LABEL, NARROWEST, RIGHT = 50, 460, 12
"""Pixels of a delta in figures; of the narrowest chart; to the right of its bars."""
TIP = 72
"""Characters of a line of a tip."""


def height(rows: int) -> int:
    return HEAD + ROW * max(rows, 2) + 34


def reach(df: pl.DataFrame) -> float:
    """How far bars and intervals go from 0, to either side; 1 where there are none."""
    ends = [df[c].abs().max() for c in ("delta", "low", "high") if c in df.columns]
    return max((float(e) for e in ends if e), default=1.0)  # type: ignore[arg-type]


def beside(df: pl.DataFrame) -> float:
    """Pixels that the names of these rows take to the left of their bars: charts that share them have their 0, and with
    one `reach` their units, under each other."""
    longest = df.select(pl.col("axis").str.len_chars().max()).item() or 0
    return 12 + LETTER * min(longest, NAME + 1)


def beyond(beside: float) -> float:
    """How many times as far as the longest bar its axis goes, for the figures at its end to have room in the narrowest chart.

    >>> round(beyond(8), 2), round(beyond(250), 2)
    (1.29, 2.0)
    """
    half = (NARROWEST - RIGHT - beside) / 2
    return 1 / (1 - LABEL / max(half, 2 * LABEL))


def delta_bars(df: pl.DataFrame, mode: str, reach: float, beside: float = 8) -> dict[str, Any]:
    """One candidate's deltas from axis, delta, gain, baseline_score, candidate_score, candidate, task, category,
    run_id, metric; the first row on top. `reach` is how far the axis goes to both sides.

    Better and worse differ by side, colour and shape: what got worse is hatched. What must not be compared
    (`comparable` is false) is grey and crossed, and its tip says so in the words of `not_comparable`.
    """
    c = theme.colors(mode)
    gain = df["gain"].to_list()
    sound = df["comparable"].to_list() if "comparable" in df.columns else [True] * df.height
    color = [c.better if g > 0 else c.worse if g < 0 else c.same for g in gain]
    hatched = ["/" if g < 0 else "" for g in gain]
    fair = [i for i, ok in enumerate(sound) if ok]
    unfair = [i for i, ok in enumerate(sound) if not ok]
    traces = [_bars(df, fair, [color[i] for i in fair], [hatched[i] for i in fair], c.worse, c.ground)]
    if unfair:
        traces.append(_bars(df, unfair, [c.same] * len(unfair), ["x"] * len(unfair), c.same, c.ground))
    return {
        "data": [*traces, *_whiskers(df, c.ink), _labels(df, c.faint)],
        "layout": _layout(df["axis"].to_list(), mode, reach, beside),
    }


def _bars(
    df: pl.DataFrame, rows: list[int], color: list[str], shape: list[str], behind: str, lines: str
) -> dict[str, Any]:
    """These rows, each at its own height. The ground of a pattern is one colour a trace: plotly takes no list of them, and
    where there is none it derives one from the list of colours, and warns."""
    mine = df[rows]
    return {
        "type": "bar",
        "orientation": "h",
        "y": rows,
        "x": mine["delta"].to_list(),
        "marker": {
            "color": color,
            "line": {"width": 0},
            "pattern": {"shape": shape, "size": 5, "solidity": 0.35, "fillmode": "overlay", "fgcolor": lines, "bgcolor": behind},
        },
        "customdata": mine.select("candidate", "task", "category", "run_id").rows(),
        "hovertext": [_tip(row) for row in mine.iter_rows(named=True)],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }  # fmt: skip


def _whiskers(df: pl.DataFrame, color: str) -> list[dict[str, Any]]:
    """The interval of each delta that has one, as a line across the end of its bar."""
    if "low" not in df.columns or df["low"].null_count() == df.height:
        return []
    known = df.with_row_index("y").filter(pl.col("low").is_not_null())
    # From its lower end, which nobody sees, as far as the upper one.
    length = {"array": (known["high"] - known["low"]).to_list(), "arrayminus": [0] * known.height}
    line = {
        "type": "scatter",
        "mode": "markers",
        "x": known["low"].to_list(),
        "y": known["y"].to_list(),
        "error_x": {"type": "data", "symmetric": False, **length, "color": color, "thickness": 1.2, "width": 3},
        "marker": {"size": 1, "color": color, "opacity": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }  # fmt: skip
    parted = known.filter("parted")
    return [line, _dots(parted, color)] if parted.height else [line]


def _dots(df: pl.DataFrame, color: str) -> dict[str, Any]:
    """What an interval is around, where that is not the end of the bar: the difference over the pairs alone."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": df["paired_delta"].to_list(),
        "y": df["y"].to_list(),
        "marker": {"size": 7, "color": color},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _labels(df: pl.DataFrame, color: str) -> dict[str, Any]:
    """Each delta in figures, beyond the end of its bar and of its interval."""
    ends = [c for c in ("delta", "low", "high") if c in df.columns]
    left = (df["delta"] < 0).to_list()
    far = df.select(
        pl.min_horizontal(0.0, *ends).alias("low"), pl.max_horizontal(0.0, *ends).alias("high")
    ).rows()
    return {
        "type": "scatter",
        "mode": "text",
        "x": [low if is_left else high for (low, high), is_left in zip(far, left, strict=True)],
        "y": list(range(df.height)),
        "text": [f" {signed(d)} " for d in df["delta"]],
        "textposition": ["middle left" if is_left else "middle right" for is_left in left],
        "textfont": {"size": 11, "color": color},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _tip(row: dict[str, Any]) -> str:
    return (
        f"<b>{plain(row['axis'])}</b><br>{plain(row['candidate'])} {number(row['candidate_score'])}"
        f"<br>{plain(row['baseline'])} {number(row['baseline_score'])}<br>Δ <b>{signed(row['delta'])}</b>"
        + _known(row)
        + (f"<br>{plain(row['not_comparable'])}" if row.get("not_comparable") else "")
    )


def _known(row: dict[str, Any]) -> str:
    """What the pairs say, where there are some."""
    if not row.get("how"):
        return ""
    return "".join(f"<br>{plain(line)}" for line in wrap(row["how"], TIP))


def _layout(names: list[str], mode: str, reach: float, beside: float) -> dict[str, Any]:
    c = theme.colors(mode)
    end = reach * beyond(beside)
    return theme.layout(
        mode,
        barmode="overlay",
        bargap=0.3,
        margin={"l": beside, "r": RIGHT, "t": 6, "b": 8},
        xaxis={
            "range": [-end, end],
            "zeroline": True,
            "zerolinecolor": c.faint,
            "nticks": 7,
        },
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": [short(name, NAME) for name in names],
            "range": [max(len(names), 2) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
        },
    )
