"""The text of a file, whichever way it was packed. HELM itself writes plain JSON; people gzip it, to a thirtieth."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import zstandard

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
ENDINGS = (".gz", ".zst")
PIECE = 4096
"""Packed bytes taken at a time: few, since each may become thirty thousand."""
MOST = 4 << 30
SUSPECT, RATIO = 256 << 20, 1000
"""What unpacks to more than this and to so many times its size is no JSON of HELM's."""
FAULTS = (zlib.error, zstandard.ZstdError)
FRAMES_END = hasattr(zstandard.ZstdDecompressor().decompressobj(), "unused_data")
"""Whether zstandard tells where a frame ends. crfm-helm wants one from before that, 0.18, and who runs a predictor of
MAGNET's has the two in one environment."""


_OLD_ZSTD = object()


class TooLarge(ValueError):
    """Refused before the memory is full."""


class Content(NamedTuple):
    data: bytes
    is_cut: bool = False
    """Its packing ends too early. Of a plain file only a parser can tell."""


def plain_name(path: Path) -> str:
    """
    >>> plain_name(Path("a/stats.json.gz")), plain_name(Path("stats.json"))
    ('stats.json', 'stats.json')
    """
    return path.stem if path.suffix in ENDINGS else path.name


def read(path: Path) -> Content:
    size = path.stat().st_size
    with path.open("rb") as file:
        new = _unpacker(file)
        if new is None:
            if size > MOST:
                raise TooLarge(f"{path.name}: {size:,} bytes")
            return Content(file.read())
        return _whole(_pieces(file, new), path.name, size)


def start(file: BinaryIO, size: int) -> bytes:
    """As much of the text as there is, up to a size; nothing of what is damaged."""
    new = _unpacker(file)
    if new is None:
        return file.read(size)
    found = b""
    try:
        for piece in _pieces(file, new):
            found += piece or b""
            if len(found) >= size:
                break
    except FAULTS:
        pass
    return found[:size]


def head(raw: bytes, size: int) -> bytes:
    return start(io.BytesIO(raw), size)


def _unpacker(file: BinaryIO) -> Any:
    """What makes an unpacker for each part of the file; None where there is nothing to unpack."""
    magic = file.read(4)
    file.seek(0)
    if magic.startswith(GZIP):
        return lambda: zlib.decompressobj(wbits=31)
    if not magic.startswith(ZSTD):
        return None
    return zstandard.ZstdDecompressor().decompressobj if FRAMES_END else _OLD_ZSTD


def _pieces(file: BinaryIO, new: Any) -> Iterator[bytes | None]:
    """The text piece by piece, then None if its end is missing. Several packed parts in a row are one text."""
    if new is _OLD_ZSTD:
        # It does not say that an end is missing: a parser of the text does.
        reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True, closefd=False)
        yield from iter(lambda: reader.read(1 << 20), b"")
        return
    part, is_open = new(), True
    while raw := file.read(PIECE):
        while raw:
            if not is_open:
                part, is_open = new(), True
            yield part.decompress(raw)
            is_open = not part.eof
            raw = part.unused_data if part.eof else b""
    if is_open:
        yield None


def _whole(pieces: Iterator[bytes | None], name: str, packed: int) -> Content:
    found: list[bytes] = []
    size = 0
    for piece in pieces:
        if piece is None:
            return Content(b"".join(found), is_cut=True)
        found.append(piece)
        size += len(piece)
        if size > MOST or (size > SUSPECT and size > RATIO * packed):
            raise TooLarge(f"{name} unpacks to more than {size:,} bytes")
    return Content(b"".join(found))
