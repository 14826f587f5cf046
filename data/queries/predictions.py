"""How far were the predictions from what came?"""

from __future__ import annotations

import polars as pl

from data.magnet import errors, predictions
from data.magnet.predictions import Counts
from data.store import Snapshot
from data.viewstate import ViewState


def joined(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Every prediction about a run that passes the filters, with what was measured; columns as
    `data.magnet.predictions.joined` has them."""
    found = predictions.joined(s.predictions, predictions.actual(s.runs, s.metrics))
    for chosen, column in ((v.tasks, "task"), (v.models, "model"), (v.suites, "suite")):
        if chosen:
            found = found.filter(pl.col(column).is_in(chosen))
    if v.metric:
        found = found.filter(pl.col("name") == v.metric)
    if v.q:
        found = found.filter(pl.col("run_spec").str.to_lowercase().str.contains(v.q.lower(), literal=True))
    return found


def table(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Two rows a prediction: predicted, and actual where the logs or the file have it."""
    return predictions.table(joined(s, v))


def counts(s: Snapshot, v: ViewState) -> Counts:
    return predictions.counts(joined(s, v))


def pairs(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a prediction that met its value."""
    return predictions.pairs(joined(s, v))


def summary(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The errors over all pairs of a statistic, then by task and by model. One statistic is never averaged with
    another."""
    each = pairs(s, v)
    parts = [("name", []), ("task", ["task"]), ("model", ["model"])]
    found = [
        errors.errors(each, ["name", *by])
        .with_columns(
            pl.lit("all" if not by else kind).alias("over"),
            (pl.col(by[0]) if by else pl.lit(None, pl.String)).alias("which"),
        )
        .select("name", "over", "which", "n", "mae", "rmse", "bias", "low", "high", "r2", "spearman")
        for kind, by in parts
    ]
    return pl.concat(found).sort("name", "over", "which", maintain_order=True)
