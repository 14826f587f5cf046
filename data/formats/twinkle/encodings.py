"""Bytes in, text out, for files that were saved by whatever editor somebody had."""

from __future__ import annotations

import codecs

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
GUESSES = ("utf-8", "cp950", "big5", "big5hkscs")
"""In this order. Never UTF-16 as a guess: any even number of bytes would pass for it, Big5 too."""


class Undecodable(ValueError):
    """Text in none of the encodings that we know."""


def decode(raw: bytes) -> str:
    """The text of a whole file, or of its beginning: a character cut off at the end is left out.

    >>> decode('{"模型": 1}'.encode("big5")), decode('{"a": 1}'.encode("utf-16-be"))
    ('{"模型": 1}', '{"a": 1}')
    """
    for encoding in candidates(raw):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(raw)
        except UnicodeDecodeError:
            continue
    raise Undecodable("neither UTF-8, UTF-16 nor Big5")


def candidates(raw: bytes) -> tuple[str, ...]:
    for bom, encoding in BOMS.items():
        if raw.startswith(bom):
            return (encoding,)
    # JSON begins with an ASCII character, so in UTF-16 one of the first two bytes is NUL.
    if raw[:1] == b"\0":
        return ("utf-16-be",)
    return ("utf-16-le",) if raw[1:2] == b"\0" else GUESSES


def is_utf8(head: bytes) -> bool:
    """Without a mark at its beginning, so that places in the file are places in the text."""
    if candidates(head) is not GUESSES:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
