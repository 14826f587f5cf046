"""What a comparison comes to: how many of a candidate's differences are real, and the one over all samples of a task."""

from __future__ import annotations

import polars as pl

from data.queries import baseline
from data.statistics.verdicts import Verdict
from data.store import Snapshot
from data.viewstate import ViewState

KEY = ("candidate", "metric")
OVERALL = (
    "verdict", "paired_delta", "low", "high", "p_adjusted", "test", "interval", "n_paired", "clusters", "detectable", "few",
    "baseline_only", "candidate_only", "errored",
)  # fmt: skip


def conclusions(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a candidate and metric: of `shown` differences (tasks or categories) how many were `tested`, and of those
    how many are of each verdict after adjustment for all that the view shows. Of `incomparable` ones nothing is said.

    Where a candidate's differences are all of one task, also the one over all its samples, with `axis` its name and the
    columns of OVERALL, adjusted for the other candidates. Null where there are several tasks, or no samples.
    """
    rows = baseline.judged(s, v)
    if rows.is_empty():
        return rows.select(*KEY, "baseline").head(0)
    counted = rows.group_by(*KEY, "baseline", maintain_order=True).agg(
        pl.col("comparable").sum().cast(pl.Int64).alias("shown"),
        (~pl.col("comparable")).sum().cast(pl.Int64).alias("incomparable"),
        pl.col("p").is_not_null().sum().cast(pl.Int64).alias("tested"),
        *((pl.col("verdict") == kind).sum().cast(pl.Int64).alias(kind) for kind in Verdict),
        (pl.col("without").is_not_null() & pl.col("comparable")).sum().cast(pl.Int64).alias("without"),
        pl.col("direction").first(),
    )
    return counted.join(_overall(s, v, rows), on=list(KEY), how="left", maintain_order="left").sort(
        "metric",
        pl.col("paired_delta") * pl.col("direction"),
        "candidate",
        descending=[False, True, False],
        nulls_last=True,
    )


def _overall(s: Snapshot, v: ViewState, rows: pl.DataFrame) -> pl.DataFrame:
    """For candidates whose differences are all of one task, the one over all its samples that the filters leave."""
    one_task = pl.col("task").n_unique().over(list(KEY)) == 1
    single = rows.filter(one_task)
    divided = single["category"].null_count() < single.height
    if divided:
        whole = baseline.judged(s, v.edit(level="task", group="")) if not v.categories else single.head(0)
        single = whole.join(single, on=["candidate", "task"], how="semi", maintain_order="left")
    return single.select(*KEY, "axis", *OVERALL).unique(list(KEY), keep="first", maintain_order=True)
