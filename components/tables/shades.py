"""How dark a cell of a score is: the better, the darker."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

DOWN = "↓"
"""Beside the name of a metric of which less is better."""


def downwards(is_down: Callable[[Mapping[str, Any]], bool]) -> Callable[[Mapping[str, Any]], str | None]:
    """A note for the cell of a metric of which less is better."""
    return lambda row: DOWN if is_down(row) else None


def goodness(value: float | None, most: float) -> str | None:
    """How dark a score is of which less is better, 0 being best: as dark as a score that is as good in a metric of which
    more is. `most` is the end of the scale that it is on.

    >>> goodness(0.25, 1), goodness(3.0, 1), goodness(None, 1)
    ('0.75', '0', None)
    """
    if value is None or not math.isfinite(value) or most <= 0:
        return None
    return f"{min(1.0, max(0.0, 1 - value / most)):g}"


def top(df: pl.DataFrame, column: str) -> float:
    """The value of the darkest shade of a column: the end of the scale that its numbers are on.

    >>> [top(pl.DataFrame({"a": x}), "a") for x in ([0.2, 0.9], [0.8, 64.0], [3.0, 9.0], [120.0])]
    [1.0, 100.0, 9.0, 120.0]
    """
    known = df[column].drop_nulls() if column in df.columns else pl.Series([], dtype=pl.Float64)
    return end_of(float(known.max() or 0))  # type: ignore[arg-type]


def end_of(most: float) -> float:
    """The end of the scale of numbers of which this is the largest."""
    return next((end for end in (1.0, 10.0, 100.0) if most <= end), most) if most <= 1 or most > 10 else most
