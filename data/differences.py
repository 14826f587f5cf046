"""What differs between two texts, line by line and word by word. The comparison is difflib's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

import polars as pl

MOST_CHARACTERS = 200_000
MOST_LINES = 4_000
"""Of each text; difflib's time grows with their product."""
MOST_WORDS = 600
"""Of one line; longer ones differ as a whole."""
MOST_PAIRS = 4_000_000
"""Pairs of words that are compared in one answer: about a second in the worst case. Lines after that differ as a whole."""
MOST_LINE_PAIRS = 8_000
"""Pairs of equal lines, one of each text, that are weighed against each other: about a second in the worst case found."""
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

DIFFERENCES = pl.Schema(
    {
        "kind": pl.String,  # same, changed, removed, added
        "left_line": pl.UInt32,  # from 1; null where the line is in the other text alone
        "left": pl.String,
        "left_marks": pl.String,  # what of it differs, in characters: "0-4,7-9"
        "right_line": pl.UInt32,
        "right": pl.String,
        "right_marks": pl.String,
    }
)
Step = tuple[str, int, int, int, int]
Row = tuple[str, int | None, str | None, str | None, int | None, str | None, str | None]


def is_cut(text: str) -> bool:
    """Whether a text is longer than what is compared of it."""
    return len(text) > MOST_CHARACTERS or text.count("\n") >= MOST_LINES


def cut(text: str) -> str:
    """As much of a text as is compared."""
    return "\n".join(text[:MOST_CHARACTERS].split("\n")[:MOST_LINES])


def differences(left: str, right: str, by: str = "word") -> pl.DataFrame:
    """Columns of DIFFERENCES, a row a line or a pair of lines. `by` is word or line: how finely a changed line is marked.

    >>> differences("a\\nthe cat", "a\\nthe dog").select("kind", "left_marks", "right_marks").rows()
    [('same', None, None), ('changed', '4-7', '4-7')]
    """
    a, b = (cut(t).split("\n") if t else [] for t in (left, right))
    marks = Marks(by)
    rows = [row for op in _steps(a, b) for row in _rows(op, a, b, marks)]
    return pl.DataFrame(rows, schema=DIFFERENCES, orient="row")


def _steps(a: list[str], b: list[str]) -> Iterator[Step]:
    """difflib's, whose time grows with the pairs of equal lines: what both begin and end with is not asked about, and the
    lines that are repeated most are no places to meet."""
    most = min(len(a), len(b))
    first = next((i for i in range(most) if a[i] != b[i]), most)
    last = next((i for i in range(most - first) if a[-1 - i] != b[-1 - i]), most - first)
    inner_a, inner_b = a[first : len(a) - last], b[first : len(b) - last]
    yield "equal", 0, first, 0, first
    common = _common(inner_a, inner_b)
    matcher = SequenceMatcher(common.__contains__, inner_a, inner_b, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        yield tag, i + first, i_end + first, j + first, j_end + first
    yield "equal", len(a) - last, len(a), len(b) - last, len(b)


def _common(a: list[str], b: list[str]) -> set[str]:
    """The lines repeated most, so that no more than MOST_LINE_PAIRS pairs of equal ones are left."""
    in_a, in_b = Counter(a), Counter(b)
    pairs = sorted(((n * in_b[line], line) for line, n in in_a.items() if line in in_b), reverse=True)
    left, common = sum(n for n, _ in pairs), set()
    for n, line in pairs:
        if left <= MOST_LINE_PAIRS:
            break
        left -= n
        common.add(line)
    return common


def _rows(op: Step, a: list[str], b: list[str], marks: Marks) -> Iterator[Row]:
    tag, i, i_end, j, j_end = op
    while i < i_end and j < j_end:
        if tag == "equal" or a[i] == b[j]:
            yield "same", i + 1, a[i], None, j + 1, b[j], None
        else:
            on = marks.of(a[i], b[j])
            yield "changed", i + 1, a[i], on.left, j + 1, b[j], on.right
        i, j = i + 1, j + 1
    for n in range(i, i_end):
        yield "removed", n + 1, a[n], _all(a[n]), None, None, None
    for n in range(j, j_end):
        yield "added", None, None, None, n + 1, b[n], _all(b[n])


def _all(text: str) -> str:
    return f"0-{len(text)}"


class Both(NamedTuple):
    left: str
    right: str


class Marks:
    """What differs in two lines that stand for each other, as long as there is time."""

    def __init__(self, by: str) -> None:
        self._left = MOST_PAIRS if by == "word" else 0

    def of(self, left: str, right: str) -> Both:
        a, b = _WORDS.findall(left), _WORDS.findall(right)
        self._left -= len(a) * len(b)
        if self._left < 0 or max(len(a), len(b)) > MOST_WORDS:
            return Both(_all(left), _all(right))
        ops = [op for op in SequenceMatcher(None, a, b, autojunk=False).get_opcodes() if op[0] != "equal"]
        return Both(
            _spans(a, [(i, j) for _, i, j, _, _ in ops]), _spans(b, [(i, j) for _, _, _, i, j in ops])
        )


def _spans(words: list[str], places: list[tuple[int, int]]) -> str:
    """Places in words as places in characters."""
    ends = [0]
    for word in words:
        ends.append(ends[-1] + len(word))
    return ",".join(f"{ends[start]}-{ends[end]}" for start, end in places if end > start)
