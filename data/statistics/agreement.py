"""Do two runs get the same samples right, beyond what their accuracies would give?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import SAME, Floats, floats, ratio, right


def kappas(values: ArrayLike, *, right_at: float = 1.0, direction: int = 1) -> Floats:
    """Cohen's kappa (1960) of right and wrong for every pair of runs, (runs, runs), on the samples that both have.

    1: the same samples. 0: no more in common than chance. Also called error consistency (Geirhos et al. 2020). NaN
    without shared samples, and where both are always right or both always wrong, since then chance alone agrees fully.
    """
    rows = floats(values)
    there = (~np.isnan(rows)).astype(float)
    hit = (right(rows, right_at, direction) & ~np.isnan(rows)).astype(float)
    # All pairs by four matrix products; statsmodels' cohens_kappa takes one table a call and 0.8 s to import.
    n = there @ there.T
    both, mine, theirs = hit @ hit.T, hit @ there.T, there @ hit.T
    observed = ratio(both + (n - mine - theirs + both), n)
    a, b = ratio(mine, n), ratio(theirs, n)
    chance = a * b + (1 - a) * (1 - b)
    return ratio(observed - chance, np.where(1 - chance > SAME, 1 - chance, 0))
