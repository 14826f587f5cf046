"""Which runs a view is about, and what each is called in it."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from data.store import Snapshot
from data.viewstate import ViewState


class Left(NamedTuple):
    """Runs that match the filters and are not counted all the same, by reason."""

    unsuccessful: int
    superseded: int


def every(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """All runs that match the filters, whatever became of them, with `row`, `label` and `full`."""
    found = labelled(s.runs.with_row_index("row")).filter(v.where())
    if v.statuses:
        found = found.filter(pl.col("status").is_in(v.statuses))
    return found.filter(retryable()) if v.retryable else found


def retryable() -> pl.Expr:
    """Ended without success, and nobody has tried again since."""
    return (pl.col("status") != "success") & ~pl.col("superseded")


def counted(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The runs whose scores count: the successful ones unless `status` asks otherwise, each in its latest attempt
    unless `attempts` or `run` asks for others. Columns of `runs`, `row` (in the snapshot), `label` and `full`.

    What a run is called does not depend on the filters, so that a link that names it holds when they change.
    """
    wanted = s.runs.with_row_index("row").filter(_wanted(v))
    if v.attempts == "latest" and not v.runs:
        wanted = wanted.filter(~pl.col("superseded"))
    return labelled(wanted).filter(v.where())


def _wanted(v: ViewState) -> pl.Expr:
    if v.runs and not v.statuses:
        return pl.lit(True)  # a run that is asked for by its id is shown whatever became of it
    return pl.col("status").is_in(v.statuses or ("success",))


def left_out(s: Snapshot, v: ViewState) -> Left:
    found = s.runs.filter(v.where())
    wanted = found.filter(_wanted(v))
    superseded = int(wanted["superseded"].sum()) if v.attempts == "latest" and not v.runs else 0
    return Left(found.height - wanted.height, superseded)


def labelled(runs: pl.DataFrame) -> pl.DataFrame:
    """With `full`, the model's name and timestamp, and `label`: the model's name, and `name @ timestamp` for all runs of a model that has several on one task.

    For all of them, so that two results files of one model stay two models on every task, and only within a format,
    so that a repeated run of one harness does not rename what another one logged. Where two harnesses ran one model on
    one task, the format is named too.
    """
    if runs.is_empty():
        return runs.with_columns(pl.lit(None, pl.String).alias(name) for name in ("label", "full"))
    several = pl.len().over("model", "task", "format").max().over("model", "format") > 1
    when = pl.col("created").dt.strftime("%Y%m%d_%H%M").fill_null("no date")
    stamped = runs.with_columns(pl.concat_str("model", when, separator=" @ ").alias("full"))
    numbered = _numbered(stamped)
    named = numbered.with_columns(pl.when(several).then("full").otherwise("model").alias("label"))
    meet = (pl.col("format").n_unique().over("model", "task") > 1).max().over("model")
    with_format = pl.format("{} ({})", "label", "format")
    return named.with_columns(
        pl.when(meet & pl.col("model").is_not_null()).then(with_format).otherwise("label").alias("label")
    )


def _numbered(runs: pl.DataFrame) -> pl.DataFrame:
    """`full` with #1, #2 where two logs of one minute would have one name. A log has one number on all its tasks."""
    there = pl.coalesce("location", "run_id")
    of_log = runs.with_columns(
        there.alias("_log"), (pl.len().over("full", "task", "format") > 1).alias("_meets")
    )
    nth_there = pl.int_range(pl.len()).over(
        "full", "task", "format", "_log"
    )  # one file may hold several documents
    of_log = of_log.with_columns(pl.concat_str("_log", nth_there.cast(pl.String).str.zfill(6)).alias("_log"))
    of_log = of_log.with_columns(pl.col("_meets").any().over("full", "_log"))
    nth = pl.col("_log").rank("dense").over("full", "format", "_meets").cast(pl.String)
    name = pl.when("_meets").then(pl.concat_str("full", nth, separator=" #")).otherwise("full")
    return of_log.with_columns(name.alias("full")).drop("_log", "_meets")


def choices(s: Snapshot, column: str) -> list[str]:
    """What can be chosen for a column of `runs`."""
    values = s.runs[column].explode() if s.runs.schema[column] == pl.List(pl.String) else s.runs[column]
    return values.drop_nulls().unique().sort().to_list()
