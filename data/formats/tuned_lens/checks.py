"""What can be wrong with a trajectory. A number in the wrong place would be worse than none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from data.formats import parquet
from data.formats.tuned_lens import npz
from data.formats.tuned_lens.detection import CELLS
from data.problems import Code, Problem

NEWEST = 1
OUTPUT = "output"
ONE_A_TOKEN = ("raw_tokens", "token_ids", "target_ids", "is_generated")
MOST_CELLS = 1_500_000
"""Layers x tokens: all of them are drawn, and a page of more would be heavier than any browser holds."""
MOST_TOKEN = 4_096
"""Bytes of a likeliest token, or characters in an npz: vocabularies have none of a tenth of it, and a few bytes of a file may say one of millions
for every cell."""
MOST_TEXT = 64 << 20
"""Bytes of all the likeliest tokens of one trajectory."""
RANKS = 50
"""Of the likeliest tokens, at most so many are looked for."""
SLACK = 1e-3
"""Logarithms of probabilities are rounded, so that a certain token's may lie above 0."""


def wrong(row: Mapping[str, Any], cells: Path | None) -> Iterator[Problem]:
    """Why a trajectory cannot be shown, as its row of the manifest and its file of cells have it."""
    name = str(row.get("trajectory_id"))
    if not row.get("trajectory_id"):
        yield Problem(Code.MISSING_FIELD, "trajectory_id")
    elif (version := row.get("schema_version") or NEWEST) != NEWEST:
        yield Problem(Code.UNKNOWN_VERSION, f"{name}: schema_version {version}")
    elif found := list(_wrong_axes(row, name)):
        yield from found
    elif cells is None:
        yield Problem(Code.MISSING_FIELD, f"cells/{name}.parquet")
    elif cells.suffix == ".parquet":
        yield from _wrong_cells(f"cells/{name}.parquet", cells, len(row["layer_labels"]), len(row["tokens"]))
    elif cells.suffix == ".npz":
        yield from _wrong_npz(name, cells)


def _wrong_axes(row: Mapping[str, Any], name: str) -> Iterator[Problem]:
    for axis in ("layer_labels", "tokens"):
        if not isinstance(row.get(axis) or [], list):
            yield Problem(Code.BAD_VALUE, f"{name}: {axis} is no list")
            return
        if not row.get(axis):
            yield Problem(Code.MISSING_FIELD, f"{name}: {axis}")
            return
    layers, tokens = row["layer_labels"], len(row["tokens"])
    if len(layers) * tokens > MOST_CELLS:
        yield Problem(Code.TOO_LARGE, f"{name}: {len(layers):,} layers x {tokens:,} tokens")
    if (said := row.get("n_positions")) not in (None, tokens):
        yield Problem(Code.BAD_VALUE, f"{name}: {tokens} tokens, but n_positions is {said}")
    for column in ONE_A_TOKEN:
        if (there := row.get(column)) is not None and len(there) != tokens:
            yield Problem(Code.BAD_VALUE, f"{name}: {tokens} tokens, but {len(there)} {column}")
    yield from _wrong_order(row, name)


def _wrong_order(row: Mapping[str, Any], name: str) -> Iterator[Problem]:
    """The output is the last layer, and there is one exactly if the manifest says so."""
    layers = row["layer_labels"]
    if OUTPUT in layers[:-1]:
        yield Problem(Code.BAD_VALUE, f"{name}: layer_labels with {OUTPUT!r} before the last one")
    elif (said := row.get("includes_output")) is not None and bool(said) != (layers[-1] == OUTPUT):
        yield Problem(Code.BAD_VALUE, f"{name}: includes_output is {said}, but the last of layer_labels is {layers[-1]!r}")  # fmt: skip


def _wrong_cells(where: str, cells: Path, layers: int, positions: int) -> Iterator[Problem]:
    schema = parquet.schema(cells)
    if missing := CELLS - schema.keys():
        yield Problem(Code.MISSING_FIELD, f"{where}: {', '.join(sorted(missing))}")
        return
    scan = pl.scan_parquet(cells)
    if (rows := scan.select(pl.len()).collect().item()) != layers * positions:
        yield Problem(
            Code.BAD_VALUE, f"{where}: {rows} rows instead of {layers * positions} (layers x tokens)"
        )
        return
    if not all(schema[c].is_integer() for c in ("layer", "position")):
        yield Problem(Code.BAD_VALUE, f"{where}: layer or position that is no whole number")
        return
    at = scan.select(pl.col("layer", "position").cast(pl.Int64)).collect()
    inside = pl.col("layer").is_between(0, layers - 1) & pl.col("position").is_between(0, positions - 1)
    if not at.select(inside.fill_null(False).all()).item():
        yield Problem(Code.BAD_VALUE, f"{where}: a layer outside 0 to {layers - 1} or position outside 0 to {positions - 1}")  # fmt: skip
    elif at.is_duplicated().any():
        yield Problem(Code.BAD_VALUE, f"{where}: a layer and position stands twice")
    yield from _wrong_likeliest(where, scan, schema)


