"""per_instance_stats.json as columns: one row an instance, perturbation and trial, one array a statistic.

The file has some 27 statistics for each row, and each of them repeats its row's split and perturbation, which makes
it 34 times larger than what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.formats.helm import bookkeeping, perturbations
from data.formats.helm.records import Entry

Floats = NDArray[np.float64]
TOTALS = (bookkeeping.INPUT_TOKENS, bookkeeping.OUTPUT_TOKENS, bookkeeping.TIME)


class Key(NamedTuple):
    """What tells one row from all others."""

    instance: str
    perturbation: str
    """Its detail; empty for the instance as it was."""
    trial: int


@dataclass(frozen=True, slots=False, eq=False)
class Instances:
    keys: list[Key]
    splits: list[str | None]
    sub_splits: list[str | None]
    perturbations: Mapping[str, Mapping[str, Any]]
    """By detail."""
    means: dict[str, Floats]
    """By statistic; NaN where a row has none, or none that is a number."""
    totals: dict[str, Floats] = field(default_factory=dict)
    unscored: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    """Where a statistic was logged as NaN; only of those with such rows."""

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def row(self) -> Mapping[Key, int]:
        return {key: i for i, key in enumerate(self.keys)}


def of(entries: Sequence[Entry]) -> Instances:
    known: dict[str, Mapping[str, Any]] = {}
    rows: dict[Key, int] = {}
    at = np.empty(len(entries), np.int64)
    first: list[Entry] = []
    for i, entry in enumerate(entries):
        key = _key(entry, known)
        at[i] = rows.setdefault(key, len(rows))
        if len(first) < len(rows):
            first.append(entry)
    found = Instances(
        keys=list(rows),
        splits=[e.stats[0].name.split if e.stats else None for e in first],
        sub_splits=[e.stats[0].name.sub_split if e.stats else None for e in first],
        perturbations=known,
        means={},
    )
    _fill(found, entries, at)
    return found


def _key(entry: Entry, known: dict[str, Mapping[str, Any]]) -> Key:
    detail = ""
    if entry.perturbation is not None:
        detail = identity(entry.perturbation)
        known.setdefault(detail, entry.perturbation)
    return Key(str(entry.instance_id), detail, entry.train_trial_index)


def identity(perturbation: Mapping[str, Any]) -> str:
    """Equal for the perturbation of an instance and that of the statistics over it. With the name, since two
    perturbations may have the same parameters."""
    return f"{perturbation.get('name')} {perturbations.detail(perturbation)}"


def _fill(found: Instances, entries: Sequence[Entry], at: NDArray[np.int64]) -> None:
    """Rows come with the same statistics in the same order, mostly, and such are taken together."""
    size = len(found)
    start = 0
    for names, group in groupby(entries, lambda e: [s.name.name for s in e.stats]):
        same = list(group)
        place = at[start : start + len(same)]
        start += len(same)
        means = np.array([[s.mean for s in e.stats] for e in same], np.float64).reshape(len(same), len(names))
        for i, name in enumerate(names):
            column = found.means.get(name)
            if column is None:
                column = found.means[name] = np.full(size, np.nan)
            column[place] = means[:, i]
            if name in TOTALS:
                total = found.totals.setdefault(name, np.full(size, np.nan))
                total[place] = [e.stats[i].sum for e in same]
        _note_nan(found, same, means, names, place)


def _note_nan(
    found: Instances, same: Sequence[Entry], means: Floats, names: Sequence[str], place: NDArray[np.int64]
) -> None:
    """Absent and NaN are alike in an array and are not the same: no score, and one that is no number."""
    for i in np.flatnonzero(np.isnan(means).any(axis=0)).tolist():
        logged = np.array([e.stats[i].mean is not None for e in same]) & np.isnan(means[:, i])
        if logged.any():
            flags = found.unscored.setdefault(names[i], np.zeros(len(found), bool))
            flags[place] |= logged
