"""Numbers and times as logged, whatever type they were logged in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from data.formats.loose import spelt

STAMPS = {13: "%Y%m%d_%H%M", 15: "%Y%m%d_%H%M%S"}
"""By length, because strptime would read minute 43 as minute 4 and second 3."""


def number(value: object) -> float | None:
    """A finite number, or a text that spells one; anything else is none.

    >>> number("0.4"), number(1), number(float("nan")), number(True), number(None)
    (0.4, 1.0, None, None, None)
    """
    found = spelt(value)
    return found if found is not None and math.isfinite(found) else None


def when(stamp: object) -> datetime | None:
    """The evaluator's local minute, or ISO. Read as UTC where no zone is given: none is known.

    >>> when("20250806_1543").isoformat(), when("2025-08-06T15:43:10+08:00").isoformat()
    ('2025-08-06T15:43:00+00:00', '2025-08-06T07:43:10+00:00')
    """
    if not isinstance(stamp, str):
        return None
    try:
        shape = STAMPS.get(len(stamp)) if "_" in stamp else None
        found = datetime.strptime(stamp, shape) if shape else datetime.fromisoformat(stamp)  # noqa: DTZ007
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter: before the year 1 in UTC
        return None


def mapping(value: object) -> Mapping[str, Any]:
    """An object as logged; an empty one where something else stands."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def mean(values: list[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
