"""What a change fixed, and what it broke; and a test by ranks for scores that are skew or only ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import SAME, Ints, Results, floats, right
from data.statistics.differences import LEAST_UNITS
from data.statistics.grouping import Grouping
from data.statistics.methods import Method
from data.statistics.moments import as_rows


@dataclass(frozen=True, slots=True, eq=False)
class Transitions(Results):
    """Counts of pairs; all are 0 where there are no pairs."""

    fixed: Ints
    """Wrong in the baseline, right in the candidate."""
    broken: Ints
    both_right: Ints
    both_wrong: Ints


class SignedRank(NamedTuple):
    """`n` counts pairs; p is None below LEAST_UNITS."""

    n: int
    p: float | None
    method: Method


def transitions(
    baseline: ArrayLike,
    candidate: ArrayLike,
    grouping: Grouping | None = None,
    *,
    right_at: float = 1.0,
    direction: int = 1,
) -> Transitions:
    """Of samples that both have a score for; shapes as in `paired.differences`."""
    b, c = np.broadcast_arrays(floats(baseline), floats(candidate))
    rows, leading = as_rows(c)
    group = grouping or Grouping.of(rows.shape[1])
    ours, theirs = group.sort(as_rows(b)[0]), group.sort(rows)
    pair = ~np.isnan(ours) & ~np.isnan(theirs)
    was, is_ = right(ours, right_at, direction), right(theirs, right_at, direction)
    shape = (*leading, group.size) if group.grouped else leading
    kinds = (pair & ~was & is_, pair & was & ~is_, pair & was & is_, pair & ~was & ~is_)
    return Transitions(*(group.sums(kind).astype(np.int64).reshape(shape) for kind in kinds))


def signed_rank(baseline: ArrayLike, candidate: ArrayLike) -> SignedRank:
    """Wilcoxon's signed-rank test of one pair of runs, zeros kept as Pratt (1959) has them.

    Assumes that differences are symmetric about their middle. On 0 and 1 it is McNemar's: show one of them.
    """
    from scipy import stats  # 0.6 s to import, and only this needs it

    d = floats(candidate) - floats(baseline)
    d = d[~np.isnan(d)]
    d[np.abs(d) <= SAME] = 0
    if len(d) < LEAST_UNITS:
        return SignedRank(len(d), None, Method.NONE)
    p = 1.0 if not d.any() else float(stats.wilcoxon(d, zero_method="pratt").pvalue)
    return SignedRank(len(d), p, Method.WILCOXON)
