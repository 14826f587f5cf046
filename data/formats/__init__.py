"""The log formats we read. To add one, add a module or package here that defines FORMAT."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from data.formats.base import Format

HEAD_BYTES = 65_536
"""Enough to pass a long configuration or system prompt that some harness writes first."""

FORMATS: tuple[Format, ...] = tuple(
    module.FORMAT
    for m in iter_modules(__path__)
    if hasattr(module := import_module(f"{__name__}.{m.name}"), "FORMAT")
)
BY_NAME = {f.name: f for f in FORMATS}


def claims(path: Path, head: bytes) -> list[Format]:
    """The formats that take this file for theirs. Exactly one is right; two is a bug in one of them."""
    return [f for f in FORMATS if f.matches(path, head)]


def is_sidecar(path: Path, head: bytes) -> bool:
    return any(f.is_sidecar(path, head) for f in FORMATS)
