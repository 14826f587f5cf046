"""Scores as bars: grouped by category, one colour a model."""

from __future__ import annotations

from typing import Any

import polars as pl

from components import theme
from components.theme import number

HEIGHT = 400
LOW_HEIGHT = 280
"""For a second chart under the first, of a measure that few tasks have."""


def height(categories: int, nth: int) -> int:
    """Of the nth chart on the page: low only where it has little to show, since turned labels need room."""
    return LOW_HEIGHT if nth and categories <= 4 else HEIGHT


def score_bars(
    df: pl.DataFrame, models: list[str], mode: str, top: float | None, title: str
) -> dict[str, Any]:
    """From axis, model, value, n, run_id, task, category, metric, category_raw: categories in the order of the rows.

    `models` is everybody in the view, so that a model keeps its colour from page to page; `top` ends the axis.
    A bar's customdata is (model, task, category, run_id).
    """
    color = theme.color_of(models, mode)
    order = df["axis"].unique(maintain_order=True).to_list()
    place = {name: i for i, name in enumerate(order)}
    traces = [
        _trace(str(model), part, place, color.get(str(model), theme.colors(mode).same))
        for (model,), part in df.sort("model").group_by("model", maintain_order=True)
    ]
    return {"data": traces, "layout": _layout(order, mode, top, title, len(traces))}


def _trace(model: str, part: pl.DataFrame, place: dict[str, int], color: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": _short(model),
        "x": [place[a] for a in part["axis"]],
        "y": part["value"].to_list(),
        "customdata": part.select("model", "task", "category", "run_id").rows(),
        "text": [_tip(row) for row in part.iter_rows(named=True)],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "color": color,
            "line": {"width": 1, "color": color},
        },  # so that a score of 0 is a line, not nothing
    }


def _tip(row: dict[str, Any]) -> str:
    """Plotly reads a few tags in hover text; what comes from a log must not be one."""
    where = " · ".join(filter(None, (row["task"], row["category"])))
    over = f"  over {row['n']:,}" if row["n"] is not None else ""
    raw = row["category_raw"]
    return (
        f"<b>{plain(row['model'])}</b><br>{plain(where)}<br>{plain(row['metric'])} <b>{number(row['value'])}</b>{over}"
        + (f"<br>{plain(raw)}" if raw and raw != row["category"] else "")
    )


def plain(text: object) -> str:
    """Text of a log for a place where Plotly understands tags.

    >>> plain("<b>&amp;")
    '&lt;b&gt;&amp;amp;'
    """
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _short(name: str, most: int = 44) -> str:
    return plain(name if len(name) <= most else name[: most // 2] + "…" + name[-most // 2 :])


def _side_by_side(labels: list[str]) -> bool:
    """Whether labels fit under a chart of usual width without being turned; a CJK sign is as wide as two letters."""
    widest = max((sum(1 + (ord(c) > 0x2E80) for c in label[:26]) for label in labels), default=0)
    return (widest + 2) * len(labels) <= 150


def _layout(order: list[str], mode: str, top: float | None, title: str, n: int) -> dict[str, Any]:
    y: dict[str, Any] = {
        "title": {"text": plain(title), "font": {"size": 12}, "standoff": 8},
        "rangemode": "tozero",
    }
    if top:
        y["range"] = [0, top]
    return theme.layout(
        mode,
        barmode="group",
        bargap=0.22 if len(order) > 3 else 0.5,
        bargroupgap=0.06,
        showlegend=n > 0,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        xaxis={
            "tickvals": list(range(len(order))),
            "ticktext": [_short(name, 26) for name in order],
            "tickangle": 0 if _side_by_side(order) else -40,
            "showgrid": False,
            "zeroline": False,
            "range": [-0.5, max(len(order), 1) - 0.5],
        },
        yaxis=y,
    )
