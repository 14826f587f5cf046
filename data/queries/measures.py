"""What is measured: a scorer and the metric that sums it up, spelt `scorer/metric`.

Two measures never share a column or an axis: their numbers do not mean the same.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from data import metrics
from data.store import Snapshot
from data.viewstate import ViewState

MEANS = ("accuracy", "mean")
"""Metrics that are the plain mean of the samples' scores, and so can be computed for any part of them."""


class Measure(NamedTuple):
    scorer: str
    metric: str

    @property
    def label(self) -> str:
        """
        >>> Measure("match", "accuracy").label, Measure("accuracy", "accuracy").label
        ('match/accuracy', 'accuracy')
        """
        return self.metric if self.scorer in ("", self.metric) else f"{self.scorer}/{self.metric}"

    @property
    def direction(self) -> int:
        return metrics.direction(self.scorer, self.metric)


LABEL = (
    pl.when((pl.col("scorer").fill_null("") == "") | (pl.col("scorer") == pl.col("metric")))
    .then("metric")
    .otherwise(pl.concat_str("scorer", "metric", separator="/"))
)


SHARES = [name for name, m in metrics.METRICS.items() if m.proportion]


def axis() -> pl.Expr:
    """What a value may share an axis with. Accuracies do, whichever scorer found them on whichever task; the means
    of two raters do not, and neither do two scorers on one task."""
    one_scorer = pl.col("scorer").n_unique().over("task") == 1
    share = pl.col("metric").is_in(SHARES) | pl.col("metric").str.starts_with("pass@")
    return pl.when(one_scorer & share).then("metric").otherwise("measure")


def logged(s: Snapshot, runs: pl.DataFrame) -> pl.DataFrame:
    """The metrics of these runs as logged, without those that only say how another one spreads.

    Columns of `metrics`, and of the run: run_id, label, task; `measure` is the spelling.
    """
    spreads = [name for name, m in metrics.METRICS.items() if m.spread]
    about = runs.select(
        pl.col("row").alias("run"), "run_id", "label", "model", "task", "headline_scorer", "headline_metric"
    )
    return (
        s.metrics.filter((pl.col("source") == "actual") & ~pl.col("metric").is_in(spreads))
        .join(about, on="run", how="inner", maintain_order="left")
        .with_columns(LABEL.alias("measure"))
        .unique(["run", "category", "measure"], keep="first", maintain_order=True)
    )


def chosen(rows: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    """Of `logged` rows those of the measure that the view is about: each task's headline unless one is named.

    `metric` in a link may name the measure, only the scorer, or only the metric.
    """
    if not v.metric:
        headline = pl.col("scorer").eq_missing(pl.col("headline_scorer")) & pl.col("metric").eq_missing(
            pl.col("headline_metric")
        )
        return rows.filter(headline)
    exact = rows.filter(pl.col("measure") == v.metric)
    if exact.height:
        return exact
    loose = rows.filter((pl.col("scorer") == v.metric) | (pl.col("metric") == v.metric))
    return loose.unique(["run", "category"], keep="first", maintain_order=True)


def available(s: Snapshot, runs: pl.DataFrame) -> list[str]:
    """The measures that can be chosen for these runs, headlines first."""
    rows = logged(s, runs)
    headline = chosen(rows, ViewState())["measure"].unique().sort().to_list()
    rest = rows["measure"].unique().sort().to_list()
    return list(dict.fromkeys([*headline, *rest]))


def scorer_of(s: Snapshot, task: str, runs: pl.DataFrame, v: ViewState) -> str | None:
    """The scorer whose per-sample scores the view is about, for one task; None where the task has none."""
    part = s.parts.get(task)
    if part is None or not part.scorers:
        return None
    mine = runs.filter(pl.col("task") == task)
    scorers = chosen(logged(s, mine), v)["scorer"].drop_nulls().to_list()
    if v.metric:  # the scorer alone, or before the metric: a run that ended early has logged no metric
        named = [v.metric, *scorers, v.metric.rpartition("/")[0]]
    else:
        named = [*scorers, *mine["headline_scorer"].drop_nulls(), part.scorers[0]]
    return next((name for name in named if name in part.scorers), None)


def shares(s: Snapshot) -> pl.DataFrame:
    """task, scorer, metric (in both spellings of an axis) and `share`: whether it lies between 0 and 1 wherever it was
    logged, so that what is chosen for a view does not decide it."""
    tasks = s.runs.with_row_index("run").select("run", "task")
    value = pl.col("value")
    each = (
        s.metrics.join(tasks, on="run")
        .group_by("task", "scorer", "metric")
        .agg(((value.min() >= 0) & (value.max() <= 1)).alias("share"))
    )
    return (
        each.with_columns(pl.concat_list("metric", LABEL).list.unique().alias("metric"))
        .explode("metric")
        .unique(["task", "scorer", "metric"], keep="first")
    )


def sample_shares(s: Snapshot) -> pl.DataFrame:
    """task, scorer and `sample_share`: the same of the scores of samples."""
    rows = [
        (task, name, cube.is_share) for task, part in s.parts.items() for name, cube in part.cubes.items()
    ]
    types = {"task": pl.String, "scorer": pl.String, "sample_share": pl.Boolean}
    return pl.DataFrame(rows, schema=types, orient="row")


def headline_splits(s: Snapshot) -> pl.DataFrame:
    """task and `headline_split`, for tasks whose categories are splits and perturbed copies of the same questions
    (HELM): means over them would count a question several times, and mix validation with test."""
    tasks = s.runs.with_row_index("run").select("run", "task")
    whole = s.metrics.filter(pl.col("category").is_null() & pl.col("split").is_not_null())
    return whole.join(tasks, on="run").group_by("task").agg(pl.col("split").first().alias("headline_split"))


def headline_split(s: Snapshot, task: str) -> str | None:
    found = headline_splits(s).filter(pl.col("task") == task)["headline_split"]
    return found[0] if len(found) else None
