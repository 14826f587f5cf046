"""Who is ahead, and who cannot be told apart? The runs of one task on the samples that all of them have."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data import cubes, metrics, scale
from data.cubes import Floats
from data.parts import Part
from data.queries import computed, groups, measures, pairs, sampled, scores, selection
from data.statistics import intervals, multiplicity, ranks
from data.statistics.differences import LEAST_UNITS
from data.statistics.grouping import Grouping
from data.store import Snapshot
from data.viewstate import ViewState

STANDING = pl.Schema(
    {
        "rank": pl.Int64,  # by the mean; equal means share the better rank
        "model": pl.String,
        "metric": pl.String,
        "task": pl.String,
        "mean": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "n": pl.Int64,  # samples that all runs have a score for, which alone are compared
        "rank_low": pl.Int64,  # null below LEAST_UNITS samples, or clusters
        "rank_high": pl.Int64,
        "tied": pl.Int64,  # group of runs that cannot be told from the best of them; 1 is the best group
        "p_above": pl.Float64,  # of the difference from the run one rank better
        "p_above_adjusted": pl.Float64,  # for all pairs of runs of this standing
        "apart": pl.Boolean,  # told apart from, and worse than, every run of the groups before, not only their best
        "of": pl.Int64,  # samples that any of the runs has a score for
        "left_out": pl.Int64,  # runs of the task that are not compared: no samples, or no mean of them
        "interval": pl.String,
        "level": pl.Float64,
        "adjusted_by": pl.String,
        "alpha": pl.Float64,
        "resamples": pl.Int64,
        "seed": pl.Int64,
        "reducer": pl.String,
        "cluster": pl.String,
        "direction": pl.Int8,
        "run_id": pl.String,
    }
)
MOST = 60
"""Runs of one standing: 1,770 pairs. Of more the best by their own means are taken."""
SEED = 20_260_101
RESAMPLES = 1_000


class Field(NamedTuple):
    """The runs of one task that one measure compares: scores on one axis of samples, NaN where there is none."""

    part: Part
    metric: str
    direction: int
    runs: pl.DataFrame
    value: Floats
    of: int
    left_out: int
    bounds: tuple[float, float]


UNRANKED = pl.Schema({"model": pl.String, "value": pl.Float64, "better": pl.Boolean})


class Standings(NamedTuple):
    """`others` counts the tasks and measures that have a standing of their own, `tasks` has those tasks, that of this one
    first. `unranked`: runs of the task that have no samples to be compared by, with the score that their logs tell, null
    unless it is of the same measure and over the same categories, and whether it is better than that of all ranked runs."""

    table: pl.DataFrame
    others: int
    tasks: tuple[str, ...] = ()
    unranked: pl.DataFrame = UNRANKED.to_frame()


def standing(s: Snapshot, v: ViewState) -> pl.DataFrame:
    return standings(s, v).table


@lru_cache(maxsize=8)
def standings(s: Snapshot, v: ViewState) -> Standings:
    """STANDING of the task and measure of the view that compares most runs by their samples, and at least two."""
    runs = selection.counted(s, v)
    rows = measures.chosen(measures.logged(s, runs), v)
    places = [
        (task, *mine)
        for task in sorted(runs["task"].unique().to_list())
        for mine in _by_measure(s, v, task, runs.filter(pl.col("task") == task), rows)
    ]
    if not places:
        return Standings(pl.DataFrame(schema=STANDING), 0)
    task, metric, direction, scorers = max(places, key=lambda place: _compared(place[-1]))
    mine = runs.filter(pl.col("task") == task)
    found = _field(s, v, task, metric, direction, scorers, mine.height)
    table = scaled(_table(v, found), s, v, [name for name, _ in scorers])
    usable = computed.usable(s, v.edit(group=""))[task].runs.values()
    left = mine.filter(~pl.col("run_id").is_in([run_id for some in usable for run_id in some["run_id"]]))
    tasks = dict.fromkeys([task, *(place[0] for place in places)])
    return Standings(table, len(places) - 1, tuple(tasks), _unranked(s, v, left, table))


def _unranked(s: Snapshot, v: ViewState, left: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """UNRANKED of these runs, beside the table of those that are ranked."""
    if left.is_empty():
        return UNRANKED.to_frame()
    task, metric, direction = table.row(0, named=True)["task"], table["metric"][0], int(table["direction"][0])
    told = scores.scaled(scores.cells(s, v.edit(tasks=[task], level="task", group="")), s, v)
    told = told.filter(pl.col("metric") == metric).unique("run_id", keep="first").select("run_id", "value")
    best = (table["mean"] * direction).max()
    better = (pl.col("value") * direction > pl.lit(best, pl.Float64)).fill_null(False)
    return (
        left.select("run_id", pl.col("label").alias("model"))
        .join(told, on="run_id", how="left", maintain_order="left")
        .with_columns(better.alias("better"))
        .sort(pl.col("value") * direction, descending=True, nulls_last=True, maintain_order=True)
        .select(UNRANKED.names())
    )


Scorers = list[tuple[str, pl.DataFrame]]
"""Scorer -> the runs that it judged."""


def _by_measure(
    s: Snapshot, v: ViewState, task: str, runs: pl.DataFrame, rows: pl.DataFrame
) -> list[tuple[str, int, Scorers]]:
    """What may be compared on one axis, and has two runs or more; that of most runs first."""
    of_task = rows.filter(pl.col("task") == task)
    found: dict[tuple[str, int], Scorers] = {}
    usable = computed.usable(s, v.edit(group=""))[task].runs if task in s.parts else {}
    for scorer, mine in usable.items():
        metric = measures.metric_of(of_task, scorer)
        direction = measures.direction(s, task, scorer, metric)
        name = (
            measures.RIGHT_ANSWERS if measures.across(rows, mine) else measures.Measure(scorer, metric).label
        )
        found.setdefault((name, direction), []).append((scorer, mine))
    several = [(*key, of) for key, of in found.items() if _compared(of) > 1]
    return sorted(several, key=lambda x: -_compared(x[2]))


def _compared(scorers: Scorers) -> int:
    return sum(mine.height for _, mine in scorers)


def _field(
    s: Snapshot, v: ViewState, task: str, metric: str, direction: int, scorers: Scorers, every: int
) -> Field:
    part = s.parts[task]
    runs = pl.concat([mine for _, mine in scorers])
    keep = pairs.kept(s, v, part)
    value = np.concatenate(
        [
            cubes.reduce_epochs(part.cubes[name], part.rows(mine["run_id"].to_list()), v.reducer).value
            for name, mine in scorers
        ]
    )
    value = np.where(keep, value, np.nan)
    if len(value) > MOST:
        mean = sampled.means(value, np.zeros(value.shape[1], np.int64), 1)[:, 0]
        best = np.sort(np.argsort(-direction * np.nan_to_num(mean, nan=-np.inf * direction))[:MOST])
        value, runs = value[best], runs[best]
    aligned, of = _aligned(part, value, part.rows(runs["run_id"].to_list()), keep)
    ends = [metrics.bounds(name, metric.rsplit("/", 1)[-1]) for name, _ in scorers]
    bounds = min(low for low, _ in ends), max(high for _, high in ends)
    return Field(part, metric, direction, runs, aligned, of, every - runs.height, bounds)


def _aligned(part: Part, value: Floats, at: NDArray[np.intp], keep: NDArray[np.bool_]) -> tuple[Floats, int]:
    """The scores of all runs at the places of the same questions in the run that has most of them, and how many questions
    there are in all."""
    scored = ~np.isnan(value)
    first = int(scored.sum(axis=1).argmax())
    out = np.full(value.shape, np.nan)
    out[first] = value[first]
    alone = np.zeros(value.shape[1], bool)
    for i, run in enumerate(at):
        if i == first:
            continue
        same = part.pair(int(run), int(at[first]), keep)
        out[i, same.b] = value[i, same.a]
        left = scored[i].copy()
        left[same.a] = False
        alone |= left
    return out, int((~np.isnan(out)).any(axis=0).sum() + alone.sum())


def _table(v: ViewState, field: Field) -> pl.DataFrame:
    common = ~np.isnan(field.value).any(axis=0)
    value = field.value[:, common]
    codes = groups.of(field.part, v.cluster).code[common] if v.cluster else None
    clusters = None if codes is None or (codes < 0).all() else codes
    found = ranks.rank_intervals(value, clusters, direction=field.direction, resamples=RESAMPLES, seed=SEED)
    every = intervals.means(value, Grouping.of(value.shape[1], clusters=clusters), level=intervals.LEVEL)
    own = intervals.within(every, *field.bounds)
    p = ranks.pairwise(value, clusters)
    adjusted = _adjusted(p, v.adjust)
    tied = ranks.tied_groups(found.mean, adjusted, alpha=v.alpha, direction=field.direction)
    # What is drawn anew from three samples is these three: ranks would look sure that are not.
    ends = [x if found.units >= LEAST_UNITS else np.full(len(x), np.nan) for x in (found.low, found.high)]
    order = np.lexsort((np.arange(len(found.rank)), found.rank))  # NaN last
    above = np.concatenate([[-1], order[:-1]])
    numbers = {
        "rank": found.rank[order], "mean": found.mean[order], "low": own.low[order], "high": own.high[order],
        "rank_low": ends[0][order], "rank_high": ends[1][order], "tied": tied.group[order],
        "p_above": [np.nan if a < 0 else p[i, a] for i, a in zip(order, above, strict=True)],
        "p_above_adjusted": [np.nan if a < 0 else adjusted[i, a] for i, a in zip(order, above, strict=True)],
        "apart": _apart(adjusted, found.mean * field.direction, tied.group, v.alpha)[order], "interval": every.method[order],
    }  # fmt: skip
    fixed = {
        "metric": field.metric, "task": field.part.task, "n": found.n, "of": field.of, "left_out": field.left_out,
        "level": intervals.LEVEL, "adjusted_by": v.adjust, "alpha": v.alpha, "resamples": RESAMPLES, "seed": SEED,
        "reducer": v.reducer, "cluster": None if clusters is None else v.cluster, "direction": field.direction,
    }  # fmt: skip
    table = pl.DataFrame(numbers).with_columns(
        field.runs["label"].gather(order).alias("model"),
        field.runs["run_id"].gather(order),
        *(pl.lit(what).alias(name) for name, what in fixed.items()),
    )
    plain = [pl.col(c).fill_nan(None) for c, t in table.schema.items() if t.is_float()]
    tied_or_none = pl.when(pl.col("tied") > 0).then("tied").alias("tied")
    return table.with_columns(*plain, tied_or_none, pl.col("interval").replace({"": None})).select(
        pl.col(c).cast(t) for c, t in STANDING.items()
    )


def _adjusted(p: Floats, method: str) -> Floats:
    """Each pair once, for all pairs together."""
    upper = np.triu_indices(len(p), 1)
    one = p[upper] if method == "none" else multiplicity.adjusted(p[upper], method)
    out = np.full(p.shape, np.nan)
    out[upper] = one
    return np.where(np.isnan(out), out.T, out)


def _apart(adjusted: Floats, score: Floats, group: NDArray[np.int64], alpha: float) -> NDArray[np.bool_]:
    """Which runs are worse than each run of the groups before theirs, beyond chance."""
    before = (group[None, :] < group[:, None]) & (group > 0)[None, :]
    with np.errstate(invalid="ignore"):
        behind = (adjusted <= alpha) & (score[:, None] < score[None, :])
    return np.asarray((behind | ~before).all(axis=1))


def scaled(table: pl.DataFrame, s: Snapshot, v: ViewState, scorers: list[str]) -> pl.DataFrame:
    """On the scale of the view, if all scores lie between 0 and 1."""
    shares = measures.sample_shares(s).filter("sample_share")
    mine = shares.filter((pl.col("task") == table["task"][0]) & pl.col("scorer").is_in(scorers))
    if v.factor == 1 or mine.height < len(scorers):
        return table
    return table.with_columns(scale.column(c, v.factor, pl.lit(True)) for c in ("mean", "low", "high"))
