"""How many decimals the numbers of a table are written with, so that they stand under each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from components.tables.column import NUMERIC, Column

MOST_DIGITS = 4
FAMILIES = ({"heat"}, {"number"}, {"delta", "interval"})
"""Kinds whose shares are written with as many decimals as each other."""


def places(df: pl.DataFrame, columns: Sequence[Column]) -> dict[str, int]:
    """Decimals of each column of numbers. Columns of one kind that hold shares have as many as each other."""
    each = {c.field: max(digits(df, f) for f in _fields(c)) for c in columns if c.kind in NUMERIC}
    for family in FAMILIES:
        most_size = 2 if "delta" in family else 1
        small = [
            c.field
            for c in columns
            if c.kind in family
            and c.field in df.columns
            and all(_is_small(df[f], most_size) for f in _fields(c))
        ]
        most = max((each[f] for f in small), default=0)
        each |= dict.fromkeys(small, most)
    return each


def _fields(c: Column) -> list[str]:
    return [c.field, c.to] if c.to else [c.field]


def _is_small(values: pl.Series, most: float) -> bool:
    """Of shares, which are 1 at most; their differences have ends of intervals that reach a little further."""
    return values.dtype.is_float() and float(values.abs().max() or 3) <= most  # type: ignore[arg-type]


def digits(df: pl.DataFrame, column: str) -> int:
    """Decimals of a whole column, so that its numbers stand under each other: three digits of the largest, and one
    decimal for percentages, of which one may be 100; two of the smallest since a column may hold different measures;
    none where all are whole.

    >>> [digits(pl.DataFrame({"a": x}), "a") for x in ([0.5, 1.0], [82.5, 100.0], [3.0, 4.0], [None], [37.5, 0.0486], [9e3, 0.5])]
    [3, 1, 0, 0, 3, 2]
    """
    if column not in df.columns or not df.schema[column].is_float():
        return 0
    known = df[column].drop_nulls()
    known = known.filter(known.is_finite())
    if known.is_empty() or (known == known.round()).all():
        return 0
    size = known.abs()
    most, least = float(size.max() or 0), float(size.filter(size > 0).min() or 1)  # type: ignore[arg-type]
    of_most = (1 if most < 1_000 else 0) if most >= 100 else 3 - (len(str(int(most))) if most > 1 else 0)
    of_least = 1 - math.floor(math.log10(least))
    return max(0, of_most, min(of_least, MOST_DIGITS))
