"""Which samples does each model get right? One task, one scorer: samples against runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data import cubes
from data.cubes import Floats, Matrix
from data.parts import Part
from data.queries import groups, measures, search, selection
from data.schema import Mark
from data.store import Snapshot
from data.viewstate import NARROWING, ViewState

CELLS = pl.Schema(
    {
        "task": pl.String,
        "sample_id": pl.String,
        "model": pl.String,
        "value": pl.Float64,
        "mark": pl.String,
        "epochs": pl.Int64,
        "run_id": pl.String,
        "category": pl.String,
        "scorer": pl.String,
    }
)
MARKS = [m.name.lower() for m in Mark]


class Chosen(NamedTuple):
    """What a heatmap is of. `runs` are those with samples, as `selection.counted` has them; `others` counts runs of the
    task that another scorer judged."""

    task: str
    part: Part
    scorer: str
    runs: pl.DataFrame
    others: int = 0


def tasks(s: Snapshot, v: ViewState) -> list[str]:
    """Tasks of the view that have scores by sample."""
    mine = selection.counted(s, v)["task"].unique().sort().to_list()
    return [t for t in mine if t in s.parts and s.parts[t].scorers]


def chosen(s: Snapshot, v: ViewState) -> Chosen | None:
    return _chosen(s, v.only(*NEEDED))


@lru_cache(maxsize=2)
def _chosen(s: Snapshot, v: ViewState) -> Chosen | None:
    """The first task of the view that has what is asked for; two tasks are never mixed, nor two scorers of one: where
    runs were judged by several, the one that judged most of them."""
    runs = selection.counted(s, v)
    for task in tasks(s, v):
        if judged := measures.by_scorer(s, task, runs, v):
            scorer = max(judged, key=lambda name: judged[name].height)
            others = sum(runs.height for name, runs in judged.items() if name != scorer)
            return Chosen(task, s.parts[task], scorer, judged[scorer], others)
    return None


def judged_otherwise(s: Snapshot, v: ViewState) -> int:
    """Runs of the task on screen that are not in the picture, since another scorer judged them."""
    what = chosen(s, v)
    return what.others if what else 0


def span(s: Snapshot, v: ViewState) -> tuple[float, float]:
    """Where the colours begin and end: the same whatever the filters leave of the scores."""
    what = chosen(s, v)
    if what is None:
        return 0.0, 1.0
    cube = what.part.cubes[what.scorer]
    return (0.0, v.factor) if cube.is_share else (cube.low, cube.high)


NEEDED = (*NARROWING, "sort", "order", "sort_models", "order_models", "arrange", "scale")
"""Fields that the cells depend on: a change of looks alone asks for nothing new."""


def cells(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a cell, dense: for each sample in order, each model in order. `epochs` is how many the value is the
    mean of. Without a value, `mark` says why."""
    return _cells(s, v.only(*NEEDED))


@lru_cache(maxsize=2)
def _cells(s: Snapshot, v: ViewState) -> pl.DataFrame:
    what = chosen(s, v)
    if what is None:
        return pl.DataFrame(schema=CELLS)
    matrix = cubes.reduce_epochs(
        what.part.cubes[what.scorer], what.part.rows(what.runs["run_id"].to_list()), v.reducer
    )
    keep = kept(what.part, v)
    rows = arranged(
        matrix.value[:, keep].T, [str(i) for i in what.part.ids["sample_id"].gather(keep)], v.sort, v.order, v
    )
    samples = keep[rows]
    models = arranged(matrix.value[:, keep], what.runs["label"].to_list(), v.sort_models, v.order_models, v)
    return _long(what, _taken(matrix, models, samples), models, samples, v)


def kept(part: Part, v: ViewState) -> NDArray[np.intp]:
    """Codes of the samples that the category and text filters leave."""
    keep = np.ones(part.ids.height, bool)
    if v.categories:
        code, names = groups.of(part, v.group)
        keep &= np.isin(code, [i for i, name in enumerate(names) if name in v.categories])
    if v.q:
        keep &= np.isin(np.arange(part.ids.height), search.samples(part, v.q))
    if v.sample:
        keep &= (part.ids["sample_id"] == v.sample).to_numpy()
    return np.flatnonzero(keep)


def arranged(value: Floats, names: Sequence[str], sort: str, order: str, v: ViewState) -> NDArray[np.intp]:
    """The order of the rows of `value`: by the mean over what exists (never the sum, which would punish absence),
    rows without any value last."""
    if sort == "none":
        return np.arange(len(names))
    if sort == "name":
        by_name = np.array(sorted(range(len(names)), key=names.__getitem__), np.intp)
        return by_name if order == "desc" else by_name[::-1]
    if sort == "custom":
        place = {name: i for i, name in enumerate(v.arrange)}
        return np.array(sorted(range(len(names)), key=lambda i: place.get(names[i], len(place))), np.intp)
    mean = row_means(value)
    key = -mean if order == "desc" else mean
    return np.argsort(np.where(np.isnan(mean), np.inf, key), kind="stable")


def row_means(value: Floats) -> Floats:
    """Mean of each row over what is there; NaN for a row with nothing."""
    n = np.count_nonzero(~np.isnan(value), axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, np.nansum(value, axis=1) / n, np.nan)


def _taken(matrix: Matrix, models: NDArray[np.intp], samples: NDArray[np.intp]) -> Matrix:
    at = np.ix_(models, samples)
    return Matrix(matrix.value[at], matrix.n[at], matrix.mark[at])


def _long(
    what: Chosen, m: Matrix, models: NDArray[np.intp], samples: NDArray[np.intp], v: ViewState
) -> pl.DataFrame:
    r, c = len(models), len(samples)
    code, names = groups.of(what.part, v.group)
    category = pl.Series([*names, None], dtype=pl.String)
    of_sample = np.where(code[samples] < 0, len(names), code[samples])
    share = v.factor if what.part.cubes[what.scorer].is_share else 1.0
    return pl.DataFrame(
        {
            "task": pl.repeat(what.task, r * c, dtype=pl.String, eager=True),
            "sample_id": what.part.ids["sample_id"].gather(np.repeat(samples, r)),
            "model": what.runs["label"].gather(np.tile(models, c)),
            "value": pl.Series(m.value.T.ravel() * share).fill_nan(None),
            "mark": pl.Series(MARKS, dtype=pl.String).gather(m.mark.T.ravel()),
            "epochs": m.n.T.ravel(),
            "run_id": what.runs["run_id"].gather(np.tile(models, c)),
            "category": category.gather(np.repeat(of_sample, r)),
            "scorer": pl.repeat(what.scorer, r * c, dtype=pl.String, eager=True),
        },
        schema=CELLS,
    )
