"""Predicted against actual values, with the line on which they are equal, or their differences against their means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl

from components import theme
from components.figures.names import plain
from components.theme import number, signed

HEIGHT = 460
SYMBOLS = ("circle", "diamond-open", "square", "triangle-up", "cross", "star", "x", "hexagon")
"""One a predictor: colours are the models'."""

LEGEND = {"orientation": "v", "x": 1.02, "xanchor": "left", "y": 1, "yanchor": "top"}
"""Beside the chart: there may be a dozen models, and above it they would leave it no height."""
BELOW = {"orientation": "h", "x": 0, "y": 0, "yanchor": "bottom", "yref": "container"}
"""Under a chart that has no width to spare."""

Line = Mapping[str, Any]
"""A row of queries.predictions.lines: what the chart's pairs amount to."""


class Looks(NamedTuple):
    """The same in every chart of a panel: by model and by predictor."""

    color: Mapping[str, str]
    symbol: Mapping[str | None, str]


def looks(df: pl.DataFrame, known: Mapping[str, theme.Look], mode: str) -> Looks:
    """Of all rows of a panel, from theme.looks of all models here."""
    predictors = df["predictor"].unique().sort().to_list()
    symbol = {name: SYMBOLS[i % len(SYMBOLS)] for i, name in enumerate(predictors)}
    names = [str(m) for m in df["model"].unique().sort()]
    return Looks({name: theme.look_of(name, known, mode).color for name in names}, symbol)


def scatter(df: pl.DataFrame, line: Line, look: Looks, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """From predicted, actual, stderr, model, predictor, run_spec, name, naive, run_id: a colour a model, a symbol a
    predictor, error bars where the actual value has a standard error, and the calibration line. A mark's customdata is
    (run_id,)."""
    low = min(0.0, *(float(df[c].min() or 0) for c in ("predicted", "actual")))  # type: ignore[arg-type]
    high = max(1.0, *(float(df[c].max() or 1) for c in ("predicted", "actual")))  # type: ignore[arg-type]
    x = [low, high]
    guides = [_guide(x, x, words["equal"], "dot", mode)]
    if line["slope"] is not None:
        actual, predicted = (
            [line[f"line_{of}_{end}"] for end in ("low", "high")] for of in ("actual", "predicted")
        )
        guides.append(_guide(actual, predicted, words["line"], "solid", mode))
    room = (high - low) * 0.04
    axis = {"range": [low - room, high + room], "zeroline": False}
    layout = _layout(axis, axis, words["actual"], words["predicted"], mode)
    return {"data": [*guides, *_marks(df, ("actual", "predicted"), look, mode, words)], "layout": layout}


def differences(
    df: pl.DataFrame, line: Line, look: Looks, mode: str, words: dict[str, str]
) -> dict[str, Any]:
    """The same pairs after Bland and Altman: the error over the middle of the two, with the bias and the limits of
    agreement."""
    low, high = float(df["middle"].min() or 0), float(df["middle"].max() or 1)  # type: ignore[arg-type]
    room = max((high - low) * 0.06, 0.02)
    ends = [low - room, high + room]
    levels = [("bias", "solid"), ("low", "dash"), ("high", "dash")]
    guides = [_guide(ends, [0, 0], words["equal"], "dot", mode)]
    guides += [
        _guide(ends, [line[k]] * 2, f"{words[k]} {signed(line[k])}", dash, mode)
        for k, dash in levels
        if line[k] is not None
    ]
    layout = _layout(
        {"range": ends, "zeroline": False}, {"zeroline": False}, words["middle"], words["error"], mode
    )
    return {"data": [*guides, *_marks(df, ("middle", "error"), look, mode, words)], "layout": layout}


def _marks(
    df: pl.DataFrame, axes: tuple[str, str], look: Looks, mode: str, words: dict[str, str]
) -> list[dict[str, Any]]:
    """The legend names each colour and each symbol once, not every pair of the two."""
    traces: list[dict[str, Any]] = []
    for (model,), own in df.sort("model", "predictor").group_by("model", maintain_order=True):
        parts = own.group_by("predictor", maintain_order=True)
        traces += [
            _trace(part, axes, look.color[str(model)], look.symbol[who], words) | {"showlegend": not i}
            for i, ((who,), part) in enumerate(parts)
        ]
    here = set(df["predictor"])
    keys = [key(who, {"symbol": s}, mode) for who, s in look.symbol.items() if who and who in here]
    return traces + (keys if len(look.symbol) > 1 else [])


def key(name: str, marker: dict[str, Any], mode: str, drawn: str = "markers", **more: Any) -> dict[str, Any]:
    """A line of the legend that stands for no mark of its own."""
    return {
        "type": "scatter",
        "mode": drawn,
        "x": [None],
        "y": [None],
        "name": plain(name),
        "marker": {"size": 8, "color": theme.colors(mode).faint} | marker,
        "hoverinfo": "skip",
        **more,
    }


def _trace(
    part: pl.DataFrame, axes: tuple[str, str], color: str, symbol: str, words: dict[str, str]
) -> dict[str, Any]:
    x, y = axes
    trace = {
        "type": "scatter",
        "mode": "markers",
        "name": plain(part["model"][0]),
        "legendgroup": plain(part["model"][0]),
        "x": part[x].to_list(),
        "y": part[y].to_list(),
        "marker": {"color": color, "size": 8, "opacity": 0.85, "symbol": symbol},
        "customdata": part.select("run_id").rows(),
        "text": [_tip(row, words) for row in part.iter_rows(named=True)],
        "hovertemplate": "%{text}<extra></extra>",
    }
    if x == "actual":
        bars = part["stderr"].fill_null(0).to_list()
        trace["error_x"] = {"type": "data", "array": bars, "thickness": 1, "width": 0}
    return trace


def _tip(row: dict[str, Any], words: dict[str, str]) -> str:
    of = f" ({plain(row['predictor'])})" if row["predictor"] else ""
    n = f", n {row['n']:,}" if row["n"] is not None else ""
    naive = f"<br>{words['naive']} {number(row['naive'])}" if row["naive"] is not None else ""
    return (
        f"<b>{plain(row['run_spec'])}</b><br>{plain(row['name'])}"
        f"<br>{words['predicted']} {number(row['predicted'])}{of}"
        f"<br>{words['actual']} {number(row['actual'])}{n}{naive}"
    )


def _guide(x: list[Any], y: list[Any], name: str, dash: str, mode: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": theme.colors(mode).faint, "dash": dash, "width": 1},
        "name": plain(name),
        "hoverinfo": "skip",
    }


def _layout(x: dict[str, Any], y: dict[str, Any], x_title: str, y_title: str, mode: str) -> dict[str, Any]:
    return theme.layout(
        mode,
        xaxis=x | {"title": {"text": plain(x_title)}},
        yaxis=y | {"title": {"text": plain(y_title)}},
        hovermode="closest",
        showlegend=True,
        legend=BELOW,
    )
