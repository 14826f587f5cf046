"""The way back from what was ingested to what the log itself says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from data.formats import BY_NAME
from data.formats.base import Log, SampleKey
from data.parts import Part
from data.problems import Code, Problem
from data.store import Snapshot


def sample(s: Snapshot, run_id: str, sample_id: str, epoch: int | None) -> Mapping[str, Any] | Problem:
    """One sample as its log has it now, or why it cannot be had; its first epoch if none is named."""
    run = s.runs.filter(pl.col("run_id") == run_id).head(1)
    row = _row(s.parts.get(run["task"][0]), run_id, sample_id, epoch) if run.height else None
    if row is None:
        return Problem(Code.MISSING_FIELD, f"{sample_id} ({epoch or 1})", run_id)
    location = run["location"][0]
    try:
        read = s.read_sample or _read
        found = read(run["format"][0], _log(run), SampleKey(sample_id, row["epoch"], row["locator"]))
    except PermissionError as e:
        return Problem(Code.NOT_PERMITTED, e.strerror or "", location)
    except Exception as e:  # the log may have been moved, cut or replaced since it was ingested
        return Problem(Code.UNREADABLE, f"{type(e).__name__}: {e}"[:500], location)
    return (
        found if found is not None else Problem(Code.MISSING_FIELD, f"{sample_id} ({epoch or 1})", location)
    )


def _read(format: str, log: Log, key: SampleKey) -> Mapping[str, Any] | None:
    return BY_NAME[format].sample(log, key)


def _row(part: Part | None, run_id: str, sample_id: str, epoch: int | None) -> Mapping[str, Any] | None:
    if part is None or run_id not in part.run_code:
        return None
    codes = (part.ids["sample_id"] == sample_id).arg_true().to_list()
    here = (pl.col("run") == part.run_code[run_id]) & pl.col("sample").is_in(codes)
    if epoch is not None:
        here &= pl.col("epoch") == epoch
    rows = part.samples.filter(here).select("epoch", "locator").sort("epoch").head(1).collect()
    return rows.row(0, named=True) if rows.height else None


def _log(run: pl.DataFrame) -> Log:
    path = Path(run["location"][0])
    beside = [p for pattern in ("*", "*/*") for p in path.parent.glob(pattern) if p.is_file()]
    return Log(path, BY_NAME[run["format"][0]].companions(path, beside))