def _wrong_npz(where: str, cells: Path) -> Iterator[Problem]:
    """numpy keeps each text as long as the longest, in 4 bytes a character."""
    there = npz.arrays(cells)
    for name in (npz.TOP1, npz.TOP):
        if name in there and there[name].dtype.itemsize > 4 * MOST_TOKEN:
            width = there[name].dtype.itemsize // 4
            yield Problem(
                Code.TOO_LARGE, f"{where}: {name} of {width:,} characters, of at most {MOST_TOKEN:,}"
            )


def _wrong_likeliest(where: str, scan: pl.LazyFrame, schema: Mapping[str, pl.DataType]) -> Iterator[Problem]:
    texts = ranked("top", schema)
    if other := [c for c in texts if schema[c].is_nested()]:
        yield Problem(Code.BAD_VALUE, f"{where}: {', '.join(other)} that is no text")
    elif texts:
        yield from _long(where, scan.select(pl.col(texts).cast(pl.String).str.len_bytes()))
    logp = [
        pl.col(c).cast(pl.Float32).fill_nan(None) for c in ranked("logp", schema) if schema[c].is_numeric()
    ]
    if _any(scan, [x > SLACK for x in logp]):
        yield Problem(Code.BAD_VALUE, f"{where}: a logp above 0, which is no logarithm of a probability")
    if _any(scan, [b - a > SLACK for a, b in pairwise(logp)]):
        yield Problem(Code.BAD_VALUE, f"{where}: a logp that rises from one rank to the next")


def _long(where: str, lengths: pl.LazyFrame) -> Iterator[Problem]:
    size = lengths.select(pl.sum_horizontal(pl.all().cast(pl.UInt64).sum())).collect().item() or 0
    longest = lengths.select(pl.max_horizontal(pl.all().max())).collect().item() or 0
    if longest > MOST_TOKEN:
        yield Problem(Code.TOO_LARGE, f"{where}: a token of {longest:,} bytes, of at most {MOST_TOKEN:,}")
    elif size > MOST_TEXT:
        yield Problem(Code.TOO_LARGE, f"{where}: {size:,} bytes of tokens, of at most {MOST_TEXT:,}")


def _any(scan: pl.LazyFrame, tests: list[pl.Expr]) -> bool:
    return bool(tests) and bool(scan.select(pl.any_horizontal(tests).any()).collect().item())


def ranked(prefix: str, schema: Mapping[str, Any]) -> list[str]:
    """
    >>> ranked("top", {"top2": 0, "top1": 0, "top1_id": 0, "top4": 0})
    ['top1', 'top2']
    """
    found = []
    for k in range(1, RANKS + 1):
        if (name := f"{prefix}{k}") not in schema:
            break
        found.append(name)
    return found


def statistics(row: Mapping[str, Any], cells: Path, name: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Those that the manifest names and the cells have as numbers, and what is wrong with the others."""
    said = row.get("statistics")
    try:
        found = json.loads(said) if isinstance(said, str) else said
    except ValueError:
        return [], [Problem(Code.BAD_VALUE, f"{name}: statistics that are no JSON")]
    if isinstance(found, dict):
        found = [{"id": key, **(about if isinstance(about, dict) else {})} for key, about in found.items()]
    known = [x for x in found or [] if isinstance(x, dict) and isinstance(x.get("id"), str) and x["id"]]
    schema = parquet.schema(cells) if cells.suffix == ".parquet" else {}
    lost = [x["id"] for x in known if schema and (x["id"] not in schema or not schema[x["id"]].is_numeric())]
    problems = [Problem(Code.MISSING_FIELD, f"cells/{name}.parquet: {', '.join(lost)}")] if lost else []
    kept = [x for x in known if x["id"] not in lost]
    if not kept and not lost:
        problems = [Problem(Code.MISSING_FIELD, f"{name}: statistics")]
    return kept, problems
