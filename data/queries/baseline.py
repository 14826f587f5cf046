"""Better or worse than a chosen model? Delta = candidate - baseline, only where both have a score."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from data import cubes
from data.queries import comparability, evidence, measures, pairs, scores, selection
from data.statistics.intervals import LEVEL, of_mean
from data.store import Snapshot
from data.viewstate import ViewState

TIE = 1e-12
"""Two scores closer than this are equal: 0.1 + 0.2 against 0.3 is not a win."""


def models(s: Snapshot, v: ViewState) -> list[str]:
    """All that may be compared in this view."""
    return selection.counted(s, v)["label"].unique().sort().to_list()


def called(s: Snapshot, v: ViewState, name: str) -> list[str]:
    """The labels in this view of what a link calls by its label, by its name and timestamp, or by its model alone."""
    runs = selection.counted(s, v)
    mine = pl.any_horizontal(pl.col(c) == pl.lit(name) for c in ("label", "full", "model"))
    exact = runs.filter(pl.col("label") == pl.lit(name))
    return (exact if exact.height else runs.filter(mine))["label"].unique().sort().to_list()


def baseline(s: Snapshot, v: ViewState) -> str | None:
    """The chosen one, or none if it is not in the view; the `pick` if none is chosen."""
    if v.baseline:
        return next(iter(called(s, v, v.baseline)), None)
    found = pick(s, v)
    return found and found.baseline


class Pick(NamedTuple):
    """The baseline of a view that names none, and why."""

    baseline: str
    company: int
    """With how many others of the view it shares a task."""
    others: int
    usual: str
    """The one of a view without filters."""
    usual_company: int | None
    """With how many of the view that shares a task; None where it is not in the view."""


@lru_cache(maxsize=16)  # all panels of a page ask it, several times each
def pick(s: Snapshot, v: ViewState) -> Pick | None:
    """The one of all logs as long as nobody in the view shares a task with more others, so that a filter does not turn
    what is compared; else the first `by_company`. None where there are no runs."""
    here = company(s, v)
    if not here:
        return None
    usual = by_company(s, v.only("statuses", "attempts"))[0]
    kept = here.get(usual, -1) == max(here.values())
    found = usual if kept else by_company(s, v)[0]
    return Pick(found, here[found], len(here) - 1, usual, here.get(usual))


@lru_cache(maxsize=16)
def by_company(s: Snapshot, v: ViewState) -> list[str]:
    """Labels, those first that share a task with most others, then those with most samples: a model that was run alone
    is nothing to compare with, nor is one that saw a single sample."""
    done = dict(selection.counted(s, v).group_by("label").agg(pl.col("samples_done").sum()).rows())
    many = company(s, v)
    return sorted(many, key=lambda name: (-many[name], -done.get(name, 0), name))


@lru_cache(maxsize=16)
def company(s: Snapshot, v: ViewState) -> dict[str, int]:
    """Of each label in the view, with how many others it shares a task."""
    runs = selection.counted(s, v).select("label", "task").unique()
    codes = [runs[c].rank("dense").to_numpy().astype(np.int64) - 1 for c in runs.columns]
    names = runs["label"].unique().sort().to_list()
    ran = np.zeros((len(names), runs["task"].n_unique()), np.float32)
    ran[codes[0], codes[1]] = 1
    return dict(zip(names, (np.count_nonzero(ran @ ran.T, axis=1) - 1).tolist(), strict=True))


def candidates(s: Snapshot, v: ViewState) -> list[str]:
    """The chosen ones as far as they are in the view; all but the baseline if none is chosen."""
    if v.candidates:
        return sorted({label for name in v.candidates for label in called(s, v, name)})
    base = baseline(s, v)
    return [name for name in models(s, v) if name != base]


@lru_cache(maxsize=8)  # all panels of a page ask it, as they do deltas and judged
def cells(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """What is compared: `scores.cells` with `axis`, on the scale of the view, after its filters."""
    found = by_sample(s, v) if v.level == "sample" else scores.cells(s, v)
    return scores.passing(scores.with_axis(scores.scaled(found, s, v)), v)


def by_sample(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a run and sample, epochs reduced; `category` is the sample's id."""
    runs = selection.counted(s, v)
    rows = measures.chosen(measures.logged(s, runs), v)
    found = [pl.DataFrame(schema=scores.CELLS)]
    for task in runs["task"].unique(maintain_order=True):
        for scorer, mine in measures.by_scorer(s, task, runs, v).items():
            metric = measures.metric_of(rows.filter(pl.col("task") == task), scorer)
            direction = measures.direction(s, task, scorer, metric)
            name = measures.RIGHT_ANSWERS if measures.across(rows, mine) else scorer
            made = _samples(s, v, task, scorer, mine, direction)
            found.append(made.with_columns(pl.lit(name).alias("metric")))
    return scores.containing(pl.concat(found), v.q)


