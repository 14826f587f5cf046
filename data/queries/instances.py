"""How well did predictions of single instances tell the right answers from the wrong ones?"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import polars as pl

from data.magnet import instances
from data.queries.predictions import narrowed
from data.store import Snapshot
from data.viewstate import ViewState

CURVES = ("name", "predictor", "seed", "model")
"""What has a curve of its own: one drawing of one predictor, for one model."""


class Counts(NamedTuple):
    predictions: int
    matched: int
    unmatched: int


# Each panel on instances asks for it, and it goes over all scores of the runs that are predicted.
@lru_cache(maxsize=2)
def _every(s: Snapshot) -> pl.DataFrame:
    rows = instances.of_instances(s.predictions)
    if rows.is_empty():
        return instances.joined(s.predictions, instances.actual(s.runs.clear(), ()))
    named = pl.col("config").str.json_path_match("$.name").is_in(rows["run_spec"].unique().implode())
    runs = s.runs.filter(named)
    parts = [s.parts[t] for t in runs["task"].unique().sort() if t in s.parts]
    return instances.joined(s.predictions, instances.actual(runs, parts))


def joined(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row an instance that passes the filters, with its score; columns as instances.joined has them."""
    found = narrowed(_every(s), v)
    if v.predictors:
        found = found.filter(pl.col("predictor").is_in(v.predictors))
    return found.filter(pl.col("name") == v.metric) if v.metric else found


def threshold(v: ViewState) -> float:
    return instances.THRESHOLD if v.threshold is None else v.threshold


def separation(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Columns name, predictor, seed, over, which and those of instances.SEPARATION: each drawing of a predictor over all
    of its instances, then by task and by model where it has several of them; after its drawings their mean, over
    "draws", which has no seed."""
    found = joined(s, v)
    kept = [_over(found, kind, threshold(v)) for kind in ("", "task", "model")]
    means = instances.over_draws(kept[0], ["name", "predictor"]).with_columns(
        pl.lit(None, pl.Int64).alias("seed"),
        pl.lit("draws").alias("over"),
        pl.lit(None, pl.String).alias("which"),
    )
    return pl.concat([*kept, means.select(kept[0].columns)]).sort(
        "name", "predictor", "seed", "over", "which", nulls_last=True, maintain_order=True
    )


def _over(found: pl.DataFrame, kind: str, threshold: float) -> pl.DataFrame:
    by = ["name", "predictor", "seed"]
    if kind:
        several = pl.col(kind).n_unique().over(by) > 1
        found = found.filter(several.fill_null(False))
    measured = instances.separation(found, [*by, *([kind] if kind else [])], threshold)
    which = pl.col(kind) if kind else pl.lit(None, pl.String)
    return measured.select(
        *by, pl.lit(kind or "all").alias("over"), which.alias("which"), *instances.SEPARATION.names()
    )


def curves(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Columns CURVES, false_positive_rate, true_positive_rate, cutoff."""
    return instances.curves(joined(s, v), CURVES, threshold(v))


def reliability(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Columns CURVES, then bin, predicted, actual, low, high, n."""
    return instances.reliability(joined(s, v), CURVES, threshold(v))


def counts(s: Snapshot, v: ViewState) -> Counts:
    """Instances for which something was predicted, and how many of them have a score. Trials of one are one."""
    found = joined(s, v)
    each = found.group_by("prediction").agg(pl.col("actual").is_not_null().any())
    matched = int(each["actual"].sum())
    return Counts(each.height, matched, each.height - matched)
