"""Standard errors from the values of single instances.

The variance in stats.json is over train trials, of which there is one mostly: it is 0, and says nothing of the
instances. Trials of one instance are averaged first, since they are not independent of each other.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.formats.helm import perturbations
from data.formats.helm.instances import Floats, Instances, Key, identity

Rows = NDArray[np.int64]
AGREES = 1e-6


class Estimate(NamedTuple):
    mean: float
    stderr: float | None
    n: int
    """Instances with a value."""


class Slice(NamedTuple):
    """A statistic is over the rows of one split, of one perturbation, computed in one way."""

    split: str | None
    sub_split: str | None
    """None: all of them."""
    perturbation: str = ""
    computed_on: str = ""


def slice_of(split: str | None, sub_split: str | None, perturbation: Mapping[str, Any] | None) -> Slice:
    if perturbation is None:
        return Slice(split, sub_split)
    on = str(perturbation.get("computed_on") or "perturbed")
    if perturbations.is_aggregate(perturbation):
        return Slice(split, sub_split, str(perturbation["name"]), "any")
    return Slice(split, sub_split, identity(perturbation), on)


class Estimates:
    """Estimates of one run, those of a slice all at once when the first of them is asked for."""

    def __init__(self, instances: Instances) -> None:
        self._instances = instances
        self._names = list(instances.means)
        self._means = np.array([instances.means[n] for n in self._names]).reshape(
            len(self._names), len(instances)
        )
        self._slices: dict[Slice, dict[str, Estimate]] = {}
        self._sizes: dict[Slice, int] = {}
        self._places = Places(instances)

    def get(self, name: str, where: Slice) -> Estimate | None:
        """None for what is not an average over instances, as perplexity is not."""
        if where not in self._slices:
            self._slices[where] = self._all(where)
        return self._slices[where].get(name)

    def size(self, where: Slice) -> int:
        """How many instances there are to estimate from."""
        if where not in self._sizes:
            self._sizes[where] = len(np.unique(self._places.instance[self._places.versions(where)[0]]))
        return self._sizes[where]

    def _all(self, where: Slice) -> dict[str, Estimate]:
        base, *others = self._places.versions(where)
        if not len(base):
            return {}
        values = self._means[:, base]
        for rows in others:  # the worst of several; -1 where one does not have the instance
            values = np.fmin(values, np.where(rows >= 0, self._means[:, rows], np.nan))
        found = zip(self._names, estimates(values, self._places.instance[base]), strict=True)
        return {name: e for name, e in found if e is not None}


class Places:
    """Which rows a slice is over."""

    def __init__(self, instances: Instances) -> None:
        self._instances = instances
        keys = instances.keys
        self.instance = codes([k.instance for k in keys])
        self._split = np.array(instances.splits, object)
        self._sub_split = np.array(instances.sub_splits, object)
        self._perturbation = np.array([k.perturbation for k in keys], object)

    def versions(self, where: Slice) -> tuple[Rows, ...]:
        """The rows of the slice, and for a worst case those of the other versions of the same instances."""
        if not where.perturbation:
            return (self._of(where, ""),)
        if where.computed_on == "any":
            plain = self._of(where, "")
            kinds = [d for d, p in self._instances.perturbations.items() if p.get(where.perturbation)]
            return (plain, *(self._same(plain, d) for d in kinds))
        perturbed = self._of(where, where.perturbation)
        if where.computed_on == "perturbed":
            return (perturbed,)
        original = self._same(perturbed, "")
        return (perturbed, original) if where.computed_on == "worst" else (original[original >= 0],)

    def _of(self, where: Slice, perturbation: str) -> Rows:
        here = (self._split == where.split) & (self._perturbation == perturbation)
        if where.sub_split is not None:
            here &= self._sub_split == where.sub_split
        return np.flatnonzero(here)

    def _same(self, rows: Rows, perturbation: str) -> Rows:
        """The rows of the same instances and trials under another perturbation; -1 where there is none."""
        keys, row = self._instances.keys, self._instances.row
        return np.array(
            [row.get(Key(keys[i].instance, perturbation, keys[i].trial), -1) for i in rows.tolist()], np.int64
        )


def codes(names: Sequence[str]) -> Rows:
    known: dict[str, int] = {}
    return np.array([known.setdefault(n, len(known)) for n in names], np.int64)


def estimates(values: Floats, ids: Rows) -> list[Estimate | None]:
    """One for each row of `values`. Most have every instance once, and such rows need not be looked at singly."""
    if len(np.unique(ids)) < len(ids) or len(ids) < 2:
        return [estimate(row, ids) for row in values]
    whole = np.asarray(np.isfinite(values).all(axis=1))
    means = values[whole].mean(axis=1)
    spread = values[whole].std(axis=1, ddof=1) / np.sqrt(len(ids))
    known = iter([Estimate(m, s, len(ids)) for m, s in zip(means.tolist(), spread.tolist(), strict=True)])
    return [next(known) if w else estimate(row, ids) for w, row in zip(whole.tolist(), values, strict=True)]


def estimate(values: Floats, ids: Rows) -> Estimate | None:
    """
    >>> estimate(np.array([1.0, 0.0, 1.0, 0.0, np.nan]), np.array([0, 1, 2, 3, 4]))
    Estimate(mean=0.5, stderr=0.28867513459481287, n=4)
    """
    known = ~np.isnan(values)
    values, ids = values[known], ids[known]
    if not len(values):
        return None
    _, code, size = np.unique(ids, return_inverse=True, return_counts=True)
    means = np.bincount(code, weights=values) / size if len(size) < len(values) else values
    n = len(means)
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):  # infinities have no spread
        warnings.simplefilter("ignore")
        spread = float(np.std(means, ddof=1) / np.sqrt(n)) if n > 1 else np.nan
        return Estimate(float(np.mean(means)), spread if np.isfinite(spread) else None, n)


def agree(a: float, b: float) -> bool:
    return a == b or abs(a - b) <= AGREES * max(1.0, abs(a), abs(b))
