"""How well predictions about single instances tell the right answers from the wrong ones, and mean what they say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
import scipy  # its parts load at first use
from numpy.typing import NDArray

from data.schema import columns
from data.statistics.intervals import LEVEL, z_critical
from data.statistics.methods import Method

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SLIGHTLY = 1e-12
"""Below an area of 1, at which the standard error is 0 and which is not the end that is sought."""
BINS = 10
"""Of equal width over [0, 1], as reliability diagrams mostly have them."""
CURVE = columns({"false_positive_rate": pl.Float64, "true_positive_rate": pl.Float64, "cutoff": pl.Float64})
RELIABILITY = columns(
    {
        "bin": pl.Float64,  # its lower end
        "predicted": pl.Float64,  # mean of the predictions in it
        "actual": pl.Float64,  # share of its instances that are positive
        "low": pl.Float64,  # Wilson's interval of the share
        "high": pl.Float64,
        "level": pl.Float64,
        "n": pl.Int64,
    }
)


class Auc(NamedTuple):
    """Area under the ROC curve. No value where all instances are of one class."""

    value: float | None
    low: float | None
    high: float | None
    positives: int
    negatives: int
    method: Method = Method.NONE

    @property
    def is_degenerate(self) -> bool:
        return self.value is None


def auc(predicted: Floats, actual: Bools) -> Auc:
    """With DeLong's interval, cut to [0, 1]: no resampling, and it takes ties as half. Where his variance is 0, as
    of predictions that are all alike or that part the classes without a fault, that is no certainty however few instances
    there are, and the interval is Newcombe's.

    The area is Mann and Whitney's U as a share; no library at hand has DeLong's variance, which is that of the
    placements, found by midranks (Sun and Xu 2014).

    >>> auc(np.array([0.9, 0.8, 0.4, 0.2]), np.array([True, False, True, False]))[0]
    0.75
    """
    yes, no = predicted[actual], predicted[~actual]
    m, n = len(yes), len(no)
    if not m or not n:
        return Auc(None, None, None, m, n)
    value = float(scipy.stats.mannwhitneyu(yes, no, method="asymptotic").statistic) / (m * n)
    if m < 2 or n < 2:
        return Auc(value, None, None, m, n)
    above, below = _placements(yes, no), _placements(no, yes)
    error = float(np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n))
    if error == 0:
        return Auc(value, newcombe(value, m, n), 1 - newcombe(1 - value, m, n), m, n, Method.AUC_NEWCOMBE)
    reach = error * float(z_critical(LEVEL))
    return Auc(value, max(0.0, value - reach), min(1.0, value + reach), m, n, Method.DELONG)


def newcombe(area: float, positives: int, negatives: int) -> float:
    """Lower end of the interval of an area by the method 5 of Newcombe (2006, Statistics in Medicine 25:559-573): all
    areas from which the one that was found is not further off than their own standard error allows, by Hanley and
    McNeil's formula with both sizes at their mean. By symmetry the upper end is 1 less that of 1 - area.

    >>> round(newcombe(1.0, 2, 2), 3), round(newcombe(1.0, 200, 200), 3)
    (0.386, 0.99)
    """
    if area <= 0:
        return 0.0
    mean, z = (positives + negatives) / 2 - 1, float(z_critical(LEVEL))

    def beyond(a: float) -> float:
        variance = a * (1 - a) * (1 + mean * ((1 - a) / (2 - a) + a / (1 + a))) / (positives * negatives)
        return area - a - z * float(np.sqrt(variance))

    return float(scipy.optimize.brentq(beyond, 0.0, area - SLIGHTLY))


def _placements(values: Floats, others: Floats) -> Floats:
    """For each value the share of the others that it exceeds, a tie counting half."""
    among_all = scipy.stats.rankdata(np.concatenate([values, others]))[: len(values)]
    return (among_all - scipy.stats.rankdata(values)) / len(others)


def curve(predicted: Floats, actual: Bools) -> pl.DataFrame:
    """The ROC curve: a corner for each value that was predicted, from (0, 0), whose cutoff is null, to (1, 1)."""
    if actual.all() or not actual.any():
        return pl.DataFrame(schema=CURVE)
    cutoffs = np.unique(predicted)[::-1]
    yes, no = np.sort(predicted[actual]), np.sort(predicted[~actual])
    rates = [1 - np.searchsorted(part, cutoffs) / len(part) for part in (no, yes)]
    false, true = (np.concatenate([[0.0], r]) for r in rates)
    return pl.DataFrame(
        {"false_positive_rate": false, "true_positive_rate": true, "cutoff": [None, *cutoffs.tolist()]},
        schema=CURVE,
    )


def reliability(predicted: Floats, actual: Bools, bins: int = BINS) -> pl.DataFrame:
    """Of the instances that were given some probability, the share that came true. Bins without any are left out, and
    so is what is no probability."""
    possible = (predicted >= 0) & (predicted <= 1)
    predicted, actual = predicted[possible], actual[possible]
    at = np.minimum((predicted * bins).astype(int), bins - 1)
    rows = []
    for i in np.unique(at).tolist():
        here = at == i
        yes, n = int(actual[here].sum()), int(here.sum())
        sure = scipy.stats.binomtest(yes, n).proportion_ci(LEVEL, method="wilson")
        rows.append(
            (i / bins, float(predicted[here].mean()), yes / n, float(sure.low), float(sure.high), LEVEL, n)
        )
    return pl.DataFrame(rows, schema=RELIABILITY, orient="row")


def brier(predicted: Floats, actual: Bools) -> float:
    """Mean squared error of probabilities.

    >>> brier(np.array([1.0, 0.5]), np.array([True, False]))
    0.125
    """
    return float(((predicted - actual) ** 2).mean())


def expected_calibration_error(bins: pl.DataFrame) -> float | None:
    """Mean distance between predicted and actual over the bins of `reliability`, weighted by their instances."""
    n = int(bins["n"].sum())
    off = (bins["predicted"] - bins["actual"]).abs() * bins["n"]
    return float(off.sum()) / n if n else None
