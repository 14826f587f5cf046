"""Which runs a view is about, and what each is called in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
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
    found = named(s).filter(v.where())
    if v.statuses:
        found = found.filter(pl.col("status").is_in(v.statuses))
    return found.filter(retryable()) if v.retryable else found


def retryable() -> pl.Expr:
    """Ended without success, and nobody has tried again since."""
    return (pl.col("status") != "success") & ~pl.col("superseded")


def counted(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The runs whose scores count: the successful ones unless `status` asks otherwise, each in its latest attempt
    unless `attempts` or `run` asks for others. Columns of `runs`, `row` (in the snapshot), `label` and `full`.

    What a run is called does not depend on the filters (`named`), so that a link that names it holds when they change.
    """
    found = named(s).filter(v.where() & _wanted(v))
    return found.filter(~pl.col("superseded")) if v.attempts == "latest" and not v.runs else found


def _wanted(v: ViewState) -> pl.Expr:
    if v.runs and not v.statuses:
        return pl.lit(True)  # a run that is asked for by its id is shown whatever became of it
    return pl.col("status").is_in(v.statuses or ("success",))


def left_out(s: Snapshot, v: ViewState) -> Left:
    """Of the runs that match the other filters. A run that a later attempt replaces counts as such, however it ended; and
    where a status is asked for, what has another is nothing that the reader would miss."""
    found = s.runs.filter(v.where())
    replaced = pl.col("superseded") if v.attempts == "latest" and not v.runs else pl.lit(False)
    wanted = _wanted(v) if not v.statuses else pl.lit(True)
    superseded = found.filter(replaced & (pl.col("status").is_in(v.statuses) if v.statuses else pl.lit(True)))
    return Left(found.filter(~wanted & ~replaced).height, superseded.height)


@lru_cache(maxsize=4)
def named(s: Snapshot) -> pl.DataFrame:
    """All runs with `row`, with `full`, the model's name and timestamp, and with `label`, what a run is called on every
    page, whatever its filters: the model's name, as short as it can be and still be one run on its task.

    `name @ timestamp` for all runs of a model that counts several times on one task: for all of them, so that two results
    files of one model stay two models on every task. `name (format)` for a model that two harnesses have run on one task.
    A run that does not count, being no success or superseded, is called by its timestamp where another has its name.
    """
    runs = s.runs.with_row_index("row")
    if runs.is_empty():
        return runs.with_columns(pl.lit(None, pl.String).alias(name) for name in ("label", "full"))
    when = pl.col("created").dt.strftime("%Y%m%d_%H%M").fill_null("no date")
    numbered = _numbered(runs.with_columns(pl.concat_str("model", when, separator=" @ ").alias("full")))
    counts = (pl.col("status") == "success") & ~pl.col("superseded")
    several = counts.sum().over("model", "task", "format").max().over("model", "format") > 1
    beside = ~counts & (pl.len().over("model", "task", "format") > 1)
    stamped = numbered.with_columns(pl.when(several | beside).then("full").otherwise("model").alias("label"))
    return _told_apart(stamped)


def called(runs: pl.DataFrame, name: str) -> pl.DataFrame:
    """Those of `named` that a link calls so: by their label, else by their name and timestamp, or by their model alone. A
    label gets longer when a second run of a model comes, and the link is older than that."""
    exact = runs.filter(pl.col("label") == pl.lit(name))
    either = pl.any_horizontal(pl.col(c) == pl.lit(name) for c in ("full", "model"))
    return exact if exact.height else runs.filter(either)


class Place(NamedTuple):
    """Of a model among all of the snapshot, and of what a run of it is called among the names of that model."""

    model: int
    name: int


@lru_cache(maxsize=2)
def places(s: Snapshot) -> Mapping[str, Place]:
    """Every name that a page may have for a model or a run of it -> its place, whatever the filters: what has a place
    keeps its colour from page to page."""
    runs = named(s).select(pl.col("model").fill_null("–"), pl.col("label").fill_null("–"), "format")
    found: dict[str, Place] = {}
    for i, ((model,), mine) in enumerate(runs.sort("model").group_by("model", maintain_order=True)):
        by_format = [f"{model} ({name})" for name in mine["format"].drop_nulls().unique().sort()]
        drawn = set(mine["label"])
        labels = sorted(drawn - {model, *by_format})
        first = 0
        for names in ([str(model)], by_format, labels):
            for nth, name in enumerate(names):
                found.setdefault(name, Place(i, first + nth))
            first += len(drawn.intersection(names))  # else two that meet in one chart would look alike
    return found


def _told_apart(runs: pl.DataFrame) -> pl.DataFrame:
    """Labels that two harnesses share on some task, with the harness; what is left alike after that, with the run's id."""
    mixed = (pl.col("format").n_unique().over("label", "task") > 1).any().over("label")
    by_format = pl.format("{} ({})", "label", "format")
    apart = runs.with_columns(pl.when(mixed).then(by_format).otherwise("label").alias("label"))
    alike = pl.len().over("label", "task") > 1
    by_id = pl.format("{} #{}", "label", pl.col("run_id").str.slice(0, 8))
    return apart.with_columns(pl.when(alike).then(by_id).otherwise("label").alias("label"))


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
