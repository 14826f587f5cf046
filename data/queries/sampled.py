"""The scores of samples behind a value of a whole task or category: is it their mean?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.cubes import Floats
from data.statistics.arrays import ratio

ROUNDED = 5.1e-5
"""A logged value is the mean of its samples' scores if it is within this: logs round to four digits at most."""


def agrees(mean: Floats, said: Floats, factor: float = 1.0) -> NDArray[np.bool_]:
    """Whether what a log says is this mean, times `factor`; never where one of them is NaN."""
    with np.errstate(invalid="ignore"):
        off = np.abs(mean * factor - said)
        found: NDArray[np.bool_] = off <= ROUNDED * factor * np.maximum(1, np.abs(mean))
    return found


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
