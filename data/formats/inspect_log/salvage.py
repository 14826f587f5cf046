"""What is left of a ZIP file that was cut off: its members, found one after another from the front."""

from __future__ import annotations

import os
from typing import BinaryIO

from data.formats.inspect_log.archive import LOCAL, Entry, Found, zip64_values

STREAMED = 0x8
"""Sizes come after the data, so the next member cannot be found without the directory."""


def members(file: BinaryIO) -> Found:
    """Every member that is wholly there. The last one of a name wins, as in a directory."""
    length = file.seek(0, os.SEEK_END)
    entries: dict[str, Entry] = {}
    at = 0
    while (entry := _entry_at(file, at)) is not None:
        at = file.tell() + entry.packed
        if at > length:
            break
        entries[entry.name] = entry
    return Found(entries)


def _entry_at(file: BinaryIO, at: int) -> Entry | None:
    """Leaves the file at the member's data."""
    file.seek(at)
    head = file.read(LOCAL.size)
    if len(head) < LOCAL.size or not head.startswith(b"PK\3\4"):
        return None
    _, _, flags, method, _, _, crc, packed, size, n, m = LOCAL.unpack(head)
    name, extra = file.read(n), file.read(m)
    if flags & STREAMED and packed == 0:
        return None
    size, packed = zip64_values(extra, (size, packed))
    return Entry(name.decode("utf-8", "replace"), flags, method, crc, packed, size, at)
