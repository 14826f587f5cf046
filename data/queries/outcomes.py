"""Do right answers form otherwise than wrong ones, layer by layer?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data import metrics, pairing
from data.parts import Part
from data.queries import measures, selection, trajectories
from data.statistics import intervals
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
        "n": pl.Int64,  # samples that have the statistic in this layer
    }
)
OUTCOMES = ("correct", "incorrect", "partly")
LEVEL = 0.95


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
        rows = [r for r in _once(s) if _kind(r) == kind and _has(r, what)]
        answered = scored(s)
        groups = {o: [r for r in rows if answered.get(r["trajectory_id"]) == o] for o in OUTCOMES}
        found += [_group(mine, what["id"], outcome) for outcome, mine in groups.items() if mine]  # type: ignore[index]
    return pl.concat(found)


def _kind(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What can be averaged: layers of one model through one kind of lens."""
    return row["model"], row["lens_type"], tuple(row["layer_labels"])


def _has(row: Mapping[str, Any], what: Mapping[str, Any] | None) -> bool:
    return what is not None and any(
        x["id"] == what["id"] for x in trajectories.files.statistics(row["statistics"])
    )


@lru_cache(maxsize=2)
def _once(s: Snapshot) -> list[dict[str, Any]]:
    """Each trajectory from one of its files."""
    return s.trajectories.unique("trajectory_id", keep="last", maintain_order=True).to_dicts()


def _group(rows: list[dict[str, Any]], statistic: str, outcome: str) -> pl.DataFrame:
    samples: dict[tuple[Any, Any], list[NDArray[np.float64]]] = {}
    for row in rows:
        samples.setdefault((row["task"], row["sample_id"]), []).append(_mean(row, statistic))
    values = np.array([_average(np.array(each)) for each in samples.values()]).T  # layers x samples
    found = intervals.means(values, level=LEVEL)
    labels, first = rows[0]["layer_labels"], rows[0]
    known = pl.DataFrame(
        {
            "layer": np.arange(len(labels)),
            "layer_label": pl.Series(labels, dtype=pl.String),
            "value": found.mean,
            "low": found.low,
            "high": found.high,
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
    return named.with_columns(pl.col("value", "low", "high").fill_nan(None)).select(
        pl.col(c).cast(t) for c, t in LAYERS.items()
    )


def _mean(row: Mapping[str, Any], statistic: str) -> NDArray[np.float64]:
    """By layer; NaN where the statistic is not defined at any position."""
    generated = tuple(bool(x) for x in row["is_generated"] or ())
    return _of_layers(
        row["cells"],
        trajectories.files.changed(row["cells"]),
        statistic,
        len(row["layer_labels"]),
        len(row["tokens"]),
        generated if len(generated) == len(row["tokens"]) and any(generated) else (),
    )


@lru_cache(maxsize=4096)
def _of_layers(
    cells: str, mtime_ns: int, statistic: str, layers: int, positions: int, kept: tuple[bool, ...]
) -> NDArray[np.float64]:
    value = trajectories.files.matrix(cells, mtime_ns, statistic, layers, positions).astype(np.float64)
    return _average((value[:, np.array(kept)] if kept else value).T)


def _average(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the first axis, of what is a number."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, values, 0).sum(axis=0) / known.sum(axis=0)


@lru_cache(maxsize=2)
def scored(s: Snapshot) -> dict[str, str]:
    """Trajectory -> how its sample was answered, by the headline scorer of the run that it is of. Samples without a
    score, and scores that are no share of right answers, are left out."""
    runs = selection.counted(s, ViewState().edit(attempts="all")).sort("created", nulls_last=False).to_dicts()
    by_id = {run["run_id"]: run for run in runs}
    by_name: dict[tuple[Any, str], list[dict[str, Any]]] = {}
    for run in runs:
        by_name.setdefault((run["task"], trajectories.normalised(run["model"])), []).insert(0, run)
    places = {task: {id: i for i, id in enumerate(part.ids["sample_id"])} for task, part in s.parts.items()}
    found = {}
    for row in _once(s):
        own = by_id.get(row["eval_id"])
        others = by_name.get((row["task"], trajectories.normalised(row["model"] or "")), [])
        for run in [own] if own else others:  # the latest that has the sample
            part = s.parts.get(run["task"])
            at = places.get(run["task"], {}).get(row["sample_id"])
            if part is not None and at is not None and _is_in(part, run["run_id"], at):
                if word := _outcome(s, part, run, at, row["epoch"] or 1):
                    found[row["trajectory_id"]] = word
                break
    return found


def _is_in(part: Part, run_id: str, sample: int) -> bool:
    code = part.run_code.get(run_id)
    return code is not None and part.inputs[code, sample] != pairing.ABSENT


def _outcome(s: Snapshot, part: Part, run: Mapping[str, Any], sample: int, epoch: int) -> str | None:
    scorer = _scorer(s, run["run_id"])
    cube = part.cubes.get(scorer or "")
    if cube is None or not cube.is_share or epoch > cube.value.shape[0]:
        return None
    value = float(cube.value[epoch - 1, part.run_code[run["run_id"]], sample])
    value = value if metrics.direction(scorer or "", "") > 0 else 1 - value
    return None if np.isnan(value) else {1.0: "correct", 0.0: "incorrect"}.get(value, "partly")


@lru_cache(maxsize=256)
def _scorer(s: Snapshot, run_id: str) -> str | None:
    run = selection.counted(s, ViewState().edit(runs=[run_id]))
    return measures.scorer_of(s, run["task"][0], run, ViewState()) if run.height else None
