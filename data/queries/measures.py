"""What is measured: a scorer and the metric that sums it up, spelt `scorer/metric`.

Two measures never share a column or an axis: their numbers do not mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from data import cubes, metrics
from data.parts import Part
from data.queries import selection
from data.statistics import epochs
from data.store import Snapshot
from data.viewstate import USUAL, WHICH_RUNS, ViewState

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


LABEL = (
    pl.when((pl.col("scorer").fill_null("") == "") | (pl.col("scorer") == pl.col("metric")))
    .then("metric")
    .otherwise(pl.concat_str("scorer", "metric", separator="/"))
)


def proportion(name: pl.Expr) -> pl.Expr:
    """Whether a metric of this name lies between 0 and 1."""
    return name.map_batches(_proportions, return_dtype=pl.Boolean)


def _proportions(names: pl.Series) -> pl.Series:
    known = {n: metrics.about(n).proportion for n in names.unique().to_list() if n is not None}
    return pl.Series([known.get(n, False) for n in names.to_list()], dtype=pl.Boolean)


RIGHT = [name for name, m in metrics.METRICS.items() if m.right]
RIGHT_ANSWERS = "accuracy"
"""What all of RIGHT are called where several harnesses meet on one task."""


BEYOND = "beyond 0–1"
"""What an axis of shares is told apart by where values are on another scale, as from 0 to 100."""


def axis() -> pl.Expr:
    """What a value may share an axis with, of rows with `share` and `reduced`. Neither the best of several tries shares
    one with their mean, nor what is logged from 0 to 100 with what is from 0 to 1."""
    return pl.concat_str(_means_alike(), in_brackets("reduced"), _beyond())


def in_brackets(name: str) -> pl.Expr:
    """After a name; nothing where there is nothing."""
    return pl.format(" ({})", name).fill_null("")


def _beyond() -> pl.Expr:
    return pl.when(beyond()).then(pl.lit(f" ({BEYOND})")).otherwise(pl.lit(""))


def told() -> pl.Expr:
    """The measure with what its axis is told apart by, of rows with `share`."""
    by = pl.when(pl.col("measure") == LABEL).then(in_brackets("reduced")).otherwise(pl.lit(""))
    return pl.concat_str("measure", by, _beyond())


def beyond() -> pl.Expr:
    """Whether what is a share by its name is none by its values, of rows with `share`."""
    return proportion(pl.col("metric")) & ~pl.col("share").fill_null(True) & ~_last().is_in(NEVER)


def _means_alike() -> pl.Expr:
    """Accuracies mean the same, whichever scorer found them on whichever task; the means of two raters do not, and neither
    do two scorers of one harness on one task."""
    one_scorer = pl.col("scorer").n_unique().over("task", "format") == 1
    named = pl.when(one_scorer & proportion(pl.col("metric"))).then("metric").otherwise(LABEL)
    return (
        pl.when(_meet() & one_scorer & pl.col("metric").is_in(RIGHT))
        .then(pl.lit(RIGHT_ANSWERS))
        .otherwise(named)
    )


def _meet() -> pl.Expr:
    """Whether several harnesses ran this task."""
    return pl.col("format").n_unique().over("task") > 1


def across(rows: pl.DataFrame, runs: pl.DataFrame) -> bool:
    """Whether, by these `chosen` rows, the samples of these runs of one task may be held against those of another
    harness that has its own name for a right answer."""
    judged = rows.with_columns(_means_alike().alias("axis_name"), _meet().alias("meet"))
    mine = judged.filter(pl.col("run_id").is_in(runs["run_id"].to_list()))
    return mine.height > 0 and bool((mine["meet"] & (mine["axis_name"] == RIGHT_ANSWERS)).all())


def logged(s: Snapshot, runs: pl.DataFrame) -> pl.DataFrame:
    """The metrics of these runs as logged, without those that only say how another one spreads.

    Columns of `metrics`, and of the run: run_id, label, task; `measure` is the spelling, and `reduced` how epochs became
    one score where that was not by their mean.
    """
    about = runs.select(
        pl.col("row").alias("run"),
        "run_id",
        "label",
        "model",
        "task",
        "format",
        "headline_scorer",
        "headline_metric",
        "headline_reducer",
        "epochs",
    )
    return (
        s.metrics.filter((pl.col("source") == "actual") & ~pl.col("metric").is_in(list(metrics.SPREADS)))
        .join(about, on="run", how="inner", maintain_order="left")
        .with_columns(pl.col("reducer", "headline_reducer").replace(epochs.IN_FULL))
        .with_columns(_with_reducer().alias("measure"), _reduced().alias("reduced"))
        .unique(["run", "category", "measure"], keep="first", maintain_order=True)
    )


def _with_reducer() -> pl.Expr:
    """The measure, told apart by how epochs were reduced where a log has it reduced in several ways."""
    several = pl.col("reducer").n_unique().over("run", "category", "scorer", "metric") > 1
    reduced = pl.concat_str(LABEL, pl.lit(" ("), pl.col("reducer").fill_null("mean"), pl.lit(")"))
    return pl.when(several).then(reduced).otherwise(LABEL)


def _reduced() -> pl.Expr:
    """Of one epoch the best is the mean."""
    several = pl.col("epochs").fill_null(2) > 1
    return pl.when(several & (pl.col("reducer") != USUAL.reducer)).then("reducer")


def chosen(rows: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    """Of `logged` rows those of the measure that the view is about: each task's headline unless one is named.

    `metric` in a link may name the measure, only the scorer, or only the metric.
    """
    headline = pl.col("scorer").eq_missing(pl.col("headline_scorer")) & pl.col("metric").eq_missing(
        pl.col("headline_metric")
    )
    reduced = pl.col("headline_reducer").is_null() | pl.col("reducer").eq_missing(pl.col("headline_reducer"))
    if not v.metric:
        found = rows.filter(headline & reduced)
        return found.unique(["run", "category"], keep="first", maintain_order=True)
    exact = pl.col("measure") == v.metric
    loose = ((pl.col("scorer") == v.metric) | (pl.col("metric") == v.metric)) & (reduced | ~headline)
    found = rows.filter(pl.when(exact.any().over("task")).then(exact).otherwise(loose))
    return found.unique(["run", "category"], keep="first", maintain_order=True)


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


def by_scorer(s: Snapshot, task: str, runs: pl.DataFrame, v: ViewState) -> dict[str, pl.DataFrame]:
    """These runs of one task by the scorer that the view is about in each: not every run of a task was judged by the
    same. Runs without samples are left out."""
    part = s.parts.get(task)
    found: dict[str, list[pl.DataFrame]] = {}
    for (run_id,), run in runs.filter(pl.col("task") == task).group_by("run_id", maintain_order=True):
        scorer = scorer_of(s, task, run, v)
        if part is not None and scorer and run_id in part.run_code and _judged(part, scorer, str(run_id)):
            found.setdefault(scorer, []).append(run)
    return {scorer: pl.concat(mine) for scorer, mine in found.items()}


def judges(s: Snapshot, v: ViewState) -> Mapping[str, str]:
    """Of each run of the view that has scores of samples: the scorer that the view is about."""
    return _judges(s, _which(v))


@lru_cache(maxsize=64)  # each pair of runs asks it of both
def _which(v: ViewState) -> ViewState:
    """What of a view decides it: of views that differ in something else it is asked once."""
    return v.only(*WHICH_RUNS, "metric")


@lru_cache(maxsize=16)
def _judges(s: Snapshot, v: ViewState) -> Mapping[str, str]:
    runs = selection.counted(s, v)
    tasks = runs["task"].unique(maintain_order=True).to_list()
    return {
        run_id: scorer
        for task in tasks
        for scorer, mine in by_scorer(s, task, runs, v).items()
        for run_id in mine["run_id"]
    }


def _judged(part: Part, scorer: str, run_id: str) -> bool:
    level = part.cubes[scorer].level[:, part.run_code[run_id]]
    return bool((level != cubes.MISSING_LEVEL).any())


def metric_of(rows: pl.DataFrame, scorer: str) -> str:
    """The metric that sums up a scorer's samples in these `chosen` rows."""
    found = rows.filter(pl.col("scorer") == scorer)["metric"]
    return found[0] if len(found) else "mean"


