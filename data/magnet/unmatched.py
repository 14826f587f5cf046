"""Why a prediction met nothing: MAGNET's inner merge leaves such predictions out without a word."""

from __future__ import annotations

from enum import StrEnum

import polars as pl


class Why(StrEnum):
    """The first thing that is not there."""

    RUN = "run"
    """No run of that name, or none in the suite that is named."""
    STATISTIC = "statistic"
    SPLIT = "split"
    """The run has the statistic, of other splits."""
    VERSION = "version"
    """Of that split, but not of that perturbation, what it was computed on, or that part of the split."""
    VALUE = "value"
    """It is there and has no value: HELM counted nothing."""


LEVELS = ((Why.RUN, ("run_spec",)), (Why.STATISTIC, ("name",)), (Why.SPLIT, ("split",)))


def unmatched(found: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The rows of `predictions.joined` without an actual value, with `why`. `known` is from `predictions.actual`."""
    left = found.filter(pl.col("actual_mean").is_null())
    reasons: list[pl.Expr] = []
    keys: list[str] = []
    for why, more in LEVELS:
        keys += more
        reasons.append(
            pl.when(~pl.col("prediction").is_in(_there(left, known, keys).implode())).then(pl.lit(why))
        )
    met = pl.when(pl.col("run_id").is_not_null()).then(pl.lit(Why.VALUE))
    return left.with_columns(pl.coalesce(*reasons, met, pl.lit(Why.VERSION)).alias("why"))


def _there(left: pl.DataFrame, known: pl.DataFrame, keys: list[str]) -> pl.Series:
    """Numbers of the predictions for which something has these values in common with them."""
    some = known.select(*keys, pl.col("suite").alias("known")).unique()
    both = left.select("prediction", "suite", *keys).join(some, on=keys, how="inner", nulls_equal=True)
    same = pl.col("suite").is_null() | pl.col("suite").eq_missing(pl.col("known"))
    return both.filter(same)["prediction"].unique()
