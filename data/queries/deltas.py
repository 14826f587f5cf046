"""Every difference of a view: delta = candidate - baseline, only where both have a score, and what there is to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import polars as pl

from data import cubes
from data.queries import comparability, evidence, measures, pairs, scores, selection, sides
from data.statistics.arrays import same
from data.store import Snapshot
from data.viewstate import ViewState

DELTAS = (
    "task", "category", "candidate", "baseline_score", "candidate_score", "delta", "gain", "direction", "metric",
    "baseline", "axis", "run_id", "n", "baseline_n", "n_paired", "paired_by", "baseline_run", "baseline_category",
)  # fmt: skip


@lru_cache(maxsize=8)  # all panels of a page ask it, as they do deltas and judged
def cells(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """What is compared: `scores.cells` with `axis`, on the scale of the view, after its filters."""
    found = by_sample(s, v) if v.level == "sample" else scores.cells(s, v)
    return scores.passing(scores.with_axis(scores.scaled(found, s, v)), s, v)


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
    base = sides.baseline(s, v)
    found = cells(s, v)
    mine, theirs = _of_baseline(found, base), found.filter(pl.col("model").is_in(sides.candidates(s, v)))
    paired = _same_samples(s, v, theirs, mine) if v.level == "sample" else _same_names(theirs, mine)
    return (
        paired.rename({"model": "candidate", "value": "candidate_score"})
        .with_columns(pl.lit(base, pl.String).alias("baseline"), _delta().alias("delta"))
        .with_columns((pl.col("delta") * pl.col("direction")).alias("gain"))
        .select(DELTAS)
    )


def _of_baseline(found: pl.DataFrame, base: str | None) -> pl.DataFrame:
    now = {"run_id": "baseline_run", "value": "baseline_score", "n": "baseline_n"}
    mine = found.filter(pl.col("model") == pl.lit(base, pl.String))
    return mine.select("task", "metric", "category", *now).rename(now)


def _delta() -> pl.Expr:
    theirs, mine = pl.col("candidate_score"), pl.col("baseline_score")
    return pl.when(same(theirs, mine)).then(0.0).otherwise(theirs - mine)


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
    return pairs.meetings(s, v, sides.baseline(s, v), sides.candidates(s, v))


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
    why_not = comparability.broken(s, v, sides.baseline(s, v), tuple(sides.candidates(s, v)))
    found = deltas(s, v).join(
        why_not, on=["task", "run_id", "baseline_run"], how="left", maintain_order="left"
    )
    return found.with_columns(pl.col("why_not").is_null().alias("comparable"))


def aspects(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """comparability.TABLE of the runs behind the deltas."""
    return comparability.table(s, v, sides.baseline(s, v), tuple(sides.candidates(s, v)))
