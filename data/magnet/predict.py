"""Runs a predictor as MAGNET does, and keeps what it says: MAGNET only prints it.

Example runs and one run to predict are drawn at random, some instances of that run are shown to the predictor, and
its statistics are withheld. The draws are MAGNET's own, so that a seed chooses the same here and there (`Predictor.
prepare_all_dataframes` of aiq-magnet 0.1.0).
"""

from __future__ import annotations

import inspect
import math
import random
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import polars as pl

from data.magnet import frames, naive
from data.magnet.frames import NAME, Run
from data.magnet.predictors import Split

INSTANCE = "scenario_state.request_states.instance."
PREDICT_ID = "magnet.instance_predict_id"
KIND = "stats.name.perturbation."
FIVE_FRAMES = 5
STAT = ("count", "max", "mean", "min", "stddev", "sum", "sum_squared", "variance")


class TooFewRuns(ValueError):
    """For what was asked."""


class Drawn(NamedTuple):
    train: Split
    test: Split
    """With its statistics; `sequestered` is what the predictor sees."""
    tests: tuple[Run, ...]
    """The run to predict; several where suites share its name."""

    @property
    def sequestered(self) -> Split:
        return Split(self.test.run_specs, self.test.scenario_state)


def load(spec: str) -> type:
    """MODULE:Class, from the path and the current folder.

    >>> load("data.magnet.examples:Random").__name__
    'Random'
    """
    module, _, name = spec.partition(":")
    if not module or not name:
        raise ValueError(f"{spec} is not MODULE:Class")
    if "" not in sys.path:
        sys.path.insert(0, "")
    return getattr(import_module(module), name)


def draw(predictor: Any, chosen: Sequence[Run]) -> Drawn:
    """Only runs that are drawn are read beyond their specification; MAGNET reads all of them."""
    rng = random.Random(getattr(predictor, "random_seed", 1))
    wanted = _wanted(predictor, chosen)
    size = getattr(predictor, "num_example_runs", 3) + 1
    # Each name once: a run and its namesake of another suite may not be an example and what is to be predicted.
    known = list(dict.fromkeys(run.json("run_spec")["name"] for run in wanted))
    if len(known) < size:
        raise TooFewRuns(
            f"{len(known)} runs pass the predictor's filters, and {size} are needed: {size - 1} examples and one to predict"
        )
    *names, name = rng.sample(known, size)
    # In the order of the folders, whatever the order of the draw: so MAGNET's filter leaves them.
    train = [run for run in wanted if run.json("run_spec")["name"] in names]
    test = [run for run in wanted if run.json("run_spec")["name"] == name]
    shown = _shown(frames.scenario_state_df(test), getattr(predictor, "num_eval_samples", 20), rng)
    return Drawn(_split(train), _numbered(_split(test), shown), tuple(test))


def _wanted(predictor: Any, chosen: Sequence[Run]) -> list[Run]:
    keep = getattr(predictor, "run_spec_filter", lambda _: True)
    keep_row = getattr(predictor, "run_spec_dataframe_filter", lambda _: True)
    runs = [run for run in chosen if keep(run.json("run_spec"))]
    if not runs:
        return []
    rows = frames.run_spec_df(runs)
    return [run for run, (_, row) in zip(runs, rows.iterrows(), strict=True) if keep_row(row)]


def _split(chosen: Sequence[Run]) -> Split:
    read = (frames.run_spec_df, frames.scenario_state_df, frames.stats_df, frames.per_instance_stats_df)
    return Split(*(frame(chosen) for frame in read))


def _shown(states: pd.DataFrame, count: int, rng: random.Random) -> set[Any]:
    ids = states[f"{INSTANCE}id"].unique()
    return {ids[i] for i in rng.sample(range(len(ids)), min(len(ids), count))}


def _numbered(split: Split, shown: set[Any]) -> Split:
    """With the instances that are shown only, and a number for each of their requests."""
    states = split.scenario_state
    states = states[states[f"{INSTANCE}id"].isin(shown)].reset_index(drop=True)
    states.insert(0, PREDICT_ID, range(len(states)))
    per = split.per_instance_stats
    if per is not None:
        per = per[per["per_instance_stats.instance_id"].isin(shown)]
    return Split(split.run_specs, states, split.stats, per)


def run(predictor: Any, chosen: Sequence[Run]) -> pd.DataFrame:
    """Its predictions, and the baseline's, a row each under MAGNET's column names; with predictor, seed, timestamp,
    n_eval_samples and suite."""
    drawn = draw(predictor, chosen)
    said = _asked(predictor, drawn)
    rows = _rows(said, drawn)
    name = f"{type(predictor).__module__}:{type(predictor).__qualname__}"
    found = pd.DataFrame([{**row, "predictor": name} for row in rows] + _baseline(rows, drawn))
    found["seed"] = getattr(predictor, "random_seed", 1)
    found["timestamp"] = datetime.now(UTC).isoformat(timespec="seconds")
    found["n_eval_samples"] = drawn.test.scenario_state[f"{INSTANCE}id"].nunique()
    of = {run.suite for run in drawn.tests}
    found["suite"] = of.pop() if len(of) == 1 else None
    return found


def _asked(predictor: Any, drawn: Drawn) -> Any:
    """In the signature that it has: five frames, or two splits."""
    train, test = drawn.train, drawn.sequestered
    if len(inspect.signature(predictor.predict).parameters) == FIVE_FRAMES:
        return predictor.predict(
            train.run_specs, train.scenario_state, train.stats, test.run_specs, test.scenario_state
        )
    return predictor.predict(train, test)


