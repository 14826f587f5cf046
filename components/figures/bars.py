"""Scores as bars: grouped by category, one colour a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from components import theme
from components.figures.names import plain, short
from components.theme import Look, number
from data.queries.scores import PLACE

HEIGHT = 400
MANY = 10
"""Models that colours can still tell apart."""
NO_BAR = "none"
"""Anything that is no number: Plotly takes null for 0, and draws the caps of a bar without length."""
Place = tuple[Any, ...]
"""Of PLACE."""
LOW_HEIGHT = 280
"""For a second chart under the first, of a measure that few tasks have."""


def height(categories: int, nth: int) -> int:
    """Of the nth chart on the page: low only where it has little to show, since turned labels need room."""
    return LOW_HEIGHT if nth and categories <= 4 else HEIGHT


def score_bars(
    df: pl.DataFrame,
    look: Mapping[str, Look],
    mode: str,
    top: float | None,
    title: str,
    lit: list[str] | None = None,
) -> dict[str, Any]:
    """From axis, model, value, low, high, n, run_id, task, category, metric, category_raw and the words `method` and `made`:
    categories in the order of the rows.

    `look` is of all models here, whatever is drawn of them (theme.looks); `top` ends the axis; all but `lit` are grey, if
    it is given. A bar's customdata is (model, task, category, run_id).
    """
    order, place = along(df)
    traces = [
        _trace(str(model), part, place, own, _whisker(df.height, mode), theme.colors(mode).ground)
        for model, part, own in by_model(df, look, mode, lit)
    ]
    return {"data": in_legend(traces, lit), "layout": _layout(order, mode, top, title, len(traces))}


def along(df: pl.DataFrame) -> tuple[list[str], dict[Place, int]]:
    """The labels of an axis in the order of the rows, and where on it each task and category is: two of one label have
    places of their own."""
    found = df.select("axis", *PLACE).unique(PLACE, keep="first", maintain_order=True)
    return found["axis"].to_list(), {key: i for i, key in enumerate(found.select(PLACE).iter_rows())}


def in_legend(traces: list[dict[str, Any]], lit: list[str] | None) -> list[dict[str, Any]]:
    """Who stands out comes first in the legend: of many names it shows a dozen before it scrolls."""
    first = {name: i for i, name in enumerate(lit or [])}
    places = [first.get(trace["customdata"][0][0], len(first) + i) for i, trace in enumerate(traces)]
    return [{**trace, "legendrank": place} for trace, place in zip(traces, places, strict=True)]


def by_model(
    df: pl.DataFrame, look: Mapping[str, Look], mode: str, lit: list[str] | None
) -> Iterator[tuple[str, pl.DataFrame, Look]]:
    """Each model by name, its rows and its look."""
    shown = look if lit is None else {name: look[name] for name in lit if name in look}
    for (model,), part in df.sort("model").group_by("model", maintain_order=True):
        yield str(model), part, theme.look_of(str(model), shown, mode)


def _whisker(bars: int, mode: str) -> dict[str, Any]:
    """How intervals look: thinner where there are many, and stronger in the dark, where bars are as light as they."""
    many, dark = bars > 60, mode == theme.DARK
    return {
        "color": theme.faded(theme.colors(mode).ink, 0.85 if dark else 0.55),
        "thickness": 1 if many and not dark else 1.4,
        "width": 0 if many else 3,
    }


def reach(part: pl.DataFrame) -> dict[str, Any]:
    """Plotly's error bar from `low` to `high`; nothing where a row has no interval."""
    if "low" not in part.columns:
        return {"type": "data", "array": [], "visible": False}
    ends = (part["high"] - part["value"], part["value"] - part["low"])
    up, down = ([NO_BAR if x is None else x for x in end] for end in ends)
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down}


def _trace(
    model: str, part: pl.DataFrame, place: dict[Place, int], look: Look, whisker: dict[str, Any], ground: str
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": short(model),
        "x": [place[key] for key in part.select(PLACE).iter_rows()],
        "y": part["value"].to_list(),
        "error_y": reach(part) | whisker,
        "customdata": part.select("model", "task", "category", "run_id").rows(),
        "text": [tip(row) for row in part.iter_rows(named=True)],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "color": look.color,
            "line": {"width": 1, "color": look.color},
            "pattern": {
                "shape": look.pattern,
                "fillmode": "overlay",
                "fgcolor": ground,
                "size": 6,
                "solidity": 0.3,
            },
        },  # so that a score of 0 is a line, not nothing
    }