def _samples(
    s: Snapshot, v: ViewState, task: str, scorer: str, runs: pl.DataFrame, direction: int
) -> pl.DataFrame:
    part = s.parts[task]
    matrix = cubes.reduce_epochs(part.cubes[scorer], part.rows(runs["run_id"].to_list()), v.reducer)
    r, i = np.nonzero(~np.isnan(matrix.value) & pairs.kept(s, v, part)[None, :])
    rows = pl.DataFrame(
        {
            "model": runs["label"].gather(r),
            "run_id": runs["run_id"].gather(r),
            "category": part.ids["sample_id"].gather(i),
            "value": matrix.value[r, i],
            "n": matrix.n[r, i],
        }
    )
    fixed = {"task": task, "metric": scorer, "scorer": scorer, "source": "samples", "direction": direction}
    known = rows.with_columns(pl.lit(what).alias(name) for name, what in fixed.items())
    absent = [pl.lit(None).alias(c) for c in scores.CELLS if c not in known.columns]
    return known.with_columns(absent).select(pl.col(c).cast(t) for c, t in scores.CELLS.items())


@lru_cache(maxsize=8)
def deltas(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """All pairs, one row a candidate and category: task, category, axis, metric, candidate, baseline, baseline_score,
    candidate_score, delta, and `gain`: the delta with its sign turned where less is better.

    By sample also `n_paired`, of how many samples of its task the candidate's run and the baseline's were asked the
    same, and `paired_by`, the rule that says so (pairing.Rule); null at other levels.
    """
    found = cells(s, v)
    base = baseline(s, v)
    mine = found.filter(pl.col("model") == pl.lit(base, pl.String)).select(
        "task",
        "metric",
        "category",
        pl.col("run_id").alias("baseline_run"),
        pl.col("value").alias("baseline_score"),
        pl.col("n").alias("baseline_n"),
    )
    theirs = found.filter(pl.col("model").is_in(candidates(s, v)))
    paired = _same_samples(s, v, theirs, mine) if v.level == "sample" else _same_names(theirs, mine)
    both = pl.col("candidate_score"), pl.col("baseline_score")
    delta = pl.when(both[0] == both[1]).then(0.0).otherwise(both[0] - both[1])  # two infinities are equal
    return (
        paired.rename({"model": "candidate", "value": "candidate_score"})
        .with_columns(pl.lit(base, pl.String).alias("baseline"))
        .with_columns(pl.when(delta.abs() < TIE).then(0.0).otherwise(delta).alias("delta"))
        .with_columns((pl.col("delta") * pl.col("direction")).alias("gain"))
        .select(
            "task",
            "category",
            "candidate",
            "baseline_score",
            "candidate_score",
            "delta",
            "gain",
            "direction",
            "metric",
            "baseline",
            "axis",
            "run_id",
            "n",
            "baseline_n",
            "n_paired",
            "paired_by",
            "baseline_run",
            "baseline_category",
        )
    )


def _same_names(theirs: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """Categories and tasks of one name."""
    key = ["task", "category", "metric"]
    paired = theirs.join(mine, on=key, how="inner", nulls_equal=True, maintain_order="left")
    return paired.with_columns(
        pl.col("category").alias("baseline_category"),
        pl.lit(None, pl.Int64).alias("n_paired"),
        pl.lit(None, pl.String).alias("paired_by"),
    )


def _same_samples(s: Snapshot, v: ViewState, theirs: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """Samples that are the same question, whatever each run calls it."""
    places = pairs.places(list(met(s, v)))
    placed = theirs.join(places, on=["task", "run_id", "category"], how="inner", maintain_order="left")
    return placed.join(
        mine,
        left_on=["task", "metric", "baseline_run", "baseline_category"],
        right_on=["task", "metric", "baseline_run", "category"],
        how="inner",
        maintain_order="left",
    )


def met(s: Snapshot, v: ViewState) -> Iterator[pairs.Meeting]:
    """The runs behind the deltas, and which of their samples are the same question."""
    return pairs.meetings(s, v, baseline(s, v), candidates(s, v))


def pairing(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """pairs.MEETINGS: how many samples each candidate's run and the baseline's have in common, and how that is known."""
    return pairs.table(list(met(s, v)))


@lru_cache(maxsize=8)
def judged(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """`deltas` with the columns of evidence.EVIDENCE. A single sample has none: its columns are null."""
    found = marked(s, v)
    if v.level == "sample":
        return evidence.none(found)
    numbered = found.with_row_index("at")
    sound = evidence.of(s, v, numbered.filter("comparable"))
    rest = evidence.none(numbered.filter(~pl.col("comparable")), evidence.Without.NOT_COMPARABLE)
    return pl.concat([sound, rest.select(sound.columns)]).sort("at").drop("at")


def sound(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Those of `judged` that may be compared."""
    return judged(s, v).filter("comparable")


@lru_cache(maxsize=8)
def marked(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """`deltas` with `comparable`, and `why_not`: the aspects in which the two runs must not be compared, null where
    they may."""
    why_not = comparability.broken(s, v, baseline(s, v), tuple(candidates(s, v)))
    found = deltas(s, v).join(
        why_not, on=["task", "run_id", "baseline_run"], how="left", maintain_order="left"
    )
    return found.with_columns(pl.col("why_not").is_null().alias("comparable"))


def aspects(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """comparability.TABLE of the runs behind the deltas."""
    return comparability.table(s, v, baseline(s, v), tuple(candidates(s, v)))


def ranking(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """`judged` of at least `min_delta`, each candidate's own in the order of the view. p is adjusted for all that the
    view compares, whatever `min_delta` hides: to test only what is large would promise too much."""
    found = judged(s, v)
    return in_order(found.filter(pl.col("delta").abs() >= v.min_delta - scores.HAIR), v)


def in_order(found: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    """By default the most improved first, in the metric's own direction; `abs` by size, `name` by category."""
    if v.sort == "name":
        return found.sort("candidate", "axis", descending=[False, v.order == "asc"])
    size = pl.col("delta").abs() if v.sort == "abs" else pl.col("gain")
    return found.sort("candidate", size, "axis", descending=[False, v.order == "desc", False])


def summary(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a candidate, over all categories that it shares with the baseline and in which the two may be compared,
    whatever `min_delta` hides.

    win, lose and tie follow the direction of the metric. `common` of `total` categories: total counts those in
    which any model of the view has a score. Means are unweighted over categories. Deltas of different measures are
    never averaged: a row is for one measure. `mean_low` and `mean_high` are of the mean, the categories as they are,
    where each delta is one of pairs alone and has an interval; else null. `paired_mean`, with its own interval, is over
    the `paired_over` categories whose pairs have an interval, and of the deltas of these pairs; in `parted` of the common
    ones that is another delta than that of the scores as logged.
    """
    total = cells(s, v).group_by("metric").agg(pl.struct("task", "category").n_unique().alias("total"))
    gain = pl.col("gain")
    return (
        sound(s, v)
        .group_by("candidate", "metric", maintain_order=True)
        .agg(
            pl.col("delta").mean().alias("mean_delta"),
            pl.col("delta").median().alias("median_delta"),
            (gain > 0).sum().cast(pl.Int64).alias("win"),
            (gain < 0).sum().cast(pl.Int64).alias("lose"),
            (gain == 0).sum().cast(pl.Int64).alias("tie"),
            pl.len().cast(pl.Int64).alias("common"),
            pl.col("direction").first(),
            pl.col("baseline").first(),
            _parted().sum().cast(pl.Int64).alias("parted"),
            _means(),
        )
        .unnest("means")
        .join(total, on="metric", how="left", maintain_order="left")
        .with_columns((pl.col("common") / pl.col("total")).alias("coverage"), pl.col("total").cast(pl.Int64))
        .sort(
            "metric", pl.col("mean_delta") * pl.col("direction"), "candidate", descending=[False, True, False]
        )
        .select(
            "candidate",
            "mean_delta",
            "median_delta",
            "win",
            "lose",
            "tie",
            "common",
            "total",
            "coverage",
            "metric",
            "direction",
            "baseline",
            "mean_low",
            "mean_high",
            pl.when(pl.col("paired_mean").is_not_null()).then(LEVEL).alias("level"),
            "paired_mean",
            "paired_mean_low",
            "paired_mean_high",
            "paired_over",
            "parted",
        )
    )


MEANS = pl.Schema(
    {
        "mean_low": pl.Float64,
        "mean_high": pl.Float64,
        "paired_mean": pl.Float64,
        "paired_mean_low": pl.Float64,
        "paired_mean_high": pl.Float64,
        "paired_over": pl.Int64,
    }
)


def _parted() -> pl.Expr:
    """Deltas that are not those of their pairs."""
    return ((pl.col("delta") - pl.col("paired_delta")).abs() > scores.HAIR).fill_null(False)


def _means() -> pl.Expr:
    """Of one candidate's rows: struct `means` of MEANS."""
    return (
        pl.struct("delta", "paired_delta", "low", "high")
        .map_batches(_of_means, return_dtype=pl.Struct(MEANS), returns_scalar=True)
        .alias("means")
    )


def _of_means(rows: pl.Series) -> pl.Series:
    df = rows.struct.unnest()
    sure = df.filter(pl.col("low").is_not_null())
    found: dict[str, Any] = dict.fromkeys(MEANS) | {"paired_over": sure.height}
    if sure.height:
        mean, ends = sure["paired_delta"].mean(), of_mean(sure["paired_delta"], sure["low"], sure["high"])
        whole = sure.height == df.height and not df.select(_parted().any()).item()
        paired = {
            "paired_mean": mean,
            "paired_mean_low": float(ends.low),
            "paired_mean_high": float(ends.high),
        }
        of_all = {"mean_low": float(ends.low), "mean_high": float(ends.high)} if whole else {}
        found |= paired | of_all
    return pl.Series("means", [found], pl.Struct(MEANS))


def extremes(s: Snapshot, v: ViewState, *, largest: bool) -> pl.DataFrame:
    """Each candidate's `top` largest deltas, or smallest. Not filtered by sign: the top of a candidate that lost
    everywhere are its smallest losses."""
    by = ["candidate", "metric"]
    ordered = sound(s, v).sort(*by, "delta", "axis", descending=[False, False, largest, False])
    return (
        ordered.group_by(by, maintain_order=True)
        .head(v.top)
        .select(
            "candidate",
            "category",
            "baseline_score",
            "candidate_score",
            "delta",
            "task",
            "metric",
            "gain",
            "axis",
            "run_id",
            "n",
            "baseline_n",
            "paired_by",
            "baseline",
            *evidence.EVIDENCE,
        )
    )