def direction(s: Snapshot, task: str, scorer: str, metric: str = "") -> int:
    """1 where more is better, -1 where less is: as the logs of the task say, if they do and agree, else by the names.
    Without a metric it is that of the scorer's samples."""
    return metrics.direction(scorer, metric, _said(s).get((task, scorer, metric)))


@lru_cache(maxsize=2)
def _said(s: Snapshot) -> Mapping[tuple[str, str, str], int]:
    tasks = s.runs.with_row_index("run").select("run", "task")
    told = s.metrics.filter(pl.col("direction").is_not_null()).join(tasks, on="run")
    both = told.select("task", pl.col("scorer").fill_null(""), "metric", "direction")
    every = pl.concat([both, both.with_columns(pl.lit("").alias("metric"))])
    by = every.group_by("task", "scorer", "metric").agg(pl.col("direction").unique())
    return {(t, name, metric): ways[0] for t, name, metric, ways in by.rows() if len(ways) == 1}


def directed(s: Snapshot, rows: pl.DataFrame) -> pl.Series:
    """The direction of each row of a task, scorer and metric."""
    keys = rows.select("task", pl.col("scorer").fill_null(""), "metric").rows()
    known = {key: direction(s, *key) for key in set(keys)}
    return pl.Series("direction", [known[key] for key in keys], pl.Int8)


