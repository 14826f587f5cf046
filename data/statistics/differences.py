"""What every difference of two means has, paired or not, and what it is told by: an interval, a p, and how much it rests on.

Delta = candidate - baseline, whichever direction is good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from data.statistics.arrays import Bools, Codes, Floats, Ints, Results, ratio

LEAST_UNITS = 6
"""Below so many pairs, or effective clusters of pairs, no p: a sign test of five cannot come below 0.05 whatever it sees."""
FEW_UNITS = 10
"""Below so many, a warning: intervals begin to cover less than they say (docs/statistics.md has the figures)."""


@dataclass(frozen=True, slots=True, eq=False)
class Difference(Results):
    """Arrays of one shape. NaN and "" where there is no result.

    The interval is centre ± t(df) * spread; `centre` and `spread` are delta and `se` but for methods that shrink
    (Bonett-Price) or are skew (Newcombe). They are what power and equivalence go on.
    """

    units: Ints
    """Independent pairs, or clusters of pairs; of two unpaired means the smaller side's."""
    effective_units: Floats
    """The same if all clusters were equally large (`Moments.effective`); NaN without any."""
    delta: Floats
    se: Floats
    """Standard error of delta; 0 where all differences are equal."""
    centre: Floats
    spread: Floats
    df: Floats
    """inf for normal."""
    low: Floats
    high: Floats
    method: Codes
    p: Floats
    """Two-sided, that there is no difference; NaN below LEAST_UNITS effective units."""
    p_method: Codes
    level: float

    @property
    def few(self) -> Bools:
        return ~(np.round(self.effective_units) >= FEW_UNITS)

    @property
    def enough(self) -> Bools:
        """For a test."""
        return enough(self.effective_units)


def enough(effective_units: Floats) -> Bools:
    """For a test. Rounded, so that six clusters of about the same size are six."""
    return np.round(effective_units) >= LEAST_UNITS


def lopsided(units: Ints, effective_units: Floats) -> Bools:
    """Enough clusters, of such unequal size that they are worth less than half as many, and too few: t with clusters - 1
    degrees of freedom then covers three times in four what it says to cover 19 times in 20 (benchmarks/simulations.py)."""
    return (units >= LEAST_UNITS) & ~enough(effective_units) & (effective_units < units / 2)


def two_sided(t: Floats, df: Floats) -> Floats:
    """P(|T| >= |t|)."""
    return 2 * lower_tail(-np.abs(t), df)


def lower_tail(t: Floats, df: Floats) -> Floats:
    """P(T <= t) of Student's t with df degrees of freedom; normal for infinite df, NaN for none."""
    known = np.where(df > 0, df, np.nan)
    return np.where(np.isinf(known), special.ndtr(t), special.stdtr(known, t))


def t_of(found: Floats, se: Floats) -> Floats:
    """found / se, NaN where no spread is seen."""
    return ratio(found, np.where(se > 0, se, np.nan))
