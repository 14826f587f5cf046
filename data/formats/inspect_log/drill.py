"""One sample as logged, read again from its log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw

from data.formats.base import Log, SampleKey
from data.formats.inspect_log import eval_file
from data.formats.inspect_log.logged import unchanging
from data.formats.inspect_log.loose import at, table
from data.formats.inspect_log.records import key, raw_samples
from data.formats.inspect_log.strict import plain

LEFT_OUT = {"attachments", "events", "events_data", "messages", "output", "store", "timelines", "transcript"}
"""What only a whole sample has, and a summary does not."""


def sample(log: Log, wanted: SampleKey) -> Mapping[str, Any] | None:
    found = _found(log, wanted)
    return None if found is None else _shown(plain(msgspec.json.decode(found)))


def _found(log: Log, wanted: SampleKey) -> Raw | None:
    """The last one of that id and epoch, as everywhere."""
    candidates = (raw for raw in reversed(_raws(log)) if key(raw) == (wanted.sample_id, wanted.epoch))
    return next(candidates, None)


def _raws(log: Log) -> list[Raw]:
    with unchanging(log.path) as file:
        if file.read(2) != b"PK":
            file.seek(0)
            return raw_samples(file.read(), is_array=False)
        archive = eval_file.opened(file, [])
        members = [archive.read(name) for name in eval_file.sample_members(archive)]
    return [raw for data in members for raw in raw_samples(data, is_array=True)]


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    """In the words of a summary, whichever container it is from."""
    shown = {k: v for k, v in found.items() if k not in LEFT_OUT}
    if isinstance(messages := found.get("messages"), list):
        shown.setdefault("message_count", len(messages))
    if isinstance(retries := shown.pop("error_retries", None), list):
        shown.setdefault("retries", len(retries))
    shown["scores"] = _scores(found)
    shown["error"] = _named(found.get("error"), "message")
    shown["limit"] = _named(found.get("limit"), "type")
    return shown


def _scores(found: dict[str, Any]) -> dict[str, Any]:
    single = found.pop("score", None)
    return table(found.get("scores")) or ({"score": single} if single else {})


def _named(value: Any, name: str) -> Any:
    return at(value, name) if isinstance(value, dict) else value
