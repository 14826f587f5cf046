"""What is here at all, and how did everybody do?"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from data import cubes
from data.problems import Severity
from data.queries import scores, selection, uncertainty
from data.queries.runs import containing
from data.store import Snapshot
from data.viewstate import ViewState


class Counts(NamedTuple):
    runs: int
    models: int
    tasks: int
    scores: int
    unsuccessful: int
    superseded: int
    unread: int
    notes: int


def counts(s: Snapshot, v: ViewState) -> Counts:
    """`unread` counts the files of which something is missing here, `notes` the other remarks."""
    runs = s.runs.filter(v.where())
    left = selection.left_out(s, v)
    errors = len({p.where for p in s.problems if p.code.severity is Severity.ERROR})
    return Counts(
        runs=runs.height,
        models=runs["model"].n_unique(),
        tasks=runs["task"].n_unique(),
        scores=sum(
            int(cubes.scored(cube.level[:, part.rows(runs["run_id"].to_list())]).sum())
            for part in s.parts.values()
            for cube in part.cubes.values()
        ),
        unsuccessful=left.unsuccessful,
        superseded=left.superseded,
        unread=errors,
        notes=sum(p.code.severity is Severity.NOTE for p in s.problems),
    )


@lru_cache(maxsize=4)  # asked for its frame and again to be drawn
def matrix(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a task and model: the headline, how sure it is, over how many samples, out of how many planned.

    A task whose runs were judged by different measures has a row for each. The fullest metrics, tasks and models come
    first: a folder of everything has mostly empty cells.
    """
    tasks = v.edit(level="task", categories=[], group="")
    found = scores.scaled(uncertainty.of(s, tasks, scores.cells(s, tasks)), s, v)
    planned = s.runs.select("run_id", "samples_done", "samples_planned", "status", "created")
    return (
        found.join(planned, on="run_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("samples_planned") > 0)
            .then(pl.col("samples_done") / pl.col("samples_planned"))
            .alias("coverage")
        )
        .select(
            "task",
            "model",
            "metric",
            "value",
            "stderr",
            "n",
            "low",
            "high",
            "level",
            "interval",
            "n_without",
            "source",
            "reducer",
            "samples_done",
            "samples_planned",
            "coverage",
            "run_id",
            "scorer",
            "direction",
        )
        .sort(*_fullest("metric"), *_fullest("metric", "task"), *_fullest("model"))
    )


def _fullest(*by: str) -> tuple[pl.Expr, pl.Expr]:
    return -pl.len().over(by).cast(pl.Int64), pl.col(by[-1])


def latest(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The ten newest runs."""
    runs = containing(selection.every(s, v), v.q).sort("created", descending=True, nulls_last=True).head(10)
    return runs.select(
        "run_id", "model", "task", "status", "created", "samples_done", "samples_planned", "error"
    )


def home(s: Snapshot) -> str | None:
    """The folder that all logs are under, those of a workspace aside; None without any."""
    places = s.runs["location"].drop_nulls().unique()
    folders = [os.path.dirname(place) for place in places if os.path.isabs(place)]
    return os.path.commonpath(folders) if folders else None
