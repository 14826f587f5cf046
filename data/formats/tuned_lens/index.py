"""The index of a folder of trajectories, and what is wrong with their files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from data.formats.base import Log, Reading
from data.formats.tuned_lens.detection import CELLS, MANIFEST, parquet_columns
from data.formats.tuned_lens.npz import describe
from data.problems import Code, Problem
from data.schema import TRAJECTORIES, Tables

NEWEST = 1


def read(log: Log) -> Reading:
    with log.path.open("rb") as f:
        is_parquet = f.read(4) == b"PAR1"
    if not is_parquet:
        return _index([describe(log.path)], {}, log.path)
    columns = parquet_columns(log.path)
    if not columns >= MANIFEST:
        return Reading(Tables.of(), (Problem(Code.ORPHAN_DETAILS, "trajectories.parquet"),))
    # Where the arrays lie is told by where they lie: a path that a manifest names could be any file of the machine.
    rows = pl.read_parquet(log.path).drop("cells", strict=False).to_dicts()
    return _index(rows, {p.stem: p for p in log.companions}, log.path)


def _index(rows: list[dict[str, Any]], cells: Mapping[str, Path], path: Path) -> Reading:
    kept: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for row in rows:
        found = cells.get(str(row["trajectory_id"]), None) or row.get("cells")
        wrong = list(_wrong(row, Path(found) if found else None))
        problems += wrong
        if not wrong:
            kept.append(_row(row, str(found)))
    lost = sorted(set(cells) - {str(r["trajectory_id"]) for r in rows})
    problems += [Problem(Code.ORPHAN_DETAILS, f"cells/{name}.parquet") for name in lost]
    table = pl.DataFrame(kept, schema=TRAJECTORIES, strict=False)
    return Reading(Tables.of(trajectories=table), tuple(problems))


def _wrong(row: Mapping[str, Any], cells: Path | None) -> Iterator[Problem]:
    """Why a trajectory cannot be shown. A number in the wrong place would be worse than none."""
    name = str(row["trajectory_id"])
    if (version := row.get("schema_version") or NEWEST) > NEWEST:
        yield Problem(Code.UNKNOWN_VERSION, f"{name}: schema_version {version}")
        return
    layers, tokens = row.get("layer_labels") or [], row.get("tokens") or []
    if not layers or not tokens:
        yield Problem(Code.MISSING_FIELD, f"{name}: {'layer_labels' if not layers else 'tokens'}")
        return
    if (said := row.get("n_positions")) not in (None, len(tokens)):
        yield Problem(Code.BAD_VALUE, f"{name}: {len(tokens)} tokens, but n_positions is {said}")
    if cells is None:
        yield Problem(Code.MISSING_FIELD, f"cells/{name}.parquet")
    elif cells.suffix == ".parquet":
        yield from _wrong_cells(name, cells, len(layers) * len(tokens))


def _wrong_cells(name: str, cells: Path, expected: int) -> Iterator[Problem]:
    if missing := CELLS - parquet_columns(cells):
        yield Problem(Code.MISSING_FIELD, f"cells/{name}.parquet: {', '.join(sorted(missing))}")
        return
    at = pl.scan_parquet(cells).select("layer", "position").collect()
    if at.height != expected:
        yield Problem(
            Code.BAD_VALUE, f"cells/{name}.parquet: {at.height} rows instead of {expected} (layers x tokens)"
        )
    elif at.is_duplicated().any():
        yield Problem(Code.BAD_VALUE, f"cells/{name}.parquet: a layer and position stands twice")


def _row(row: Mapping[str, Any], cells: str) -> dict[str, Any]:
    known = {
        key: row.get(key) for key in TRAJECTORIES if key not in ("cells", "location", "statistics", "task")
    }
    statistics = row.get("statistics")
    text = statistics if isinstance(statistics, str) else json.dumps(statistics or [])
    return {**known, "cells": cells, "statistics": text, "task": row.get("task") or row.get("eval_task")}
