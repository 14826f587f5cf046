"""One sample, read again from its frame."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
from polars.exceptions import PanicException, PolarsError

from data.formats.base import Log, SampleKey
from data.formats.inspect_frames.evals import parsed
from data.formats.inspect_frames.samples import DETAILS, METADATA, SCORE, asked, metadata, scorers

SHOWN = {"id", "epoch", "input", "target", "choices", "error", "limit", "sample_id", "eval_id", "log"}


def sample(log: Log, key: SampleKey) -> Mapping[str, Any] | None:
    row = _row(log, key)
    if row is None:
        return None
    question = asked(row.get("input"))
    rest = {k: parsed(v) for k, v in row.items() if not k.startswith((SCORE, METADATA)) and v is not None}
    return {
        "input": question if isinstance(question, str) else row.get("input"),
        "target": row.get("target"),
        "choices": parsed(row.get("choices")),
        "scores": {n: _score(row, n) for n in scorers(list(row)) if row[SCORE + n] is not None},
        "metadata": metadata(row),
        "error": row.get("error") or None,
        "limit": row.get("limit"),
        **{k: v for k, v in rest.items() if k not in SHOWN},
    }


def _score(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    details = {d: parsed(row.get(f"{SCORE}{name}_{d}")) for d in DETAILS}
    return {"value": parsed(row[SCORE + name])} | {k: v for k, v in details.items() if v is not None}


def _row(log: Log, key: SampleKey) -> dict[str, Any] | None:
    try:
        place = json.loads(key.locator or "{}")
        path = next(p for p in (log.path, *log.companions) if p.name == place.get("file"))
        row = pl.scan_parquet(path).slice(int(place["row"]), 1).collect().row(0, named=True)
    except (
        StopIteration,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        PolarsError,
        PanicException,
    ):
        return None  # moved or rewritten since
    is_meant = str(row.get("id")) == key.sample_id and (row.get("epoch") or 1) == key.epoch
    return row if is_meant else None
