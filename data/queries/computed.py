"""Scores that no log has: means over the samples of any group, epochs reduced as the reader asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from data import cubes
from data.cubes import Cube
from data.parts import Part
from data.queries import groups, measures, pairs, sampled, selection
from data.queries.groups import Groups, Whole
from data.statistics import epochs
from data.store import Snapshot
from data.viewstate import USUAL, ViewState

RAW = (
    "model",
    "task",
    "format",
    "category",
    "value",
    "n",
    "stderr",
    "run_id",
    "scorer",
    "category_raw",
    "source",
    "reducer",
    "metric_name",
    "reduced",
)
"""What is known of a row before it is decided what may share an axis with what."""


class LeftOut(NamedTuple):
    """Runs that have no score by the reducer that the view asks for, by reason."""

    no_samples: int = 0
    few_epochs: int = 0
    not_a_mean: int = 0
    """The metric is not the mean of the samples' scores."""
    no_right: int = 0
    """No score of a sample counts as right: less is better, or scores reach beyond 1."""


class Usable(NamedTuple):
    """`runs` of one task by scorer, for which the view's reducer gives scores, and how many it gives none for."""

    runs: Mapping[str, pl.DataFrame]
    left: LeftOut


def asked(v: ViewState) -> bool:
    """Whether the view wants another reducer than the one by which logs are taken as they are."""
    return v.reducer != USUAL.reducer


def reduced(
    s: Snapshot, v: ViewState, task: str, rows: pl.DataFrame, by_category: bool
) -> list[pl.DataFrame]:
    """RAW of one task by the reducer of the view: by category where a run has some, else the run as one."""
    found = []
    for scorer, mine in usable(s, v)[task].runs.items():
        part = s.parts[task]
        divided = mine.clear()
        if by_category:
            divided = mine if v.group else _divided(rows, mine)
        within = by_group(part, scorer, divided, groups.of(part, v.group), v.reducer)
        rest = mine.filter(~pl.col("run_id").is_in(within["run_id"].unique().to_list()))
        both = [within, by_group(part, scorer, rest, whole(s, v, part), v.reducer)]
        found += [_measured(df, rows, scorer) for df in both]
    return found


