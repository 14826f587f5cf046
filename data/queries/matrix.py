"""Scores of one task and one scorer, runs against samples: what a heatmap, its margins and its items are all about."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data import cubes, metrics
from data.cubes import Floats, Matrix
from data.parts import Part
from data.queries import groups, measures, search, selection
from data.queries.evidence import FULL
from data.statistics import epochs
from data.statistics.arrays import Bools
from data.store import Snapshot
from data.viewstate import NARROWING, ViewState

Rows = NDArray[np.intp]


class Chosen(NamedTuple):
    """What a heatmap is of. `runs` are those with samples, as `selection.counted` has them; `peers` are all runs of the
    task, whatever the filters; `others` counts runs of the task that another scorer judged; `direction` is 1 where more
    is better, -1 where less is; `bounds` is what no score can be beyond."""

    task: str
    part: Part
    scorer: str
    runs: pl.DataFrame
    peers: pl.DataFrame
    others: int = 0
    direction: int = 1
    bounds: tuple[float, float] = (-np.inf, np.inf)

    @property
    def cube(self) -> cubes.Cube:
        return self.part.cubes[self.scorer]


class ScoreMatrix(NamedTuple):
    """Runs x samples. `samples` has the codes of the columns in the part; `least`, `most` and `flaky` are over the epochs
    of a cell."""

    what: Chosen
    samples: Rows
    matrix: Matrix
    least: Floats
    most: Floats
    flaky: Bools

    @property
    def right_at(self) -> float | None:
        """The score of a right answer; None on a scale that has none."""
        return FULL[self.what.direction] if self.what.cube.is_share else None

    @property
    def bounded(self) -> Floats:
        """The values with the ends of the scale in place of infinities, which no mean or distance can hold."""
        return np.clip(self.matrix.value, self.what.cube.low, self.what.cube.high)

    @property
    def names(self) -> pl.Series:
        return self.what.part.ids["sample_id"].gather(self.samples)

    @property
    def models(self) -> pl.Series:
        return self.what.runs["label"]

    def factor(self, v: ViewState) -> float:
        """By which values are multiplied to be on the scale of the view."""
        return v.factor if self.what.cube.is_share else 1.0

    def taken(self, runs: Rows, samples: Rows) -> ScoreMatrix:
        """These rows and columns, in this order."""
        at = np.ix_(runs, samples)
        m = self.matrix
        return ScoreMatrix(
            self.what._replace(runs=self.what.runs[runs]),
            self.samples[samples],
            Matrix(m.value[at], m.n[at], m.mark[at]),
            self.least[at],
            self.most[at],
            self.flaky[at],
        )


def tasks(s: Snapshot, v: ViewState) -> list[str]:
    """Tasks of the view that have scores by sample; that of most runs first, as there is most to compare in it."""
    counts = selection.counted(s, v)["task"].value_counts().sort("count", "task", descending=[True, False])
    return [t for t in counts["task"] if t in s.parts and s.parts[t].scorers]


def chosen(s: Snapshot, v: ViewState) -> Chosen | None:
    return _chosen(s, v.only(*NARROWING))


@lru_cache(maxsize=2)
def _chosen(s: Snapshot, v: ViewState) -> Chosen | None:
    """The first task of the view that has what is asked for; two tasks are never mixed, nor two scorers of one: where
    runs were judged by several, the one that judged most of them."""
    runs = selection.counted(s, v)
    for task in tasks(s, v):
        if judged := measures.by_scorer(s, task, runs, v):
            scorer = max(judged, key=lambda name: judged[name].height)
            mine = judged[scorer]
            rows = measures.chosen(measures.logged(s, mine), v)
            metric = measures.metric_of(rows, scorer)
            direction = measures.direction(s, task, scorer, metric)
            others = sum(runs.height for name, runs in judged.items() if name != scorer)
            peers = selection.named(s).filter(pl.col("task") == task)
            bounds = metrics.bounds(scorer, metric)
            return Chosen(task, s.parts[task], scorer, mine, peers, others, direction, bounds)
    return None


def scores(s: Snapshot, v: ViewState) -> ScoreMatrix | None:
    """All that the filters leave, whatever the models made of it, in no particular order."""
    return _scores(s, v.only(*NARROWING))


@lru_cache(maxsize=2)
def _scores(s: Snapshot, v: ViewState) -> ScoreMatrix | None:
    what = chosen(s, v)
    if what is None:
        return None
    runs, keep = what.part.rows(what.runs["run_id"].to_list()), kept(what.part, v)
    full = cubes.reduce_epochs(what.cube, runs, v.reducer)
    matrix = Matrix(full.value[:, keep], full.n[:, keep], full.mark[:, keep])
    if len(what.cube.value) == 1:
        one = what.cube.value[0][runs][:, keep]
        return ScoreMatrix(what, keep, matrix, one, one, np.zeros(one.shape, bool))
    each = what.cube.value[:, runs][:, :, keep]
    low, high = np.fmin.reduce(each, axis=0), np.fmax.reduce(each, axis=0)
    found = ScoreMatrix(what, keep, matrix, low, high, np.zeros(low.shape, bool))
    right_at = found.right_at
    if right_at is None:
        return found
    return found._replace(flaky=epochs.flaky(each, right_at=right_at, direction=what.direction))


def kept(part: Part, v: ViewState) -> Rows:
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
