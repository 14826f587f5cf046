"""Is the difference smaller than what matters? Asked the other way round: not finding one does not show that there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.statistics.arrays import Floats, Results
from data.statistics.differences import Difference, lower_tail, t_of


@dataclass(frozen=True, slots=True, eq=False)
class Equivalence(Results):
    """p is NaN where the spread is not known, or rests on too few units."""

    p: Floats
    """That the true difference is at least `margin` in size: small p shows equivalence. The larger of the two below."""
    p_low: Floats
    """That it is -margin or less."""
    p_high: Floats
    """That it is margin or more."""
    margin: float


def equivalence(found: Difference, margin: float) -> Equivalence:
    """Two one-sided tests (Schuirmann 1987). p <= alpha is the same as the 1 - 2 alpha interval within ± margin.

    The margin is in the unit of the scores and above 0. It goes by `centre` and `spread`: equal to statsmodels'
    `ttost_paired` where the interval is Student's.
    """
    if not margin > 0:
        raise ValueError(f"A margin is above 0, and {margin} is not")
    p_low = np.where(found.enough, lower_tail(-t_of(found.centre + margin, found.spread), found.df), np.nan)
    p_high = np.where(found.enough, lower_tail(t_of(found.centre - margin, found.spread), found.df), np.nan)
    return Equivalence(np.maximum(p_low, p_high), p_low, p_high, margin)
