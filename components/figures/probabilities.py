"""How predictions of single instances fared: ROC curves and reliability diagrams, a line a predictor and model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from components import theme
from components.figures.names import plain
from components.figures.pairs import BELOW, SYMBOLS
from components.theme import number

HEIGHT = 460
MOST = 10
"""Lines that can be told apart."""


def label(row: tuple[Any, ...]) -> str:
    """Of (predictor, seed, model).

    >>> label(("line", 3, "a/b")), label((None, None, "a/b"))
    ('line (3) · a/b', 'a/b')
    """
    predictor, seed, model = row
    who = f"{predictor or ''} ({seed})" if seed is not None else predictor
    return " · ".join(str(x) for x in (who, model) if x)


def roc(df: pl.DataFrame, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """From one statistic's rows of queries.instances.curves."""
    lines = _each(df, lambda part, i: {
        "mode": "lines",
        "x": part["false_positive_rate"].to_list(),
        "y": part["true_positive_rate"].to_list(),
        "customdata": [number(c) for c in part["cutoff"]],
        "hovertemplate": f"{words['cutoff']} %{{customdata}}<br>{words['true']} %{{y:.3f}}, {words['false']} %{{x:.3f}}"
        "<extra>%{fullData.name}</extra>",
    }, mode)  # fmt: skip
    return _square(lines, words["chance"], words["false"], words["true"], mode)


def reliability(df: pl.DataFrame, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """From one statistic's rows of queries.instances.reliability, with the interval of each share."""
    lines = _each(df, lambda part, i: {
        "mode": "lines+markers",
        "x": part["predicted"].to_list(),
        "y": part["actual"].to_list(),
        "marker": {"symbol": SYMBOLS[i % len(SYMBOLS)], "size": 8},
        "error_y": {
            "type": "data",
            "array": (part["high"] - part["actual"]).to_list(),
            "arrayminus": (part["actual"] - part["low"]).to_list(),
            "thickness": 1,
            "width": 0,
        },
        "customdata": part.select("n", "bin").rows(),
        "hovertemplate": f"{words['predicted']} %{{x:.3f}}<br>{words['share']} %{{y:.3f}}, n %{{customdata[0]:,}}"
        "<extra>%{fullData.name}</extra>",
    }, mode)  # fmt: skip
    return _square(lines, words["equal"], words["predicted"], words["share"], mode)


def _each(
    df: pl.DataFrame, make: Callable[[pl.DataFrame, int], dict[str, Any]], mode: str
) -> list[dict[str, Any]]:
    groups = list(df.group_by("predictor", "seed", "model", maintain_order=True))[:MOST]
    color = theme.color_of([label(key) for key, _ in groups], mode)
    return [
        {"type": "scatter", "name": plain(label(key)), "line": {"color": color[label(key)], "width": 2}}
        | make(part, i)
        for i, (key, part) in enumerate(groups)
    ]


def _square(lines: list[dict[str, Any]], diagonal: str, x: str, y: str, mode: str) -> dict[str, Any]:
    guide = {
        "type": "scatter",
        "mode": "lines",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": theme.colors(mode).faint, "dash": "dot", "width": 1},
        "name": plain(diagonal),
        "hoverinfo": "skip",
    }
    axis = {"range": [-0.03, 1.03], "zeroline": False}
    layout = theme.layout(
        mode,
        hovermode="closest",
        showlegend=True,
        legend=BELOW,
        xaxis=axis | {"title": {"text": plain(x)}},
        yaxis=axis | {"title": {"text": plain(y)}},
    )
    return {"data": [guide, *lines], "layout": layout}
