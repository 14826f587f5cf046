"""Is this file Twinkle's? Decided by the beginning of its content."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic_core import from_json

from data.formats.twinkle.encodings import Undecodable, decode
from data.formats.twinkle.kinds import Kind, kind_of

KEYS = re.compile(rb"d\0?a\0?t\0?a\0?s\0?e\0?t\0?_\0?r\0?e|q\0?u\0?e\0?s\0?t\0?i\0?o\0?n\0?_|a\0?c\0?c\0?u\0?r\0?a|m\0?e\0?t\0?r|l\0?l\0?m\0?_|d\0?e\0?t\0?a\0?i\0?l")  # fmt: skip
"""No document of ours is without one of these, in any encoding: most files of others end here."""
EXPORTS = {".csv": b"config_model_name", ".xlsx": b"PK", ".html": b"<"}


def matches(path: Path, head: bytes) -> bool:
    if path.suffix.lower() not in (".json", ".jsonl") or not KEYS.search(head):
        return False
    try:
        text = decode(head).lstrip("\ufeff \t\r\n")
    except Undecodable:
        return False
    return text[:1] in ("{", "[") and head_kind(text, path.name) is not None


def head_kind(text: str, name: str) -> Kind | None:
    """What the first document is that says so; lines before it may be broken."""
    if kind := _first_kind(text, name):
        return kind
    lines = (line for line in text.splitlines()[1:] if line.startswith("{"))
    found = next((kind for line in lines if (kind := _first_kind(line, name))), None)
    return found or _broken_kind(text, name)


def _first_kind(text: str, name: str) -> Kind | None:
    try:
        doc = from_json(text, allow_partial=True)  # ignores what follows the first document
    except ValueError:
        return None
    docs = doc if isinstance(doc, list) else [doc]
    return next((kind for d in docs if (kind := kind_of(d, name))), None)


def _broken_kind(text: str, name: str) -> Kind | None:
    """Not JSON, but named and worded as a summary: taken, so that its own mistake gets reported."""
    worded = re.search(r'^\s*"dataset_results"\s*:', text, re.MULTILINE) or '"dataset_results":{' in text
    return Kind.SUMMARY if worded and name.startswith("results_") else None


def is_sidecar(path: Path, head: bytes) -> bool:
    """An export of a summary that lies beside it. Alone it is all there is, and worth a word."""
    mark = EXPORTS.get(path.suffix.lower())
    named = path.name.startswith("results_") and mark is not None and mark in head
    return named and path.with_suffix(".json").exists()
