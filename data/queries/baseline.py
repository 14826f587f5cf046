"""Better or worse than a chosen model? The differences of a view in order, summed up, and the largest of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import polars as pl

from data.queries import deltas, evidence
from data.statistics.arrays import same
from data.statistics.intervals import LEVEL, of_mean
from data.store import Snapshot
from data.viewstate import ViewState


@lru_cache(maxsize=8)  # four panels of a page ask it
def order(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """metric, candidate, place: where each candidate of a metric stands in everything that a view shows of it, from 0.

    By default the most improved first, by the mean of its differences in the metric's own direction; `abs` by the size of
    that mean, `name` by name. Whoever may not be compared comes last.
    """
    mean = (
        pl.col("gain").filter("comparable").mean().round(12).round_sig_figs(9)
    )  # else noise would part equal ones
    found = deltas.marked(s, v).group_by("metric", "candidate").agg(mean.alias("gain"))
    up = v.order == "asc"
    if v.sort == "name":
        ordered = found.sort("metric", "candidate", descending=[False, up])
    else:
        size = pl.col("gain").abs() if v.sort == "abs" else pl.col("gain")
        ordered = found.sort("metric", size, "candidate", descending=[False, not up, False], nulls_last=True)
    return ordered.select("metric", "candidate", pl.int_range(pl.len(), dtype=pl.Int64).alias("place"))


def placed(rows: pl.DataFrame, s: Snapshot, v: ViewState) -> pl.DataFrame:
    """`rows` with the `place` of their candidate: in their metric, or where the differences of the view have none of that
    name, the first one in any."""
    places = order(s, v)
    first = places.group_by("candidate").agg(pl.col("place").min().alias("first"))
    return (
        rows.join(places, on=["metric", "candidate"], how="left", maintain_order="left")
        .join(first, on="candidate", how="left", maintain_order="left")
        .with_columns(pl.coalesce("place", "first").alias("place"))
        .drop("first")
    )


def ranking(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """`judged` of at least `min_delta`, metric by metric, the candidates in their `order` and each one's own in that of
    the view. p is adjusted for all that the view compares, whatever `min_delta` hides: to test only what is large would
    promise too much."""
    found = deltas.judged(s, v)
    size, of = pl.col("delta").abs(), (pl.col("baseline_score"), pl.col("candidate_score"))
    large = found.filter(
        (size > v.min_delta) | same(size, v.min_delta, *of)
    )  # 0.3 - 0.2 is a bit less than 0.1
    return in_order(placed(large, s, v), v).drop("place")


def in_order(found: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    """A candidate's own: the most improved first, in the metric's direction; `abs` by size, `name` by category."""
    if v.sort == "name":
        return found.sort("metric", "place", "axis", descending=[False, False, v.order == "asc"])
    size = pl.col("delta").abs() if v.sort == "abs" else pl.col("gain")
    return found.sort("metric", "place", size, "axis", descending=[False, False, v.order == "desc", False])


def summary(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a candidate, over all categories that it shares with the baseline and in which the two may be compared,
    whatever `min_delta` hides.

    win, lose and tie follow the direction of the metric. `common` of `total` categories: total counts those in
    which any model of the view has a score. Means are unweighted over categories. Deltas of different measures are
    never averaged: a row is for one measure. `mean_low` and `mean_high` are of the mean, the categories as they are,
    where each delta is one of pairs alone and has an interval; else null. `paired_mean`, with its own interval, is over
    the `paired_over` categories whose pairs have an interval, and of the deltas of these pairs; in `parted` of the common
    ones that is another delta than that of the scores as logged, and in `unconfirmed` of these the verdict is not what the
    sign of the logged delta says, by which win, lose and every order go.
    """
    total = deltas.cells(s, v).group_by("metric").agg(pl.struct("task", "category").n_unique().alias("total"))
    return (
        deltas.sound(s, v)
        .group_by("candidate", "metric", maintain_order=True)
        .agg(*_middles(), *_outcomes(), pl.col("direction", "baseline").first(), _means())
        .unnest("means")
        .join(total, on="metric", how="left", maintain_order="left")
        .with_columns(coverage=pl.col("common") / pl.col("total"))
        .with_columns(level=pl.when(pl.col("paired_mean").is_not_null()).then(LEVEL))
        .pipe(placed, s, v)
        .sort("metric", "place")
        .select(pl.col(column).cast(kind) for column, kind in SUMMARY.items())
    )


