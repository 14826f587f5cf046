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
    """All runs that match the filters, whatever became of them, with `row` and `label`."""
    found = s.runs.with_row_index("row").filter(v.where())
    if v.statuses:
        found = found.filter(pl.col("status").is_in(v.statuses))
    if v.retryable:
        found = found.filter(retryable())
    return labelled(found)


def retryable() -> pl.Expr:
    """Ended without success, and nobody has tried again since."""
    return (pl.col("status") != "success") & ~pl.col("superseded")


def counted(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The runs whose scores count: the successful ones unless `status` asks otherwise, each in its latest attempt
    unless `attempts` or `run` asks for others. Columns of `runs`, `row` (in the snapshot) and `label`."""
    found = s.runs.with_row_index("row").filter(v.where() & _wanted(v))
    if v.attempts == "latest" and not v.runs:
        found = found.filter(~pl.col("superseded"))
    return labelled(found)


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
    """With `label`: the model's name, and `name @ timestamp` for all runs of a model that has several on one task.

    For all of them, so that two results files of one model stay two models on every task, and only within a format,
    so that a repeated run of one harness does not rename what another one logged.
    """
    if runs.is_empty():
        return runs.with_columns(pl.lit(None, pl.String).alias("label"))
    several = pl.len().over("model", "task", "format").max().over("model", "format") > 1
    when = pl.col("created").dt.strftime("%Y%m%d_%H%M").fill_null("no date")
    stamp = pl.concat_str("model", when, separator=" @ ")
    named = runs.with_columns(pl.when(several).then(stamp).otherwise("model").alias("label"))
    nth = pl.int_range(1, pl.len() + 1).over("label", "task")
    twice = pl.len().over("label", "task") > 1
    return named.with_columns(
        pl.when(twice)
        .then(pl.concat_str("label", nth.cast(pl.String), separator=" #"))
        .otherwise("label")
        .alias("label")
    )


def choices(s: Snapshot, column: str) -> list[str]:
    """What can be chosen for a column of `runs`."""
    values = s.runs[column].explode() if s.runs.schema[column] == pl.List(pl.String) else s.runs[column]
    return values.drop_nulls().unique().sort().to_list()
