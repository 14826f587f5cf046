"""What a sample tells about runs: how hard it is, whether it tells good from bad, and whether it tells anything at all.

Scores are (runs, samples), NaN where there is none. Classical test theory; with the handful of runs that people have,
item response models would fit noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import SAME, Bools, Floats, Ints, Results, floats, ratio, right

LEAST_RUNS = 3
"""Two runs have a correlation of 1 or -1, whatever they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Items(Results):
    """One of each sample."""

    n: Ints
    """Runs that have a score."""
    difficulty: Floats
    """Mean over runs: the higher, the easier, where more is better. NaN without a score."""
    discrimination: Floats
    """Correlation over runs of this score with the run's mean on all other samples. Below 0, worse runs do better:
    look at its answer key. NaN below LEAST_RUNS runs, and where all runs score the same."""
    disagreement: Floats
    """Mean distance between two runs' scores; of binary scores, the share of pairs of runs that do not agree.
    NaN below two runs."""
    all_right: Bools
    none_right: Bools
    """Dead: neither tells runs apart. False without a score."""


def items(values: ArrayLike, *, right_at: float = 1.0, direction: int = 1) -> Items:
    rows = floats(values)
    there = ~np.isnan(rows)
    n = there.sum(axis=0)
    score = np.where(there, rows, 0.0)
    hits = (right(rows, right_at, direction) & there).sum(axis=0)
    return Items(
        n=n,
        difficulty=ratio(score.sum(axis=0), n),
        discrimination=_discrimination(score, there),
        disagreement=_disagreement(rows, n),
        all_right=(hits == n) & (n > 0),
        none_right=(hits == 0) & (n > 0),
    )


def _discrimination(score: Floats, there: Bools) -> Floats:
    """Pearson's r of item and rest. The rest is a mean and not a sum, so that runs with gaps stay comparable."""
    n = there.sum(axis=0)
    total, known = score.sum(axis=1, keepdims=True), there.sum(axis=1, keepdims=True)
    rest = ratio(total - score, known - there)
    both = there & ~np.isnan(rest)
    x = np.where(both, score - ratio(np.where(both, score, 0).sum(axis=0), both.sum(axis=0)), 0)
    y = np.where(both, rest - ratio(np.where(both, rest, 0).sum(axis=0), both.sum(axis=0)), 0)
    xx, yy = (x * x).sum(axis=0), (y * y).sum(axis=0)
    r = ratio((x * y).sum(axis=0), np.sqrt(np.where(xx > SAME, xx, 0) * np.where(yy > SAME**2, yy, 0)))
    return np.where(n >= LEAST_RUNS, np.clip(r, -1, 1), np.nan)


def _disagreement(rows: Floats, n: Ints) -> Floats:
    """Gini's mean difference, from sorted scores: the i-th of n is above i - 1 others and below n - i."""
    ordered = np.sort(rows, axis=0)  # NaN last
    i = np.arange(1, len(rows) + 1)[:, None]
    total = np.where(i <= n, (2 * i - n - 1) * np.nan_to_num(ordered), 0).sum(axis=0)
    return ratio(total, n * (n - 1) / 2)


def apart(values: ArrayLike) -> Floats:
    """Of each run: its mean distance to another run's score on a sample that both have; of binary scores, how often it
    disagrees with another. NaN where no sample has a second score.

    >>> apart([[1, 1, 0], [1, 1, 0], [1, 0, 1]]).round(3).tolist()
    [0.333, 0.333, 0.667]
    """
    rows = floats(values)
    if not rows.size:
        return np.full(len(rows), np.nan)
    at = np.argsort(rows, axis=0)  # NaN last
    ordered = np.nan_to_num(np.take_along_axis(rows, at, axis=0))
    there = ~np.isnan(rows)
    n, i = there.sum(axis=0), np.arange(1, len(rows) + 1)[:, None]
    below = np.cumsum(ordered, axis=0)  # with itself, which is no distance away
    gaps = (2 * i - n) * ordered - 2 * below + below[-1]
    total = np.empty_like(gaps)
    np.put_along_axis(total, at, gaps, axis=0)
    counts = there & (n > 1)
    each = ratio(np.where(counts, total, 0), np.where(counts, n - 1, 1))
    return np.where(counts.any(axis=1), ratio(each.sum(axis=1), counts.sum(axis=1)), np.nan)


def reliability(values: ArrayLike) -> float | None:
    """Cronbach's alpha (1951) of the samples as a test of runs; Kuder and Richardson's formula 20 where scores are binary.

    Over the samples that every run has. How well another set of such samples would order these runs, near 1 with
    thousands of samples. None below three runs or two samples, and where all runs score the same in total.
    """
    rows = floats(values)
    rows = rows[:, ~np.isnan(rows).any(axis=0)]
    runs, k = rows.shape
    if runs < LEAST_RUNS or k < 2:
        return None
    total = rows.sum(axis=1).var(ddof=1)
    return float(k / (k - 1) * (1 - rows.var(axis=0, ddof=1).sum() / total)) if total > SAME else None


def duplicates(codes: ArrayLike) -> Ints:
    """How many samples have the same input as each, itself included; codes are of hashed inputs, -1 is not known and 0 others.

    >>> duplicates([7, 3, 7, -1, -1]).tolist()
    [2, 1, 2, 0, 0]
    """
    code = np.asarray(codes, np.int64)
    _, at, often = np.unique(code, return_inverse=True, return_counts=True)
    return np.where(code < 0, 0, often[at])
