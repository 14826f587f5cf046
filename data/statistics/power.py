"""How small a difference could have been seen, and how many samples would show a smaller one?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from data.statistics.arrays import Floats, floats, ratio
from data.statistics.differences import Difference
from data.statistics.intervals import t_critical, z_critical

HALVINGS = 40
"""Leave less than a thousandth of a pair, whatever n."""


def detectable(found: Difference, *, alpha: float = 0.05, power: float = 0.8) -> Floats:
    """The smallest true difference that a test at alpha would have found with this power, from the spread at hand.

    In the unit of the scores, always positive; NaN where the spread is not known. It is about a repetition with as many
    samples, not about what was seen.
    """
    return minimum_detectable(found.spread, found.df, alpha=alpha, power=power)


def minimum_detectable(
    se: ArrayLike, df: ArrayLike = np.inf, *, alpha: float = 0.05, power: float = 0.8
) -> Floats:
    """Standard errors times the shift of a t with df degrees of freedom that a two-sided test finds with this power.

    For infinite df (z(1 - alpha/2) + z(power)) * se, as Miller (arXiv 2411.00640, section 5) has it; below, that of
    statsmodels' TTestPower. The chance to be significant in the wrong direction is not counted as power.
    """
    return floats(se) * _shift(floats(df), alpha, power)


def pairs_needed(
    delta: ArrayLike,
    sd: ArrayLike,
    *,
    design_effect: ArrayLike = 1.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> Floats:
    """How many pairs find a true difference of this size with this power, rounded up; inf for delta 0, NaN for sd 0.

    sd is that of the differences with epochs reduced; with more epochs it is smaller (`epochs.variances`). Clusters
    multiply n by the design effect, at about the same number of samples a cluster. Miller's formula with t for z.
    """
    d, s, deff = np.broadcast_arrays(np.abs(floats(delta)), floats(sd), floats(design_effect))
    once = ratio(s * np.sqrt(deff), d)
    once = np.where((d == 0) & (s > 0), np.inf, np.where(s > 0, once, np.nan))
    # n = (shift(n - 1) * once)^2, whose right side falls as n grows: halve, on a logarithmic scale, what lies between.
    low = np.full(d.shape, 2.0)
    high = np.maximum((_shift(low - 1, alpha, power) * once) ** 2, 2)
    for _ in range(HALVINGS):
        middle = np.sqrt(low * high)
        enough = middle >= (_shift(middle - 1, alpha, power) * once) ** 2
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.ceil(high - 1e-3)


def _shift(df: Floats, alpha: float, power: float) -> Floats:
    """The noncentrality with which t exceeds its critical value with probability `power`, to four digits."""
    normal = np.isinf(df)
    # A page's thousands of cells have few different df, and this function is slow: 6 us each.
    d, at = np.unique(np.where((df > 0) & ~normal, df, np.nan), return_inverse=True)
    shift = special.nctdtrinc(d, 1 - power, t_critical(d, 1 - alpha))[at].reshape(df.shape)
    return np.where(normal, z_critical(1 - alpha) + special.ndtri(power), shift)
