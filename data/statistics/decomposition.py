"""Where does a difference come from? Parts by category that add up to the whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.statistics.arrays import SAME, Bools, Floats, Results, ratio
from data.statistics.intervals import Means
from data.statistics.paired import PairedDifference


@dataclass(frozen=True, slots=True, eq=False)
class Contributions(Results):
    """Last axis is categories. `part` sums over them to `whole`, to rounding; a category without pairs adds 0."""

    share: Floats
    """Of all pairs; NaN where there are none at all."""
    delta: Floats
    """Within the category; NaN without pairs."""
    part: Floats
    whole: Floats
    """The difference over all pairs that are in a category."""


@dataclass(frozen=True, slots=True, eq=False)
class Split(Results):
    """Last axis is categories. The sum of `within` and `composition` is `whole`, to rounding."""

    baseline_share: Floats
    candidate_share: Floats
    within: Floats
    """From scoring differently in the category."""
    composition: Floats
    """From the category having another share of the samples; above 0 too where a hard category lost share."""
    whole: Floats
    same_composition: Bools
    """Whether all shares are equal, so that composition explains nothing."""


def contributions(found: PairedDifference) -> Contributions:
    """Of paired differences by category: delta = sum of (n_g / n) delta_g, exactly, since both runs have the same samples.

    A sample that is in no category is in no part: give those a category of their own if the whole is to be all.
    """
    share = ratio(found.n_paired, found.n_paired.sum(axis=-1, keepdims=True))
    part = np.where(found.n_paired > 0, np.nan_to_num(share) * found.delta, 0.0)
    whole = np.where(found.n_paired.sum(axis=-1) > 0, part.sum(axis=-1), np.nan)
    return Contributions(share, found.delta, part, whole)


def split(baseline: Means, candidate: Means) -> Split:
    """Of two sets of samples, by category: how much of the difference of means is scoring, how much is composition.

    Kitagawa (1955), Oaxaca and Blinder (1973) with the average of both sides as reference: within = mean share times
    the change of the mean, composition = change of the share times (mean of both means - mean over all categories).
    A category that one side lacks is composition alone. All NaN in `whole` where a side has no samples.
    """
    w_b = ratio(baseline.n, baseline.n.sum(axis=-1, keepdims=True))
    w_c = ratio(candidate.n, candidate.n.sum(axis=-1, keepdims=True))
    # What one side lacks is taken to score as on the other side; where both lack it, shares of 0 leave nothing.
    m_b = np.where(np.isnan(baseline.mean), candidate.mean, baseline.mean)
    m_c = np.where(np.isnan(candidate.mean), baseline.mean, candidate.mean)
    m_b, m_c = np.nan_to_num(m_b), np.nan_to_num(m_c)
    middle = ((w_b + w_c) / 2 * (m_b + m_c) / 2).sum(axis=-1, keepdims=True)
    within = (w_b + w_c) / 2 * (m_c - m_b)
    composition = (w_c - w_b) * ((m_b + m_c) / 2 - middle)
    whole = (w_c * m_c).sum(axis=-1) - (w_b * m_b).sum(axis=-1)
    return Split(w_b, w_c, within, composition, whole, np.asarray((np.abs(w_b - w_c) <= SAME).all(axis=-1)))
