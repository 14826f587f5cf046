"""The scores of samples behind a value of a whole task or category: is it their mean, and are they all there?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.cubes import Floats
from data.parts import Part
from data.statistics.arrays import ratio
from data.store import Snapshot

ROUNDED = 5.1e-5
"""A logged value is the mean of its samples' scores if it is within this: logs round to four digits at most."""


def agrees(mean: Floats, said: Floats, factor: float = 1.0) -> NDArray[np.bool_]:
    """Whether what a log says is this mean, times `factor`; never where one of them is NaN."""
    with np.errstate(invalid="ignore"):
        off = np.abs(mean * factor - said)
        found: NDArray[np.bool_] = off <= ROUNDED * factor * np.maximum(1, np.abs(mean))
    return found


def all_there(
    n: NDArray[Any], tries: NDArray[Any], said: Floats, kept: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether a value is over these `n` samples with a score, of so many tries (samples x epochs), and no others: some
    logs keep ten of 5,000, and a mean of 0 over both is no sign that it is of the same.

    `said` is over how many the log says that it is, of samples or of tries, NaN where it does not say; there `kept`
    decides, whether the log keeps every sample of the run (`keeps_all`).
    """
    with np.errstate(invalid="ignore"):
        counted: NDArray[np.bool_] = (n <= said) & (said <= tries)
    return np.where(np.isnan(said), kept, counted)


def keeps_all(s: Snapshot, part: Part, run_ids: Sequence[str]) -> NDArray[np.bool_]:
    """Of each run: whether its log keeps all samples that by its own word were done; not where it does not say."""
    done = _done(s)
    return np.array([_keeps_all(part, run_id, done.get(run_id)) for run_id in run_ids], bool)


@lru_cache(maxsize=2)  # asked of each row of a page
def _done(s: Snapshot) -> Mapping[str, int | None]:
    return dict(s.runs.select("run_id", "samples_done").rows())


def _keeps_all(part: Part, run_id: str, done: int | None) -> bool:
    return done is not None and run_id in part.run_code and int(part.done[part.run_code[run_id]]) >= done


def sums(value: Floats, code: NDArray[np.int64], size: int) -> tuple[Floats, NDArray[np.intp]]:
    """Sum and count of what is not NaN, per row of `value` (runs x samples) and group; code -1 is in no group."""
    rows, columns = np.nonzero(~np.isnan(value) & (code >= 0)[None, :])
    at = rows * size + code[columns]
    shape = (value.shape[0], size)
    total = np.bincount(at, weights=value[rows, columns], minlength=shape[0] * size).astype(np.float64)
    return total.reshape(shape), np.bincount(at, minlength=shape[0] * size).reshape(shape)


def means(value: Floats, code: NDArray[np.int64], size: int) -> Floats:
    """NaN for a group without a score."""
    return ratio(*sums(value, code, size))
