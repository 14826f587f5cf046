"""What a column of a table is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Column:
    field: str
    kind: str = "text"
    """text, number, integer, percent, delta, interval (of deltas, from the field to the one in `to`), p, date, seconds,
    status, heat, prose (wrapped, as high as it needs), difference (prose, with what the column's `_marks` say differs marked)"""
    width: int | None = None
    flex: int | None = None
    pinned: bool = False
    hide: bool = False
    header: str | None = None
    """Words of its own instead of the ones for the field: a model's name, say."""
    name: str | None = None
    """The key of its words, where they are not those of its field."""
    to: str | None = None
    """The field of the upper end of an interval, which is sorted and filtered by its lower one."""
    tip: str | None = None
    """The field whose text is told of a cell under the pointer: how a number came about. Its own value if there is none."""


NUMERIC = {"number", "integer", "percent", "delta", "interval", "seconds", "heat", "p"}
"""Kinds of columns that hold numbers."""
NAMES = {
    "model", "candidate", "baseline", "task", "axis", "category", "category_raw", "sample_id", "run_id", "dataset",
    "location", "where", "file", "which",
}  # fmt: skip
"""Columns of names, of which the end is shown too where they do not fit."""


def filled(columns: Sequence[Column], df: pl.DataFrame, asked_for: Collection[str]) -> list[Column]:
    """Without those that hold nothing in any row, unless a reader asked for them. One with a header of its own is somebody,
    a model say, of whom it tells something that there is nothing.

    >>> df = pl.DataFrame({"a": [1, None], "b": [None, None], "c": ["", None], "d": [[], None]})
    >>> [c.field for c in filled([Column(f) for f in df.columns], df, ["d"])]
    ['a', 'd']
    """
    return [c for c in columns if c.header or c.field in asked_for or not _is_empty(df, c.field)]


def _is_empty(df: pl.DataFrame, field: str) -> bool:
    if df.is_empty() or field not in df.columns:
        return False
    known = df[field].drop_nulls()
    if known.dtype == pl.String:
        return not (known != "").any()
    return not (known.list.len() > 0).any() if known.dtype == pl.List else known.is_empty()
