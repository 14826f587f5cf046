"""What a change fixed, and what it broke."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import SAME, Floats, Ints, Results, floats, ratio, right
from data.statistics.grouping import Grouping
from data.statistics.moments import as_rows


@dataclass(frozen=True, slots=True, eq=False)
class Transitions(Results):
    """Counts of pairs; all are 0 where there are no pairs."""

    fixed: Ints
    """Wrong in the baseline, right in the candidate."""
    broken: Ints
    both_right: Ints
    both_wrong: Ints

    @property
    def kappa(self) -> Floats:
        """Cohen's (1960): do both get the same samples right, beyond what their accuracies would give? 1: the same ones.
        0: no more in common than chance. Also called error consistency (Geirhos et al. 2020). NaN without pairs, and where
        both are always right or both always wrong, since then chance alone agrees fully."""
        n = self.fixed + self.broken + self.both_right + self.both_wrong
        before, after = ratio(self.both_right + self.broken, n), ratio(self.both_right + self.fixed, n)
        chance = before * after + (1 - before) * (1 - after)
        observed = ratio(self.both_right + self.both_wrong, n)
        return ratio(observed - chance, np.where(1 - chance > SAME, 1 - chance, 0))


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
