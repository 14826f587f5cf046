"""JSON nested deeper than any parser goes: made shallow, so that one value costs itself and not the log around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from data.problems import Code, Problem

DEEPEST = 200
"""Levels that are kept: as many as the strictest of our parsers takes."""
BLOCK = 16 << 20
"""Bytes that are looked at a time: what comes of it takes ten times as much memory."""


class Shallow(NamedTuple):
    data: bytes
    cut: int = 0
    """Values that became null."""

    def problem(self, where: str = "") -> Problem:
        said = f"{self.cut:,} values nested deeper than {DEEPEST}"
        return Problem(Code.BAD_VALUE, f"{where}: {said}" if where else said)


def shallow(data: bytes) -> Shallow:
    """With null in place of every list and object that lies deeper.

    >>> shallow(b'{"a": ' + b"[" * 999 + b'"]"' + b"]" * 999 + b', "b": 1}')[0].count(b"[")
    199
    """
    starts: list[int] = []
    stops: list[int] = []
    for opened, closed in _deep(data):
        starts += opened
        stops += closed
    pieces, done = [], 0
    for start, stop in zip(starts, stops, strict=False):  # of a log that is cut off the last one has no end
        pieces += [data[done:start], b"null"]
        done = stop
    return Shallow(b"".join([*pieces, data[done:]]), len(stops))


def _deep(data: bytes) -> Iterator[tuple[list[int], list[int]]]:
    """Where the values begin that lie too deep, and where they have ended, block by block."""
    # Of the same length, but each quotation mark that is left begins or ends a string.
    bare = np.frombuffer(data.replace(b"\\\\", b"__").replace(b'\\"', b"__"), np.uint8)
    quotes = depth = 0
    for at in range(0, len(bare), BLOCK):
        block = bare[at : at + BLOCK]
        within = np.cumsum(block == ord('"'), dtype=np.int32) + quotes
        outside = within % 2 == 0
        up = outside & ((block == ord("[")) | (block == ord("{")))
        down = outside & ((block == ord("]")) | (block == ord("}")))
        level = np.cumsum(up.astype(np.int8) - down.astype(np.int8), dtype=np.int32) + depth
        opened = np.flatnonzero(up & (level == DEEPEST + 1)) + at
        closed = np.flatnonzero(down & (level == DEEPEST)) + at + 1
        yield opened.tolist(), closed.tolist()
        quotes, depth = int(within[-1]) % 2, int(level[-1])
