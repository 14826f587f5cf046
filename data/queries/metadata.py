"""What the samples of a task say of themselves: their metadata, by key, and their texts."""

from __future__ import annotations

import json
from functools import lru_cache

import polars as pl

from data.formats import grouping
from data.parts import Part


@lru_cache(maxsize=64)
def keys(part: Part) -> tuple[str, ...]:
    """Those that hold plain values in the samples that were looked at, in the order of the logs: what could name a sample.
    Few of them could group samples (`runs.metadata_keys`)."""
    said = part.samples.select("metadata").drop_nulls().head(grouping.PROBED).collect()["metadata"]
    return tuple(grouping.plain(said.to_list()))


def of(part: Part, key: str) -> pl.Series:
    """A sample's value under the key, as text, from the first run that has one."""
    return first(part, _at(key))


def first(part: Part, what: pl.Expr) -> pl.Series:
    """As many as `part.ids`: what this is of the first run and epoch in which the sample has it, else null."""
    found = (
        part.samples.select("sample", what.alias("found"))
        .drop_nulls()
        .unique("sample", keep="first", maintain_order=True)
        .collect()
    )
    codes = pl.DataFrame({"sample": pl.Series(range(part.ids.height), dtype=pl.UInt32)})
    return codes.join(found, on="sample", how="left", maintain_order="left")["found"]


def _at(key: str) -> pl.Expr:
    if not set(key) & set('"\\'):
        return pl.col("metadata").str.json_path_match(f'$["{key}"]')

    def slowly(text: str) -> str | None:  # a JSON path has no spelling for such keys that Polars understands
        value = json.loads(text).get(key)
        return value if value is None or isinstance(value, str) else json.dumps(value)

    return pl.col("metadata").map_elements(slowly, return_dtype=pl.String)
