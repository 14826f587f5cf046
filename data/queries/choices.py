"""What can be chosen for each field of the view, given the data and what is chosen already."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from data.queries import baseline, groups, measures, selection, trajectories
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


def called(s: Snapshot, field: str) -> Mapping[str, str]:
    """What values are called that say nothing to a reader: a run by its task, its model and its time."""
    if field != "runs":
        return {}
    runs = selection.named(s).select("run_id", "task", "full")
    return {run_id: " · ".join(filter(None, names)) for run_id, *names in runs.iter_rows()}


def _measures(s: Snapshot, v: ViewState) -> list[str]:
    return measures.available(s, selection.counted(s, v))


def _group_keys(s: Snapshot, v: ViewState) -> list[str]:
    return groups.keys(s, selection.counted(s, v))


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


def _positions(s: Snapshot, v: ViewState) -> list[str]:
    row = next(iter(trajectories.chosen(s, v)), None)
    return [str(i) for i in range(len(row["tokens"]))] if row else []


def _labels(s: Snapshot, v: ViewState) -> list[str]:
    return baseline.models(s, v)


CHOICES: dict[str, Callable[[Snapshot, ViewState], list[str]]] = {
    "tasks": _runs_column("task"),
    "models": _runs_column("model"),
    "formats": _runs_column("format"),
    "tags": _runs_column("tags"),
    "suites": _runs_column("suite"),
    "runs": _runs_column("run_id"),
    "metric": _measures,
    "group": _group_keys,
    "cluster": _group_keys,
    "categories": _categories,
    "baseline": _labels,
    "candidates": _labels,
    "threshold_model": _labels,
    "trajectories": trajectories.names,
    "statistic": lambda s, v: [x["id"] for x in trajectories.statistics(s, v)],
    "tokens": _positions,
}