def _middles() -> list[pl.Expr]:
    delta = pl.col("delta")
    return [delta.mean().alias("mean_delta"), delta.median().alias("median_delta")]


def _outcomes() -> list[pl.Expr]:
    """How many differences there are, and of each kind."""
    gain = pl.col("gain")
    return [
        (gain > 0).sum().alias("win"),
        (gain < 0).sum().alias("lose"),
        (gain == 0).sum().alias("tie"),
        pl.len().alias("common"),
        pl.col("parted", "unconfirmed").sum(),
    ]


SUMMARY = pl.Schema(
    {
        "candidate": pl.String,
        "mean_delta": pl.Float64,
        "median_delta": pl.Float64,
        "win": pl.Int64,
        "lose": pl.Int64,
        "tie": pl.Int64,
        "common": pl.Int64,
        "total": pl.Int64,
        "coverage": pl.Float64,
        "metric": pl.String,
        "direction": pl.Int8,
        "baseline": pl.String,
        "mean_low": pl.Float64,
        "mean_high": pl.Float64,
        "level": pl.Float64,
        "paired_mean": pl.Float64,
        "paired_mean_low": pl.Float64,
        "paired_mean_high": pl.Float64,
        "paired_over": pl.Int64,
        "parted": pl.Int64,
        "unconfirmed": pl.Int64,
    }
)
MEANS = pl.Schema(
    {
        "mean_low": pl.Float64,
        "mean_high": pl.Float64,
        "paired_mean": pl.Float64,
        "paired_mean_low": pl.Float64,
        "paired_mean_high": pl.Float64,
        "paired_over": pl.Int64,
    }
)


def _means() -> pl.Expr:
    """Of one candidate's rows: struct `means` of MEANS."""
    return (
        pl.struct("parted", "paired_delta", "low", "high")
        .map_batches(_of_means, return_dtype=pl.Struct(MEANS), returns_scalar=True)
        .alias("means")
    )


def _of_means(rows: pl.Series) -> pl.Series:
    df = rows.struct.unnest()
    sure = df.filter(pl.col("low").is_not_null())
    found: dict[str, Any] = dict.fromkeys(MEANS) | {"paired_over": sure.height}
    if sure.height:
        mean, ends = sure["paired_delta"].mean(), of_mean(sure["paired_delta"], sure["low"], sure["high"])
        whole = sure.height == df.height and not df["parted"].any()
        paired = {
            "paired_mean": mean,
            "paired_mean_low": float(ends.low),
            "paired_mean_high": float(ends.high),
        }
        of_all = {"mean_low": float(ends.low), "mean_high": float(ends.high)} if whole else {}
        found |= paired | of_all
    return pl.Series("means", [found], pl.Struct(MEANS))


def extremes(s: Snapshot, v: ViewState, *, largest: bool) -> pl.DataFrame:
    """Each candidate's `top` largest deltas, or smallest. Not filtered by sign: the top of a candidate that lost
    everywhere are its smallest losses."""
    by = ["metric", "place"]
    ordered = placed(deltas.sound(s, v), s, v).sort(
        *by, "delta", "axis", descending=[False, False, largest, False]
    )
    return (
        ordered.group_by(by, maintain_order=True)
        .head(v.top)
        .select(
            "candidate",
            "category",
            "baseline_score",
            "candidate_score",
            "delta",
            "task",
            "metric",
            "gain",
            "axis",
            "run_id",
            "n",
            "baseline_n",
            "paired_by",
            "baseline",
            *evidence.EVIDENCE,
        )
    )
