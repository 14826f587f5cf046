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
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def real(value: Any) -> float | None:
    """A number, which may be infinite; NaN is none."""
    if isinstance(value, str):
        return NUMBERS.get(value)
    if not isinstance(value, (int, float)) or math.isnan(value):
        return None
    return float(value)


def moment(value: Any) -> datetime | None:
    """In UTC. A time without an offset is from a log so old that all were written in UTC."""
    try:
        when = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
