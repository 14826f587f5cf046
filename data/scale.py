"""Scores from 0 to 1 shown as 0 to 100: 0.57 as 57, and not as the 56.99999999999999 that it is times 100."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import polars as pl

from data.statistics.arrays import Floats

DIGITS = 12
"""After the point; a float of two before it holds about fourteen."""
Number = TypeVar("Number", float, Floats)


def times(value: Number, factor: float) -> Number:
    """
    >>> times(0.57, 100.0), times(0.1 + 0.2, 1.0)
    (57.0, 0.30000000000000004)
    """
    if factor == 1:
        return value
    return (
        np.round(value * factor, DIGITS) if isinstance(value, np.ndarray) else round(value * factor, DIGITS)
    )


def column(name: str, factor: float, which: pl.Expr) -> pl.Expr:
    """`times` in the rows of a column that `which` says."""
    return pl.when(which).then((pl.col(name) * factor).round(DIGITS)).otherwise(name).alias(name)
