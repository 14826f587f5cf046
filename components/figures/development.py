"""Scores of single runs: over time, and against what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from components import theme
from components.figures.bars import _short, plain
from components.theme import number, seconds

HEIGHT = 300
SHAPES = (("circle", "●"), ("square", "■"), ("diamond", "◆"), ("triangle-up", "▲"), ("star", "★"))
"""For Plotly and in a text: where colours run out, the next shape begins."""


class Look(NamedTuple):
    color: str
    shape: str
    sign: str


def looks(names: Sequence[str], mode: str) -> Mapping[str, Look]:
    """One look for each name, the same in all charts of a page."""
    colors = theme.color_of(list(names), mode)
    size = len(theme.colors(mode).series)
    return {name: Look(colors[name], *SHAPES[i // size % len(SHAPES)]) for i, name in enumerate(names)}


def over_time(df: pl.DataFrame, look: Mapping[str, Look], mode: str) -> dict[str, Any]:
    """From line, created, value, model, task, category, run_id, n, stderr: a line for each name, a point for each run. A
    point's customdata is (model, task, category, run_id)."""
    traces = [
        _points(part, look[str(line)], mode)
        | {"x": [_iso(t) for t in part["created"]], "mode": "lines+markers"}
        for (line,), part in df.group_by("line", maintain_order=True)
    ]
    return {"data": traces, "layout": _layout(mode, {"type": "date", "tickformat": "%Y-%m-%d", "nticks": 6})}


def against(
    df: pl.DataFrame, look: Mapping[str, Look], mode: str, title: str, *, log: bool
) -> dict[str, Any]:
    """From the same and x and front: a point for each run, full on the front and hollow below it, and the front as
    steps: what is below it costs as much for less."""
    c = theme.colors(mode)
    traces = [
        _points(part, look[str(line)], mode) | {"x": part["x"].to_list(), "mode": "markers"}
        for (line,), part in df.group_by("line", maintain_order=True)
    ]
    for trace, (_, part) in zip(traces, df.group_by("line", maintain_order=True), strict=True):
        shape = trace["marker"]["symbol"]
        trace["marker"]["symbol"] = [shape if on else f"{shape}-open" for on in part["front"]]
    best = df.filter("front").unique(["x", "value"], keep="first").sort("x")
    front = {
        "type": "scatter", "mode": "lines+text", "x": best["x"].to_list(), "y": best["value"].to_list(),
        "line": {"color": c.faint, "width": 1.2, "dash": "dot", "shape": "hv"}, "hoverinfo": "skip", "showlegend": False,
        "text": [_short(m, 26) for m in best["model"]], "textposition": "top center", "textfont": {"size": 10.5, "color": c.faint},
        "cliponaxis": False,
    }  # fmt: skip
    x = {
        "title": {"text": plain(title), "font": {"size": 12}},
        "type": "log" if log else "linear",
        "nticks": 7,
    }
    return {"data": [front, *traces], "layout": _layout(mode, x)}


def _points(part: pl.DataFrame, look: Look, mode: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "y": part["value"].to_list(),
        "customdata": part.select("model", "task", "category", "run_id").rows(),
        "text": [_tip(row) for row in part.iter_rows(named=True)],
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": look.color, "width": 1.6},
        "marker": {"color": look.color, "symbol": look.shape, "size": 9, "line": {"width": 1.5, "color": look.color}},
        "showlegend": False,
    }  # fmt: skip


def _tip(row: dict[str, Any]) -> str:
    """What is known of a run; what its log does not tell is left out."""
    when = row["created"] and row["created"].strftime("%Y-%m-%d %H:%M")
    over = f" over {row['n']:,}" if row["n"] is not None else ""
    stderr = f" ± {number(row['stderr'])}" if row["stderr"] is not None else ""
    spent = [
        f"{row['total_tokens']:,} tokens" if row["total_tokens"] is not None else None,
        seconds(row["duration_s"]),
        f"cost {number(row['cost'])}" if row["cost"] is not None else None,
    ]
    lines = [
        f"<b>{plain(row['model'])}</b>",
        when,
        f"{plain(row['metric'])} <b>{number(row['value'])}</b>{stderr}{over}",
    ]
    return "<br>".join(filter(None, [*lines, " · ".join(filter(None, spent))]))


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%S")


def _layout(mode: str, x: dict[str, Any]) -> dict[str, Any]:
    return theme.layout(
        mode,
        margin={"l": 8, "r": 24, "t": 18, "b": 8},
        hovermode="closest",
        xaxis=x,
        yaxis={"zeroline": False, "nticks": 6},
    )
