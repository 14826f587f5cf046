"""Bytes that are no UTF-8, and halves of surrogate pairs: each spelt in a way of its own, so that two never become one."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Sequence

from data.problems import Code, Problem

SPELT = "evalboard.spelt"
r"""How errors are handled in decoding and encoding JSON. What is no text becomes an escape whose backslash is escaped
itself, so that within a string it reads \xe9 or \ud800."""
NAMED = 3
BLOCK = 1 << 16
"""Bytes that are looked at a time: all at once take four times their memory, and longer."""
_BYTES, _HALVES = re.compile("[\udc80-\udcff]"), re.compile("[\ud800-\udfff]")


def _spelt(error: UnicodeError) -> tuple[str, int]:
    r"""
    >>> print(b'["\xe9", "\xe8"]'.decode("utf-8", SPELT), '["\ud800"]'.encode("utf-8", SPELT).decode())
    ["\\xe9", "\\xe8"] ["\\ud800"]
    """
    if isinstance(error, UnicodeDecodeError):
        return "".join(rf"\\x{b:02x}" for b in error.object[error.start : error.end]), error.end
    if isinstance(error, UnicodeEncodeError):
        return "".join(rf"\\u{ord(c):04x}" for c in error.object[error.start : error.end]), error.end
    raise error


codecs.register_error(SPELT, _spelt)


def problems(data: bytes, where: str = "") -> list[Problem]:
    """What of this JSON is shown spelt, if anything is. Which encoding it may be in is not guessed: any bytes are sound
    Latin-1, and most are sound Big5 too."""
    found = not_utf8(data) or _halves(data)
    return [Problem(Code.WRONG_LETTERS, f"{where}: {found}" if where else found)] if found else []


def not_utf8(data: bytes) -> str:
    r"""Empty where all is sound, but for a letter that was cut off at the end.

    >>> print(not_utf8(b"a\xe9\xe8\xe9"))
    3 bytes: \xe9, \xe8
    """
    if data.isascii():
        return ""
    decoder, view = codecs.getincrementaldecoder("utf-8")(), memoryview(data)
    try:
        for at in range(0, len(data), BLOCK):
            decoder.decode(view[at : at + BLOCK])
    except UnicodeDecodeError:
        found = _BYTES.findall(data.decode("utf-8", "surrogateescape"))
        return _said("bytes", [rf"\x{ord(c) - 0xDC00:02x}" for c in found])
    return ""


def _halves(data: bytes) -> str:
    try:
        found = _HALVES.findall(json.dumps(json.loads(data, strict=False), ensure_ascii=False))
    except (ValueError, RecursionError):
        return ""
    return _said("halves of a surrogate pair", [rf"\u{ord(c):04x}" for c in found])


def _said(what: str, found: Sequence[str]) -> str:
    named = list(dict.fromkeys(found))
    some = ", ".join(named[:NAMED]) + (", …" if len(named) > NAMED else "")
    return f"{len(found):,} {what}: {some}" if found else ""
