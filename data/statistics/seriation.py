"""Rows and columns in an order in which like stands beside like, so that an eye sees the blocks of a heatmap.

Scores are (runs, samples), NaN where there is none. What comes back is the indices in their new order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import Floats, Ints, floats, ratio

MOST_RUNS = 200
"""Optimal leaf ordering takes time with the cube of the runs: 0.1 s for 200; more are ordered by their means."""


def order_of_runs(values: ArrayLike) -> Ints:
    """Runs with like patterns side by side: average linkage with optimal leaf ordering (Bar-Joseph, Gifford and
    Jaakkola 2001), the end with the better mean first. Distance is the mean difference on shared samples, and as far
    as the farthest for two that share none.
    """
    rows = floats(values)
    by_mean = np.argsort(-np.nan_to_num(_means(rows), nan=-np.inf), kind="stable")
    if not 2 < len(rows) <= MOST_RUNS:
        return by_mean
    from scipy.cluster.hierarchy import leaves_list, linkage  # 0.2 s to import, and only a heatmap needs it

    leaves = leaves_list(linkage(_distances(rows), "average", optimal_ordering=True)).astype(np.int64)
    place = np.argsort(by_mean)
    half = len(rows) // 2
    return leaves if place[leaves[:half]].sum() <= place[leaves[-half:]].sum() else leaves[::-1]


def order_of_samples(values: ArrayLike) -> Ints:
    """The easiest first; equally easy ones by which runs got them, so that equal columns stand together.

    Guttman's scalogram: with runs ordered by mean, a test of one ability draws a staircase, and what sticks out of it is
    worth a look. It is a sort, 0.1 s for 20 x 100,000, where clustering that many samples would take their square.
    Samples without a score come last.
    """
    rows = floats(values)
    if not len(rows):
        return np.arange(rows.shape[1])
    best_first = rows[np.argsort(-np.nan_to_num(_means(rows), nan=-np.inf), kind="stable")]
    patterns = -np.nan_to_num(best_first, nan=-np.inf)
    easy = np.nan_to_num(ratio(np.nansum(rows, axis=0), (~np.isnan(rows)).sum(axis=0)), nan=-np.inf)
    # Last key first; rounded, so that equal means of differently ordered sums are equal.
    return np.lexsort((*patterns[::-1], -np.round(easy, 12)))


def _means(rows: Floats) -> Floats:
    return ratio(np.nansum(rows, axis=1), (~np.isnan(rows)).sum(axis=1))


def _distances(rows: Floats) -> Floats:
    """Condensed as scipy.spatial.distance.pdist has it."""
    found = [_apart(rows[i], rows[i + 1 :]) for i in range(len(rows) - 1)]
    apart = np.concatenate(found)
    return np.nan_to_num(apart, nan=np.fmax.reduce(apart, initial=0.0))


def _apart(one: Floats, others: Floats) -> Floats:
    gap = np.abs(others - one)
    return ratio(np.nansum(gap, axis=1), (~np.isnan(gap)).sum(axis=1))
