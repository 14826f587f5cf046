"""Two runs without common samples. Weaker than pairs in every way, and to be labelled as such wherever it is shown."""

from __future__ import annotations

import numpy as np
from scipy import special

from data.statistics.arrays import ratio
from data.statistics.differences import Difference, enough, t_of, two_sided
from data.statistics.intervals import Means, t_critical, z_critical
from data.statistics.methods import Method


def unpaired(baseline: Means, candidate: Means) -> Difference:
    """Candidate - baseline from the two means alone, which broadcast.

    Welch's t, with clusters in place of samples where they are clustered. Where both are binary the interval is
    Newcombe's (1998, method 10), made of the two Wilson intervals, and p that of two proportions with common
    variance. Assumes that the two sets of samples are independent and from the same population: of different
    questions a difference says nothing about models alone.
    """
    delta = candidate.mean - baseline.mean
    vb, vc = baseline.se**2, candidate.se**2
    se = np.sqrt(vb + vc)
    parts = ratio(vb**2, baseline.clusters - 1) + ratio(vc**2, candidate.clusters - 1)
    welch_df = ratio((vb + vc) ** 2, parts)
    units = np.minimum(baseline.clusters, candidate.clusters)
    effective = np.minimum(baseline.effective, candidate.effective)
    level = candidate.level
    half = t_critical(welch_df, level) * np.where(se > 0, se, np.nan)
    binary = baseline.binary & candidate.binary
    low = delta - np.hypot(candidate.mean - candidate.low, baseline.high - baseline.mean)
    high = delta + np.hypot(candidate.high - candidate.mean, baseline.mean - baseline.low)
    low, high = np.where(binary, low, delta - half), np.where(binary, high, delta + half)

    simple = binary & (baseline.clusters == baseline.n) & (candidate.clusters == candidate.n)
    p = np.where(simple, _two_proportions(baseline, candidate), two_sided(t_of(delta, se), welch_df))
    p_method = np.where(simple, Method.TWO_PROPORTIONS, Method.WELCH)
    none = np.isnan(p) | ~enough(effective)
    known = ~np.isnan(low)
    kinds = [Method.NEWCOMBE, Method.WELCH, Method.CONSTANT]
    return Difference(
        units=units, effective_units=effective, delta=delta, se=se,
        centre=np.where(binary, (low + high) / 2, delta),
        spread=np.where(binary, (high - low) / 2 / z_critical(level), np.where(se > 0, se, np.nan)),
        df=np.where(binary, np.inf, welch_df),
        low=low, high=high,
        method=np.select([known & binary, known, se == 0], kinds, Method.NONE),
        p=np.where(none, np.nan, p), p_method=np.where(none, Method.NONE, p_method), level=level,
    )  # fmt: skip


def _two_proportions(baseline: Means, candidate: Means) -> np.ndarray:
    """p of the score test; 1 where nobody, or everybody, is right."""
    n = baseline.n + candidate.n
    share = ratio(np.nan_to_num(baseline.mean) * baseline.n + np.nan_to_num(candidate.mean) * candidate.n, n)
    variance = np.maximum(share * (1 - share), 0) * (ratio(1, baseline.n) + ratio(1, candidate.n))
    z = ratio(candidate.mean - baseline.mean, np.sqrt(variance))
    return np.where(variance == 0, 1.0, 2 * special.ndtr(-np.abs(z)))
