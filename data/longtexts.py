"""What samples say beyond the previews of the tables, to be searched: long inputs, targets and answers, and what scorers
explain. Read once, after ingest and off its path, and kept beside the part that they belong to. Until then a search goes
without them, and says so.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import polars as pl

from data.formats import BY_NAME
from data.formats.base import Log
from data.parts import Part
from data.store import Snapshot

log = logging.getLogger(__name__)

FILE = "longtexts.arrow"
SCHEMA = pl.Schema({"run": pl.UInt32, "sample": pl.UInt32, "epoch": pl.Int32, "text": pl.String})
"""Codes into the part, one row each sample that says more than its previews."""


def prepare(s: Snapshot) -> None:
    """Reads the long texts of every part that has none yet."""
    for part in s.parts.values():
        if part.home is not None and not is_ready(part):
            _keep(_read(s, part), part.home)


def is_ready(part: Part) -> bool:
    return part.home is not None and (part.home / FILE).exists()


def scan(part: Part) -> pl.LazyFrame | None:
    return pl.scan_ipc(part.home / FILE) if part.home is not None and is_ready(part) else None


def _keep(found: pl.DataFrame, home: Path) -> None:
    """Whole or not at all: two processes may be at it."""
    aside = home / f".{FILE}-{os.getpid()}"
    try:
        found.write_ipc(aside, compression="uncompressed")
        aside.replace(home / FILE)
    except OSError:  # a full disk, or a part that was just thrown away: a search goes without
        log.warning("long texts could not be kept in %s", home)
        aside.unlink(missing_ok=True)


def _read(s: Snapshot, part: Part) -> pl.DataFrame:
    runs = {r["run_id"]: r for r in s.runs.select("run_id", "format", "location").iter_rows(named=True)}
    ids = part.ids.select("sample_id", pl.int_range(pl.len(), dtype=pl.UInt32).alias("sample"))
    frames = [_of(runs[run], code, ids) for code, run in enumerate(part.runs) if run in runs]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *frames])


def _of(run: dict[str, Any], code: int, ids: pl.DataFrame) -> pl.DataFrame:
    try:
        told = BY_NAME[run["format"]].long_texts(Log(Path(run["location"])))
    except (
        Exception
    ) as e:  # logs come from anywhere, and may have gone: one that cannot be read costs its own
        log.info("no long texts from %s: %s", run["location"], e)
        told = []
    found = pl.DataFrame(
        told, schema={"sample_id": pl.String, "epoch": pl.Int32, "text": pl.String}, orient="row"
    )
    coded = found.unique(["sample_id", "epoch"], keep="last").join(ids, on="sample_id")
    return coded.select(pl.lit(code, pl.UInt32).alias("run"), "sample", "epoch", "text")
