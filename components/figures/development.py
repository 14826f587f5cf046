"""Scores of single runs: over time, and against what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from components import theme
from components.figures.bars import known, reach
from components.figures.names import plain, short
from components.theme import Look, number, seconds

HEIGHT = 300
DAY = timedelta(days=1)
MOMENT, LEAST_ROOM, SECONDS = timedelta(minutes=2), timedelta(minutes=5), timedelta(seconds=3)
"""Of runs that are closer than the first Plotly would show milliseconds; and what is left free beside others of one day,
and beside those."""
MOST_BARS = 10
"""Lines of a chart whose intervals can be told from each other; those of more are there on hover."""
FEW_TICKS, LONG = 6, 10_000_000


def over_time(df: pl.DataFrame, look: Mapping[str, Look], mode: str) -> dict[str, Any]:
    """From line, created, model, task, category, run_id and value with what certainty.worded knows of it: a line for each
    name, a point for each run. A point's customdata is (model, task, category, run_id)."""
    traces = [
        _points(part, look[str(line)], barred=_barred(df))
        | {"x": [_iso(t) for t in part["created"]], "mode": "lines+markers"}
        for (line,), part in df.group_by("line", maintain_order=True)
    ]
    x: dict[str, Any] = {"type": "date", "nticks": 6}
    first, last = df.select(pl.col("created").min().alias("a"), pl.col("created").max().alias("b")).row(0)
    if last - first < DAY:
        room = (
            max((last - first) / 5, LEAST_ROOM if last - first >= MOMENT else SECONDS)
            if last > first
            else DAY
        )
        x["range"] = [_iso(_moved(first, -room)), _iso(_moved(last, room))]
        x |= {"tickformat": "%H:%M:%S\n%b %-d, %Y"} if first < last < first + MOMENT else {}
    return {"data": traces, "layout": _layout(df, mode, x)}


def _moved(when: datetime, by: timedelta) -> datetime:
    """Not beyond the first and the last day that there is: some tools write year 1 where they know none."""
    try:
        return when + by
    except OverflowError:
        return when


def against(
    df: pl.DataFrame, look: Mapping[str, Look], mode: str, title: str, *, log: bool
) -> dict[str, Any]:
    """From the same and x and front: a point for each run, full on the front and hollow off it, and the front as steps:
    what lies under them costs as much for less."""
    traces = [
        _scattered(part, look[str(line)], barred=_barred(df))
        for (line,), part in df.group_by("line", maintain_order=True)
    ]
    x: dict[str, Any] = {"title": {"text": plain(title), "font": {"size": 12}}}
    x |= {"type": "log", "dtick": "D2"} if log else {"type": "linear", "nticks": 7} | _whole(df["x"])
    return {"data": [_front(df, mode, log), *traces], "layout": _layout(df, mode, x)}


def _barred(df: pl.DataFrame) -> bool:
    return df["line"].n_unique() <= MOST_BARS


def _whole(values: pl.Series) -> dict[str, Any]:
    """How numbers of tokens are written: in full up to ten millions, since 138.123k is hard to read, and without ticks
    between two of them.

    >>> _whole(pl.Series([7690.0, 7691.0])), _whole(pl.Series([0.5, 1.0])), _whole(pl.Series([10.0, 1000.0]))
    ({'tickformat': ',d', 'dtick': 1}, {}, {'tickformat': ',d'})
    """
    if values.is_empty() or float(values.max()) >= LONG or not (values == values.round()).all():  # type: ignore[arg-type]
        return {}
    span = float(values.max()) - float(values.min())  # type: ignore[arg-type]
    return {"tickformat": ",d"} | ({"dtick": 1} if span < FEW_TICKS else {})


def _scattered(part: pl.DataFrame, look: Look, *, barred: bool) -> dict[str, Any]:
    drawn = _points(part, look, barred=barred) | {"x": part["x"].to_list(), "mode": "markers"}
    drawn["marker"]["symbol"] = [look.symbol if on else f"{look.symbol}-open" for on in part["front"]]
    return drawn


def _front(df: pl.DataFrame, mode: str, log: bool) -> dict[str, Any]:
    """In a metric of which less is better the steps go down, and the names stand below them."""
    color = theme.colors(mode).faint
    best = df.filter("front").unique(["x", "value"], keep="first", maintain_order=True).sort("x")
    along = pl.col("x").log() if log else pl.col("x")
    ends = df.select(along.min().alias("low"), along.max().alias("high")).row(0)
    left = best.select(along <= sum(ends) / 2).to_series()
    above = "top" if df["direction"][0] > 0 else "bottom"
    return {
        # Markers that nobody sees keep names off the points.
        "type": "scatter", "mode": "lines+markers+text", "marker": {"size": 12, "opacity": 0}, "x": best["x"].to_list(), "y": best["value"].to_list(),
        "line": {"color": color, "width": 1.2, "dash": "dot", "shape": "hv"}, "hoverinfo": "skip", "showlegend": False,
        "text": [f" {short(m, 26)} " for m in best["model"]], "textfont": {"size": 10.5, "color": color}, "cliponaxis": False,
        "textposition": [f"{above} right" if inner else f"{above} left" for inner in left],
    }  # fmt: skip


def _points(part: pl.DataFrame, look: Look, *, barred: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "y": part["value"].to_list(),
        "customdata": part.select("model", "task", "category", "run_id").rows(),
        "text": [_tip(row) for row in part.iter_rows(named=True)],
        "hovertemplate": "%{text}<extra></extra>",
        "error_y": reach(part)
        | {"visible": barred, "color": theme.faded(look.color, 0.55), "thickness": 1.2, "width": 0},
        "line": {"color": look.color, "width": 1.6},
        "marker": {"color": look.color, "symbol": look.symbol, "size": 9, "line": {"width": 1.5, "color": look.color}},
        "showlegend": False,
    }  # fmt: skip


def _tip(row: dict[str, Any]) -> str:
    """What is known of a run; what its log does not tell is left out."""
    when = row["created"] and row["created"].strftime("%Y-%m-%d %H:%M")
    spent = [
        f"{row['total_tokens']:,} tokens" if row["total_tokens"] is not None else None,
        seconds(row["duration_s"]),
        f"cost {number(row['cost'])}" if row["cost"] is not None else None,
    ]
    lines = [
        f"<b>{plain(row['model'])}</b>",
        when,
        f"{plain(row['metric'])} <b>{number(row['value'])}</b>{known(row)}",
        plain(row["made"]) if row.get("made") else None,
    ]
    return "<br>".join(filter(None, [*lines, " · ".join(filter(None, spent))]))


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _layout(df: pl.DataFrame, mode: str, x: dict[str, Any]) -> dict[str, Any]:
    seen = pl.concat([df[c] for c in (("value", "low", "high") if _barred(df) else ("value",))])
    return theme.layout(
        mode,
        margin={"l": 8, "r": 24, "t": 18, "b": 8},
        hovermode="closest",
        xaxis=x,
        yaxis={"zeroline": False, "nticks": 6, "range": _around(seen)},
    )


def _around(values: pl.Series) -> list[float] | None:
    """Some room above and below; of one value alone Plotly would show a whole unit to both sides.

    >>> _around(pl.Series([0.5])), _around(pl.Series([0.0, 10.0])), _around(pl.Series([float("nan")]))
    ([0.45, 0.55], [-1.2, 11.2], None)
    """
    known = values.filter(values.is_finite())
    if known.is_empty():
        return None
    low, high = float(known.min()), float(known.max())  # type: ignore[arg-type]
    room = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
    return [low - room, high + room]
