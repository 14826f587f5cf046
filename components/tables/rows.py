"""The rows of a table as the browser gets them: texts, numbers, and hidden fields for where a cell leads and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from components.plain import CELL, brief
from components.tables.column import Column
from data.conditions import as_text

HREFS = "_href"
NOTES = "_note"
TIPS = "_tip"
SHADES = "_shade"
TICK = "_tick"
"""Hidden fields of a row: column -> where its cell leads, what is said beside it, what on hover, how dark it is; what the
row stands for when it is ticked."""

Of = Mapping[str, Callable[[Mapping[str, Any]], str | None]]
"""Column -> what a function makes of a row, if anything."""
NOTHING: Of = {}


class Hidden(NamedTuple):
    """What makes the hidden fields of each row; `tick` is the column that one is copied from."""

    hrefs: Of
    notes: Of
    tips: Of
    shades: Of
    tick: str | None


def rows(df: pl.DataFrame, columns: Sequence[Column], hidden: Hidden) -> list[dict[str, Any]]:
    """Of the fields that the columns name, and no other."""
    named = dict.fromkeys(f for c in columns for f in (c.field, c.to, c.tip) if f)
    fields = [f for f in named if f in df.columns]
    # The marks of a difference count to the end of a line.
    most = None if any(c.kind == "difference" for c in columns) else CELL
    texts = df.with_columns(_texts(df)).select(fields).iter_rows(named=True)
    return [
        _seen(row, most) | dict(_hidden(source, hidden))
        for row, source in zip(texts, df.iter_rows(named=True), strict=True)
    ]


def _hidden(row: Mapping[str, Any], hidden: Hidden) -> Iterator[tuple[str, Any]]:
    yield HREFS, _made(hidden.hrefs, row)
    yield NOTES, _seen(_made(hidden.notes, row))
    if hidden.tips:
        yield TIPS, _seen(_made(hidden.tips, row))
    if hidden.shades:
        yield SHADES, _made(hidden.shades, row)
    if hidden.tick:
        yield TICK, row[hidden.tick]


def _texts(df: pl.DataFrame) -> list[pl.Expr]:
    return [text for c, t in df.schema.items() if (text := as_text(c, t)) is not None]


def _seen(row: Mapping[str, Any], most: int | None = CELL) -> dict[str, Any]:
    return {field: brief(value, most) if isinstance(value, str) else value for field, value in row.items()}


def _made(of: Of, row: Mapping[str, Any]) -> dict[str, str]:
    return {column: text for column, make in of.items() if (text := make(row))}
