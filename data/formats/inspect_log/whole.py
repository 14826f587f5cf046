"""A whole sample: the conversation, the events and their attachments, which a summary leaves out.

`parts` say where the pieces are, whichever layout the log has: one member, one of the objects of a .json log,
or, in a chunked sample, a shell and four sequences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from msgspec import Raw

from data.formats.inspect_log import events
from data.formats.inspect_log.pieces import Pieces, Texts, fields, items, members, resolved, texts, value
from data.formats.loose import items as listed
from data.formats.loose import table

SEQUENCES = {"attachments", "events", "events_data", "messages", "message_refs", "timelines", "transcript"}
LARGE = 200_000
"""Bytes of a field that are decoded with the rest; of a larger one only its size is told."""


@dataclass(frozen=True, slots=True)
class Parts:
    head: Mapping[str, Raw]
    """Everything but the sequences."""
    messages: Sequence[Raw]
    events: Sequence[Raw]
    pool: Sequence[Raw]
    """Messages that model events refer to by their place."""
    calls: Sequence[Raw]
    texts: Texts
    size: int
    """Bytes of JSON."""


def parts(data: bytes) -> Parts:
    """Of a sample that is one JSON object. Raises ValueError where it is none."""
    found = fields(data)
    old = members(found.get("transcript"))  # of 2024: events and their attachments in an object of their own
    pools = members(found.get("events_data"))
    attached = texts(found.get("attachments"))
    earlier = texts(old.get("content"))
    both = Texts([*attached, *earlier], lambda name: attached.get(name) or earlier.get(name))
    return Parts(
        head={k: v for k, v in found.items() if k not in SEQUENCES},
        messages=items(found.get("messages")),
        events=items(found.get("events")) or items(old.get("events")),
        pool=items(pools.get("messages")),
        calls=items(pools.get("calls")),
        texts=both if earlier else attached,
        size=len(data),
    )


def record(p: Parts) -> dict[str, Any]:
    """As `Format.sample` promises it."""
    head = {k: _field(v) for k, v in p.head.items()}
    head["input"] = resolved(head.get("input"), p.texts)
    output = resolved(head.pop("output", None), p.texts)
    return head | {
        "output": completion(output),
        "stop_reason": _first_choice(output).get("stop_reason"),
        "messages": Pieces(len(p.messages), lambda i: resolved(value(p.messages[i]), p.texts)),
        "events": Pieces(len(p.events), _event_of(p)),
        "event_list": cache(lambda: events.listing(p.events, p.texts)),
        "attachments": p.texts,
        "size": p.size,
    }


def _field(raw: Raw) -> Any:
    size = len(memoryview(raw))
    return (
        value(raw)
        if size <= LARGE
        else str(memoryview(raw)[:LARGE], "utf-8", "replace") + f" … ({size:,} bytes)"
    )


def completion(output: Any) -> str:
    """What the model said last: text alone, without what it reasoned."""
    if isinstance(logged := table(output).get("completion"), str) and logged:
        return logged
    content = table(_first_choice(output).get("message")).get("content")
    if isinstance(content, str):
        return content
    texts = [part if isinstance(part, str) else table(part).get("text") for part in listed(content)]
    return "\n".join(t for t in texts if isinstance(t, str))


def _first_choice(output: Any) -> dict[str, Any]:
    return next((table(c) for c in listed(table(output).get("choices"))), {})


def _event_of(p: Parts) -> Callable[[int], Any]:
    """An event with what it refers to: attachments, and the messages and the call that it shares with others."""

    def make(at: int) -> Any:
        event = resolved(value(p.events[at]), p.texts)
        if not isinstance(event, dict):
            return event
        if refs := event.pop("input_refs", None):
            event["input"] = [resolved(value(p.pool[i]), p.texts) for i in _places(refs, len(p.pool))]
        call = event.get("call")
        if isinstance(call, dict) and (refs := call.pop("call_refs", None)):
            key = str(call.pop("call_key", None) or "messages")
            shared = [resolved(value(p.calls[i]), p.texts) for i in _places(refs, len(p.calls))]
            call["request"] = table(call.get("request")) | {key: shared}
        return event

    return make


def _places(refs: Any, count: int) -> Iterator[int]:
    """Ranges, the end of each left out."""
    for pair in listed(refs):
        if isinstance(pair, list) and len(pair) == 2 and all(type(x) is int for x in pair):
            yield from range(max(0, pair[0]), min(count, pair[1]))


def places(refs: Raw | None, count: int) -> list[int]:
    return list(_places(value(refs), count))
