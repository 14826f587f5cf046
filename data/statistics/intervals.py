"""A mean and how well it is known."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from data.statistics.arrays import Codes, Floats, floats, ratio
from data.statistics.grouping import Grouping
from data.statistics.methods import Method
from data.statistics.moments import Moments, as_rows, moments

LEVEL = 0.95
"""Of all intervals that are shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Means(Moments):
    """Of the shape of the scores without their last axis, and with a last axis of groups if there are groups.

    Without a score n is 0 and the rest NaN. `low` and `high` are NaN where scores do not say how much they vary: one
    score that is neither 0 nor 1, a single cluster, or equal scores that are neither 0 nor 1 (method "constant").
    """

    low: Floats
    high: Floats
    method: Codes
    level: float

    @property
    def design_effect(self) -> Floats:
        """How many times larger clusters make the variance of the mean: 1 where they do not matter."""
        return ratio(self.se**2, self.sd**2 / np.maximum(self.n, 1))


class Interval(NamedTuple):
    low: Floats
    high: Floats


class Macro(NamedTuple):
    """The unweighted mean of group means. `groups` counts those that have a score."""

    mean: Floats
    se: Floats
    low: Floats
    high: Floats
    groups: Floats
    level: float

    def plain(self) -> dict[str, float | None]:
        """Of a single mean: its numbers, None for NaN."""
        return {name: None if np.isnan(x) else float(x) for name, x in self._asdict().items()}


def means(values: ArrayLike, grouping: Grouping | None = None, *, level: float = LEVEL) -> Means:
    """Means of scores, (..., samples), with confidence intervals: Wilson where all scores of a group are 0 or 1, else t.

    Assumes that samples are drawn independently from a larger population of such questions; with clusters, that
    clusters are. Clustered t has C - 1 degrees of freedom (`moments`, inspect_ai's `ci(cluster=)`). Clustered Wilson
    takes the effective n = p (1 - p) / se^2, at most n, and t with C - 1 (Korn and Graubard 1998, as inspect_ai's
    `ci_wilson(cluster=)`). Few clusters, below about ten, make both too narrow.
    """
    rows, leading = as_rows(values)
    group = grouping or Grouping.of(rows.shape[1])
    found = moments(group.sort(rows), group)
    clustered = group.clustered
    critical = t_critical(found.clusters - 1, level) if clustered else z_critical(level)
    t_low, t_high = t_interval(found, level)
    w_low, w_high = wilson(found.mean, _effective(found) if clustered else found.n, critical)
    low, high = np.where(found.binary, w_low, t_low), np.where(found.binary, w_high, t_high)
    known = ~np.isnan(low)
    kinds = (Method.CLUSTERED_WILSON, Method.CLUSTERED_T) if clustered else (Method.WILSON, Method.T)
    method = np.select([known & found.binary, known, found.se == 0], [*kinds, Method.CONSTANT], Method.NONE)
    shape = (*leading, group.size) if group.grouped else leading
    arrays = {f.name: getattr(found, f.name) for f in fields(found)} | {
        "low": low,
        "high": high,
        "method": method,
    }
    return Means(**{name: array.reshape(shape) for name, array in arrays.items()}, level=level)


def weighted(
    mean: ArrayLike, se: ArrayLike, units: ArrayLike, weight: ArrayLike, *, level: float = LEVEL
) -> Macro:
    """A mean of group means, each with its weight, groups being the last axis; one of weight 0 is not there.

    The groups are taken as given, and as independent: se = sqrt(sum of (w_g se_g)^2) / sum of w_g, with Welch and
    Satterthwaite's degrees of freedom. No interval if any group has none of its own spread to add. Weighted by their samples this is the mean over all samples
    with the groups taken as strata: how much they differ is no uncertainty. `units` are clusters or samples; infinitely
    many take the standard error as exactly known.
    """
    w = floats(weight)
    there = w > 0
    total = w.sum(axis=-1)
    parts = np.where(there, w * np.where(there, floats(se), 0), 0) ** 2
    variance = parts.sum(axis=-1)
    centre = ratio(np.where(there, w * np.where(there, floats(mean), 0), 0).sum(axis=-1), total)
    spread = ratio(np.sqrt(variance), total)
    df = ratio(variance**2, ratio(parts**2, np.where(there, floats(units) - 1, 1)).sum(axis=-1))
    df = np.where((variance > 0) & np.isinf(floats(units)).all(axis=-1), np.inf, df)
    half = t_critical(df, level) * np.where(spread > 0, spread, np.nan)
    return Macro(centre, spread, centre - half, centre + half, there.sum(axis=-1), level)


