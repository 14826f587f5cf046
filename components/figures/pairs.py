"""Predicted against actual values, with the line on which they are equal."""

from __future__ import annotations

from typing import Any

import polars as pl

from components import theme
from components.figures.bars import plain
from components.theme import number

HEIGHT = 420


def scatter(df: pl.DataFrame, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """From predicted, actual, stderr, model, run_spec, name, run_id: a colour a model, error bars where the actual value
    has a standard error. A mark's customdata is (run_id,)."""
    names = df["model"].unique().sort().to_list()
    color = theme.color_of(names, mode)
    traces = [
        _trace(str(name), part, color[str(name)])
        for (name,), part in df.sort("model").group_by("model", maintain_order=True)
    ]
    low = min(0.0, *(float(df[c].min() or 0) for c in ("predicted", "actual")))  # type: ignore[arg-type]
    high = max(1.0, *(float(df[c].max() or 1) for c in ("predicted", "actual")))  # type: ignore[arg-type]
    return {"data": [_equal(low, high, mode, words), *traces], "layout": _layout(low, high, mode, words)}


def _trace(name: str, part: pl.DataFrame, color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plain(name),
        "x": part["actual"].to_list(),
        "y": part["predicted"].to_list(),
        "error_x": {
            "type": "data",
            "array": part["stderr"].fill_null(0).to_list(),
            "thickness": 1,
            "width": 0,
        },
        "marker": {"color": color, "size": 8, "opacity": 0.85},
        "customdata": part.select("run_id").rows(),
        "text": [_tip(row) for row in part.iter_rows(named=True)],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _tip(row: dict[str, Any]) -> str:
    return (
        f"<b>{plain(row['run_spec'])}</b><br>{plain(row['name'])}<br>predicted {number(row['predicted'])},"
        f" actual {number(row['actual'])}"
    )


def _equal(low: float, high: float, mode: str, words: dict[str, str]) -> dict[str, Any]:
    line = {"color": theme.colors(mode).faint, "dash": "dot", "width": 1}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [low, high],
        "y": [low, high],
        "line": line,
        "name": words["equal"],
        "hoverinfo": "skip",
    }


def _layout(low: float, high: float, mode: str, words: dict[str, str]) -> dict[str, Any]:
    room = (high - low) * 0.04
    axis = {"range": [low - room, high + room], "zeroline": False}
    return theme.layout(
        mode,
        xaxis=axis | {"title": {"text": words["actual"]}},
        yaxis=axis | {"title": {"text": words["predicted"]}},
        hovermode="closest",
    )
