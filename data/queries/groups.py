"""Samples put into groups: by the category that the log has, or by a key of their metadata."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.parts import Part
from data.queries import metadata
from data.store import Snapshot


class Groups(NamedTuple):
    """`code` has the group of each sample of the part, -1 for a sample that is in none."""

    code: NDArray[np.int64]
    names: tuple[str, ...]


class Whole(NamedTuple):
    """All samples of a task as one group without a name, but for those with code -1."""

    code: NDArray[np.int64]
    names: tuple[None] = (None,)


def keys(s: Snapshot, runs: pl.DataFrame) -> list[str]:
    """The metadata that these runs could be grouped by."""
    return runs["metadata_keys"].explode().drop_nulls().unique().sort().to_list()


@lru_cache(maxsize=64)
def of(part: Part, key: str) -> Groups:
    """By this metadata key, or by the log's own categories when the key is empty."""
    names = part.ids["category"] if not key else metadata.of(part, key)
    known = tuple(names.drop_nulls().unique().sort())
    code = names.replace_strict(list(known), range(len(known)), default=-1, return_dtype=pl.Int64)
    return Groups(code.fill_null(-1).to_numpy(), known)


def named(part: Part, key: str) -> pl.Series:
    """The name of each sample's group, null for one that is in none."""
    code, names = of(part, key)
    return pl.Series("category", [*names, None], pl.String).gather(np.where(code < 0, len(names), code))
