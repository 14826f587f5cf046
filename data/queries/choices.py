"""What can be chosen for each field of the view, given the data and what is chosen already."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from data.queries import (
    beside,
    groups,
    heatmap,
    labels,
    matrix,
    measures,
    predictions,
    selection,
    sides,
    trajectories,
)
from data.statistics import epochs
from data.store import Snapshot
from data.viewstate import OPTIONS, ViewState

MOST = 1_000
"""More than this nobody scrolls through; the rest is found by typing into the text filter."""


def of(s: Snapshot, v: ViewState, field: str) -> list[str]:
    """In the order in which they are offered. What is chosen already is always among them, even if nothing has it."""
    found = CHOICES[field](s, v)[:MOST] if field in CHOICES else list(OPTIONS.get(field, ()))
    now = getattr(v, field)
    chosen = [str(x) for x in (now if isinstance(now, tuple) else (now,)) if x not in (None, "")]
    return list(dict.fromkeys([*found, *chosen]))


def called(s: Snapshot, v: ViewState, field: str) -> Mapping[str, str]:
    """What values are called that say nothing to a reader: a run by its task, its model and its time; a position by its
    token, a layer by its label, a statistic by its name."""
    return CALLED[field](s, v) if field in CALLED else {}


def _called_runs(s: Snapshot, _v: ViewState) -> Mapping[str, str]:
    runs = selection.named(s).select("run_id", "task", "full")
    return {run_id: " · ".join(filter(None, names)) for run_id, *names in runs.iter_rows()}


def _called_statistics(s: Snapshot, v: ViewState) -> Mapping[str, str]:
    """With their ids where two have one name, as the divergences from two others have."""
    names = {x["id"]: x["name"] for x in trajectories.statistics(s, v)}
    often = [name for name in names.values() if list(names.values()).count(name) > 1]
    return {id: f"{name} ({id})" if name in often else name for id, name in names.items()}


def _measures(s: Snapshot, v: ViewState) -> list[str]:
    return measures.available(s, selection.counted(s, v))


def _group_keys(s: Snapshot, v: ViewState) -> list[str]:
    return groups.keys(s, selection.counted(s, v))


def _sample_labels(s: Snapshot, v: ViewState) -> list[str]:
    """Of the task on screen."""
    what = matrix.chosen(s, v)
    return list(labels.keys(what.part)) if what else []


def _arranged(s: Snapshot, v: ViewState) -> list[str]:
    """Models and samples of the heatmap, as it shows them."""
    found = heatmap.shown(s, v)
    return [*found.models, *found.names] if found else []


def _called_labels(s: Snapshot, v: ViewState) -> Mapping[str, str]:
    return {key: key.removeprefix(labels.METADATA) for key in _sample_labels(s, v) if key not in labels.TEXTS}


def _categories(s: Snapshot, v: ViewState) -> list[str]:
    """Those of the tasks in view: the logs' own, or the values of the metadata key that groups them."""
    runs = selection.counted(s, v)
    parts = [s.parts[t] for t in runs["task"].unique().sort() if t in s.parts]
    by_key = {name for part in parts for name in groups.of(part, v.group).names}
    if v.group:
        return sorted(by_key)
    rows = runs.select(pl.col("row").alias("run"))
    logged = s.metrics.join(rows, on="run", how="semi")["category"].drop_nulls().unique()
    return sorted(by_key | set(logged))


def _runs_column(column: str) -> Callable[[Snapshot, ViewState], list[str]]:
    return lambda s, _v: selection.choices(s, column)


def _along(axis: str) -> Callable[[Snapshot, ViewState], dict[str, str]]:
    """Place -> what is there, along an axis of the first chosen trajectory."""

    def places(s: Snapshot, v: ViewState) -> dict[str, str]:
        row = next(iter(trajectories.chosen(s, v)), None)
        return {str(i): text for i, text in enumerate(row[axis])} if row else {}

    return places


_positions, _layers = _along("tokens"), _along("layer_labels")


def _labels(s: Snapshot, v: ViewState) -> list[str]:
    return sides.models(s, v)


COUNTED_EPOCHS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 25, 32, 50, 64, 100)
"""The k that are offered of pass@k, as far as there are epochs; a link may ask for any other."""


def _reducers(s: Snapshot, v: ViewState) -> list[str]:
    """Those that take whatever there is, and those that count up to the most epochs of the tasks in view."""
    tasks = selection.counted(s, v)["task"].unique()
    most = max(
        (c.value.shape[0] for t in tasks if t in s.parts for c in s.parts[t].cubes.values()), default=1
    )
    ks = [k for k in COUNTED_EPOCHS if k < most] + [most] if most > 1 else []
    return [*epochs.REDUCERS, *(f"{family}_{k}" for family in epochs.FAMILIES for k in ks)]


CHOICES: dict[str, Callable[[Snapshot, ViewState], list[str]]] = {
    "tasks": _runs_column("task"),
    "models": _runs_column("model"),
    "formats": _runs_column("format"),
    "tags": _runs_column("tags"),
    "suites": _runs_column("suite"),
    "runs": _runs_column("run_id"),
    "metric": _measures,
    "group": _group_keys,
    "reducer": _reducers,
    "arrange": _arranged,
    "sample_label": _sample_labels,
    "highlight": _labels,
    "cluster": _group_keys,
    "categories": _categories,
    "baseline": _labels,
    "candidates": _labels,
    "threshold_model": _labels,
    "beside": lambda s, v: [c.name for c in beside.columns(s, v)],
    "predictors": lambda s, _v: predictions.predictors(s),
    "perturbations": lambda s, _v: predictions.perturbations(s),
    "trajectories": trajectories.names,
    "statistic": lambda s, v: [x["id"] for x in trajectories.statistics(s, v)],
    "tokens": lambda s, v: list(_positions(s, v)),
    "layers": lambda s, v: list(_layers(s, v)),
}
CALLED: dict[str, Callable[[Snapshot, ViewState], Mapping[str, str]]] = {
    "runs": _called_runs,
    "sample_label": _called_labels,
    "statistic": _called_statistics,
    "tokens": _positions,
    "layers": _layers,
}
