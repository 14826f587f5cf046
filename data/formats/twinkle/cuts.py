"""Where one file's answers end and the next one's begin.

Questions are numbered from 0 in each file, so a number that comes again starts a new file. But answers
arrive out of order: question 3 of the next file may come before its question 0 and after a file of only
three, and the repetition is noticed too late. Such a cut is moved back until no number is missing and
both accuracies are what the summary says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from data.formats.twinkle.details import Span
from data.formats.twinkle.rows import Row
from data.statistics.arrays import same

LOOK_BACK = 32
"""As many answers are under way at once, and so can be out of order, in the evaluator's own settings."""


class Fault(NamedTuple):
    """What speaks against a span; less is better, in this order."""

    wrong: int = 0
    missing: int = 0


def cut(rows: Sequence[Row], accuracies: Sequence[float | None] = ()) -> list[Span]:
    """`accuracies` belong to the last spans: what stands before was repeated."""
    spans = _greedy(rows)
    known = [None] * (len(spans) - len(accuracies)) + list(accuracies)[-len(spans) :]
    # From the end, since a file that lost its answer 3 has taken its neighbour's for it.
    for i in reversed(range(len(spans) - 1)):
        spans[i], spans[i + 1] = _settle(rows, spans[i], spans[i + 1], known[i], known[i + 1])
    return spans


def accuracy(rows: Sequence[Row], span: Span) -> float:
    return sum(r.is_correct is True or r.is_correct == 1 for r in rows[span.start : span.stop]) / (
        span.stop - span.start
    )


def agree(a: float, b: float | None) -> bool:
    return b is None or same(a, b)


def _greedy(rows: Sequence[Row]) -> list[Span]:
    cuts: list[int] = []
    seen: set[object] = set()
    for i, row in enumerate(rows):
        key = _key(row)
        if key in seen or not i:
            cuts.append(i)
            seen = set()
        seen.add(key)
    return [Span(*pair) for pair in zip(cuts, [*cuts[1:], len(rows)], strict=True)]


def _key(row: Row) -> tuple[str, str]:
    return str(row.question_id), str(row.sample_id)


def _settle(
    rows: Sequence[Row], left: Span, right: Span, left_accuracy: float | None, right_accuracy: float | None
) -> tuple[Span, Span]:
    def fault(a: Span, b: Span) -> Fault:
        one, two = _fault(rows, a, left_accuracy), _fault(rows, b, right_accuracy)
        return Fault(one.wrong + two.wrong, one.missing + two.missing)

    best = (left, right)
    if (least := fault(left, right)) == Fault():
        return best
    for at in _earlier(rows, left, right):
        moved = (Span(left.start, at), Span(at, right.stop))
        if (now := fault(*moved)) < least:
            best, least = moved, now
    return best


def _earlier(rows: Sequence[Row], left: Span, right: Span) -> list[int]:
    """Cuts further back that keep every number of the right side once."""
    seen = {_key(r) for r in rows[right.start : right.stop]}
    places = []
    for at in range(left.stop - 1, max(left.start, left.stop - LOOK_BACK), -1):
        if (key := _key(rows[at])) in seen:
            break
        seen.add(key)
        places.append(at)
    return places


def _fault(rows: Sequence[Row], span: Span, expected: float | None) -> Fault:
    ids = {r.question_id for r in rows[span.start : span.stop]}
    numbers = [i for i in ids if isinstance(i, int)]
    missing = max(numbers) + 1 - len(numbers) if numbers else 0
    return Fault(int(not agree(accuracy(rows, span), expected)), missing)
