"""Which samples does each model get right? The cells of a heatmap in their order, and the means on its margins."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.cubes import Floats
from data.pairing import ABSENT, UNKNOWN, Hashes
from data.queries import groups, labels, matrix, order
from data.queries.matrix import ScoreMatrix
from data.scale import times
from data.schema import Mark
from data.statistics.intervals import LEVEL, means, within
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
        "epoch_min": pl.Float64,
        "epoch_max": pl.Float64,
        "flaky": pl.Boolean,  # right in some epochs, wrong in others
        "spread": pl.Float64,  # epoch_max - epoch_min
    }
)
MARGIN = {
    "mean": pl.Float64,  # over the cells shown
    "low": pl.Float64,  # interval of it
    "high": pl.Float64,
    "n": pl.Int64,  # cells with a score
    "interval": pl.String,  # statistics.methods.Method
    "level": pl.Float64,  # null without an interval
}
MODELS = pl.Schema(
    {
        "task": pl.String,
        "model": pl.String,
        **MARGIN,
        "flaky": pl.Int64,
        "n_without": pl.Int64,
        "run_id": pl.String,
        "scorer": pl.String,
    }
)
SAMPLES = pl.Schema({"sample_id": pl.String, **MARGIN, "n_without": pl.Int64})
BANDS = pl.Schema({"name": pl.String, "first": pl.Int64, "last": pl.Int64})
MARKS = [m.name.lower() for m in Mark]

NEEDED = (
    *NARROWING,
    "sort",
    "order",
    "sort_models",
    "order_models",
    "arrange",
    "which",
    "bands",
    "sample_label",
    "model_label",
)
"""Fields that decide what stands where: a change of looks alone asks for nothing new."""


def judged_otherwise(s: Snapshot, v: ViewState) -> int:
    """Runs of the task on screen that are not in the picture, since another scorer judged them."""
    what = matrix.chosen(s, v)
    return what.others if what else 0


def asked_otherwise(s: Snapshot, v: ViewState) -> int:
    """Samples of the picture of which two runs are known to have been asked something else under one id: runs of one
    format by all that was asked, those of several by the words of the question."""
    found = shown(s, v)
    if found is None:
        return 0
    part = found.what.part
    rows = part.rows(found.what.runs["run_id"].to_list())
    formats = np.array([part.formats[r] for r in rows])
    asked = [part.inputs[np.ix_(rows[formats == f], found.samples)] for f in np.unique(formats)]
    if len(asked) > 1:
        asked.append(part.questions[np.ix_(rows, found.samples)])
    return int(np.any([_differ(hashes) for hashes in asked], axis=0).sum()) if asked else 0


def _differ(hashes: Hashes) -> NDArray[np.bool_]:
    known = (hashes != ABSENT) & (hashes != UNKNOWN)
    least = np.where(known, hashes, np.iinfo(np.uint64).max).min(axis=0)
    most = np.where(known, hashes, np.uint64(0)).max(axis=0)
    return np.asarray(least < most)


def span(s: Snapshot, v: ViewState) -> tuple[float, float]:
    """Where the colours begin and end: the same whatever the filters leave of the scores."""
    what = matrix.chosen(s, v)
    if what is None:
        return 0.0, 1.0
    low, high = (0.0, v.factor) if what.cube.is_share else (what.cube.low, what.cube.high)
    return (low, high) if v.shows == "value" else (0.0, high - low)


def shown(s: Snapshot, v: ViewState) -> ScoreMatrix | None:
    """The runs and samples of the picture, in its order."""
    return _shown(s, v.only(*NEEDED))


@lru_cache(maxsize=2)
def _shown(s: Snapshot, v: ViewState) -> ScoreMatrix | None:
    found = matrix.scores(s, v)
    if found is None:
        return None
    mine = found
    if v.which:
        mine = found.taken(np.arange(len(found.models)), order.wanted(found, v.which))
    return mine.taken(order.of_runs(mine, v), order.of_samples(mine, v, _groups(mine, v)))


def _groups(found: ScoreMatrix, v: ViewState) -> groups.Groups | None:
    """The group of each sample, where they stand by group."""
    if v.bands == "0" or (v.bands == "auto" and not v.group):
        return None
    code, names = groups.of(found.what.part, v.group)
    return groups.Groups(code[found.samples], names) if names else None


def bands(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """BANDS: the groups in which samples stand, from the first place of each to its last; no name for those in none."""
    found = shown(s, v)
    grouped = _groups(found, v) if found else None
    if grouped is None or not len(grouped.code):
        return pl.DataFrame(schema=BANDS)
    first = np.flatnonzero(np.diff(grouped.code, prepend=-2))
    names = [grouped.names[c] if c >= 0 else None for c in grouped.code[first]]
    last = np.append(first[1:], len(grouped.code)) - 1
    return pl.DataFrame({"name": names, "first": first, "last": last}, schema=BANDS)


def cells(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a cell, dense: for each sample in order, each model in order. `epochs` is how many the value is the
    mean of, `epoch_min` and `epoch_max` the extremes of them. Without a value, `mark` says why."""
    return _cells(s, v.only(*NEEDED, "scale"))