def _rows(said: Any, drawn: Drawn) -> list[dict[str, Any]]:
    if isinstance(said, Mapping):
        return [_of_stat(str(run), stat) for run, stats in said.items() for stat in stats]
    return [_of_instance(p, drawn) if hasattr(p, "instance_predict_id") else _of_run(p) for p in said]


def _of_run(p: Any) -> dict[str, Any]:
    parameters = {"name": None, "fairness": None, "robustness": None, **(p.perturbation_parameters or {})}
    computed_on = parameters.pop("computed_on", None) or p.computed_on
    where = {"computed_on": computed_on, **parameters}
    return {
        NAME: p.run_spec_name,
        "stats.name.split": p.split,
        "stats.name.name": p.stat_name,
        **{f"stats.{c}": getattr(p, c) for c in STAT},
        **{f"{KIND}{k}": v for k, v in where.items()},
    }


def _of_stat(name: str, stat: Any) -> dict[str, Any]:
    """A Stat of ours, or of HELM, whose name is an object with the split and perturbation in it."""
    inner = stat.name if not isinstance(stat.name, str) else None
    about = getattr(inner, "perturbation", None)
    parameters = dict(vars(about)) if about is not None else {}
    return {
        NAME: name,
        "stats.name.split": getattr(inner, "split", None) if inner else getattr(stat, "split", None),
        "stats.name.name": inner.name if inner else stat.name,
        **{f"stats.{c}": getattr(stat, c, None) for c in STAT},
        **{f"{KIND}{k}": v for k, v in parameters.items()},
    }


def _of_instance(p: Any, drawn: Drawn) -> dict[str, Any]:
    """With the instance's own id, since a number only means something within this drawing."""
    states = drawn.test.scenario_state
    here = states[states[PREDICT_ID] == p.instance_predict_id]
    own = {c: here[f"{INSTANCE}{c}"].iloc[0] for c in ("id", "split") if len(here)}
    return {
        PREDICT_ID: p.instance_predict_id,
        NAME: p.run_spec_name,
        "per_instance_stats.stats.name.name": p.stat_name,
        "per_instance_stats.stats.name.split": own.get("split"),
        "instance_id": own.get("id"),
        **{f"per_instance_stats.stats.{c}": getattr(p, c) for c in STAT},
    }


def _baseline(rows: Sequence[Mapping[str, Any]], drawn: Drawn) -> list[dict[str, Any]]:
    """Beside each statistic that was predicted, its mean over the instances shown; trials are averaged within an
    instance first. None beside a worst case, which is no mean over the rows of one version."""
    per = drawn.test.per_instance_stats
    found = []
    for row in rows:
        if "stats.name.name" not in row or per is None:
            continue
        name = str(row["stats.name.name"]).removeprefix("predicted_")
        kind = {k.removeprefix(KIND): v for k, v in row.items() if k.startswith(KIND) and v is not None}
        mean = _sample_mean(per, name, row["stats.name.split"], kind)
        if mean is not None:
            found.append({NAME: row[NAME], "stats.name.split": row["stats.name.split"], "stats.name.name": name,
                          "stats.mean": mean, "predictor": naive.SAMPLE, **{KIND + k: v for k, v in kind.items()}})  # fmt: skip
    return found


def _sample_mean(per: pd.DataFrame, name: str, split: Any, kind: Mapping[str, Any]) -> float | None:
    here = (per["per_instance_stats.stats.name.name"] == name) & (
        per["per_instance_stats.stats.name.split"] == split
    )
    here &= _version(per, kind)
    values = (
        per[here].groupby("per_instance_stats.instance_id")["per_instance_stats.stats.mean"].mean().dropna()
    )
    return float(values.mean()) if len(values) else None


def _version(per: pd.DataFrame, kind: Mapping[str, Any]) -> Any:
    """Which rows are of the instances as a statistic sees them: as they were, perturbed, or as those were that the
    perturbation changed."""
    told = per.get("per_instance_stats.perturbation")
    plain = told.isna() if told is not None else pd.Series(True, index=per.index)
    if not kind:
        return plain
    wanted = {k: v for k, v in kind.items() if k != "computed_on"}
    if told is None:
        return ~plain
    perturbed = told.map(lambda p: isinstance(p, dict) and all(p.get(k) == v for k, v in wanted.items()))
    if kind.get("computed_on") == "original":
        ids = per.loc[perturbed, "per_instance_stats.instance_id"]
        return plain & per["per_instance_stats.instance_id"].isin(ids)
    return perturbed if kind.get("computed_on") == "perturbed" else perturbed & False


def save(found: pd.DataFrame, folder: Path) -> Path:
    """As Parquet, under a name that tells predictor and seed; beside what was there before, never over it."""
    predictor = str(found["predictor"].iloc[0]).replace(":", ".") if len(found) else "none"
    seed = found["seed"].iloc[0] if len(found) else 0
    stamp = datetime.now(UTC).strftime("%Y%m%d_%H%M%S_%f")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{predictor}_seed{seed}_{stamp}.parquet"
    columns = {c: _plain(found[c].tolist()) for c in found.columns}
    pl.DataFrame(columns, strict=False).write_parquet(path)
    return path


def _plain(values: Sequence[Any]) -> list[Any]:
    """Without pandas' NaN for nothing."""
    plain = [v.item() if hasattr(v, "item") else v for v in values]
    return [None if isinstance(v, float) and math.isnan(v) else v for v in plain]
