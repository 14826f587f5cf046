"""A sample in chunks: a shell, and sequences of messages, events, calls and attachments, a thousand to a member.

Chunks are called by the index of their first item, and are contiguous: the one that holds item `i` has the greatest
first index that is not above `i`. Attachments are referred to by their index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, overload

import msgspec
from msgspec import Raw

from data.formats.inspect_log.archive import Archive
from data.formats.inspect_log.logged import Changed
from data.formats.inspect_log.pieces import Texts, fields, items, value
from data.formats.inspect_log.whole import SEQUENCES, Parts, places

Read = Callable[[str], bytes]
"""A member by its name. It opens the log again: pieces are asked for long after the sample was opened."""
HELD = 4
"""Chunks of a sequence that stay in memory."""


def parts(archive: Archive, folder: str, read: Read) -> Parts:
    shell = fields(archive.read(f"{folder}/sample.json"))
    if f"{folder}/metadata.json" in archive:
        shell["metadata"] = Raw(archive.read(f"{folder}/metadata.json"))
    names = [name for name in archive.directory.names() if name.startswith(f"{folder}/")]
    pool, calls, events = (
        Chunks(names, f"{folder}/{kind}/", read) for kind in ("messages", "calls", "events")
    )
    attached = Chunks(names, f"{folder}/attachments/", read)
    conversation = places(shell.get("message_refs"), len(pool))
    sizes = [e.size for name in names if (e := archive.directory.find(name)) is not None]
    return Parts(
        head={k: v for k, v in shell.items() if k not in SEQUENCES},
        messages=Picked(pool, conversation),
        events=events,
        pool=pool,
        calls=calls,
        texts=Texts([str(i) for i in range(len(attached))], lambda name: _text(attached, name)),
        size=sum(sizes),
    )


def _text(attached: Sequence[Raw], name: str) -> str | None:
    if not name.isdecimal() or int(name) >= len(attached):
        return None
    text = value(attached[int(name)])
    return text if isinstance(text, str) else None


class Chunks(Sequence[Raw]):
    """The items of one sequence. Its length is known from its last chunk. A chunk that cannot be read costs its own
    items, and says so in their place."""

    def __init__(self, names: Sequence[str], prefix: str, read: Read):
        found = [n.removeprefix(prefix).removesuffix(".json") for n in names if n.startswith(prefix)]
        self._starts = sorted(int(n) for n in found if n.isdecimal())
        self._chunk = lru_cache(HELD)(lambda start: _items(read, f"{prefix}{start}.json"))
        last = self._starts[-1] if self._starts else 0
        self._count = last + len(self._chunk(last)) if self._starts else 0

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Raw: ...

    @overload
    def __getitem__(self, at: slice) -> list[Raw]: ...

    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(self._count))]
        at = range(self._count)[at]
        start = max(s for s in self._starts if s <= at)
        chunk = self._chunk(start)
        if at - start < len(chunk):
            return chunk[at - start]
        whole = len(chunk) > 1  # a chunk of one item may be what says why there are no others
        return _lost(f"item {at} is missing") if whole else chunk[0]


def _items(read: Read, name: str) -> list[Raw]:
    """At least one: in place of what cannot be read, why."""
    try:
        return items(read(name)) or [_lost(f"{name} is empty")]
    except Changed:
        raise
    except ValueError as e:
        return [_lost(f"{name}: {e}")]


def _lost(why: str) -> Raw:
    """As a message and as an event."""
    return Raw(msgspec.json.encode({"role": "?", "event": "?", "content": why, "message": why}))


class Picked(Sequence[Raw]):
    """Some items of a sequence, by their places."""

    def __init__(self, of: Sequence[Raw], places: Sequence[int]):
        self._of, self._places = of, places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> Raw: ...

    @overload
    def __getitem__(self, at: slice) -> list[Raw]: ...

    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self._of[i] for i in self._places[at]]
        return self._of[self._places[at]]