def of_mean(value: ArrayLike, low: ArrayLike, high: ArrayLike) -> Interval:
    """Interval of the unweighted mean of independent estimates from the interval of each, groups being the last axis.

    Each side by itself: the squares of how far the ends are from the estimates add up (Zou and Donner 2008, Statistics in
    Medicine 27:1693-1702), so that intervals that are not symmetric keep their shape, and one alone stays what it is. NaN
    if one of them has none.

    >>> [round(float(x), 3) for x in of_mean([0.1, 0.3], [0.0, 0.0], [0.2, 0.5])]
    [0.042, 0.312]
    """
    centre, below, above = floats(value), floats(value) - floats(low), floats(high) - floats(value)
    n = centre.shape[-1]
    mean = ratio(centre.sum(axis=-1), n)
    return Interval(
        mean - ratio(np.sqrt((below**2).sum(axis=-1)), n), mean + ratio(np.sqrt((above**2).sum(axis=-1)), n)
    )


def within(found: Means, least: float, most: float) -> Interval:
    """The interval of each mean, cut off where no mean of such scores can be; all of it where a mean is beyond that. It
    covers as often as before: the mean that it is for is not in what is cut off.

    >>> found = means([[0.0, 0.1, 0.9]])
    >>> [round(float(x[0]), 2) for x in (found.low, *within(found, 0, 1))]
    [-0.89, 0.0, 1.0]
    """
    inside = (found.mean >= least) & (found.mean <= most)
    return Interval(
        np.where(inside, np.clip(found.low, least, most), found.low),
        np.where(inside, np.clip(found.high, least, most), found.high),
    )


def wilson(share: ArrayLike, n: ArrayLike, critical: ArrayLike) -> tuple[Floats, Floats]:
    """Score interval for a proportion (Wilson 1927): inside [0, 1], and with a width where the share is 0 or 1.

    >>> [round(float(x), 3) for x in wilson(1.0, 10, z_critical(LEVEL))]
    [0.722, 1.0]
    """
    p, z = floats(share), floats(critical)
    zz = ratio(z * z, n)
    with np.errstate(invalid="ignore"):
        centre = (p + zz / 2) / (1 + zz)
        half = np.sqrt(np.maximum(p * (1 - p), 0) * zz + zz * zz / 4) / (1 + zz)
        low, high = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    none = np.isnan(low)
    return np.where((p == 0) & ~none, 0.0, low), np.where((p == 1) & ~none, 1.0, high)


def t_interval(found: Moments, level: float) -> tuple[Floats, Floats]:
    """mean ± t * se with clusters - 1 degrees of freedom; NaN where no spread is seen."""
    half = t_critical(found.clusters - 1, level) * np.where(found.se > 0, found.se, np.nan)
    return found.mean - half, found.mean + half


def t_critical(df: ArrayLike, level: ArrayLike) -> Floats:
    """Student's t that `level` of all values lie within; normal for infinite df, NaN for none."""
    # scipy.special and not scipy.stats, whose import takes 0.6 s: it computes scipy.stats.t.ppf from this as well.
    d, share = floats(df), floats(level)
    if share.ndim == 0:
        each, at = np.unique(d, return_inverse=True)
        return np.array([_t_critical(x, float(share)) for x in each.tolist()])[at].reshape(d.shape)
    found = special.stdtrit(np.where(d > 0, d, np.nan), (1 + share) / 2)
    return np.where(np.isinf(d), z_critical(share), found)


@lru_cache(maxsize=4096)  # 65 us each, and all candidates of a page have the same few degrees of freedom
def _t_critical(df: float, level: float) -> float:
    if np.isinf(df):
        return float(z_critical(level))
    return float(special.stdtrit(df, (1 + level) / 2)) if df > 0 else np.nan


def z_critical(level: ArrayLike) -> Floats:
    return special.ndtri((1 + floats(level)) / 2)


def _effective(found: Moments) -> Floats:
    """n less what clusters take from it; n itself where no variance is seen."""
    n = ratio(found.mean * (1 - found.mean), found.se**2)
    return np.where((n > 0) & (n < found.n), n, found.n)
