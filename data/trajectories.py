"""The arrays of one trajectory, read by slice from the file that they stay in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from math import nan
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.formats import parquet
from data.formats.tuned_lens import checks, npz

Floats = NDArray[np.float32]
Read = Callable[..., Any]
"""Reads one of READERS by its name: here, or where strangers' files are read."""
LONGEST = 200
"""Characters of a token that are looked at: more is no token, and each cell may have one."""


class Top(NamedTuple):
    """The likeliest tokens of one cell, best first, with their natural log-probabilities."""

    tokens: tuple[str, ...]
    logp: tuple[float, ...]


def here(what: str, *about: Any) -> Any:
    return READERS[what](*about)


@lru_cache(maxsize=32)
def matrix(
    cells: str, mtime_ns: int, statistic: str, layers: int, positions: int, read: Read = here
) -> Floats:
    """Layers x positions; NaN where the statistic is not defined, as at the last token of one that needs a target."""
    found: Floats = read("matrix", cells, statistic, layers, positions)
    return found


def _matrix(cells: str, statistic: str, layers: int, positions: int) -> Floats:
    path = Path(cells)
    if path.suffix == ".npz":
        return npz.load(path, npz.PREFIX + statistic).astype(np.float32)
    df = pl.scan_parquet(path).select("layer", "position", pl.col(statistic).cast(pl.Float32)).collect()
    out = np.full((layers, positions), np.nan, np.float32)
    out[df["layer"].to_numpy(), df["position"].to_numpy()] = df[statistic].fill_null(np.nan).to_numpy()
    return out


@lru_cache(maxsize=16)
def top1(cells: str, mtime_ns: int, layers: int, positions: int, read: Read = here) -> NDArray[np.object_]:
    """The likeliest token of each cell; None where the file does not have it."""
    found: NDArray[np.object_] = read("top1", cells, layers, positions)
    return found


def _top1(cells: str, layers: int, positions: int) -> NDArray[np.object_]:
    out = np.full((layers, positions), None, object)
    path = Path(cells)
    if path.suffix == ".npz":
        found = npz.top1(path, (layers, positions))
        return out if found is None else found.astype(f"U{LONGEST}").astype(object)
    if "top1" not in parquet.schema(path):
        return out
    df = pl.scan_parquet(path).select("layer", "position", _token("top1")).collect()
    out[df["layer"].to_numpy(), df["position"].to_numpy()] = df["top1"].to_numpy(allow_copy=True)
    return out


def top(cells: str, layer: int, position: int, layers: int, positions: int, read: Read = here) -> Top:
    """What a reader sees of one cell on pointing at it."""
    found: Top = read("top", cells, layer, position, layers, positions)
    return found


def _top(cells: str, layer: int, position: int, layers: int, positions: int) -> Top:
    path = Path(cells)
    if path.suffix == ".npz":
        pairs = npz.top(path, layer, position, (layers, positions))
        return Top(tuple(t[:LONGEST] for t, _ in pairs), tuple(x for _, x in pairs))
    schema = parquet.schema(path)
    tokens, logp = checks.ranked("top", schema), checks.ranked("logp", schema)
    here = (pl.col("layer") == layer) & (pl.col("position") == position)
    # Not the whole table: it may have columns of anything beside these.
    scan = pl.scan_parquet(path).filter(here).select(*map(_token, tokens), *logp)
    row = next(iter(scan.collect().to_dicts()), {})
    ranks = [k for k, name in enumerate(tokens, 1) if row.get(name) is not None]
    return Top(
        tuple(row[f"top{k}"] for k in ranks),
        tuple(nan if (x := row.get(f"logp{k}")) is None else x for k in ranks),
    )


READERS: Mapping[str, Read] = MappingProxyType({"matrix": _matrix, "top1": _top1, "top": _top})


def _token(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).str.head(LONGEST)


def changed(cells: str) -> int:
    """Part of every cached slice's key, so that a file written anew is read anew."""
    return Path(cells).stat().st_mtime_ns


def statistics(text: str) -> list[dict[str, Any]]:
    """What a trajectory has, as its index says."""
    return [s for s in json.loads(text or "[]") if isinstance(s, dict) and s.get("id")]
