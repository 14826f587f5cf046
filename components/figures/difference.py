"""Deltas against a baseline as ranked bars, one facet a candidate."""

from __future__ import annotations

from typing import Any

import polars as pl

from components import theme
from components.figures.bars import _short, plain
from components.theme import number, signed

ROW = 19
HEAD = 44


def height(rows: int) -> int:
    return HEAD + ROW * max(rows, 2) + 34


def delta_bars(df: pl.DataFrame, mode: str, reach: float) -> dict[str, Any]:
    """One candidate's deltas from axis, delta, gain, baseline_score, candidate_score, candidate, task, category,
    run_id, metric; the first row on top. `reach` is how far the axis goes to both sides.

    Better and worse differ by side, colour and shape: what got worse is hatched.
    """
    c = theme.colors(mode)
    gain = df["gain"].to_list()
    color = [c.better if g > 0 else c.worse if g < 0 else c.same for g in gain]
    rows = df.height
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(rows)),
        "x": df["delta"].to_list(),
        "marker": {
            "color": color,
            "line": {"width": 0},
            "pattern": {"shape": ["/" if g < 0 else "" for g in gain], "size": 5, "solidity": 0.35, "fillmode": "overlay",
                        "fgcolor": c.ground, "bgcolor": c.worse},  # left out, plotly derives it from the list, and warns
        },
        "text": [signed(d) for d in df["delta"]],
        "textposition": "outside",
        "textfont": {"size": 11, "color": c.faint},
        "cliponaxis": False,
        "customdata": df.select("candidate", "task", "category", "run_id").rows(),
        "hovertext": [_tip(row) for row in df.iter_rows(named=True)],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }  # fmt: skip
    return {"data": [bars], "layout": _layout(df["axis"].to_list(), mode, reach)}


def _tip(row: dict[str, Any]) -> str:
    return (
        f"<b>{plain(row['axis'])}</b><br>{plain(row['candidate'])} {number(row['candidate_score'])}"
        f"<br>{plain(row['baseline'])} {number(row['baseline_score'])}<br>Δ <b>{signed(row['delta'])}</b>"
    )


def _layout(names: list[str], mode: str, reach: float) -> dict[str, Any]:
    c = theme.colors(mode)
    return theme.layout(
        mode,
        bargap=0.3,
        margin={"l": 8, "r": 12, "t": 6, "b": 8},
        xaxis={
            "range": [-reach * 1.22, reach * 1.22],
            "zeroline": True,
            "zerolinecolor": c.faint,
            "nticks": 7,
        },
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": [_short(name, 34) for name in names],
            "range": [max(len(names), 2) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
        },
    )
