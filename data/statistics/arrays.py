"""The kinds of array that all statistics share, and the one way from an array of results to a single one."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.str_]
"""Names of methods, "" where there is no result."""

SAME = 1e-12
"""Two shares closer than this are equal, and two larger scores closer than as much of their size: 0.1 + 0.2 against 0.3 is
not a win, nor a variance, and neither are 50 lengths against the same 50 added up in another order."""


class Results:
    """For dataclasses whose fields are arrays of one shape, and perhaps settings that hold for all of them."""

    __slots__ = ()

    def one(self, *at: int) -> dict[str, Any]:
        """The result at this index as plain values: None for NaN and for "".

        >>> from data.statistics.intervals import means
        >>> found = means([1.0, 0.0, float("nan")]).one()
        >>> found["n"], found["mean"], found["method"], means([]).one()["mean"]
        (2, 0.5, 'wilson', None)
        """
        return {f.name: _plain(getattr(self, f.name), at) for f in fields(self)}  # type: ignore[arg-type]


def _plain(value: Any, at: tuple[int, ...]) -> Any:
    if not isinstance(value, np.ndarray | np.generic):
        return value
    found = np.asarray(value)[at].item()
    if isinstance(found, float) and math.isnan(found):
        return None
    return found or None if isinstance(found, str) else found


def floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def ratio(top: ArrayLike, bottom: ArrayLike, *, empty: float = np.nan) -> Floats:
    """Quotient, and `empty` wherever the divisor is 0."""
    above, below = np.broadcast_arrays(floats(top), floats(bottom))
    out = np.full(above.shape, empty, np.float64)
    with np.errstate(invalid="ignore"):
        np.divide(above, below, out=out, where=below != 0)
    return out


def noise(*scores: Any) -> Any:
    """Below it a difference of such scores, or of such differences, is what floats leave. Infinite for infinite scores,
    to be asked with `<`: no difference is below it. Of numbers, arrays, or expressions of polars alike.

    >>> noise(0.3, 0.3) < 1e-11 < noise(5e4, 5e4)
    True
    """
    return SAME * (1 + sum(abs(score) for score in scores))


def same(a: Any, b: Any, *of: Any) -> Any:
    """Whether two scores are equal, or two differences `of` some scores. What `noise` takes; arrays without NaN in pairs
    of infinities.

    >>> same(0.1 + 0.2, 0.3), same(0.1, 0.1 + 1e-9), same(float("inf"), 1.0), same(float("inf"), float("inf"))
    (True, False, False, True)
    >>> same(50_000.1 - 50_000, 0.1), same(50_000.1 - 50_000, 0.1, 50_000.1, 50_000)
    (False, True)
    """
    return (a == b) | (abs(a - b) < noise(*(of or (a, b))))


def right(values: ArrayLike, right_at: float = 1.0, direction: int = 1) -> Bools:
    """Which scores are right: at least `right_at` where more is better (direction 1), at most where less is (-1)."""
    with np.errstate(invalid="ignore"):
        return direction * (floats(values) - right_at) >= -SAME
