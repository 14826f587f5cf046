"""MAGNET's evaluation cards: a claim as YAML, and beside it the verdicts that evaluating it came to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from data.formats.base import Format, Log, Reading
from data.magnet import cards
from data.problems import Code, Problem
from data.schema import Tables

KEYS = [re.compile(rb"^" + key + rb"\s*:", re.MULTILINE) for key in (b"title", b"claim")]
MARKS = {
    cards.VERDICT: ((b'"result"', b'"claims"'), (b'"status"', b'"symbols"')),
    cards.SYMBOLS: ((b'"display"',), (b'"kind"',), (b'"display_name"',)),
}
"""Of a file by its name: what it holds, in any of these ways."""
RUN = re.compile(r"^[0-9a-f]{8,}_\d{4}-\d\d-\d\d__\d\d-\d\d-\d\d")
"""How MAGNET names the folder of an evaluation."""
UNREAD = ("log", "requested_runs.json", "theory.json", cards.SYMBOLS)


def matches(path: Path, head: bytes) -> bool:
    """Each card has a title and a claim (schema.py of aiq-magnet 0.1.0)."""
    if path.suffix in (".yaml", ".yml"):
        return all(key.search(head) for key in KEYS)
    return head.startswith(b"{") and any(all(m in head for m in way) for way in MARKS.get(path.name, ()))


def is_sidecar(path: Path, _head: bytes) -> bool:
    return path.name in UNREAD and RUN.match(path.parent.name) is not None


def companions(path: Path, beside: Sequence[Path]) -> tuple[Path, ...]:
    return tuple(sorted(p for p in beside if cards.belongs(p, path)))


def read(log: Log) -> Reading:
    if log.path.suffix == ".json":
        return Reading(Tables.of(), (Problem(Code.MISSING_FIELD, cards.EVALUATED),))
    card = cards.read(log.path)
    return Reading(Tables.of(cards=cards.table(card)), card.problems)


FORMAT = Format("magnet_card", matches, read, companions=companions, is_sidecar=is_sidecar)