def _divided(rows: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
    """Those that the log itself has categories of."""
    with_some = rows.filter(pl.col("category").is_not_null())["run_id"].unique()
    return runs.filter(pl.col("run_id").is_in(with_some.to_list()))


def grouped(s: Snapshot, v: ViewState, runs: pl.DataFrame, rows: pl.DataFrame) -> list[pl.DataFrame]:
    """RAW of one task by a key of the samples' metadata. Only for measures that are plain means of samples."""
    task = str(runs["task"][0])
    return [
        _measured(
            by_group(s.parts[task], scorer, mine, groups.of(s.parts[task], v.group), v.reducer), rows, scorer
        )
        for scorer, mine in measures.by_scorer(s, task, runs, v).items()
        if measures.metric_of(rows, scorer) in measures.MEANS
    ]


def _measured(df: pl.DataFrame, rows: pl.DataFrame, scorer: str) -> pl.DataFrame:
    """Epochs are reduced as the view asks, and what stands beside it likewise."""
    metric = measures.metric_of(rows, scorer)
    return df.with_columns(metric_name=pl.lit(metric), reduced=pl.lit(None, pl.String)).select(RAW)


def by_group(part: Part, scorer: str, runs: pl.DataFrame, into: Groups | Whole, reducer: str) -> pl.DataFrame:
    """Epochs are reduced first, then samples are averaged; a sample without a score counts nowhere."""
    matrix = cubes.reduce_epochs(part.cubes[scorer], part.rows(runs["run_id"].to_list()), reducer)
    total, n = sampled.sums(matrix.value, into.code, len(into.names))
    r, g = np.nonzero(n)
    category = pl.Series("category", into.names, pl.String).gather(g)
    found = pl.DataFrame(
        {
            "model": runs["label"].gather(r),
            "run_id": runs["run_id"].gather(r),
            "format": runs["format"].gather(r),
            "category": category,
            "category_raw": category,
            "value": total[r, g] / n[r, g],
            "n": n[r, g],
        }
    )
    fixed = {"task": part.task, "scorer": scorer, "source": "samples", "reducer": reducer}
    return found.with_columns(
        pl.lit(None, pl.Float64).alias("stderr"),
        pl.col("n").cast(pl.Int64),
        *(pl.lit(what).alias(name) for name, what in fixed.items()),
    )


def whole(s: Snapshot, v: ViewState, part: Part) -> Whole:
    """All samples of a task; of one that has splits, what its headline is over."""
    return Whole(np.where(pairs.kept(s, v.edit(categories=[], group=""), part), 0, -1))


@lru_cache(maxsize=8)  # every panel of a page asks it
def usable(s: Snapshot, v: ViewState) -> dict[str, Usable]:
    """By task, for all tasks of the view."""
    runs = selection.counted(s, v)
    rows = measures.chosen(measures.logged(s, runs), v)
    return {
        str(task): _usable(s, v, str(task), mine, rows.filter(pl.col("task") == task))
        for (task,), mine in runs.group_by("task", maintain_order=True)
    }


def _usable(s: Snapshot, v: ViewState, task: str, runs: pl.DataFrame, rows: pl.DataFrame) -> Usable:
    found: dict[str, pl.DataFrame] = {}
    judged = measures.by_scorer(s, task, runs, v)
    why = [LeftOut(no_samples=runs.height - sum(mine.height for mine in judged.values()))]
    for scorer, mine in judged.items():
        cube, at = s.parts[task].cubes[scorer], s.parts[task].rows(mine["run_id"].to_list())
        named = _metrics(rows, scorer, mine)
        mean = np.array([m in measures.MEANS for m in named]) | _means(s, v, task, scorer, mine, rows)
        up = np.array([measures.direction(s, task, scorer, m) > 0 for m in named])
        right = (up & cube.is_share) | (not epochs.needed(v.reducer))
        long_enough = most_epochs(cube, at) >= max(1, epochs.needed(v.reducer))
        kept = mean & right & long_enough
        why.append(
            LeftOut(
                not_a_mean=int((~mean).sum()),
                no_right=int((mean & ~right).sum()),
                few_epochs=int((mean & right & ~long_enough).sum()),
            )
        )
        if kept.any():
            found[scorer] = mine.filter(pl.Series(kept))
    return Usable(found, LeftOut(*map(sum, zip(*why, strict=True))))


def _metrics(rows: pl.DataFrame, scorer: str, runs: pl.DataFrame) -> list[str]:
    """The metric that sums up each run's samples; of one that ended early, that of the others."""
    own = dict(rows.filter(pl.col("scorer") == scorer).select("run_id", "metric").rows())
    usual = measures.metric_of(rows, scorer)
    return [own.get(run_id, usual) for run_id in runs["run_id"]]


def _means(
    s: Snapshot, v: ViewState, task: str, scorer: str, runs: pl.DataFrame, rows: pl.DataFrame
) -> np.ndarray:
    """Of which runs the logged value of the whole task is the mean of the samples, however it is called."""
    if v.group:  # a whole that is a split says nothing of groups across splits
        return np.zeros(runs.height, bool)
    said = runs.select("run_id").join(
        rows.filter(pl.col("category").is_null() & (pl.col("scorer") == scorer)).select("run_id", "value"),
        on="run_id",
        how="left",
        maintain_order="left",
    )["value"]
    part = s.parts[task]
    value = cubes.reduce_epochs(part.cubes[scorer], part.rows(runs["run_id"].to_list())).value
    mean = sampled.means(value, whole(s, v, part).code, 1)[:, 0]
    return sampled.agrees(mean, said.fill_null(np.nan).to_numpy())


def most_epochs(cube: Cube, runs: np.ndarray) -> np.ndarray:
    """The most epochs that any sample of each run has a score in."""
    scored = np.count_nonzero(~np.isnan(cube.value[:, runs]), axis=0)
    return scored.max(axis=1, initial=0)


def left_out(s: Snapshot, v: ViewState) -> LeftOut:
    """Runs of the view that a reader does not see for having asked for another reducer."""
    if not asked(v):
        return LeftOut()
    return LeftOut(*map(sum, zip(LeftOut(), *(u.left for u in usable(s, v).values()), strict=True)))
