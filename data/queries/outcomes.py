"""Do right answers form otherwise than wrong ones, layer by layer?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.parts import Part
from data.queries import lenses, measures, selection, trajectories
from data.statistics import intervals
from data.statistics.intervals import LEVEL
from data.store import Snapshot
from data.viewstate import ViewState

LAYERS = pl.Schema(
    {
        "lens_type": pl.String,
        "model": pl.String,
        "statistic": pl.String,
        "outcome": pl.String,  # one of OUTCOMES
        "layer": pl.Int64,
        "layer_label": pl.String,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "interval": pl.String,  # statistics.methods.Method
        "level": pl.Float64,  # null without an interval
        "n": pl.Int64,  # samples that have the statistic in this layer
    }
)
OUTCOMES = ("correct", "incorrect", "partly")


class Answer(NamedTuple):
    outcome: str
    sample: tuple[str, str]
    """Task and id."""


def by_layer(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """LAYERS: of the model and lens of each chosen trajectory, the mean over all samples that have trajectories and a
    score, with Student's t interval, by how they were answered.

    A trajectory is the mean over its generated positions, or over all where none are marked; several of one sample
    (its epochs, its model calls) are averaged first. Samples are taken as drawn independently; of a single one there
    is no interval.
    """
    what = trajectories.statistic(s, v)
    found = [pl.DataFrame(schema=LAYERS)]
    kinds = dict.fromkeys(map(_kind, trajectories.chosen(s, v))) if what else {}
    for kind in kinds:
        rows = [r for r in lenses.named(s).values() if _kind(r) == kind and _has(r, what)]
        answered = scored(s)
        for outcome in OUTCOMES:
            mine = [
                (a.sample, r)
                for r in rows
                if (a := answered.get(r["trajectory_id"])) and a.outcome == outcome
            ]
            found += [_group(s, mine, what["id"], outcome)] if mine else []  # type: ignore[index]
    return pl.concat(found)


def _kind(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What can be averaged: layers of one model through one kind of lens."""
    return row["model"], row["lens_type"], tuple(row["layer_labels"])


def _has(row: Mapping[str, Any], what: Mapping[str, Any] | None) -> bool:
    return what is not None and any(
        x["id"] == what["id"] for x in trajectories.files.statistics(row["statistics"])
    )


def _group(
    s: Snapshot, rows: list[tuple[tuple[str, str], Mapping[str, Any]]], statistic: str, outcome: str
) -> pl.DataFrame:
    samples: dict[tuple[str, str], list[NDArray[np.float64]]] = {}
    for sample, row in rows:
        samples.setdefault(sample, []).append(_mean(s, row, statistic))
    values = np.array([_average(np.array(each)) for each in samples.values()]).T  # layers x samples
    found = intervals.means(values, level=LEVEL)
    first = rows[0][1]
    labels = first["layer_labels"]
    known = pl.DataFrame(
        {
            "layer": np.arange(len(labels)),
            "layer_label": pl.Series(labels, dtype=pl.String),
            "value": found.mean,
            "low": found.low,
            "high": found.high,
            "interval": pl.Series([str(m) or None for m in found.method.tolist()], dtype=pl.String),
            "level": np.where(np.isfinite(found.low), LEVEL, np.nan),
            "n": np.asarray(found.n, np.int64),
        }
    )
    fixed = {
        "lens_type": first["lens_type"],
        "model": first["model"],
        "statistic": statistic,
        "outcome": outcome,
    }
    named = known.with_columns(pl.lit(what, pl.String).alias(name) for name, what in fixed.items())
    return named.with_columns(pl.col("value", "low", "high", "level").fill_nan(None)).select(
        pl.col(c).cast(t) for c, t in LAYERS.items()
    )


def _mean(s: Snapshot, row: Mapping[str, Any], statistic: str) -> NDArray[np.float64]:
    """By layer; NaN where the statistic is not defined at any position."""
    generated = tuple(bool(x) for x in row["is_generated"] or ())
    return _of_layers(
        row["cells"],
        trajectories.files.changed(row["cells"]),
        statistic,
        len(row["layer_labels"]),
        len(row["tokens"]),
        generated if len(generated) == len(row["tokens"]) and any(generated) else (),
        s.read_arrays,
    )


@lru_cache(maxsize=4096)
def _of_layers(
    cells: str,
    mtime_ns: int,
    statistic: str,
    layers: int,
    positions: int,
    kept: tuple[bool, ...],
    read: trajectories.files.Read,
) -> NDArray[np.float64]:
    value = trajectories.files.matrix(cells, mtime_ns, statistic, layers, positions, read).astype(np.float64)
    return _average((value[:, np.array(kept)] if kept else value).T)


def _average(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the first axis, of what is a number."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, values, 0).sum(axis=0) / known.sum(axis=0)


@lru_cache(maxsize=2)
def scored(s: Snapshot) -> dict[str, Answer]:
    """Trajectory -> how its sample was answered, by the headline scorer of the latest successful run that it is of.
    Samples without a score, and scores that are no share of right answers, are left out."""
    found = {}
    for name, row in lenses.named(s).items():
        match = next((m for m in lenses.samples_of(s, row) if m.run["status"] == "success"), None)
        at = lenses.place(s, match.run, match.sample_id) if match else None
        if match and at and (word := _outcome(s, at[0], match.run, at[1], match.epoch)):
            found[name] = Answer(word, (match.run["task"], match.sample_id))
    return found


def counts(s: Snapshot, v: ViewState) -> tuple[int, int]:
    """Of the trajectories of the chosen models and lenses that have the statistic: how many are of a sample with a
    score, and how many there are."""
    what = trajectories.statistic(s, v)
    kinds = set(map(_kind, trajectories.chosen(s, v)))
    rows = [r for r in lenses.named(s).values() if _kind(r) in kinds and _has(r, what)]
    return sum(r["trajectory_id"] in scored(s) for r in rows), len(rows)


def _outcome(s: Snapshot, part: Part, run: Mapping[str, Any], sample: int, epoch: int) -> str | None:
    scorer = _scorer(s, run["run_id"])
    cube = part.cubes.get(scorer or "")
    if cube is None or not cube.is_share or epoch > cube.value.shape[0]:
        return None
    value = float(cube.value[epoch - 1, part.run_code[run["run_id"]], sample])
    value = value if measures.direction(s, part.task, scorer or "") > 0 else 1 - value
    return None if np.isnan(value) else {1.0: "correct", 0.0: "incorrect"}.get(value, "partly")


@lru_cache(maxsize=256)
def _scorer(s: Snapshot, run_id: str) -> str | None:
    run = selection.counted(s, ViewState().edit(runs=[run_id]))
    return measures.scorer_of(s, run["task"][0], run, ViewState()) if run.height else None