@lru_cache(maxsize=2)
def _cells(s: Snapshot, v: ViewState) -> pl.DataFrame:
    found = shown(s, v)
    return pl.DataFrame(schema=CELLS) if found is None else labels.beside(long(found, v), found, v)


def long(found: ScoreMatrix, v: ViewState) -> pl.DataFrame:
    """CELLS of these runs and samples."""
    what, m, factor = found.what, found.matrix, found.factor(v)
    r, c = len(found.models), len(found.samples)
    code, names = groups.of(what.part, v.group)
    category = pl.Series([*names, None], dtype=pl.String)
    of_sample = np.where(code[found.samples] < 0, len(names), code[found.samples])
    models = np.tile(np.arange(r), c)
    value = _floats(m.value, factor)
    one_epoch = found.least is found.most or np.array_equal(found.least, found.most, equal_nan=True)
    ends = (
        [value] * 2
        if one_epoch and v.reducer == "mean"
        else [_floats(x, factor) for x in (found.least, found.most)]
    )
    return pl.DataFrame(
        {
            "task": pl.repeat(what.task, r * c, dtype=pl.String, eager=True),
            "sample_id": what.part.ids["sample_id"].gather(np.repeat(found.samples, r)),
            "model": found.models.gather(models),
            "value": value,
            "mark": pl.Series(MARKS, dtype=pl.String).gather(m.mark.T.ravel()),
            "epochs": m.n.T.ravel(),
            "run_id": what.runs["run_id"].gather(models),
            "category": category.gather(np.repeat(of_sample, r)),
            "scorer": pl.repeat(what.scorer, r * c, dtype=pl.String, eager=True),
            "epoch_min": ends[0],
            "epoch_max": ends[1],
            "flaky": found.flaky.T.ravel(),
            "spread": ends[1] - ends[0],
        },
        schema=CELLS,
    )


def size(s: Snapshot, v: ViewState) -> int:
    """How many cells there are, without making them."""
    found = shown(s, v)
    return 0 if found is None else len(found.samples) * len(found.models)


def _floats(value: Floats, factor: float) -> pl.Series:
    return pl.Series(times(value.T.ravel(), factor)).fill_nan(None)


def models(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """MODELS: the mean of each model over the samples shown, in the order of the heatmap. `flaky` counts samples,
    `n_without` those without a score."""
    found = shown(s, v)
    if found is None:
        return pl.DataFrame(schema=MODELS)
    mine = {
        "model": found.models,
        **margin(found.matrix.value, found.factor(v), found.what.bounds),
        "flaky": found.flaky.sum(axis=1),
        "n_without": np.isnan(found.matrix.value).sum(axis=1),
        "run_id": found.what.runs["run_id"],
    }
    df = pl.DataFrame(mine).with_columns(
        pl.lit(found.what.task).alias("task"), pl.lit(found.what.scorer).alias("scorer")
    )
    return labels.beside(df.select(pl.col(c).cast(t) for c, t in MODELS.items()), found, v)


def samples(s: Snapshot, v: ViewState, *, interval: bool = True) -> pl.DataFrame:
    """SAMPLES: the mean of each sample over the models shown, in the order of the heatmap. Intervals take the models as
    drawn from many such; without them it is a quarter of the work."""
    found = shown(s, v)
    if found is None:
        return pl.DataFrame(schema=SAMPLES)
    value, factor = found.matrix.value.T, found.factor(v)
    known = (
        margin(value, factor, found.what.bounds)
        if interval
        else {"mean": times(order.row_means(value), factor), "n": np.count_nonzero(~np.isnan(value), axis=1)}
    )
    df = pl.DataFrame({"sample_id": found.names, **known}).with_columns(
        n_without=value.shape[1] - pl.col("n")
    )
    absent = [pl.lit(None, t).alias(c) for c, t in SAMPLES.items() if c not in df.columns]
    typed = df.with_columns(*absent).select(pl.col(c).cast(t) for c, t in SAMPLES.items())
    return labels.beside(typed.with_columns(pl.col("mean").fill_nan(None)), found, v)


def margin(
    value: Floats, factor: float, bounds: tuple[float, float] = (-np.inf, np.inf)
) -> dict[str, pl.Series]:
    """MARGIN of each row of scores, NaN where there is none; none of them lies beyond the bounds."""
    with np.errstate(over="ignore", invalid="ignore"):  # of scores that are infinite, or whose squares are
        found = means(value, level=LEVEL)
    known = np.isfinite(found.low) & np.isfinite(found.high)
    ends = within(found, *bounds)
    low, high, level = (np.where(known, x, np.nan) for x in (*ends, LEVEL))
    numbers = {"mean": found.mean, "low": low, "high": high}
    return {
        **{name: pl.Series(times(x, factor), dtype=pl.Float64).fill_nan(None) for name, x in numbers.items()},
        "n": pl.Series(found.n, dtype=pl.Int64),
        "interval": pl.Series([str(m) or None for m in found.method.tolist()], dtype=pl.String),
        "level": pl.Series(level, dtype=pl.Float64).fill_nan(None),
    }
