"""Inspect's JSON made strict: it writes bare NaN and Infinity, which no standard parser takes.

Only tokens are touched, never text: the same letters inside a string stay. To search for the letters and judge
each place is several times faster than a regular expression over the log, or a parser that allows them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from data.formats import letters

INFINITY, MINUS_INFINITY, NAN = "\uf8ffInfinity", "\uf8ff-Infinity", "\uf8ffNaN"
"""Private-use spellings, since the parser refuses numbers as large as 1e999."""
NUMBERS = {INFINITY: float("inf"), MINUS_INFINITY: float("-inf")}
SPELT = {*NUMBERS, NAN}

BLOCK = 16 << 20
"""Bytes that are compared at a time: what comes of it takes as much memory again."""
_SPACE = b" \t\r\n"
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def without_nan(data: bytes) -> bytes:
    """NaN becomes null, everything else stays byte for byte.

    >>> without_nan(b'{"a": NaN, "b": "x: NaN, ", "c": [NaN]}')
    b'{"a": null, "b": "x: NaN, ", "c": [null]}'
    """
    return _rewritten(data, b"NaN", b"null")


def strict(data: bytes, nan: bytes = b"null") -> bytes:
    """NaN becomes null, infinities the spellings above."""
    if _is_anywhere(data, b"Infinity"):
        data = _rewritten(data, b"-Infinity", f'"{MINUS_INFINITY}"'.encode())
        data = _rewritten(data, b"Infinity", f'"{INFINITY}"'.encode())
    return _rewritten(data, b"NaN", nan)


def _is_anywhere(data: bytes | bytearray, token: bytes) -> bool:
    """As a value or within text. One search instead of two where there is none, as in nearly every log."""
    return any(data.startswith(token, at) for at in _candidates(data, token))


def spelt(data: bytes) -> bytes:
    """The same with NaN spelt too, for readers who see what was logged and compute nothing."""
    return strict(data, f'"{NAN}"'.encode())


def level(data: bytearray) -> None:
    """For finding where things stand: in place of each of these a number as long, so that all places stay the same.

    >>> data = bytearray(b'{"a": NaN, "b": [-Infinity, "NaN"]}')
    >>> level(data); bytes(data)
    b'{"a": 0.0, "b": [-0.000000, "NaN"]}'
    """
    endless = (b"-Infinity", b"Infinity") if _is_anywhere(data, b"Infinity") else ()
    for token in (*endless, b"NaN"):
        number = b"0.".ljust(len(token.lstrip(b"-")), b"0").rjust(len(token), b"-")
        for at in _values(data, token):
            data[at : at + len(token)] = number


def without_infinities(text: str) -> str:
    """JSON text from `strict`, for readers who expect a number or nothing."""
    if "\uf8ff" not in text:
        return text
    return text.replace(f'"{INFINITY}"', "null").replace(f'"{MINUS_INFINITY}"', "null")


def tolerant(data: bytes) -> bytes:
    """Broken UTF-8, lone surrogates, control characters: read as far as the standard library can. What is no text is
    spelt, see `letters`."""
    value = json.loads(data.decode("utf-8-sig", letters.SPELT), strict=False)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", letters.SPELT)


def plain(value: Any) -> Any:
    """A decoded value with our spellings of numbers as people write them."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value[1:] if isinstance(value, str) and value in SPELT else value


def _rewritten(data: bytes, token: bytes, replacement: bytes) -> bytes:
    places = _values(data, token)
    return b"".join(_pieces(data, places, len(token), replacement)) if places else data


def _values(data: bytes | bytearray, token: bytes) -> list[int]:
    """Where the token stands as a value."""
    strings = _Strings(data)
    return [
        at
        for at in _candidates(data, token)
        if data.startswith(token, at)
        and bytes(data[at + len(token) : at + len(token) + 1]) in _AFTER
        and _is_value(data, at, strings)
    ]


def _candidates(data: bytes | bytearray, token: bytes) -> list[int]:
    """Where the first two letters are: numpy compares bytes three times faster than `find` searches."""
    letters = np.frombuffer(data, np.uint8)
    found: list[int] = []
    for at in range(0, len(letters) - 1, BLOCK):
        first = at + np.flatnonzero(letters[at : min(at + BLOCK, len(letters) - 1)] == token[0])
        found += first[letters[first + 1] == token[1]].tolist()
    return found


def _pieces(data: bytes, places: list[int], length: int, replacement: bytes) -> Iterator[bytes | memoryview]:
    """Views, since a sample of 100 MB is in memory twice as it is: before and after."""
    view, done = memoryview(data), 0
    for at in places:
        yield view[done:at]
        yield replacement
        done = at + length
    yield view[done:]


_AFTER = {b",", b"]", b"}", b" ", b"\t", b"\r", b"\n", b""}


def _is_value(data: bytes | bytearray, at: int, strings: _Strings) -> bool:
    """Whether a value stands here, or a piece of text that looks like one.

    Most are the value of a key, `"key": NaN`. There the quotation mark ends a string if it follows a letter:
    one that begins a string follows a bracket, colon, comma or space, and one inside follows a backslash.
    """
    before = _back(data, at - 1)
    if data[before] != ord(":"):
        return data[before] in b",[" and strings.outside(at)
    quote = _back(data, before - 1)
    if data[quote] != ord('"'):
        return False
    return data[quote - 1] in _WORD or strings.outside(at)


def _back(data: bytes | bytearray, at: int) -> int:
    """The nearest place from here to the front that is not white space."""
    while at > 0 and data[at] in _SPACE:
        at -= 1
    return at


class _Strings:
    """Tells whether a place is in a string by counting quotation marks up to it. Ask in ascending order."""

    def __init__(self, data: bytes | bytearray):
        self._data = data
        self._bare: bytes | bytearray | None = None
        self._counted = self._quotes = 0

    def outside(self, at: int) -> bool:
        if self._bare is None:
            # Of the same length, but each quotation mark that is left begins or ends a string.
            self._bare = self._data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
        self._quotes += self._bare.count(b'"', self._counted, at)
        self._counted = at
        return self._quotes % 2 == 0
