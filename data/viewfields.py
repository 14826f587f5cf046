"""Kinds of fields that a view has: what of a URL's texts each of them takes, and what they are by default."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Any

Read = Callable[[list[str]], Any]
"""From the values that a URL gives for one key to a value of the field; None where they make no sense."""

MAX_VALUES = 500
MAX_TEXT = 2_000
"""A stranger's URL may be as long as it likes; what we keep of it is bounded."""


def clean(values: Iterable[str]) -> list[str]:
    return [_writable(v[:MAX_TEXT]) for v in values if v][:MAX_VALUES]


def _writable(text: str) -> str:
    """Half a surrogate pair, which JSON may hold and no URL can, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def many(key: str, keep: Callable[[str], object] = bool) -> Any:
    read: Read = lambda vs: tuple(sorted({v for v in clean(vs) if keep(v)}))
    return field(default=(), metadata={"key": key, "read": read})


def in_order(key: str, keep: Callable[[str], object] = bool) -> Any:
    read: Read = lambda vs: tuple(dict.fromkeys(v for v in clean(vs) if keep(v)))
    return field(default=(), metadata={"key": key, "read": read})


def some(key: str, *options: str) -> Any:
    """Any of the options, in their order."""
    read: Read = lambda vs: tuple(o for o in options if o in vs)
    return field(default=(), metadata={"key": key, "read": read, "options": options})


def text(key: str, usual: str = "") -> Any:
    """`usual` is another spelling of the default."""

    def read(values: list[str]) -> str | None:
        text = next(reversed(clean(values)), None)
        return None if text == usual else text

    return field(default="", metadata={"key": key, "read": read})


def one(key: str, is_one: Callable[[str], object], usual: str = "") -> Any:
    """A text that passes."""
    read: Read = lambda vs: vs[-1] if is_one(vs[-1]) else None
    return field(default=usual, metadata={"key": key, "read": read})


def choice(key: str, *options: str) -> Any:
    """One of the options; the first is what the URL leaves out."""
    read: Read = lambda vs: vs[-1] if vs[-1] in options else None
    return field(default=options[0], metadata={"key": key, "read": read, "options": options})


def number(key: str, usual: float | None, low: float, high: float, kind: type = float) -> Any:
    def read(values: list[str]) -> float | None:
        try:
            number = float(values[-1])
        except ValueError:
            return None
        return kind(number + 0.0) if math.isfinite(number) and low <= number <= high else None  # -0 is 0

    return field(default=usual, metadata={"key": key, "read": read})


def as_texts(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        return [str(v) for v in value if v is not None and str(v) != ""]
    if isinstance(value, float):
        return [repr(value)]
    return [str(value)] if str(value) != "" else []


def spell(value: object) -> str:
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
