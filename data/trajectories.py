"""The arrays of one trajectory, read by slice from the file that they stay in."""

from __future__ import annotations

import json
from functools import lru_cache
from math import nan
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.formats.tuned_lens.npz import PREFIX

Floats = NDArray[np.float32]


class Top(NamedTuple):
    """The likeliest tokens of one cell, best first, with their natural log-probabilities."""

    tokens: tuple[str, ...]
    logp: tuple[float, ...]


@lru_cache(maxsize=32)
def matrix(cells: str, mtime_ns: int, statistic: str, layers: int, positions: int) -> Floats:
    """Layers x positions; NaN where the statistic is not defined, as at the last token of one that needs a target."""
    path = Path(cells)
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as z:
            return z[PREFIX + statistic].astype(np.float32)
    df = pl.scan_parquet(path).select("layer", "position", pl.col(statistic).cast(pl.Float32)).collect()
    out = np.full((layers, positions), np.nan, np.float32)
    out[df["layer"].to_numpy(), df["position"].to_numpy()] = df[statistic].fill_null(np.nan).to_numpy()
    return out


@lru_cache(maxsize=16)
def top1(cells: str, mtime_ns: int, layers: int, positions: int) -> NDArray[np.object_]:
    """The likeliest token of each cell; None where the file does not have it."""
    out = np.full((layers, positions), None, object)
    path = Path(cells)
    if path.suffix == ".npz" or "top1" not in pl.read_parquet_schema(path):
        return out
    df = pl.scan_parquet(path).select("layer", "position", "top1").collect()
    out[df["layer"].to_numpy(), df["position"].to_numpy()] = df["top1"].to_numpy(allow_copy=True)
    return out


def top(cells: str, layer: int, position: int) -> Top:
    """What a reader sees of one cell on pointing at it."""
    path = Path(cells)
    if path.suffix == ".npz":
        return Top((), ())
    here = (pl.col("layer") == layer) & (pl.col("position") == position)
    row = pl.scan_parquet(path).filter(here).collect().to_dicts()
    ranks = [k for k in range(1, 51) if row and row[0].get(f"top{k}") is not None]
    return Top(tuple(row[0][f"top{k}"] for k in ranks), tuple(row[0].get(f"logp{k}", nan) for k in ranks))


def changed(cells: str) -> int:
    """Part of every cached slice's key, so that a file written anew is read anew."""
    return Path(cells).stat().st_mtime_ns


def statistics(text: str) -> list[dict[str, Any]]:
    """What a trajectory has, as its index says."""
    return [s for s in json.loads(text or "[]") if isinstance(s, dict) and s.get("id")]
