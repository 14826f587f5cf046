"""The rows of one detail file: every answer, and where in the file it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from data.formats import letters
from data.formats.twinkle.encodings import Undecodable, decode, is_utf8
from data.formats.twinkle.rows import Row, decode_line
from data.problems import Code, Problem


class Place(NamedTuple):
    at: int
    size: int
    nth: int | None = None
    """Within the line's `details`."""


class Span(NamedTuple):
    """Rows, by their positions."""

    start: int
    stop: int


class Envelope(NamedTuple):
    span: Span
    file: str | None


class Details(NamedTuple):
    name: str
    rows: list[Row]
    places: list[Place]
    envelopes: list[Envelope]
    problems: tuple[Problem, ...] = ()


HEAD = 65_536


def read(path: Path) -> Details:
    return rows_of(path.name, utf8(path.read_bytes()))


def utf8(raw: bytes) -> bytes:
    """The same text in UTF-8; places are places in this."""
    if is_utf8(raw[:HEAD]):
        return raw
    try:
        return decode(raw).encode("utf-8", letters.SPELT)
    except Undecodable:
        return raw  # most lines may still be sound


def rows_of(name: str, raw: bytes) -> Details:
    found = Details(name, [], [], [])
    problems = []
    for line, (at, stop) in enumerate(lines(raw), start=1):
        try:
            _add(found, decode_line(raw[at:stop]), at, stop)
        except (ValueError, TypeError, RecursionError) as e:
            problems.append(_fault(f"{name}: line {line}", e, last=stop == len(raw)))
    return found._replace(problems=tuple(problems))


def lines(raw: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(raw):
        stop = raw.find(b"\n", at)
        stop = len(raw) if stop < 0 else stop
        if stop > at and not raw[at:stop].isspace():
            yield at, stop
        at = stop + 1


def _add(found: Details, row: Row, at: int, stop: int) -> None:
    if row.details is None:
        if row.question_id is None:
            raise ValueError("question_id is missing")
        found.rows.append(row)
        found.places.append(Place(at, stop - at))
        return
    if not row.details:
        return
    start = len(found.rows)
    found.rows.extend(row.details)
    found.places.extend(Place(at, stop - at, i) for i in range(len(row.details)))
    found.envelopes.append(Envelope(Span(start, len(found.rows)), row.file))


def _fault(where: str, error: Exception, last: bool) -> Problem:
    if last:
        return Problem(Code.TRUNCATED, f"{where}, the last, is cut off")
    return Problem(Code.BAD_VALUE, f"{where} is left out: {error}")
