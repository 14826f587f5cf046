"""JSON for people: indented, but what fits on a line is on one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

ROOM = 88
"""Characters of a line, without its indentation."""


def jsontext(value: Any) -> str:
    """
    >>> print(jsontext({"cells": [["coast", 2019], ["coast", 2020]], "note": "x" * 70}))
    {
      "cells": [["coast", 2019], ["coast", 2020]],
      "note": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    }
    """
    try:
        return "\n".join(_lines(value))
    except RecursionError:  # nested deeper than anybody reads
        return "…"


def _lines(value: Any) -> list[str]:
    if isinstance(value, Mapping) and value:
        return _joined([_named(str(k), _lines(v)) for k, v in value.items()], "{}")
    if isinstance(value, list) and value:
        return _joined([_lines(v) for v in value], "[]")
    return [json.dumps(value, ensure_ascii=False, default=str)]


def _named(key: str, lines: list[str]) -> list[str]:
    return [f"{json.dumps(key, ensure_ascii=False)}: {lines[0]}", *lines[1:]]


def _joined(parts: list[list[str]], brackets: str) -> list[str]:
    if all(len(p) == 1 for p in parts) and sum(len(p[0]) + 2 for p in parts) <= ROOM:
        return [brackets[0] + ", ".join(p[0] for p in parts) + brackets[1]]
    inner: list[str] = []
    for n, part in enumerate(parts):
        inner += [f"  {line}" for line in part]
        if n < len(parts) - 1:
            inner[-1] += ","
    return [brackets[0], *inner, brackets[1]]
