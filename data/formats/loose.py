"""Values from strangers: what we expect of them, or None."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from data.formats.strict import NUMBERS


def at(value: Any, *path: str) -> Any:
    """What lies along the path, or None where it ends.

    >>> at({"a": {"b": 1}}, "a", "b"), at({"a": 1}, "a", "b")
    (1, None)
    """
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def whole(value: Any) -> int | None:
    """An integer that a table can hold."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and abs(value) < 2**63 else None


def real(value: Any) -> float | None:
    """A number, which may be infinite; NaN is none."""
    if isinstance(value, str):
        return NUMBERS.get(value)
    try:
        number = float(value) if isinstance(value, (int, float)) else math.nan
    except OverflowError:  # an integer that no float can hold
        return None
    return None if math.isnan(number) else number


def spelt(value: Any) -> float | None:
    """A number, or a text that spells one; it may be infinite, NaN is none.

    >>> spelt("0.5"), spelt(1), spelt("N/A"), spelt(True), spelt(float("nan"))
    (0.5, 1.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return None if math.isnan(found) else found


def moment(value: Any) -> datetime | None:
    """In UTC. A time without an offset is from a log so old that all were written in UTC."""
    try:
        when = datetime.fromisoformat(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):  # the last: before the year 1 in UTC
        return None
