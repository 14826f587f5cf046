"""How far predictions are from what came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Z95 = 1.959963984540054
SPREAD = 1e-12


class Auc(NamedTuple):
    """Area under the ROC curve. No value where all instances are of one class."""

    value: float | None
    low: float | None
    high: float | None
    positives: int
    negatives: int

    @property
    def is_degenerate(self) -> bool:
        return self.value is None


def errors(pairs: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Columns `by`, n, mae, rmse, bias, sd, low, high (limits of agreement after Bland and Altman: bias +- 1.96 sd),
    r2 and spearman, of rows with `predicted` and `actual`.

    r2 is 1 - SSE/SST, which a guess worse than the mean makes negative; it and the rank correlation are null where
    nothing varies.

    >>> errors(pl.DataFrame({"predicted": [0.0, 0.5], "actual": [0.0, 1.0]})).select("n", "mae", "bias", "r2").row(0)
    (2, 0.25, -0.25, 0.5)
    """
    p, a = pl.col("predicted"), pl.col("actual")
    error = p - a
    total = ((a - a.mean()) ** 2).sum()
    varies = (p.max() - p.min() > SPREAD) & (a.max() - a.min() > SPREAD)
    measures = [
        pl.len().cast(pl.Int64).alias("n"),
        error.abs().mean().alias("mae"),
        (error**2).mean().sqrt().alias("rmse"),
        error.mean().alias("bias"),
        error.std().alias("sd"),
        (error.mean() - Z95 * error.std()).alias("low"),
        (error.mean() + Z95 * error.std()).alias("high"),
        pl.when(total > SPREAD).then(1 - (error**2).sum() / total).alias("r2"),
        pl.when(varies).then(pl.corr(p, a, method="spearman")).fill_nan(None).alias("spearman"),
    ]
    if not by:
        return pairs.select(measures)
    return pairs.group_by(list(by), maintain_order=True).agg(measures).sort("mae", *by, nulls_last=True)


def auc(predicted: Floats, actual: NDArray[np.bool_]) -> Auc:
    """With DeLong's interval, cut to [0, 1]: no resampling, and it takes ties as half.

    >>> auc(np.array([0.9, 0.8, 0.4, 0.2]), np.array([True, False, True, False]))[0]
    0.75
    """
    yes, no = predicted[actual], predicted[~actual]
    m, n = len(yes), len(no)
    if not m or not n:
        return Auc(None, None, None, m, n)
    above = _share_below(yes, no)
    below = 1 - _share_below(no, yes)
    value = float(above.mean())
    if m < 2 or n < 2:
        return Auc(value, None, None, m, n)
    error = float(np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n))
    return Auc(value, max(0.0, value - Z95 * error), min(1.0, value + Z95 * error), m, n)


def _share_below(values: Floats, others: Floats) -> Floats:
    """For each value the share of the others that it exceeds, a tie counting half."""
    ordered = np.sort(others)
    lower, upper = (np.searchsorted(ordered, values, side) for side in ("left", "right"))  # type: ignore[call-overload]
    return (lower + upper) / (2 * len(others))
