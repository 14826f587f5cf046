"""One sample as logged, read again from its log: its own member alone, or its slice of a .json log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Raw

from data.formats.base import Log, SampleKey
from data.formats.inspect_log import chunked, eval_file, json_file, slices, whole
from data.formats.inspect_log.archive import Archive, Damaged, TooLarge
from data.formats.inspect_log.logged import Changed, stamp, unchanging
from data.formats.inspect_log.pieces import value
from data.formats.inspect_log.records import key, raw_summaries, split, without_the_cut
from data.formats.loose import at, table
from data.problems import Code, Problem

LARGEST = 1 << 29
"""Bytes of one sample that are unpacked into the memory of a server."""


def sample(log: Log, wanted: SampleKey) -> Mapping[str, Any] | None:
    with unchanging(log.path) as file:
        is_zip = file.read(2) == b"PK"
        return _in_zip(log.path, file, wanted) if is_zip else _in_json(log.path, file, wanted)


def _in_zip(path: Path, file: BinaryIO, wanted: SampleKey) -> dict[str, Any] | None:
    archive = eval_file.opened(file, [])
    try:
        parts = _parts(path, archive, f"samples/{wanted.sample_id}_epoch_{wanted.epoch}")
    except (ValueError, RecursionError) as e:  # its summary may be sound, and is then shown alone
        return _summary_alone(archive, wanted, _lost(e))
    if parts is None:
        return _summary_alone(archive, wanted, Problem(Code.MISSING_FIELD, "the whole sample"))
    return _shown(whole.record(parts), json_file.PLACEHOLDER)


def _lost(error: Exception) -> Problem:
    return Problem(Code.TOO_LARGE if isinstance(error, TooLarge) else Code.UNREADABLE, str(error)[:500])


def _parts(path: Path, archive: Archive, name: str) -> whole.Parts | None:
    """Of a sample in either layout; None where the log has it in neither."""
    entry = archive.directory.find(f"{name}.json")
    if entry is not None:
        if entry.size > LARGEST:
            raise TooLarge(f"{entry.name} unpacks to {entry.size:,} bytes")
        return whole.parts(archive.read(f"{name}.json"))
    if f"{name}/sample.json" in archive:
        return chunked.parts(archive, name, _reader(path))
    return None


def _reader(path: Path) -> chunked.Read:
    """Members of this very file: one that was replaced since has other samples at the same place."""
    opened = stamp(path)

    def read(name: str) -> bytes:
        with unchanging(path) as file:
            if stamp(path) != opened:
                raise Changed(path.name)
            return eval_file.opened(file, []).read(name)

    return read


def _summary_alone(archive: Archive, wanted: SampleKey, why: Problem) -> dict[str, Any] | None:
    members = (archive.read(name) for name in eval_file.sample_members(archive))
    raw = _last([raw for data in members for raw in raw_summaries(data)], wanted)
    if raw is None:
        return None
    return _shown(table(value(raw)), json_file.PLACEHOLDER) | {"problems": (why,)}


def _last(raws: list[Raw], wanted: SampleKey) -> Raw | None:
    """Of that id and epoch, as everywhere."""
    return next((r for r in reversed(raws) if key(r) == (wanted.sample_id, wanted.epoch)), None)


def _in_json(path: Path, file: BinaryIO, wanted: SampleKey) -> dict[str, Any] | None:
    known = slices.slices(path, stamp(path))
    if known is None:
        return _in_damaged_json(file, wanted)
    place = known.places.get((wanted.sample_id, wanted.epoch))
    if place is None:
        return None
    parts = whole.parts(slices.cut(file, place))
    return _shown(whole.record(parts), json_file.only_scorer(known.results))


def _in_damaged_json(file: BinaryIO, wanted: SampleKey) -> dict[str, Any] | None:
    file.seek(0)
    data = file.read()
    try:
        log = split(data)
    except Damaged:
        log = split(without_the_cut(data))
    raw = _last(log.samples or [], wanted)
    if raw is None:
        return None
    # A copy, so that the rest of the log need not stay in memory.
    parts = whole.parts(bytes(raw))
    return _shown(whole.record(parts), json_file.only_scorer(log.results))


def _shown(found: dict[str, Any], scorer: str) -> dict[str, Any]:
    """In the words of a summary, whichever container it is from."""
    shown = dict(found)
    if (messages := found.get("messages")) is not None:
        shown.setdefault("message_count", len(messages))
    if isinstance(retries := shown.pop("error_retries", None), list):
        shown.setdefault("retries", len(retries))
        shown["failures"] = [m for r in retries if (m := at(r, "message"))]
    single = shown.pop("score", None)
    shown["scores"] = table(shown.get("scores")) or ({scorer: single} if single else {})
    shown["error"], shown["traceback"] = (
        _named(found.get("error"), "message"),
        at(found.get("error"), "traceback"),
    )
    shown["limit"] = _named(found.get("limit"), "type")
    return shown


def _named(value: Any, name: str) -> Any:
    return at(value, name) if isinstance(value, dict) else value
