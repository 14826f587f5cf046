"""How wide a column and how high a row is, in pixels, from the texts that are in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.tables.column import Column

HEAD, ROW_HEIGHT = 34, 30
TALLEST, LOWER, SHORT = 560, 420, 300
"""Pixels that a table has at the most: any, one that is not the first of its page, one of a row for each model."""
LETTER, HEAD_LINES = 9, 3
"""Pixels of a letter of a header, and how many lines of one are shown."""
LINE, MOST_LINES = 16, 8
"""Pixels of each further line of prose; a row that has more of them scrolls with its table."""
MAY_BREAK = re.compile(r"(?<=[/_.:-])(?=[^/_.:-])")


def breakable(header: str) -> str:
    """A name that breaks after / - _ . : and in no word; where, is said by characters that nobody sees.

    >>> breakable("open/lynx-13b").split("\u200b")
    ['open/', 'lynx-', '13b']
    """
    return MAY_BREAK.sub("\u200b", header)


def head_height(columns: Sequence[Column]) -> int:
    """Of the header row, in pixels: as many lines as the longest name takes in its column.

    >>> head_height([Column("a")]), head_height([Column("a", width=100, header="a-model-of-some-length")])
    (34, 64)
    """
    most = max((_lines(c.header, max((c.width or 130) - 24, 40)) for c in columns if c.header), default=1)
    return HEAD + 15 * (min(most, HEAD_LINES) - 1)


def _lines(header: str, room: int) -> int:
    """How many it takes when it breaks where it may."""
    lines, left = 1, room
    for part in breakable(header).split("\u200b"):
        if LETTER * len(part) > left:
            lines, left = lines + 1, room
        left -= LETTER * len(part)
    return lines


def row_height(row: Mapping[str, Any], columns: Sequence[Column]) -> int:
    """Of one row, in pixels: as many lines as its longest prose takes in its column.

    >>> row_height({"a": "short"}, [Column("a", "prose")]), row_height({"a": "long " * 12}, [Column("a", "prose")])
    (30, 78)
    """
    return ROW_HEIGHT + LINE * (min(lines(row, columns), MOST_LINES) - 1)


def lines(row: Mapping[str, Any], columns: Sequence[Column]) -> int:
    """About how many the longest prose of a row takes, if all of it is shown."""
    prose = [c for c in columns if c.kind in ("prose", "difference") and row.get(c.field)]
    return max((-(-7 * len(str(row[c.field])) // max((c.width or 150) - 20, 40)) for c in prose), default=1)


def wide_enough(header: str, least: int = 110, most: int = 240) -> int:
    """The width that a column needs for a long name, in its header or below."""
    return min(most, max(least, 40 + 8 * len(header)))


def unbroken(header: str, least: int = 116, most: int = 200) -> int:
    """The width in which no word of a name has to break.

    >>> unbroken("open/lynx-13b"), unbroken("huggingface/a-model"), unbroken("x" * 90)
    (116, 152, 200)
    """
    return min(most, max(least, 44 + LETTER * max(map(len, breakable(header).split("\u200b")))))
