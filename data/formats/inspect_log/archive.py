"""The ZIP container of an .eval log: a member by its name, without one object for each of thousands.

The standard library's ZipFile builds a ZipInfo for every member, which takes longer than reading what we want
from the log. Here the directory stays bytes and is searched from its end, so the last entry of a name wins.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import BinaryIO, NamedTuple, Protocol

import zstandard

MAX_MEMBER = 4 << 30
SUSPECT, RATIO = 64 << 20, 250
"""What unpacks to more than this and to so many times its size is no log: real ones come to 10 times, seldom 50."""
PIECE = 1 << 20
"""Packed bytes that are unpacked at a time."""
ENCRYPTED = 0x1
CENTRAL = struct.Struct("<4s6H3I5H2I")
LOCAL = struct.Struct("<4s5H3I2H")
END = struct.Struct("<4s4H2IH")
LOCATOR = struct.Struct("<4sIQI")
END64 = struct.Struct("<4sQ2H2I4Q")
TAIL = END.size + 0xFFFF + LOCATOR.size


class Method(IntEnum):
    """How a member is compressed."""

    STORED = 0
    DEFLATE = 8
    ZSTD = 93


class Damaged(ValueError):
    """The file, or the member that was asked for, is not what its directory says."""


class TooLarge(ValueError):
    """Refused before anything is unpacked."""


class Entry(NamedTuple):
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class Directory(Protocol):
    def find(self, name: str) -> Entry | None: ...

    def names(self) -> list[str]: ...

    def digest_input(self) -> bytes: ...


class Archive:
    """Members of one open file."""

    def __init__(self, file: BinaryIO, directory: Directory):
        self._file = file
        self.directory = directory

    def __contains__(self, name: str) -> bool:
        return self.directory.find(name) is not None

    def read(self, name: str) -> bytes:
        entry = self.directory.find(name)
        if entry is None:
            raise Damaged(f"{name} is missing")
        return unpack(entry, self._packed(entry))

    def _packed(self, entry: Entry) -> bytes:
        self._file.seek(entry.offset)
        head = self._file.read(LOCAL.size)
        if len(head) < LOCAL.size or not head.startswith(b"PK\3\4"):
            raise Damaged(f"{entry.name} is not where the directory says")
        # The local lengths, since a forced ZIP64 extra is in the local header alone.
        name_length, extra_length = LOCAL.unpack(head)[-2:]
        self._file.seek(name_length + extra_length, os.SEEK_CUR)
        packed = self._file.read(entry.packed)
        if len(packed) != entry.packed:
            raise Damaged(f"{entry.name} is cut off")
        return packed


class Central:
    """A central directory as it lies in the file."""

    def __init__(self, raw: bytes, shift: int = 0):
        self._raw = raw
        self._shift = shift  # bytes that someone put before the archive

    def find(self, name: str) -> Entry | None:
        wanted, end = name.encode(), len(self._raw)
        while (at := self._raw.rfind(wanted, 0, end)) >= 0:
            if self._is_name(at - CENTRAL.size, len(wanted)):
                return self._entry(at - CENTRAL.size)
            end = at + len(wanted) - 1
        return None

    def names(self) -> list[str]:
        return [self._entry(at).name for at in self._starts()]

    def digest_input(self) -> bytes:
        return self._raw

    def _is_name(self, at: int, length: int) -> bool:
        return (
            at >= 0
            and self._raw[at : at + 4] == b"PK\1\2"
            and int.from_bytes(self._raw[at + 28 : at + 30], "little") == length
        )

    def _starts(self) -> Iterator[int]:
        at = 0
        while self._raw[at : at + 4] == b"PK\1\2" and at + CENTRAL.size <= len(self._raw):
            yield at
            at += CENTRAL.size + sum(struct.unpack_from("<3H", self._raw, at + 28))

    def _entry(self, at: int) -> Entry:
        _, _, _, flags, method, _, _, crc, packed, size, n, m, _, _, _, _, offset = CENTRAL.unpack_from(
            self._raw, at
        )
        start = at + CENTRAL.size
        name, extra = self._raw[start : start + n], self._raw[start + n : start + n + m]
        size, packed, offset = zip64_values(extra, (size, packed, offset))
        return Entry(name.decode("utf-8", "replace"), flags, method, crc, packed, size, offset + self._shift)


class Found:
    """Members found by walking a file whose directory is gone."""

    def __init__(self, entries: Mapping[str, Entry]):
        self._entries = entries

    def find(self, name: str) -> Entry | None:
        return self._entries.get(name)

    def names(self) -> list[str]:
        return list(self._entries)

    def digest_input(self) -> bytes:
        return repr([(e.name, e.crc, e.size) for e in self._entries.values()]).encode()


def open_directory(file: BinaryIO) -> Central:
    """The directory of a ZIP or ZIP64 file. Raises Damaged where there is none."""
    length = file.seek(0, os.SEEK_END)
    base = max(0, length - TAIL)
    file.seek(base)
    tail = file.read()
    at = _end_record(tail)
    size, offset, end = _extent(file, tail, at, base)
    start = end - size
    if start < 0 or start < offset:
        raise Damaged("the directory is cut off")
    file.seek(start)
    raw = file.read(size)
    if size and not raw.startswith(b"PK\1\2"):
        raise Damaged("the directory is not where the end record says")
    return Central(raw, start - offset)


def _end_record(tail: bytes) -> int:
    at = tail.rfind(b"PK\5\6")
    while at >= 0:
        if len(tail) - at >= END.size and at + END.size + END.unpack_from(tail, at)[-1] == len(tail):
            return at
        at = tail.rfind(b"PK\5\6", 0, at)
    raise Damaged("the file is cut off: it has no directory")


def _extent(file: BinaryIO, tail: bytes, at: int, base: int) -> tuple[int, int, int]:
    """Size of the directory, where it says it begins, and where it really ends."""
    size, offset = END.unpack_from(tail, at)[5:7]
    locator = at - LOCATOR.size
    if locator < 0 or tail[locator : locator + 4] != b"PK\6\7":
        return size, offset, base + at
    where = LOCATOR.unpack_from(tail, locator)[2]
    file.seek(where)
    record = file.read(END64.size)
    if len(record) < END64.size or not record.startswith(b"PK\6\6"):
        raise Damaged("the ZIP64 record is not where it should be")
    size, offset = END64.unpack(record)[-2:]
    return size, offset, where


def zip64_values(extra: bytes, values: tuple[int, ...]) -> list[int]:
    """Those of `values` that are all ones, taken from the ZIP64 extra field in their order."""
    wide, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            wide = extra[at + 4 : at + 4 + length]
        at += 4 + length
    left = iter(struct.unpack(f"<{len(wide) // 8}Q", wide[: len(wide) // 8 * 8]))
    return [next(left, v) if v == 0xFFFFFFFF else v for v in values]


def unpack(entry: Entry, packed: bytes) -> bytes:
    if entry.size > MAX_MEMBER or (entry.size > SUSPECT and entry.size > RATIO * len(packed)):
        raise TooLarge(f"{entry.name} unpacks to {entry.size:,} bytes")
    if entry.flags & ENCRYPTED:
        raise Damaged(f"{entry.name} is encrypted")
    try:
        data = _inflate(entry.method, packed, entry.size)
    except (zlib.error, zstandard.ZstdError) as e:
        raise Damaged(f"{entry.name}: {e}") from e
    if len(data) != entry.size or zlib.crc32(data) != entry.crc:
        raise Damaged(f"{entry.name} is not what was written: its length or checksum differs")
    return data


def _inflate(method: int, packed: bytes, size: int) -> bytes:
    """At most one byte more than `size`, so that what lies about its size cannot fill the memory."""
    match method:
        case Method.STORED:
            return packed
        case Method.DEFLATE:
            return _deflate(packed, size)
        case Method.ZSTD:
            return _zstd(packed, size)
    raise Damaged(f"compression method {method} is not one that Inspect uses")


def _deflate(packed: bytes, size: int) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    if size <= PIECE:
        return stream.decompress(packed, size + 1)
    # In one go the library gathers blocks and then joins them: twice the memory. BytesIO grows in place, and gives away
    # what it holds without a copy.
    whole = io.BytesIO()
    for at in range(0, len(packed), PIECE):
        whole.write(stream.decompress(packed[at : at + PIECE], size + 1 - whole.tell()))
        if whole.tell() > size:
            break
    return whole.getvalue()


def _zstd(packed: bytes, size: int) -> bytes:
    if size == 0:
        return b""
    # Inspect streams, so frames carry no content size; one that does is believed by the library
    # over max_output_size, hence the look at it first.
    declared = zstandard.frame_content_size(packed)
    if declared <= size:
        try:
            data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=size)
        except zstandard.ZstdError:
            data = b""
        if len(data) == size:
            return data
    # Members above 200 MiB are several frames in a row, of which decompress() reads the first.
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed), read_across_frames=True)
    return reader.read(size + 1)
