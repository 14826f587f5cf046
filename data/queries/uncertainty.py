"""How sure is each score? An interval beside it: from its samples where it is their mean, else from what the log says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data import cubes, metrics
from data.cubes import Matrix
from data.parts import Part
from data.queries import computed, groups, sampled
from data.queries.groups import Groups, Whole
from data.statistics import epochs, intervals
from data.statistics.arrays import Floats
from data.statistics.grouping import Grouping
from data.statistics.intervals import LEVEL
from data.statistics.methods import Method
from data.store import Snapshot
from data.viewstate import USUAL, ViewState

COMBINED = "satterthwaite"
"""How the interval of a mean over several categories is found: see `intervals.weighted`."""
INTERVAL = pl.Schema(
    {
        "low": pl.Float64,  # null where nothing says how much the value may vary
        "high": pl.Float64,
        "interval": pl.String,  # statistics.methods.Method
        "level": pl.Float64,  # null without an interval
        "clusters": pl.Int64,  # independent units, where samples are clustered
        "n_without": pl.Int64,  # samples of it without a score, which the value is not over; null where it has none
        "se": pl.Float64,  # of the interval
        "units": pl.Int64,  # independent ones; null where only the log's standard error is known
    }
)
BOUNDS = pl.Schema({"least": pl.Float64, "most": pl.Float64})
"""Between which values of its scale the value of a row lies by definition; infinite where none is known."""
BEHIND = ("se", "units", *BOUNDS)
"""Columns of `of` from which means over several rows are made; nothing to show."""


def of(s: Snapshot, v: ViewState, found: pl.DataFrame) -> pl.DataFrame:
    """Rows of scores.CELLS, on the scale of the logs, with the columns of INTERVAL and BOUNDS. `n` counts samples where these are
    there, whether the log tells nothing or counts every epoch of one."""
    numbered = found.with_row_index("row").with_columns(_reducer().alias("by"))
    some = numbered.group_by("task", "scorer", "by", maintain_order=True)
    known = [df for (task, _, _), rows in some for df in _of_scorer(s, v, s.parts.get(str(task)), rows)]
    empty = pl.DataFrame(schema={"row": pl.UInt32, "samples": pl.Int64, **INTERVAL})
    joined = numbered.join(pl.concat([empty, *known]), on="row", how="left", maintain_order="left")
    filled = joined.with_columns(pl.coalesce("samples", "n").alias("n"))
    return within(by_logged(filled)).select(*found.columns, *INTERVAL, *BOUNDS)


def within(found: pl.DataFrame) -> pl.DataFrame:
    """With BOUNDS, and intervals that end where they do: the mean that an interval is for lies within the bounds too, so
    what is cut off could never have covered it. A value that is beyond them is on another scale, and has none."""
    named = found.select(pl.col("scorer").fill_null(""), pl.col("metric").str.split("/").list.last()).rows()
    ends = {key: metrics.bounds(*key) for key in set(named)}
    known = found.with_columns(
        pl.Series(name, [ends[key][i] for key in named], pl.Float64) for i, name in enumerate(BOUNDS)
    )
    sound = pl.col("value").is_between("least", "most").fill_null(False)
    scaled = known.with_columns(
        pl.when(sound).then("least").otherwise(float("-inf")).alias("least"),
        pl.when(sound).then("most").otherwise(float("inf")).alias("most"),
    )
    return scaled.with_columns(pl.col("low", "high").clip(pl.col("least"), pl.col("most")))


def _reducer() -> pl.Expr:
    """How the epochs behind a row were reduced; those of which it is not known are tried as means."""
    known = pl.col("reducer").map_elements(epochs.is_reducer, return_dtype=pl.Boolean)
    return pl.when(known).then("reducer").otherwise(pl.lit(USUAL.reducer))


def _of_scorer(s: Snapshot, v: ViewState, part: Part | None, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Of rows of one task, scorer and reducer."""
    scorer = rows["scorer"][0]
    if part is None or scorer not in part.cubes:
        return
    rows = rows.filter(pl.col("run_id").is_in(part.runs))
    runs = rows["run_id"].unique(maintain_order=True).to_list()
    matrix = cubes.reduce_epochs(
        part.cubes[scorer], part.rows(runs), rows["by"][0] if runs else USUAL.reducer
    )
    clusters = groups.of(part, v.cluster).code if v.cluster else None
    if clusters is not None and (clusters < 0).all():
        clusters = None  # a key of other tasks
    for mine, into in (
        (rows.filter(pl.col("category").is_null()), computed.whole(s, v, part)),
        (rows.filter(pl.col("category").is_not_null()), groups.of(part, v.group)),
    ):
        if mine.height:
            kept = sampled.keeps_all(s, part, mine["run_id"].to_list())
            yield _from_samples(mine, runs, matrix, into, clusters, kept)


