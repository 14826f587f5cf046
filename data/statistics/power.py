"""How small a difference could have been seen, and how many samples would show a smaller one?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from data.statistics.arrays import Floats, floats, ratio
from data.statistics.differences import Difference
from data.statistics.intervals import t_critical, z_critical
from data.statistics.methods import Method
from data.statistics.paired import EXACT_BELOW, PairedDifference

HALVINGS = 40
"""Leave less than a thousandth of a pair, whatever n."""


def detectable(found: Difference, *, alpha: ArrayLike = 0.05, power: float = 0.8) -> Floats:
    """The smallest true difference that a test at alpha would have found with this power, from the spread at hand.

    In the unit of the scores, always positive; NaN where the spread is not known, and where so few pairs cannot come
    below alpha whatever they show. It is about a repetition with as many samples, not about what was seen. `alpha` may be
    one for each difference, as `multiplicity.thresholds` has them.
    """
    usual = minimum_detectable(found.spread, found.df, alpha=alpha, power=power)
    if not isinstance(found, PairedDifference):
        return usual
    share = minimum_detectable_binary(found.n_paired, found.up + found.down, alpha=alpha, power=power)
    return np.where(found.method == Method.BONETT_PRICE, share * _unit(found), usual)


def minimum_detectable(
    se: ArrayLike, df: ArrayLike = np.inf, *, alpha: ArrayLike = 0.05, power: float = 0.8
) -> Floats:
    """Standard errors times the shift of a t with df degrees of freedom that a two-sided test finds with this power.

    For infinite df (z(1 - alpha/2) + z(power)) * se, as Miller (arXiv 2411.00640, section 5) has it; below, that of
    statsmodels' TTestPower. The chance to be significant in the wrong direction is not counted as power.
    """
    return floats(se) * _shift(floats(df), floats(alpha), power)


def minimum_detectable_binary(
    n: ArrayLike, discordant: ArrayLike, *, alpha: ArrayLike = 0.05, power: float = 0.8
) -> Floats:
    """The same for McNemar's test of n binary pairs, of which so many differ (Connor 1987, Biometrics 43:207-211).

    Two runs that hardly differ have next to no spread, and a multiple of it would promise to find a difference of two
    pairs, where six that all go one way are the fewest that any test counts. So it is at least the difference with
    which that many turn up with this power, all going one way. As in the interval, one pair is added to each kind.
    """
    pairs, a = floats(n), floats(alpha)
    za, zb = z_critical(1 - a), special.ndtri(power)
    share = (floats(discordant) + 2) / (pairs + 2)
    with np.errstate(invalid="ignore"):  # fewer pairs than the fewest
        both_ways = (
            np.sqrt(share) * (za * np.sqrt(pairs) + zb * np.sqrt(pairs + zb**2 - za**2)) / (pairs + zb**2)
        )
    fewest = _fewest(a)
    one_way = special.betaincinv(fewest, np.where(pairs >= fewest, pairs - fewest + 1, np.nan), power)
    return np.where(np.isnan(one_way), np.nan, np.minimum(np.fmax(both_ways, one_way), 1.0))


def _unit(found: PairedDifference) -> Floats:
    """What a right answer counts, which is 1 unless a view has put scores on another scale."""
    n = found.n_paired + 2
    gap = (found.up - found.down) / n
    return ratio(found.spread, np.sqrt(((found.up + found.down + 2) / n - gap**2) / n))


def _fewest(alpha: Floats) -> Floats:
    """The fewest pairs that differ, all one way, with which McNemar's p is at most alpha: 6 at 0.05."""
    exact = np.ceil(1 - np.log2(alpha) - 1e-9)
    return np.where(exact < EXACT_BELOW, exact, np.fmax(EXACT_BELOW, np.ceil(z_critical(1 - alpha) ** 2)))


def pairs_needed(
    delta: ArrayLike,
    sd: ArrayLike,
    *,
    design_effect: ArrayLike = 1.0,
    alpha: ArrayLike = 0.05,
    power: float = 0.8,
) -> Floats:
    """How many pairs find a true difference of this size with this power, rounded up; inf for delta 0, NaN for sd 0.

    sd is that of the differences with epochs reduced; with more epochs it is smaller. Clusters
    multiply n by the design effect, at about the same number of samples a cluster. Miller's formula with t for z.
    """
    d, s, deff, alpha = np.broadcast_arrays(
        np.abs(floats(delta)), floats(sd), floats(design_effect), floats(alpha)
    )
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


def _shift(df: Floats, alpha: ArrayLike, power: float) -> Floats:
    """The noncentrality with which t exceeds its critical value with probability `power`, to four digits."""
    d, a = np.broadcast_arrays(df, floats(alpha))
    normal = np.isinf(d)
    # A page's thousands of cells have few different df and alpha, and this function is slow: 6 us each.
    known = np.stack([np.where((d > 0) & ~normal, d, 0).ravel(), a.ravel()])
    (each, level), at = np.unique(known, axis=1, return_inverse=True)
    each = np.where(each > 0, each, np.nan)
    shift = special.nctdtrinc(each, 1 - power, t_critical(each, 1 - level))[at.ravel()].reshape(d.shape)
    return np.where(normal, z_critical(1 - a) + special.ndtri(power), shift)
