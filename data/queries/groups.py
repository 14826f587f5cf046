"""Samples put into groups: by the category that the log has, or by a key of their metadata."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.parts import Part
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
    names = part.ids["category"] if not key else _metadata(part, key)
    known = tuple(names.drop_nulls().unique().sort())
    code = names.replace_strict(list(known), range(len(known)), default=-1, return_dtype=pl.Int64)
    return Groups(code.fill_null(-1).to_numpy(), known)


def named(part: Part, key: str) -> pl.Series:
    """The name of each sample's group, null for one that is in none."""
    code, names = of(part, key)
    return pl.Series("category", [*names, None], pl.String).gather(np.where(code < 0, len(names), code))


def _metadata(part: Part, key: str) -> pl.Series:
    """A sample's value under the key, as text, from the first run that has one."""
    found = (
        part.samples.select("sample", _at(key).alias("group"))
        .drop_nulls()
        .unique("sample", keep="first", maintain_order=True)
        .collect()
    )
    codes = pl.DataFrame({"sample": pl.Series(range(part.ids.height), dtype=pl.UInt32)})
    return codes.join(found, on="sample", how="left", maintain_order="left")["group"]


def _at(key: str) -> pl.Expr:
    if not set(key) & set('"\\'):
        return pl.col("metadata").str.json_path_match(f'$["{key}"]')

    def slowly(text: str) -> str | None:  # a JSON path has no spelling for such keys that Polars understands
        value = json.loads(text).get(key)
        return value if value is None or isinstance(value, str) else json.dumps(value)

    return pl.col("metadata").map_elements(slowly, return_dtype=pl.String)