def tip(row: dict[str, Any]) -> str:
    """Plotly reads a few tags in hover text; what comes from a log must not be one."""
    where = " · ".join(filter(None, (row["task"], row["category"])))
    raw, made = row["category_raw"], row.get("made")
    return (
        f"<b>{plain(row['model'])}</b><br>{plain(where)}<br>{plain(row['metric'])} <b>{number(row['value'])}</b>{known(row)}"
        + (f"<br>{plain(raw)}" if raw and raw != row["category"] else "")
        + (f"<br>{plain(made)}" if made else "")
    )


def known(row: dict[str, Any]) -> str:
    """How sure a value is, and over how many samples.

    >>> known({"low": 0.644, "high": 0.921, "level": 0.95, "method": "Wilson", "n": 28})
    ' (95 % 0.644–0.921, Wilson, n 28)'
    >>> known({"low": None, "n": 28}), known({"low": None, "n": None})
    (' (n 28)', '')
    >>> known({"low": None, "n": 28, "left_out": "2 without a score"})
    ' (n 28, 2 without a score)'
    """
    said = []
    if row.get("low") is not None:
        to = " to " if row["low"] < 0 else "–"
        said = [
            f"{row['level'] * 100:g} % {number(row['low'])}{to}{number(row['high'])}",
            plain(row["method"]),
        ]
    said += [f"n {row['n']:,}"] if row["n"] is not None else []
    said += [plain(row["left_out"])] if row.get("left_out") else []
    return f" ({', '.join(said)})" if said else ""


def _side_by_side(labels: list[str]) -> bool:
    """Whether labels fit under a chart of usual width without being turned; a CJK sign is as wide as two letters."""
    widest = max((sum(1 + (ord(c) > 0x2E80) for c in label[:26]) for label in labels), default=0)
    return (widest + 2) * len(labels) <= 150


TURNED = -40
LETTER = 5.2
"""Pixels that a letter of a turned label takes to the left of its bar."""
USUAL_WIDTH = 1_100
"""Of a chart, in pixels."""


def _left(labels: list[str]) -> float:
    """The margin that the first of some turned labels needs; Plotly makes none for it.

    >>> _left(["a"] * 20), _left(["high_school_mathematics"] + ["a"] * 19)
    (8, 92.1)
    """
    return max(8, round(LETTER * len(labels[0]) - USUAL_WIDTH / len(labels) / 2, 1)) if labels else 8


def legend(models: int) -> dict[str, Any]:
    """Above a chart of a few models; beside one of many, where Plotly lets it scroll. A click is told to the server."""
    clicks = {"itemclick": "toggle", "itemdoubleclick": False}
    if models <= MANY:
        return clicks
    beside = {
        "orientation": "v",
        "x": 1.01,
        "xanchor": "left",
        "y": 1,
        "yanchor": "top",
        "font": {"size": 11},
    }
    return clicks | beside


def _layout(order: list[str], mode: str, top: float | None, title: str, n: int) -> dict[str, Any]:
    y: dict[str, Any] = {
        "title": {"text": plain(title), "font": {"size": 12}, "standoff": 8},
        "rangemode": "tozero",
    }
    if top:
        y["range"] = [0, top]
    labels = [short(name, 26) for name in order]
    turned = not _side_by_side(order)
    return theme.layout(
        mode,
        barmode="group",
        bargap=0.22 if len(order) > 3 else 0.5,
        bargroupgap=0.06,
        showlegend=n > 0,
        legend=legend(n),
        margin={"l": _left(labels) if turned else 8, "r": 8, "t": 12, "b": 8},
        xaxis={
            "tickvals": list(range(len(order))),
            "ticktext": labels,
            **({"tickangle": TURNED} if turned else {}),  # on a narrow screen the browser turns others too
            "ticklabeloverflow": "allow",
            "showgrid": False,
            "zeroline": False,
            "range": [-0.5, max(len(order), 1) - 0.5],
        },
        yaxis=y,
    )
