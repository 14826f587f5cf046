"""What a comparison comes to: how many of a candidate's differences are real, and the one over all samples of a task."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.queries import baseline, deltas
from data.queries.evidence import Without
from data.statistics.power import pairs_needed
from data.statistics.verdicts import Verdict
from data.store import Snapshot
from data.viewstate import ViewState

KEY = ("candidate", "metric")
OVERALL = (
    "verdict", "paired_delta", "low", "high", "p", "p_adjusted", "test", "interval", "n_paired", "clusters", "detectable",
    "few", "baseline_only", "candidate_only", "errored", "effective", "cluster", "p_needed", "tests", "delta", "n",
    "baseline_n", "parted",
)  # fmt: skip
REASONS = (Without.NO_SAMPLES, Without.NOT_A_MEAN, Without.NO_PAIRS)
HOW = ("adjusted_by", "alpha", "level", "margin", "reducer")


def conclusions(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a candidate and metric: of `shown` differences (tasks or categories) how many were `tested`, and of those
    how many are of each verdict after adjustment for all that the view shows. Of `incomparable` ones nothing is said.

    `without` is how many have nothing to test, and the columns of REASONS of how many of them each is why.

    Where a candidate's differences are all of one task, also the one over all its samples, with `axis` its name and the
    columns of OVERALL, adjusted for the other candidates, and `pairs_needed` for the margin. Null where there are several
    tasks, or no samples. `metrics` is of how many metrics there are rows.

    By sample it is about the tasks that the samples are of, since a single pair tells nothing.
    """
    rows = _of_tasks(s, v) if v.level == "sample" else deltas.judged(s, v)
    if rows.is_empty():
        return rows.select(*KEY, "baseline").head(0)
    counted = rows.group_by(*KEY, "baseline", maintain_order=True).agg(
        pl.col("comparable").sum().cast(pl.Int64).alias("shown"),
        (~pl.col("comparable")).sum().cast(pl.Int64).alias("incomparable"),
        pl.col("p").is_not_null().sum().cast(pl.Int64).alias("tested"),
        *((pl.col("verdict") == kind).sum().cast(pl.Int64).alias(kind) for kind in Verdict),
        (pl.col("without").is_not_null() & pl.col("comparable")).sum().cast(pl.Int64).alias("without"),
        *((pl.col("without") == why).sum().cast(pl.Int64).alias(why) for why in REASONS),
        pl.col("direction").first(),
    )
    told = rows.select(*HOW, pl.lit(rows["metric"].n_unique()).alias("metrics")).head(1)
    known = counted.join(_overall(s, v, rows), on=list(KEY), how="left", maintain_order="left")
    return baseline.placed(known.join(told, how="cross"), s, v).sort("metric", "place").drop("place")


def _of_tasks(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """`deltas.judged` of the tasks that the samples of a view are of, or of the categories that were chosen, whatever its
    text and its threshold hide of each."""
    shown = deltas.marked(s, v).select("task", "candidate", "baseline").unique()
    if shown.is_empty():
        return deltas.judged(s, v)
    whole = v.edit(
        q="", threshold=None, tasks=shown["task"].unique().to_list(), baseline=shown["baseline"][0]
    )
    level = {"level": "category"} if v.categories else {"level": "task", "group": ""}
    rows = deltas.judged(s, whole.edit(**level))
    return rows.join(shown, on=["task", "candidate"], how="semi", maintain_order="left")


def _overall(s: Snapshot, v: ViewState, rows: pl.DataFrame) -> pl.DataFrame:
    """For candidates whose differences are all of one task, the one over all its samples that the filters leave. Of
    chosen categories that is the difference itself where there is one, and else none."""
    one_task = pl.col("task").n_unique().over(list(KEY)) == 1
    single = rows.filter(one_task)
    divided = single["category"].null_count() < single.height
    if divided:
        alone = single.filter(pl.len().over(list(KEY)) == 1)
        whole = alone if v.categories else deltas.judged(s, v.edit(level="task", group=""))
        single = whole.join(single, on=["candidate", "task"], how="semi", maintain_order="left")
    found = single.select(*KEY, "axis", *OVERALL, "stderr").unique(
        list(KEY), keep="first", maintain_order=True
    )
    return found.with_columns(_needed(found, v)).drop("stderr")


def _needed(found: pl.DataFrame, v: ViewState) -> pl.Series:
    """How many pairs find a true difference as large as the margin four times in five, at the spread and the clusters at
    hand; null without a margin, or where nothing is seen to vary."""
    spread = (found["stderr"] * found["n_paired"].sqrt()).to_numpy()
    p = found["p_needed"].to_numpy()
    pairs = pairs_needed(v.margin, spread, alpha=p) if v.margin else np.full(len(p), np.nan)
    return pl.Series("pairs_needed", pairs, pl.Float64).fill_nan(None)
