"""The index of a folder of trajectories, and what is wrong with their files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from data.formats import inputs
from data.formats.base import Log, Reading
from data.formats.tuned_lens import checks
from data.formats.tuned_lens.detection import MANIFEST, parquet_columns
from data.formats.tuned_lens.npz import describe
from data.problems import Code, Problem
from data.schema import TRAJECTORIES, Tables

LONGEST = 200
"""Characters that are kept of a token, a layer's label or the name of a statistic."""
MADE_HERE = ("cells", "location", "statistics", "task", "layer_labels", "tokens", "prompt_hash")


def read(log: Log) -> Reading:
    with log.path.open("rb") as f:
        is_parquet = f.read(4) == b"PAR1"
    if not is_parquet:
        return _index([describe(log.path)], {})
    columns = parquet_columns(log.path)
    if not columns >= MANIFEST:
        return Reading(Tables.of(), (Problem(Code.ORPHAN_DETAILS, "trajectories.parquet"),))
    # Where the arrays lie is told by where they lie: a path that a manifest names could be any file of the machine.
    rows = pl.read_parquet(log.path).drop("cells", strict=False).to_dicts()
    return _index(rows, {p.stem: p for p in log.companions})


def _index(rows: list[dict[str, Any]], cells: Mapping[str, Path]) -> Reading:
    kept: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for row in rows:
        name = str(row.get("trajectory_id"))
        found = cells.get(name) or row.get("cells")
        wrong = list(checks.wrong(row, Path(found) if found else None))
        if name in kept:
            wrong = [Problem(Code.BAD_VALUE, f"{name}: trajectory_id that stands twice")]
        if not wrong:
            statistics, lost = checks.statistics(row, Path(str(found)), name)
            problems += lost
            if statistics:
                kept[name] = _row(row, str(found), statistics)
        problems += wrong
    problems += _orphans(rows, cells)
    table = pl.DataFrame(list(kept.values()), schema=TRAJECTORIES, strict=False)
    hashed = inputs.hashes([p if isinstance(p, str) else None for p in table["prompt"]])
    return Reading(Tables.of(trajectories=table.with_columns(hashed.alias("prompt_hash"))), tuple(problems))


def _orphans(rows: list[dict[str, Any]], cells: Mapping[str, Path]) -> Iterator[Problem]:
    for name in sorted(set(cells) - {str(r.get("trajectory_id")) for r in rows}):
        yield Problem(Code.ORPHAN_DETAILS, f"cells/{name}.parquet")


def _row(row: Mapping[str, Any], cells: str, statistics: list[dict[str, Any]]) -> dict[str, Any]:
    known = {key: row.get(key) for key in TRAJECTORIES if key not in MADE_HERE}
    return {
        **known,
        "trajectory_id": str(row["trajectory_id"]),
        "sample_id": None if row.get("sample_id") is None else str(row["sample_id"]),
        "layer_labels": _texts(row["layer_labels"]),
        "tokens": _texts(row["tokens"]),
        "cells": cells,
        "statistics": json.dumps([_statistic(x) for x in statistics]),
        "task": row.get("task") or row.get("eval_task"),
    }


def _texts(values: list[Any]) -> list[str]:
    return ["" if x is None else str(x)[:LONGEST] for x in values]


def _statistic(said: Mapping[str, Any]) -> dict[str, Any]:
    """Its id, what it is called, its units: as texts, whatever the manifest makes of them."""
    name, units, definition = (str(said.get(k) or "")[:LONGEST] for k in ("name", "units", "definition"))
    return {"id": said["id"], "name": name or said["id"], "units": units, "definition": definition}
