"""Several epochs of a sample as one score, and what their differences say.

Scores are (epochs, ..., samples), NaN where there is none; only epochs that have a score count. Reduce first, then
infer over samples: n * k rows of k epochs are not n * k independent scores (Miller, arXiv 2411.00640, section 3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from data.statistics.arrays import Bools, Floats, ratio, right

Reducer = Callable[[Floats, NDArray[np.intp]], Floats]
"""(scores, how many epochs of each cell have one) -> one score a cell, NaN where none has."""

PARAMETRISED = re.compile(r"(at_least|pass_at|pass_k)_([1-9]\d{0,3})")


def reducer(name: str) -> Reducer:
    """By inspect_ai's name, as mean or pass_at_2; ValueError for another.

    >>> scores = np.array([[1.0], [0.0], [1.0], [np.nan]])
    >>> [float(reducer(name)(scores, np.array([3]))[0].round(3)) for name in ("mean", "pass_at_2", "pass_k_2")]
    [0.667, 1.0, 0.333]
    """
    asked = PARAMETRISED.fullmatch(name)
    if asked:
        return FAMILIES[asked[1]](int(asked[2]))
    if name not in REDUCERS:
        raise ValueError(f"{name!r} is no reducer: {', '.join(REDUCERS)}, or {', '.join(FAMILIES)} with _k")
    return REDUCERS[name]


def is_reducer(name: str | None) -> bool:
    """Whether `reducer` knows it; logs may name reducers of their own."""
    return name is not None and (name in REDUCERS or bool(PARAMETRISED.fullmatch(name)))


def needed(name: str) -> int:
    """How many epochs a reducer counts to; 0 for those that take whatever there is.

    >>> needed("pass_at_2"), needed("mean")
    (2, 0)
    """
    asked = PARAMETRISED.fullmatch(name)
    return int(asked[2]) if asked else 0


def _mean(value: Floats, n: NDArray[np.intp]) -> Floats:
    return ratio(np.nansum(value, axis=0), n)


def _median(value: Floats, n: NDArray[np.intp]) -> Floats:
    ordered = np.sort(value, axis=0)  # NaN last
    low, high = np.maximum(n - 1, 0) // 2, np.minimum(n // 2, value.shape[0] - 1)
    return (np.take_along_axis(ordered, low[None], 0)[0] + np.take_along_axis(ordered, high[None], 0)[0]) / 2


def _mode(value: Floats, n: NDArray[np.intp]) -> Floats:
    """The most frequent value; of equally frequent ones that of the earliest epoch, as Counter.most_common has it."""
    often = np.array([(value == one).sum(axis=0) for one in value])
    return np.take_along_axis(value, np.where(n > 0, often.argmax(axis=0), 0)[None], axis=0)[0]


def at_least(k: int, value: float = 1.0) -> Reducer:
    """1 where at least k epochs reach `value`, else 0; NaN without any score."""
    return lambda scores, n: np.where(n > 0, (_right(scores, value) >= k).astype(np.float64), np.nan)


def pass_at(k: int, value: float = 1.0) -> Reducer:
    """Chance that at least one of k epochs is right: 1 - C(n - c, k) / C(n, k) (Chen et al., arXiv 2107.03374).

    NaN where fewer than k epochs have a score, as inspect_ai has it.
    """
    return lambda scores, n: 1 - _all_of(n - _right(scores, value), n, k)


def pass_k(k: int, value: float = 1.0) -> Reducer:
    """Chance that all of k epochs are right: C(c, k) / C(n, k) (tau-bench, arXiv 2406.12045); NaN below k epochs."""
    return lambda scores, n: _all_of(_right(scores, value), n, k)


def _right(scores: Floats, value: float) -> NDArray[np.intp]:
    return right(scores, value).sum(axis=0)


def _all_of(count: NDArray[np.intp], n: NDArray[np.intp], k: int) -> Floats:
    """Chance that k drawn from n without replacement are all among `count`; a product, since C(n, k) overflows."""
    enough = n >= k
    out = np.where(enough, 1.0, np.nan)
    for j in range(k if enough.any() else 0):
        out = out * np.maximum(ratio(count - j, n - j), 0)
    return out


REDUCERS: Mapping[str, Reducer] = {
    "mean": _mean,
    "median": _median,
    "mode": _mode,
    "max": lambda value, _n: np.fmax.reduce(value, axis=0),
    "min": lambda value, _n: np.fmin.reduce(value, axis=0),
}
IN_FULL = {f"{name}_score": name for name in REDUCERS}
"""inspect_ai's functions for them are called so, and some logs name them by these."""
FAMILIES: Mapping[str, Callable[[int], Reducer]] = {
    "at_least": at_least,
    "pass_at": pass_at,
    "pass_k": pass_k,
}


def share_right(value: Floats, *, right_at: float = 1.0, direction: int = 1) -> Floats:
    """Of the epochs that have a score; NaN where none has."""
    n = np.count_nonzero(~np.isnan(value), axis=0)
    return ratio(right(value, right_at, direction).sum(axis=0), n)


def flaky(value: Floats, *, right_at: float = 1.0, direction: int = 1) -> Bools:
    """Right in some epochs and wrong in others."""
    share = share_right(value, right_at=right_at, direction=direction)
    return (share > 0) & (share < 1)
