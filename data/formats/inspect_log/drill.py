"""One sample as logged, read again from its log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec
from msgspec import Raw

from data.formats.base import Log, SampleKey
from data.formats.inspect_log import eval_file, json_file
from data.formats.inspect_log.archive import Damaged
from data.formats.inspect_log.logged import unchanging
from data.formats.inspect_log.records import key, raw_summaries, split, without_the_cut
from data.formats.inspect_log.whole import said
from data.formats.loose import at, table
from data.formats.strict import plain, tolerant

LEFT_OUT = {"attachments", "events", "events_data", "messages", "output", "store", "timelines", "transcript"}
"""What only a whole sample has, and a summary does not."""


def sample(log: Log, wanted: SampleKey) -> Mapping[str, Any] | None:
    with unchanging(log.path) as file:
        is_zip = file.read(2) == b"PK"
        raws, scorer = _in_zip(file) if is_zip else _in_json(file)
        # The last one of that id and epoch, as everywhere.
        found = (raw for raw in reversed(raws) if key(raw) == (wanted.sample_id, wanted.epoch))
        raw = next(found, None)
        if raw is None:
            return None
        summary = plain(msgspec.json.decode(raw))
        body = _body(file, wanted) if is_zip else summary
    return _shown(summary, scorer) | said(body) | _scored_in_full(body)


def _in_zip(file: BinaryIO) -> tuple[list[Raw], str]:
    archive = eval_file.opened(file, [])
    members = (archive.read(name) for name in eval_file.sample_members(archive))
    return [raw for data in members for raw in raw_summaries(data)], json_file.PLACEHOLDER


def _body(file: BinaryIO, wanted: SampleKey) -> dict[str, Any]:
    """The whole sample, from its own member; nothing where the log has it in another layout, or has lost it."""
    archive = eval_file.opened(file, [])
    name = f"samples/{wanted.sample_id}_epoch_{wanted.epoch}.json"
    if name not in archive:
        return {}
    try:
        found = plain(msgspec.json.decode(tolerant(archive.read(name))))
    except (ValueError, msgspec.DecodeError):  # the summary is sound, and is shown alone
        return {}
    return found if isinstance(found, dict) else {}


def _scored_in_full(body: Mapping[str, Any]) -> dict[str, Any]:
    """Scores with their whole explanations; a summary cuts them."""
    scores = table(body.get("scores"))
    return {"scores": scores} if scores else {}


def _in_json(file: BinaryIO) -> tuple[list[Raw], str]:
    file.seek(0)
    data = file.read()
    try:
        log = split(data)
    except Damaged:
        log = split(without_the_cut(data))
    return log.samples or [], json_file.only_scorer(log.results)


def _shown(found: dict[str, Any], scorer: str) -> dict[str, Any]:
    """In the words of a summary, whichever container it is from."""
    shown = {k: v for k, v in found.items() if k not in LEFT_OUT}
    if isinstance(messages := found.get("messages"), list):
        shown.setdefault("message_count", len(messages))
    if isinstance(retries := shown.pop("error_retries", None), list):
        shown.setdefault("retries", len(retries))
    single = shown.pop("score", None)
    shown["scores"] = table(shown.get("scores")) or ({scorer: single} if single else {})
    shown["error"] = _named(found.get("error"), "message")
    shown["limit"] = _named(found.get("limit"), "type")
    return shown


def _named(value: Any, name: str) -> Any:
    return at(value, name) if isinstance(value, dict) else value
