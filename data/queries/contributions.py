"""Where does the difference of two models come from? Parts by category that add up to the whole."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.queries import computed, evidence, measures, pairs, selection, sides
from data.scale import times
from data.statistics import decomposition, intervals
from data.statistics.grouping import Grouping
from data.statistics.paired import differences
from data.store import Snapshot
from data.viewstate import ViewState

CONTRIBUTIONS = pl.Schema(
    {
        "task": pl.String,
        "category": pl.String,  # null: samples that are in none
        "candidate": pl.String,
        "baseline": pl.String,
        "n_paired": pl.Int64,
        "share": pl.Float64,  # of all pairs
        "baseline_score": pl.Float64,  # over the pairs
        "candidate_score": pl.Float64,
        "delta": pl.Float64,
        "low": pl.Float64,  # of delta; null below differences.LEAST_UNITS pairs, or clusters
        "high": pl.Float64,
        "contribution": pl.Float64,  # share * delta; they sum to `whole`
        "whole": pl.Float64,  # the difference over all pairs
        "baseline_n": pl.Int64,  # samples with a score, paired or not
        "candidate_n": pl.Int64,
        "within": pl.Float64,  # of the difference of both runs' own means: from scoring differently
        "composition": pl.Float64,  # and from having other shares of samples; the two sum to `unpaired`
        "unpaired": pl.Float64,
        "same_composition": pl.Boolean,  # both have the same shares of samples: composition is 0 but for rounding
        "metric": pl.String,
        "direction": pl.Int8,
        "interval": pl.String,
        "level": pl.Float64,  # null without an interval
        "cluster": pl.String,
        "run_id": pl.String,
        "baseline_run": pl.String,
    }
)


def tasks(s: Snapshot, v: ViewState) -> list[str]:
    """The tasks that both the baseline and the first candidate ran with samples."""
    met = pairs.meetings(s, v, sides.baseline(s, v), sides.candidates(s, v)[:1])
    return list(dict.fromkeys(m.part.task for m in met))


def contributions(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """CONTRIBUTIONS of the first candidate, on the first task with categories of which it shares samples with the
    baseline, the largest first, on the scale of the view. Empty where there is no such task."""
    for meeting in pairs.meetings(s, v, sides.baseline(s, v), sides.candidates(s, v)):
        usable = computed.usable(s, v.edit(group=""))[meeting.part.task].runs
        known = {run_id for runs in usable.values() for run_id in runs["run_id"]}
        scored = evidence.aligned(s, v, meeting)
        if scored is not None and {meeting.baseline["run_id"], meeting.candidate["run_id"]} <= known:
            found = _table(s, v, meeting, scored)
            if found.height > 1:
                return found
    return pl.DataFrame(schema=CONTRIBUTIONS)


def _table(s: Snapshot, v: ViewState, m: pairs.Meeting, scored: evidence.Scored) -> pl.DataFrame:
    names = [*scored.names, None]
    code = np.where(scored.code < 0, len(scored.names), scored.code)
    grouping = Grouping.of(len(code), code, scored.cluster, size=len(names))
    scorer, metric, share = _measure(s, v, m)
    found = differences(scored.baseline, scored.candidate, grouping, level=intervals.LEVEL)
    found = evidence.within(
        found, np.full(len(names), 1.0 if share and evidence.is_share(metric) else np.inf)
    )
    sure = found.enough  # an interval of four pairs is nearly all that there is
    parts = decomposition.contributions(found)
    sides = [
        intervals.means(x, Grouping.of(len(code), code, size=len(names)))
        for x in (scored.baseline, scored.candidate)
    ]
    split = decomposition.split(*sides)
    factor = v.factor if share else 1.0
    numbers = {
        "category": pl.Series(names, dtype=pl.String),
        "n_paired": found.n_paired, "share": parts.share,
        "baseline_score": times(found.baseline_mean, factor), "candidate_score": times(found.candidate_mean, factor),
        "delta": times(parts.delta, factor), "low": times(np.where(sure, found.low, np.nan), factor), "high": times(np.where(sure, found.high, np.nan), factor),
        "contribution": times(parts.part, factor), "baseline_n": sides[0].n, "candidate_n": sides[1].n,
        "within": times(split.within, factor), "composition": times(split.composition, factor), "interval": np.where(sure, found.method, ""),
    }  # fmt: skip
    fixed = {
        "task": m.part.task, "candidate": m.candidate["label"], "baseline": m.baseline["label"],
        "whole": times(float(parts.whole), factor), "unpaired": times(float(split.whole), factor), "metric": metric,
        "same_composition": bool(split.same_composition),
        "direction": measures.direction(s, m.part.task, scorer, metric),
        "cluster": None if scored.cluster is None else v.cluster,
        "run_id": m.candidate["run_id"], "baseline_run": m.baseline["run_id"],
    }  # fmt: skip
    table = pl.DataFrame(numbers).with_columns(pl.lit(what).alias(name) for name, what in fixed.items())
    plain = [pl.col(c).fill_nan(None) + 0.0 for c, t in table.schema.items() if t.is_float()]  # -0 is 0
    return (
        table.with_columns(*plain, pl.col("interval").replace({"": None}))
        .with_columns(pl.when(pl.col("low").is_not_null()).then(intervals.LEVEL).alias("level"))
        .filter((pl.col("baseline_n") + pl.col("candidate_n") > 0) & (pl.col("n_paired").sum() > 0))
        .sort(pl.col("contribution").abs(), "category", descending=[True, False], nulls_last=True)
        .select(pl.col(c).cast(t) for c, t in CONTRIBUTIONS.items())
    )


def _measure(s: Snapshot, v: ViewState, m: pairs.Meeting) -> tuple[str, str, bool]:
    """Scorer and metric of the candidate's run, and whether the scores of both lie between 0 and 1."""
    runs = selection.counted(s, v).filter(
        pl.col("run_id").is_in([m.candidate["run_id"], m.baseline["run_id"]])
    )
    scorers = measures.by_scorer(s, m.part.task, runs, v)
    own = next(name for name, mine in scorers.items() if m.candidate["run_id"] in mine["run_id"])
    rows = measures.chosen(measures.logged(s, runs), v)
    return own, measures.metric_of(rows, own), all(m.part.cubes[name].is_share for name in scorers)
