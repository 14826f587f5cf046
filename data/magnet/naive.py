"""The guess that a predictor has to beat: a mean, of what it was shown or else of what the other runs came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

SAMPLE = "mean of the samples"
"""The predictor's name in our files for the mean over the instances of the run that a predictor was shown, trials
averaged within each: what `evalboard predict` saves beside each prediction, and what MAGNET's users compare with."""
SHOWN, OTHERS, BOTH = "shown", "others", "both"
"""Which mean it is. OTHERS: where a file has no sample mean, the mean of the actual values of the same statistic over
all other runs that the same predictor's predictions are about."""
STATISTIC = ("name", "split", "perturbation", "computed_on")
RUN = ("run_spec", "suite", *STATISTIC, "perturbation_detail", "seed", "n_eval_samples")


def beside(pairs: pl.DataFrame) -> pl.DataFrame:
    """With `naive`, what the naive guess would have been for each pair, and `naive_from`: SHOWN, OTHERS or null where
    there is neither. Pairs are those of `predictions.pairs`."""
    shown = pairs.filter(pl.col("predictor") == SAMPLE)
    shown = shown.unique(RUN, keep="last").select(*RUN, pl.col("predicted").alias("shown"))
    found = pairs.join(shown, on=list(RUN), how="left", nulls_equal=True, maintain_order="left")
    found = found.join(
        _others(pairs), on=["predictor", "run_spec", "suite", *STATISTIC, "perturbation_detail"], how="left",
        nulls_equal=True, maintain_order="left",
    )  # fmt: skip
    source = (
        pl.when(pl.col("shown").is_not_null())
        .then(pl.lit(SHOWN))
        .when(pl.col("others").is_not_null())
        .then(pl.lit(OTHERS))
    )
    return found.with_columns(pl.coalesce("shown", "others").alias("naive"), source.alias("naive_from")).drop(
        "shown", "others"
    )


def _others(pairs: pl.DataFrame) -> pl.DataFrame:
    """Each run once, however many seeds predicted it."""
    group = ["predictor", *STATISTIC]
    once = pairs.unique(
        [*group, "run_spec", "suite", "perturbation_detail"], keep="first", maintain_order=True
    )
    total, count = pl.col("actual").sum().over(group), pl.len().over(group)
    mean = pl.when(count > 1).then((total - pl.col("actual")) / (count - 1))
    return once.select(*group, "run_spec", "suite", "perturbation_detail", mean.alias("others"))


def errors(pairs: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Columns `by`, naive (SHOWN, OTHERS or BOTH), naive_mae, and gain = naive_mae - MAE: above 0 for who beats the
    guess. Null where some pair has no such guess, since the two would not be over the same pairs."""
    off = (pl.col("naive") - pl.col("actual")).abs()
    own = (pl.col("predicted") - pl.col("actual")).abs().mean()
    whole = pl.col("naive").is_not_null().all()
    kinds = pl.col("naive_from").unique()
    measures: list[Any] = [
        pl.when(whole).then(pl.when(kinds.len() > 1).then(pl.lit(BOTH)).otherwise(kinds.first())).alias("naive"),
        pl.when(whole).then(off.mean()).alias("naive_mae"),
        pl.when(whole).then(off.mean() - own).alias("gain"),
    ]  # fmt: skip
    if not by:
        return pairs.select(measures)
    return pairs.group_by(list(by), maintain_order=True).agg(measures)
