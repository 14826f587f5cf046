"""Two runs on the same samples: how much better is the candidate, and could that be chance?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from data.statistics.arrays import Bools, Codes, Floats, Ints, floats, noise, ratio
from data.statistics.differences import Difference, enough, lopsided, t_of, two_sided
from data.statistics.grouping import Grouping
from data.statistics.intervals import LEVEL, t_critical
from data.statistics.methods import Method
from data.statistics.moments import Moments, as_rows, moments

EXACT_BELOW = 25
"""McNemar's test is exact below so many discordant pairs, where chi-squared is not good enough yet (MLflow's cut too)."""


@dataclass(frozen=True, slots=True, eq=False)
class PairedDifference(Difference):
    """All means and counts are over pairs; a sample that one side lacks is only counted."""

    n_paired: Ints
    baseline_only: Ints
    candidate_only: Ints
    baseline_mean: Floats
    candidate_mean: Floats
    up: Ints
    """Pairs in which the candidate has more, by more than rounding."""
    down: Ints
    same: Ints
    sd: Floats
    """Of the differences, with n - 1."""

    @property
    def effect_size(self) -> Floats:
        """d_z = mean / sd of the differences (Cohen 1988); NaN where they are all equal."""
        return ratio(self.delta, self.sd)

    @property
    def design_effect(self) -> Floats:
        """How many times larger clusters make the variance of delta: 1 where they do not matter."""
        return ratio(self.se**2, self.sd**2 / np.maximum(self.n_paired, 1))


@dataclass(frozen=True, slots=True, eq=False)
class _Tally:
    """Counts and means over pairs; `binary` where all scores of both sides are 0 or 1."""

    baseline_only: Ints
    candidate_only: Ints
    baseline_mean: Floats
    candidate_mean: Floats
    up: Ints
    down: Ints
    same: Ints
    binary: Bools


def differences(
    baseline: ArrayLike, candidate: ArrayLike, grouping: Grouping | None = None, *, level: float = LEVEL
) -> PairedDifference:
    """Candidate - baseline on samples that both have a score for. Scores are (..., samples), and one baseline may stand
    against many candidates. Results have the leading shape, with a last axis of groups if there are groups.

    Binary and not clustered: McNemar's p and Bonett and Price's interval (2012), which has a width where the two
    never differ; Student's paired t would claim certainty there. Otherwise the t of the differences, with clusters that
    of a regression on a constant with cluster-robust covariance and C - 1 degrees of freedom (Miller, arXiv
    2411.00640). Assumes pairs, or clusters of pairs, drawn independently.

    No pairs: all NaN. One: a delta, and an interval only if binary. All differences equal: no t, and p is that of
    flipping the signs of all units, 1 where nothing differs. No p below LEAST_UNITS pairs, or effective clusters
    (`differences.enough`), and no interval either where it is one large cluster that makes them few.
    """
    b, c = np.broadcast_arrays(floats(baseline), floats(candidate))
    rows, leading = as_rows(c)
    group = grouping or Grouping.of(rows.shape[1])
    ours, theirs = group.sort(as_rows(b)[0]), group.sort(rows)
    with np.errstate(invalid="ignore"):  # inf - inf
        d = theirs - ours
        d[np.abs(d) < noise(ours, theirs)] = 0
    # In closed form, since statsmodels' OLS takes 0.5 ms a cell: 1.9 s for a page of 3,819 cells that takes 0.07 s now
    # (benchmarks/simulations.py).
    found, tally = moments(d, group), _tally(ours, theirs, d, group)
    binary = tally.binary & (not group.clustered)
    centre, spread, df = _interval(found, tally, binary)
    half = t_critical(df, level) * spread
    bounds = np.where(binary, 1, np.inf)
    known = ~np.isnan(half)
    clustered_t = Method.PAIRED_CLUSTERED_T if group.clustered else Method.PAIRED_T
    p, p_method = _p(found, tally, binary, clustered_t)
    arrays = {
        "units": found.clusters, "effective_units": found.effective, "delta": found.mean, "se": found.se,
        "centre": centre, "spread": spread, "df": df,
        "low": np.maximum(centre - half, -bounds), "high": np.minimum(centre + half, bounds),
        "method": np.select(
            [known & binary, known, found.se == 0], [Method.BONETT_PRICE, clustered_t, Method.CONSTANT], Method.NONE
        ),
        "p": p, "p_method": p_method, "n_paired": found.n, "sd": found.sd,
        **{name: getattr(tally, name) for name in _Tally.__slots__ if name != "binary"},
    }  # fmt: skip
    shape = (*leading, group.size) if group.grouped else leading
    return PairedDifference(**{name: a.reshape(shape) for name, a in arrays.items()}, level=level)


def _tally(ours: Floats, theirs: Floats, d: Floats, group: Grouping) -> _Tally:
    has_b, has_c = ~np.isnan(ours), ~np.isnan(theirs)
    pair = has_b & has_c
    n = group.sums(pair)
    up, down = group.sums(d > 0), group.sums(d < 0)
    other = pair & ~(((ours == 0) | (ours == 1)) & ((theirs == 0) | (theirs == 1)))
    counts = (group.sums(has_b) - n, group.sums(has_c) - n, up, down, n - up - down)
    b_only, c_only, more, less, same = (x.astype(np.int64) for x in counts)
    mean_b = ratio(group.sums(np.where(pair, ours, 0)), n)
    mean_c = ratio(group.sums(np.where(pair, theirs, 0)), n)
    return _Tally(b_only, c_only, mean_b, mean_c, more, less, same, (group.sums(other) == 0) & (n > 0))


def _interval(found: Moments, tally: _Tally, binary: Bools) -> tuple[Floats, Floats, Floats]:
    """Centre, spread and degrees of freedom. Bonett and Price put one pair more into each discordant cell."""
    n = found.n + 2
    total, gap = (tally.up + tally.down + 2) / n, (tally.up - tally.down) / n
    shrunk = np.sqrt(np.maximum(total - gap**2, 0) / n)
    known = (found.se > 0) & ~lopsided(found.clusters, found.effective)
    plain = np.where(known, found.se, np.nan)
    df = np.where(found.clusters > 1, found.clusters - 1.0, np.nan)
    return (
        np.where(binary, gap, found.mean),
        np.where(binary, shrunk, plain),
        np.where(binary, np.inf, df),
    )


def _p(found: Moments, tally: _Tally, binary: Bools, t_method: Method) -> tuple[Floats, Codes]:
    discordant = tally.up + tally.down
    few = discordant < EXACT_BELOW
    # Of statsmodels' mcnemar, whose import takes 0.8 s and which does one table a call (10,000 take 0.5 s; these, 2 ms).
    exact = np.minimum(1, 2 * special.bdtr(np.minimum(tally.up, tally.down), discordant, 0.5))
    # Without continuity correction, which makes it too cautious: Fagerland, Lydersen and Laake 2013 (BMC MRM 13:91).
    chi2 = special.chdtrc(1, ratio((tally.up - tally.down) ** 2, discordant))
    flat = found.se == 0
    flips = np.where(found.mean == 0, 1.0, 2.0 ** (1 - np.minimum(found.clusters, 1000)))
    t = two_sided(t_of(found.mean, found.se), floats(found.clusters - 1))
    p = np.select([binary & few, binary, flat], [exact, chi2, flips], t)
    names = np.select(
        [binary & few, binary, flat], [Method.MCNEMAR_EXACT, Method.MCNEMAR_CHI2, Method.SIGN_FLIP], t_method
    )
    none = np.isnan(p) | ~enough(found.effective)
    return np.where(none, np.nan, p), np.where(none, Method.NONE, names)