def _from_samples(
    rows: pl.DataFrame,
    runs: list[str],
    matrix: Matrix,
    into: Groups | Whole,
    clusters: NDArray[np.int64] | None,
    kept: NDArray[np.bool_],
) -> pl.DataFrame:
    """Intervals of the rows that are the mean of samples, all of them; no row for the others. `kept`: of each row,
    whether the log keeps all samples of the run."""
    grouping = Grouping.of(len(into.code), into.code, clusters, size=len(into.names))
    with np.errstate(over="ignore", invalid="ignore"):  # scores whose squares are no numbers have no interval
        found = intervals.means(matrix.value, grouping, level=LEVEL)
    tries = grouping.sums(grouping.sort(np.where(np.isnan(matrix.value), 0, matrix.n).astype(np.float64)))
    r, g = _places(rows, runs, into)
    n = found.n[r, g]
    said = rows["n"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    all_there = sampled.all_there(n, tries[r, g], said, kept)
    sound = (g >= 0) & (n > 0) & all_there & sampled.agrees(found.mean[r, g], rows["value"].to_numpy())
    method = found.method[r, g]
    is_known = np.isfinite(found.low[r, g]) & np.isfinite(found.high[r, g])
    held = np.bincount(into.code[into.code >= 0], minlength=len(into.names))
    table = {
        "row": rows["row"],
        "samples": n,
        "low": np.where(is_known, found.low[r, g], np.nan),
        "high": np.where(is_known, found.high[r, g], np.nan),
        "interval": method,
        "level": np.where(is_known, LEVEL, np.nan),
        "clusters": found.clusters[r, g] if clusters is not None else None,
        "n_without": held[g] - n,
        "se": found.se[r, g],
        "units": found.clusters[r, g],
    }
    schema = {"row": pl.UInt32, "samples": pl.Int64, **INTERVAL}
    known = pl.DataFrame(table).cast(schema).filter(pl.Series(sound))  # type: ignore[arg-type]
    return known.with_columns(
        pl.col("low", "high", "level", "se").fill_nan(None), pl.col("interval").replace({"": None})
    )


def _places(
    rows: pl.DataFrame, runs: list[str], into: Groups | Whole
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The run and the group of each row; group -1, which is none, for a category that no sample is in."""
    run = {name: i for i, name in enumerate(runs)}
    group = {name: i for i, name in enumerate(into.names)}
    r = np.array([run[name] for name in rows["run_id"]], np.intp)
    return r, np.array([group.get(name, -1) for name in rows["category"]], np.intp)


def by_logged(found: pl.DataFrame) -> pl.DataFrame:
    """With intervals from the logged standard error where the samples gave none."""
    use = pl.col("interval").is_null() & (pl.col("stderr") > 0) & pl.col("stderr").is_finite()
    half = pl.col("stderr") * float(intervals.z_critical(LEVEL))
    low, high = pl.col("value") - half, pl.col("value") + half
    return found.with_columns(
        pl.when(use).then(low).otherwise("low").alias("low"),
        pl.when(use).then(high).otherwise("high").alias("high"),
        pl.when(use).then(LEVEL).otherwise("level").alias("level"),
        pl.when(use).then("stderr").otherwise("se").alias("se"),
        pl.when(use).then(pl.lit(str(Method.LOGGED))).otherwise("interval").alias("interval"),
    )


def combined(found: pl.DataFrame) -> tuple[intervals.Macro, intervals.Macro]:
    """The unweighted mean of these rows with its interval, and the one weighted by n; see `intervals.macro`."""
    columns = {
        c: found[c].cast(pl.Float64).fill_null(np.nan).to_numpy() for c in ("value", "n", "se", "units")
    }
    one = np.ones(found.height)
    units: Floats = np.where(np.isnan(columns["units"]), np.inf, columns["units"])
    mean, se = columns["value"], columns["se"]
    ends = [float(x) for x in found.select(pl.col("least").min(), pl.col("most").max()).row(0)]
    macro, weighted = (
        intervals.weighted(mean, se, units, weight, level=LEVEL) for weight in (one, columns["n"])
    )
    return _between(macro, *ends), _between(weighted, *ends)


def _between(mean: intervals.Macro, least: float, most: float) -> intervals.Macro:
    """A mean of what lies between the two lies between them."""
    return mean._replace(low=np.clip(mean.low, least, most), high=np.clip(mean.high, least, most))
