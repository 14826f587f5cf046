"""The way back from what was ingested to what the log itself says."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Lock, Semaphore
from typing import Any, NamedTuple

import polars as pl

from data import files
from data.formats import BY_NAME
from data.formats.base import Log, SampleKey, no_companions
from data.parts import Part
from data.problems import Code, Problem
from data.store import ReadSample, Snapshot

Whole = Mapping[str, Any]
"""A sample as `Format.sample` promises it."""
HELD_BYTES = 16 << 20
"""Of samples that stay in memory for the other panels of a page, the older ones; the last one may be of any size."""
HELD = 64
FAILED_S = 10.0
"""The panels of a page all ask for the sample that cannot be had, and each may have to wait long for that."""
AT_ONCE = 2
"""Samples of the server's own logs that are opened at the same time: each may take much memory."""
_reading = Semaphore(AT_ONCE)


class Where(NamedTuple):
    """One state of one log, and a sample in it."""

    location: str
    mtime_ns: int
    size: int
    key: SampleKey


class Held:
    """The samples that were opened last, and for a moment those that could not be. Whoever asks for one that is being
    opened waits for it; nobody waits for another one here."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._samples: dict[Where, Future[Whole | None]] = {}
        self._failed: dict[Where, float] = {}

    def get(self, where: Where, run: Mapping[str, Any], read: ReadSample) -> Whole | None:
        with self._lock:
            self._forget_failures()
            is_new = where not in self._samples
            if is_new:
                self._make_room()
            found = self._samples.setdefault(where, Future())
        if is_new:
            self._open(where, found, run, read)
        return found.result()

    def _open(
        self, where: Where, found: Future[Whole | None], run: Mapping[str, Any], read: ReadSample
    ) -> None:
        try:
            found.set_result(read(run["format"], _log(run), where.key))
        except BaseException as e:  # for everyone who waits for it
            with self._lock:
                self._failed[where] = time.monotonic()
            found.set_exception(e.with_traceback(None))  # whose frames hold all that was read

    def _forget_failures(self) -> None:
        for where in [w for w, at in self._failed.items() if time.monotonic() > at + FAILED_S]:
            del self._failed[where]
            self._samples.pop(where, None)

    def _make_room(self) -> None:
        """Before the next one is opened, not after: a large one leaves while its successor is read."""
        opened = [w for w, found in self._samples.items() if found.done() and w not in self._failed]
        sizes = [_size(self._samples[w].result()) for w in opened]
        while sum(sizes) > HELD_BYTES or len(sizes) > HELD:
            del self._samples[opened.pop(0)], sizes[0]


def _size(sample: Whole | None) -> int:
    return int((sample or {}).get("size") or 0)


held = Held()


def sample(s: Snapshot, run_id: str, sample_id: str, epoch: int | None) -> Whole | Problem:
    """One sample as its log has it now, or why it cannot be had; its first epoch if none is named."""
    run = s.runs.filter(pl.col("run_id") == run_id).head(1)
    row = _row(s.parts.get(run["task"][0]), run_id, sample_id, epoch) if run.height else None
    if row is None:
        return Problem(Code.MISSING_FIELD, f"{sample_id} ({epoch or 1})", run_id)
    key = SampleKey(sample_id, row["epoch"], row["locator"])
    return _read(run.row(0, named=True), key, s.read_sample or here)


def here(format: str, log: Log, key: SampleKey) -> Whole | None:
    with _reading:
        return BY_NAME[format].sample(log, key)


def _read(run: Mapping[str, Any], key: SampleKey, read: ReadSample) -> Whole | Problem:
    location = run["location"]
    try:
        stat = Path(location).stat()
        found = held.get(Where(location, stat.st_mtime_ns, stat.st_size, key), run, read)
    except FileNotFoundError:
        return Problem(Code.GONE, where=location)
    except PermissionError as e:
        return Problem(Code.NOT_PERMITTED, e.strerror or "", location)
    except Exception as e:  # the log may have been moved, cut or replaced since it was ingested
        return Problem(Code.UNREADABLE, f"{type(e).__name__}: {e}"[:500], location)
    if found is None:
        return Problem(Code.MISSING_FIELD, f"{key.sample_id} ({key.epoch})", location)
    said = [Problem(p.code, p.detail, location) for p in found.get("problems") or ()]
    if files.moment(stat.st_mtime_ns) != run["modified"]:
        said.append(Problem(Code.CHANGED_SINCE, where=location))
    return {**found, "problems": tuple(said)}


def _row(part: Part | None, run_id: str, sample_id: str, epoch: int | None) -> Mapping[str, Any] | None:
    if part is None or run_id not in part.run_code:
        return None
    codes = (part.ids["sample_id"] == sample_id).arg_true().to_list()
    here = (pl.col("run") == part.run_code[run_id]) & pl.col("sample").is_in(codes)
    if epoch is not None:
        here &= pl.col("epoch") == epoch
    rows = part.samples.filter(here).select("epoch", "locator").sort("epoch").head(1).collect()
    return rows.row(0, named=True) if rows.height else None


def _log(run: Mapping[str, Any]) -> Log:
    path, format = Path(run["location"]), BY_NAME[run["format"]]
    if (
        format.companions is no_companions
    ):  # a folder of thousands of logs takes longer to list than a sample to read
        return Log(path)
    beside = [p for pattern in ("*", "*/*") for p in path.parent.glob(pattern) if p.is_file()]
    return Log(path, format.companions(path, beside))
