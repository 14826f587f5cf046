"""How far predicted values are from what came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import scipy  # its parts load at first use: scipy.stats takes half a second that not every start needs
from numpy.typing import NDArray

from data.schema import columns
from data.statistics.arrays import same
from data.statistics.intervals import LEVEL

Floats = NDArray[np.float64]
ERRORS = columns(
    {
        "n": pl.Int64,
        **dict.fromkeys(
            ("mae", "rmse", "bias", "sd", "low", "high", "r2", "spearman", "slope", "intercept"),
            pl.Float64,
        ),
    }
)


class Line(NamedTuple):
    """actual = intercept + slope x predicted, by least squares. 1 and 0 are what a calibrated predictor has: a slope
    below 1 says that its predictions are more extreme than what comes. None where the predictions are all alike."""

    slope: float | None
    intercept: float | None


def errors(pairs: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Columns `by`, n, mae, rmse, bias, sd, low, high (limits of agreement after Bland and Altman: bias +- 1.96 sd),
    r2, spearman, slope and intercept (of the calibration line), of rows with `predicted` and `actual`.

    r2 is 1 - SSE/SST, which a guess worse than the mean makes negative; it, the rank correlation and the line are
    null where nothing varies.

    >>> errors(pl.DataFrame({"predicted": [0.0, 0.5], "actual": [0.0, 1.0]})).select("n", "mae", "bias", "slope").row(0)
    (2, 0.25, -0.25, 2.0)
    """
    if not by:
        return pl.DataFrame([_errors(pairs)], schema=ERRORS)
    groups = pairs.group_by(list(by), maintain_order=True)
    rows = [dict(zip(by, key, strict=True)) | _errors(group) for key, group in groups]
    schema = {**{b: pairs.schema[b] for b in by}, **ERRORS}
    return pl.DataFrame(rows, schema=schema).sort("mae", *by, nulls_last=True)


def _errors(pairs: pl.DataFrame) -> dict[str, Any]:
    p, a = pairs["predicted"].to_numpy(), pairs["actual"].to_numpy()
    error = p - a
    if not len(error):
        return {"n": 0}
    total = float(((a - a.mean()) ** 2).sum())
    both_vary = varies(p) and varies(a)
    return {
        "n": len(error),
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "r2": 1 - float((error**2).sum()) / total if varies(a) else None,
        "spearman": float(scipy.stats.spearmanr(p, a).statistic) if both_vary else None,
        **agreement(p, a),
        **calibration(p, a)._asdict(),
    }


def varies(values: Floats) -> bool:
    """By more than rounding."""
    return not same(values.min(), values.max())


def agreement(predicted: Floats, actual: Floats) -> dict[str, float | None]:
    """bias, sd of the errors, and the limits between which 19 of 20 of them are expected (Bland and Altman 1986)."""
    error = predicted - actual
    bias = float(error.mean())
    if len(error) < 2:
        return {"bias": bias, "sd": None, "low": None, "high": None}
    sd = float(error.std(ddof=1))
    # An interval of width 0 is nan to scipy.
    low, high = scipy.stats.norm.interval(LEVEL, bias, sd) if sd > 0 else (bias, bias)
    return {"bias": bias, "sd": sd, "low": float(low), "high": float(high)}


def calibration(predicted: Floats, actual: Floats) -> Line:
    if len(predicted) < 2 or not varies(predicted):
        return Line(None, None)
    found = scipy.stats.linregress(predicted, actual)
    return Line(float(found.slope), float(found.intercept))
