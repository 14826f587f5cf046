"""Pictures in logs: shown only when their bytes are a picture's, whatever the log calls them.

Never SVG, which is a document that can hold scripts.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Callable
from typing import NamedTuple

LARGEST = 4 << 20
"""Bytes of a picture that go onto a page."""
MOST_PIXELS = 40_000_000
"""A few bytes may unfold to a picture that fills the memory of a browser."""


class Picture(NamedTuple):
    kind: str
    data: str
    """Base64, as it was checked."""

    @property
    def address(self) -> str:
        return f"data:image/{self.kind};base64,{self.data}"


def picture(address: str) -> Picture | None:
    """From a data: address; None for anything else, another server's address too: nothing is asked of strangers."""
    head, _, body = address.partition(",")
    if not head.startswith("data:") or not head.endswith(";base64") or len(body) > LARGEST * 4 // 3 + 4:
        return None
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None
    kind = next((k for k, is_one in KINDS.items() if is_one(data)), None)
    return Picture(kind, body) if kind else None


def _png(data: bytes) -> bool:
    return (
        data.startswith(b"\x89PNG\r\n\x1a\n")
        and len(data) > 24
        and _fits(*struct.unpack_from(">2I", data, 16))
    )


def _gif(data: bytes) -> bool:
    return (
        data[:6] in (b"GIF87a", b"GIF89a") and len(data) > 10 and _fits(*struct.unpack_from("<2H", data, 6))
    )


def _jpeg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8\xff") and _fits(*_jpeg_size(data))


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """From its frame header; the segments before it are stepped over."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">2H", data, at + 5)
            return width, height
        at += 2 + length
    return 0, 0


def _webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30 and _fits(*_webp_size(data))


def _webp_size(data: bytes) -> tuple[int, int]:
    """Of the canvas, the lossless picture or the key frame, as RFC 9649 and RFC 6386 have them; 0 for anything else."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if chunk == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<2H", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _fits(width: int, height: int) -> bool:
    return 0 < width * height <= MOST_PIXELS


KINDS: dict[str, Callable[[bytes], bool]] = {"png": _png, "jpeg": _jpeg, "gif": _gif, "webp": _webp}
