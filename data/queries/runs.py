"""Which runs are there, what became of them, and what was wrong with the files they came from?"""

from __future__ import annotations

import polars as pl

from data import metrics as about
from data import scale
from data.queries import measures, scores, selection, uncertainty
from data.store import Snapshot
from data.viewstate import ViewState

SURE = ("low", "high", "interval", "level", "n_without")


def table(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a run, whatever became of it, newest first; `metric`, `value` and `stderr` are its headline as logged, on the
    scale of the view, and uncertainty.INTERVAL says how sure it is."""
    found = containing(selection.every(s, v), v.q)
    headline = measures.chosen(measures.logged(s, found), ViewState()).filter(pl.col("category").is_null())
    sure = scores.scaled(uncertainty.of(s, ViewState(), headline), s, v)
    named = measures.with_share(sure, s).select(
        "run_id", measures.told().alias("metric"), "value", "stderr", "n", *SURE
    )
    return found.join(named, on="run_id", how="left", maintain_order="left").sort(
        "created", "task", "model", descending=[True, False, False], nulls_last=True
    ).select(
        "run_id", "format", "location", "model", "task", "status", "created", "samples_done", "samples_planned",
        "epochs", "metric", "value", "stderr", "error", "superseded", "samples_failed", "dataset", "suite", "tags",
        "input_tokens", "output_tokens", "total_tokens", "cost", "duration_s", "label",
        "n", *SURE,
    )  # fmt: skip


def containing(runs: pl.DataFrame, text: str) -> pl.DataFrame:
    """Those that have this text in a name, their place or their error, whatever the case."""
    if not text:
        return runs
    columns = ("run_id", "model", "task", "dataset", "location", "suite", "error")
    return runs.filter(
        pl.any_horizontal(
            pl.col(c).str.to_lowercase().str.contains(text.lower(), literal=True) for c in columns
        )
    )


def problems(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a problem: the file, a code for programs, and what exactly."""
    rows = [(p.where, str(p.code), p.detail) for p in s.problems]
    found = pl.DataFrame(
        rows, schema={"where": pl.String, "code": pl.String, "detail": pl.String}, orient="row"
    )
    if not v.q:
        return found
    return found.filter(
        pl.any_horizontal(pl.all().str.to_lowercase().str.contains(v.q.lower(), literal=True))
    )


def one(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The run that the view is about: one row of `runs`, or none."""
    return s.runs.with_row_index("row").filter(pl.col("run_id").is_in(v.runs)).head(1)


def metrics(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Everything that the log says of the run in numbers, on the scale of the view."""
    this = one(s, v).select(pl.col("row").alias("run"), "run_id", "task")
    rows = _scaled(s.metrics.join(this, on="run", how="inner"), s, v)
    return rows.select(
        "run_id",
        "category",
        "scorer",
        "metric",
        "value",
        "stderr",
        "stddev",
        "n",
        "reducer",
        "source",
        "category_raw",
    )


def _scaled(rows: pl.DataFrame, s: Snapshot, v: ViewState) -> pl.DataFrame:
    """What says how another metric spreads is on the scale of that one, where all of its scorer are on one; a variance on
    its square."""
    if v.factor == 1:
        return rows
    spread = pl.col("metric").is_in(list(about.SPREADS))
    central = pl.col("share").filter(~spread)
    of_scorer = (central.all() & (central.len() > 0)).over("scorer")
    known = measures.with_share(rows, s).with_columns(
        pl.when(spread).then(of_scorer).otherwise("share").alias("share")
    )
    squared = pl.when(pl.col("metric") == "var").then(v.factor).otherwise(1.0)
    with_var = known.with_columns(
        pl.when("share").then(pl.col("value") * squared).otherwise("value").alias("value")
    )
    return with_var.with_columns(
        scale.column(c, v.factor, pl.col("share")) for c in ("value", "stderr", "stddev")
    )


def attempts(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """All attempts at the run that the view is about, itself among them."""
    this = one(s, v)
    if this.is_empty() or this["task_key"][0] is None:
        return this
    return s.runs.filter(
        pl.col("task_key") == this["task_key"][0], pl.col("format") == this["format"][0]
    ).sort("created", descending=True)
