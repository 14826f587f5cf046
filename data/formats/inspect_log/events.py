"""One line for each event of a transcript, without decoding what does not fit on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct

from data.formats.inspect_log.pieces import PROTOCOLS, value

NOTHING = Raw(b"")
SHORT = 240
"""Characters of a line."""
READ = 4_000
"""Bytes of a value that are read for a line."""

LISTING = pl.Schema(
    {
        "event": pl.UInt32,  # its number, from 1
        "kind": pl.String,
        "depth": pl.UInt16,  # how many spans it lies in
        "time": pl.String,
        "name": pl.String,
        "text": pl.String,
    }
)


class Message(Struct, gc=False):
    content: Raw = NOTHING


class Choice(Struct, gc=False):
    message: Message | None = None


class Output(Struct, gc=False):
    choices: list[Choice] | None = None


class Judged(Struct, gc=False):
    value: Raw = NOTHING
    answer: Raw = NOTHING


class Event(Struct, gc=False):
    event: str = "?"
    timestamp: str | None = None
    span_id: str | None = None
    parent_id: str | None = None
    id: str | None = None
    action: str | None = None
    type: str | None = None
    name: str | None = None
    model: str | None = None
    function: str | None = None
    arguments: Raw = NOTHING
    result: Raw = NOTHING
    output: Output | None = None
    score: Judged | None = None
    error: Raw = NOTHING
    data: Raw = NOTHING
    message: Raw = NOTHING
    changes: Raw = NOTHING
    cmd: Raw = NOTHING
    file: Raw = NOTHING
    text: Raw = NOTHING
    input: Raw = NOTHING


class Bare(Struct, gc=False):
    """Of an event that is not as it should be, what kind it is."""

    event: str = "?"


_REFERENCE = re.compile(r"attachment://(\w+)")
_EVENT = msgspec.json.Decoder(Event)
_BARE = msgspec.json.Decoder(Bare)


def listing(raws: Sequence[Raw], texts: Mapping[str, str]) -> pl.DataFrame:
    """Columns of LISTING: a row an event, in their order."""
    found = [_read(raw) for raw in raws]
    return pl.DataFrame(
        {
            "event": range(1, len(found) + 1),
            "kind": [e.event for e in found],
            "depth": list(_depths(found)),
            "time": [e.timestamp for e in found],
            "name": [e.name or e.function or e.model for e in found],
            "text": [_line(e, texts) for e in found],
        },
        schema=LISTING,
    )


def _read(raw: Raw) -> Event:
    try:
        return _EVENT.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return Event(event=_BARE.decode(raw).event)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Event()


def _depths(events: Sequence[Event]) -> Iterator[int]:
    """By spans, which name what they lie in, and in logs before 2025 by steps, which begin and end."""
    level: dict[str | None, int] = {None: 0}
    steps = 0
    for e in events:
        if e.event == "step" and e.action == "end":
            steps = max(0, steps - 1)
        if e.event == "span_begin":
            depth = level.get(e.parent_id, 0)
            level[e.id] = depth + 1
        elif e.event == "span_end":
            depth = max(0, level.get(e.id, 1) - 1)
        else:
            depth = level.get(e.span_id, 0)
        yield min(depth + steps, 1_000)
        if e.event == "step" and e.action == "begin":
            steps += 1


def _line(e: Event, texts: Mapping[str, str]) -> str | None:
    match e.event:
        case "model":
            said = next(
                (c.message.content for c in (e.output and e.output.choices) or () if c.message), NOTHING
            )
            line = _short(said, texts) or _short(e.error, texts)
        case "tool":
            got = (
                _short(e.error, texts) if len(memoryview(e.error)) > len("null") else _short(e.result, texts)
            )
            line = f"{_short(e.arguments, texts)} → {got}"
        case "score":
            judged = e.score or Judged()
            line = " · ".join(filter(None, (_short(judged.value, texts), _short(judged.answer, texts))))
        case "step":
            line = e.action or ""
        case _:
            told = (e.message, e.error, e.data, e.cmd, e.file, e.changes, e.text, e.input, e.result)
            line = " ".join(
                filter(None, [e.action, next(filter(None, (_short(raw, texts) for raw in told)), "")])
            )
    return line[:SHORT] or None


def _short(raw: Raw, texts: Mapping[str, str]) -> str:
    """The beginning of a value: text as it is, anything else as it is written."""
    data = memoryview(raw)
    if not data or data == b"null":
        return ""
    written = str(data[:READ], "utf-8", "replace")
    if written[0] != '"':
        written = _REFERENCE.sub(lambda m: texts.get(m[1], m[0])[:SHORT], written[:SHORT])
        return " ".join(written.split()) if written not in ("{}", "[]") else ""
    if len(data) <= READ:
        # Most texts stand as they are: to decode a hundred thousand of them a second time takes 0.15 s.
        text: Any = written[1:-1] if "\\" not in written and "\uf8ff" not in written else value(raw)
    else:
        text = _beginning(written)
    if text.startswith(PROTOCOLS):
        text = texts.get(text.partition("://")[2], text)
    return " ".join(text[: 2 * SHORT].split())


def _beginning(written: str) -> str:
    """Of a JSON string that goes on; up to an escape that the cut may have broken."""
    whole = written[:SHORT].rpartition("\\")[0] if "\\" in written[SHORT - 6 : SHORT] else written[:SHORT]
    try:
        return str(msgspec.json.decode(f'{whole}"'.encode()))
    except msgspec.DecodeError:
        return whole[1:]
