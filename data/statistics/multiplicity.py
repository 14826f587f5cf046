"""Many comparisons at once: which of them still count? p of None or NaN is a comparison that was not made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import Floats

METHODS = ("bh", "by", "holm")


def adjusted(p: ArrayLike | Sequence[float | None], method: str = "bh") -> Floats:
    """p adjusted for all that are tested, in the same shape, NaN where there was none.

    bh: Benjamini and Hochberg 1995, false discovery rate, for independent or positively dependent tests: for all
    that a page shows. by: Benjamini and Yekutieli 2001, any dependence. holm: Holm 1979, the chance of even one
    false discovery: for a few comparisons named beforehand.

    >>> adjusted([0.01, None, 0.02, 0.9]).round(3).tolist()
    [0.03, nan, 0.03, 0.9]
    """
    given = np.array(p, dtype=np.float64)
    tested = ~np.isnan(given)
    known = given[tested]
    order = np.argsort(known, kind="stable")
    out = np.full(given.shape, np.nan)
    # Five lines instead of scipy.stats.false_discovery_control or statsmodels' multipletests, which the tests hold
    # them to: importing those takes 0.6 s and 0.8 s, and a first page waits for it.
    stepped = np.empty_like(known)
    stepped[order] = _steps(known[order], method)
    out[tested] = np.clip(stepped, 0, 1)
    return out


def _steps(p: Floats, method: str) -> Floats:
    m = len(p)
    rank = np.arange(1, m + 1)
    if method == "holm":
        return np.maximum.accumulate(p * (m + 1 - rank))
    if method not in METHODS:
        raise ValueError(f"{method!r} is none of {', '.join(METHODS)}")
    dependence = (1 / rank).sum() if method == "by" else 1.0
    return np.minimum.accumulate((p * m / rank * dependence)[::-1])[::-1]


def thresholds(p: ArrayLike | Sequence[float | None], method: str = "bh", *, alpha: float = 0.05) -> Floats:
    """The largest p with which each comparison would have counted, all the others being as they are: how strict the
    adjustment is on it. In the shape of p, NaN where there was none.

    >>> thresholds([0.001, 0.02, 0.9, 0.8]).round(4).tolist()
    [0.025, 0.025, 0.0375, 0.0375]
    """
    given = np.array(p, dtype=np.float64)
    tested = ~np.isnan(given)
    known = given[tested]
    order = np.argsort(known, kind="stable")
    found = np.empty_like(known)
    found[order] = _most(known[order], method, alpha)
    out = np.full(given.shape, np.nan)
    out[tested] = found
    return out


def _most(p: Floats, method: str, alpha: float) -> Floats:
    m = len(p)
    rank = np.arange(1, m + 1)
    if method == "holm":
        return _most_of_holm(p, alpha)
    if method not in METHODS:
        raise ValueError(f"{method!r} is none of {', '.join(METHODS)}")
    level = alpha / max(1, m) / ((1 / rank).sum() if method == "by" and m else 1.0)
    found = int((rank * (p <= level * rank)).max(initial=0))
    # One more that would be as small as can be moves each smaller one by one rank; none is among those that count already.
    met = np.concatenate([[0.0], p[:-1]])[:m] <= level * rank
    alone = np.maximum.accumulate(np.where(met, rank, 0))
    return level * np.where(rank <= found, found, alone)


def _most_of_holm(p: Floats, alpha: float) -> Floats:
    """Steps that the others pass, one after the other, say at which step one stands that stops them all."""
    m = len(p)
    rank = np.arange(1, m + 1)
    first = np.minimum.accumulate(p <= alpha / (m + 1 - rank)) if m else p.astype(bool)
    found = int(first.sum())
    stops = np.append(np.where(p[1:] > alpha / (m + 1 - rank[:-1]), rank[:-1], m), m)[:m]
    later = np.minimum.accumulate(stops[::-1])[::-1] - 1
    return alpha / (m - np.where(rank <= found, later, found))
