"""Which keys of the samples' metadata can group samples, and which can name one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from data.formats import letters

PROBED = 256
"""Samples looked at to learn which metadata can group; a whole log would take as long as reading it."""


def keys(metadata: Sequence[bytes | str | msgspec.Raw]) -> list[str]:
    """Those whose values are plain and repeat, so that grouping by them says something. Each is a JSON object.

    >>> keys(['{"level": 1, "text": "a"}', '{"level": 1, "parts": [2]}'])
    ['level', 'text']
    """
    return [k for k, values in _values(metadata).items() if _plain(values) and _repeat(values)]


def plain(metadata: Sequence[bytes | str | msgspec.Raw]) -> list[str]:
    """Those whose values are plain, though no two samples may share one. Each is a JSON object.

    >>> plain(['{"uuid": "a", "parts": [1]}', '{"uuid": "b"}'])
    ['uuid']
    """
    return [k for k, values in _values(metadata).items() if _plain(values)]


def _values(metadata: Sequence[bytes | str | msgspec.Raw]) -> dict[str, list[Any]]:
    """Key -> what it holds in the samples that are looked at."""
    step = max(1, len(metadata) // PROBED)
    found: dict[str, list[Any]] = {}
    for raw in metadata[::step]:
        one = _decoded(raw)
        for key, value in one.items() if isinstance(one, dict) else ():
            found.setdefault(key, []).append(value)
    return found


def _decoded(raw: bytes | str | msgspec.Raw) -> Any:
    try:
        return (
            msgspec.json.decode(raw)
            if len(raw if isinstance(raw, (bytes, str)) else bytes(raw)) > 2
            else None
        )
    except UnicodeDecodeError:
        return _decoded(bytes(raw).decode("utf-8", letters.SPELT)) if not isinstance(raw, str) else None
    except (msgspec.DecodeError, RecursionError):
        return None


def _plain(values: list[Any]) -> bool:
    return any(v is not None for v in values) and all(
        v is None or isinstance(v, (str, int, float)) for v in values
    )


def _repeat(values: list[Any]) -> bool:
    return len(set(values) - {None}) <= max(50, len(values) // 2)