NEVER = [name for name, m in metrics.METRICS.items() if not m.proportion and name != "mean"]
"""Known not to be shares, however small their values are."""


HAIR = 1e-9
"""A mean of ones may be a hair more than 1."""


@lru_cache(maxsize=16)  # each panel asks it, and a suite of HELM has a million metrics
def shares(s: Snapshot, scorers: tuple[str | None, ...]) -> pl.DataFrame:
    """run_id, scorer, metric (in all spellings of an axis) and `share`, of these scorers: whether it lies between 0 and 1
    wherever it was logged, so that what is chosen for a view does not decide it. Of what is a share by its name one log
    may have percentages and another not; of anything else all logs of a task are on one scale."""
    asked = pl.DataFrame({"scorer": scorers}, schema={"scorer": pl.String})
    runs = s.runs.with_row_index("run").select("run", "run_id", "task", "epochs")
    value, key = pl.col("value"), ["task", "scorer", "metric"]
    inside = (value.min() >= -HAIR) & (value.max() <= 1 + HAIR)
    each = (
        s.metrics.filter(pl.col("source") == "actual")
        .join(asked, on="scorer", how="semi", nulls_equal=True)
        .with_columns(pl.col("reducer").replace(epochs.IN_FULL))
        .join(runs, on="run")
        .group_by("run_id", *key)
        .agg(
            inside.alias("inside"),
            (value.abs().max() == 0).alias("zero"),
            _reduced().unique().alias("reduced"),
        )
        .with_columns(pl.when(proportion(pl.col("metric"))).then(_of_run(key)).otherwise(_of_all(key)))
        .with_columns(
            pl.col("inside").alias("share") & ~pl.col("metric").is_in(NEVER) & ~_last().is_in(NEVER)
        )
    )
    spelt = each.explode("reduced").with_columns(_spellings().alias("metric")).explode("metric")
    return spelt.select("run_id", "scorer", "metric", "share").unique(
        ["run_id", "scorer", "metric"], keep="first"
    )


def _of_all(key: list[str]) -> pl.Expr:
    return pl.col("inside").all().over(key)


def _of_run(key: list[str]) -> pl.Expr:
    """A run that got nothing right has 0 on either scale: that of the others of its task."""
    inside, zero = pl.col("inside"), pl.col("zero")
    others = (inside & ~zero).any().over(key) | inside.all().over(key)
    return pl.when(zero).then(others).otherwise(inside)


def _last() -> pl.Expr:
    return pl.col("scorer").fill_null("").str.split("/").list.last()


def _spellings() -> pl.Expr:
    """As what a measure may stand on an axis, and as the log has it."""
    right = pl.when(pl.col("metric").is_in(RIGHT)).then(pl.lit(RIGHT_ANSWERS))
    named = (name + in_brackets("reduced") for name in (pl.col("metric"), LABEL, right))
    return pl.concat_list("metric", *named).list.drop_nulls().list.unique()


def with_share(found: pl.DataFrame, s: Snapshot) -> pl.DataFrame:
    """With `share`: whether the values behind a row's measure lie between 0 and 1, those of samples where it was computed
    from them."""
    how: dict[str, Any] = {"how": "left", "nulls_equal": True, "maintain_order": "left"}
    scorers = tuple(found["scorer"].unique().sort().to_list())
    logged = found.join(shares(s, scorers), on=["run_id", "scorer", "metric"], **how)
    both = logged.join(sample_shares(s), on=["task", "scorer"], **how)
    share = pl.when(pl.col("source") == "samples").then("sample_share").otherwise("share")
    return both.with_columns(share.alias("share")).drop("sample_share")


def sample_shares(s: Snapshot) -> pl.DataFrame:
    """task, scorer and `sample_share`: the same of the scores of samples."""
    rows = [
        (task, name, cube.is_share and name.rsplit("/", 1)[-1] not in NEVER)
        for task, part in s.parts.items()
        for name, cube in part.cubes.items()
    ]
    types = {"task": pl.String, "scorer": pl.String, "sample_share": pl.Boolean}
    return pl.DataFrame(rows, schema=types, orient="row")


@lru_cache(maxsize=4)  # every task of a page asks it, and it reads all metrics
def headline_splits(s: Snapshot) -> pl.DataFrame:
    """task and `headline_split`, for tasks whose categories are splits and perturbed copies of the same questions
    (HELM): means over them would count a question several times, and mix validation with test."""
    tasks = s.runs.with_row_index("run").select("run", "task")
    whole = s.metrics.filter(pl.col("category").is_null() & pl.col("split").is_not_null())
    return whole.join(tasks, on="run").group_by("task").agg(pl.col("split").first().alias("headline_split"))


def headline_split(s: Snapshot, task: str) -> str | None:
    found = headline_splits(s).filter(pl.col("task") == task)["headline_split"]
    return found[0] if len(found) else None
