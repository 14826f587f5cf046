"""n, mean, spread and clustered standard error of many groups of scores at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import Bools, Floats, Ints, Results, floats, noise, ratio
from data.statistics.grouping import Grouping


@dataclass(frozen=True, slots=True, eq=False)
class Moments(Results):
    """All of shape (rows, groups). `sd` and `se` are NaN where nothing can be said of the spread: below two scores, or
    below two clusters. Where all scores are equal both are exactly 0.
    """

    n: Ints
    clusters: Ints
    """Independent units: clusters that have a score; n where scores are not clustered."""
    effective: Floats
    """Equally large clusters that would be worth as much: n^2 / sum of squared cluster sizes (Kish 1965; Carter, Schnepel
    and Steigerwald 2017). It is `clusters` where all are equally large, and 3.8 of 20 if one has half of the samples."""
    mean: Floats
    sd: Floats
    """With n - 1."""
    se: Floats
    """Of the mean; cluster-robust where there are clusters."""
    binary: Bools
    """All scores are 0 or 1, and there is at least one."""


def moments(rows: Floats, grouping: Grouping) -> Moments:
    """Of rows sorted by the grouping, NaN where there is no score. An infinite score leaves an infinite mean, and no spread.

    Clustered: Miller, "Adding Error Bars to Evals" (arXiv 2411.00640), with the correction for finitely many
    clusters that inspect_ai's `stderr(cluster=)` has: sqrt(C / (C - 1) * sum over clusters of (sum of s - mean)^2) / n.
    With every sample a cluster of its own this is sd / sqrt(n).
    """
    present = ~np.isnan(rows)
    n = grouping.sums(present).astype(np.int64)
    score = np.where(present, rows, 0.0)
    mean = ratio(grouping.sums(score), n)
    with np.errstate(invalid="ignore"):  # inf - inf
        # Summing what is left after the mean keeps the digits that a sum of squares would lose.
        off = np.where(present, score - mean[:, grouping.group], 0.0)
        squares = grouping.sums(off * off)
        range_ = grouping.most(rows) - grouping.least(rows)
        equal = range_ < noise(mean)
        sd = np.where(equal & (n > 1), 0.0, np.sqrt(ratio(squares, n - 1)))
        if grouping.clustered:
            clusters = grouping.clusters(present)
            effective = ratio(
                n.astype(np.float64) ** 2, grouping.squares_of_clusters(present.astype(np.float64))
            )
            within = np.maximum(grouping.squares_of_clusters(off), 0)
            se = np.sqrt(within * ratio(clusters, clusters - 1)) / np.maximum(n, 1)
            # Clusters that cancel out leave rounding noise, which is no standard error.
            se = np.where((equal | (se < noise(mean))) & (clusters > 1), 0.0, se)
        else:
            clusters, effective, se = n, np.where(n > 0, n, np.nan), sd / np.sqrt(np.maximum(n, 1))
    se = np.where(clusters > 1, se, np.nan)
    return Moments(
        n, clusters, effective, mean, np.where(n > 1, sd, np.nan), se, _binary(rows, present, grouping, n)
    )


def _binary(rows: Floats, present: Bools, grouping: Grouping, n: Ints) -> Bools:
    other = present & (rows != 0) & (rows != 1)
    return (grouping.sums(other) == 0) & (n > 0)


def as_rows(values: ArrayLike) -> tuple[Floats, tuple[int, ...]]:
    """Scores as a matrix with one row for each index of the leading axes, and the shape of those."""
    given = floats(values)
    if given.ndim == 0:
        raise ValueError("Scores are an array whose last axis is samples")
    leading = given.shape[:-1]
    return given.reshape(int(np.prod(leading)), given.shape[-1]), leading
