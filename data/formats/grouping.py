"""Which keys of the samples' metadata can group samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

PROBED = 256
"""Samples looked at to learn which metadata can group; a whole log would take as long as reading it."""


def keys(metadata: Sequence[bytes | str | msgspec.Raw]) -> list[str]:
    """Those whose values are plain and repeat, so that grouping by them says something. Each is a JSON object.

    >>> keys(['{"level": 1, "text": "a"}', '{"level": 1, "parts": [2]}'])
    ['level', 'text']
    """
    step = max(1, len(metadata) // PROBED)
    probed = [d for raw in metadata[::step] if isinstance(d := _decoded(raw), dict)]
    named = dict.fromkeys(key for values in probed for key in values)
    return [k for k in named if _groups([values[k] for values in probed if k in values])]


def _decoded(raw: bytes | str | msgspec.Raw) -> Any:
    try:
        return (
            msgspec.json.decode(raw)
            if len(raw if isinstance(raw, (bytes, str)) else bytes(raw)) > 2
            else None
        )
    except msgspec.DecodeError:
        return None


def _groups(values: list[Any]) -> bool:
    if not all(v is None or isinstance(v, (str, int, float)) for v in values):
        return False
    return 0 < len(set(values) - {None}) <= max(50, len(values) // 2)
