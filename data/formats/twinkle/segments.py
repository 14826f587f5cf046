"""Which file of which dataset an answer belongs to.

Rows do not say it, but the evaluator writes file after file in the order of the summary. The accuracy of
what lies between two cuts is the check.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from data.formats.twinkle.cuts import accuracy, agree, cut
from data.formats.twinkle.details import Details, Span
from data.formats.twinkle.scores import Entry


class Segment(NamedTuple):
    span: Span
    accuracy: float
    file: str | None = None


class Expected(NamedTuple):
    """What the summary says of one file in one repetition."""

    entry: Entry
    accuracy: float | None


class Placed(NamedTuple):
    """Segment to position among the expected. A segment that a later one replaces is in none of these."""

    of: dict[int, int]
    unassigned: tuple[int, ...] = ()
    disagreeing: tuple[int, ...] = ()


def segments(details: Details, expected: Sequence[Expected] = ()) -> list[Segment]:
    rows = details.rows
    if sum(e.span.stop - e.span.start for e in details.envelopes) < len(rows):
        return [Segment(s, accuracy(rows, s)) for s in cut(rows, [x.accuracy for x in expected])]
    return [Segment(e.span, accuracy(rows, e.span), e.file) for e in details.envelopes]


def place(found: Sequence[Segment], expected: Sequence[Expected]) -> Placed:
    by_name = any(s.file is not None for s in found)
    return _by_file(found, expected) if by_name else _by_order(found, expected)


def _by_file(found: Sequence[Segment], expected: Sequence[Expected]) -> Placed:
    """The last of a file counts: a resumed evaluation does all of it again."""
    of_file = {x.entry.file: k for k, x in enumerate(expected)}
    last = {s.file: i for i, s in enumerate(found) if s.file in of_file}
    places = {i: of_file[file] for file, i in last.items() if file is not None}
    unassigned = tuple(i for i, s in enumerate(found) if s.file not in of_file)
    return Placed(places, unassigned, _disagreeing(places, found, expected))


def _by_order(found: Sequence[Segment], expected: Sequence[Expected]) -> Placed:
    """From the end: a resumed evaluation repeats everything, and v1.1.3 kept the last file only."""
    size = min(len(found), len(expected))
    places = {len(found) - 1 - i: len(expected) - 1 - i for i in range(size)}
    wrong = _disagreeing(places, found, expected)
    whole = bool(expected) and len(found) % len(expected) == 0
    if size and (not wrong or len(expected) == 1 or (whole and 2 * len(wrong) <= size)):
        return Placed(places, (), wrong)
    places = _subsequence(found, expected)
    if expected and len(places) == len(expected):
        return Placed(places)
    return Placed({}, tuple(range(len(found))))


def _disagreeing(
    places: dict[int, int], found: Sequence[Segment], expected: Sequence[Expected]
) -> tuple[int, ...]:
    return tuple(i for i, k in places.items() if not agree(found[i].accuracy, expected[k].accuracy))


def _subsequence(found: Sequence[Segment], expected: Sequence[Expected]) -> dict[int, int]:
    """Each expected one in its order, over files that were answered but never summed up."""
    places, k = {}, len(expected) - 1
    for i in range(len(found) - 1, -1, -1):
        if k >= 0 and agree(found[i].accuracy, expected[k].accuracy):
            places[i], k = k, k - 1
    return places
