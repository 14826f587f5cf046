"""Scores of many models as dots: a row a category, a dot a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from components import theme
from components.figures import bars
from components.figures.bars import Place, along, by_model, in_legend, reach, tip
from components.figures.names import plain, short
from components.theme import Look
from data.queries.scores import PLACE

ROW = 26
HEAD = 64
LEAST = 340
"""So that a legend of many models shows a dozen of them before it scrolls."""


def height(categories: int) -> int:
    return max(LEAST, HEAD + ROW * categories)


def score_dots(
    df: pl.DataFrame,
    look: Mapping[str, Look],
    mode: str,
    top: float | None,
    title: str,
    lit: list[str] | None = None,
) -> dict[str, Any]:
    """As `bars.score_bars`, the first category on top. Intervals only of `lit`, or of all where nobody is."""
    order, place = along(df)
    drawn_apart = lit if lit is not None else df["model"].unique().sort().to_list()
    beside = beside_each_other([m for m in drawn_apart if m in set(df["model"])])
    traces = [
        _trace(model, part, place, own, mode, beside.get(model))
        for model, part, own in by_model(df, look, mode, lit)
    ]
    ranked = in_legend(traces, lit)
    # What stands out lies on top of the rest.
    drawn = sorted(ranked, key=lambda t: bool(t["error_x"]["visible"])) if lit is not None else ranked
    return {"data": drawn, "layout": _layout(order, mode, top, title, len(traces))}


def beside_each_other(models: list[str]) -> dict[str, float]:
    """How far from the middle of its row each is drawn, so that intervals do not lie on each other.

    >>> beside_each_other(["a", "b", "c"]), beside_each_other(["a"])
    ({'a': -0.3, 'b': 0.0, 'c': 0.3}, {'a': 0.0})
    """
    last = max(len(models) - 1, 1)
    return {m: round(0.6 * i / last - 0.3, 3) if len(models) > 1 else 0.0 for i, m in enumerate(models)}


def _trace(
    model: str, part: pl.DataFrame, place: dict[Place, int], look: Look, mode: str, off: float | None
) -> dict[str, Any]:
    """`off` is how far from the middle of its row what stands out is drawn; None for the grey rest."""
    stands_out = off is not None
    return {
        "type": "scatter",
        "mode": "markers",
        "name": short(model, 34),
        "x": part["value"].to_list(),
        "y": [place[key] + (off or 0) for key in part.select(PLACE).iter_rows()],
        "error_x": reach(part)
        | {"visible": stands_out, "color": theme.faded(look.color, 0.6), "thickness": 1.6, "width": 0},
        "customdata": part.select("model", "task", "category", "run_id").rows(),
        "text": [tip(row) for row in part.iter_rows(named=True)],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "color": look.color,
            "symbol": look.symbol,
            "size": 9 if stands_out else 7,
            "opacity": 1 if stands_out else 0.45,
            "line": {"width": 1 if stands_out else 0, "color": theme.colors(mode).ground},
        },
    }


def _layout(order: list[str], mode: str, top: float | None, title: str, n: int) -> dict[str, Any]:
    x: dict[str, Any] = {
        "title": {"text": plain(title), "font": {"size": 12}, "standoff": 8},
        "rangemode": "tozero",
        "zeroline": False,
    }
    if top:
        x["range"] = [0, top * 1.01]
    return theme.layout(
        mode,
        showlegend=n > 0,
        legend=bars.legend(n),
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        xaxis=x,
        yaxis={
            "tickvals": list(range(len(order))),
            "ticktext": [short(name, 34) for name in order],
            "range": [max(len(order), 1) - 0.5, -0.5],
            "showgrid": True,
            "zeroline": False,
        },
    )
