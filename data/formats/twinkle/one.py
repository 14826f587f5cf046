"""One whole answer, read again from its detail file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.formats.base import Log, SampleKey
from data.formats.twinkle import judges
from data.formats.twinkle.details import HEAD, utf8
from data.formats.twinkle.documents import load
from data.formats.twinkle.encodings import is_utf8
from data.formats.twinkle.rows import row_of
from data.formats.twinkle.samples import UNASSIGNED
from data.formats.twinkle.values import mapping
from data.grades import to_number

OPTIONS = re.compile(r"\n[A-Z]: ")
REASONING = ("llm_reasoning_output", "llm_resoning_output")
"""The second until August 2025."""
SHOWN = {"question", "correct_answer", "predicted_answer", "is_correct", "llm_output", *REASONING}


def sample(log: Log, key: SampleKey) -> dict[str, Any] | None:
    row = _row(log, key)
    return (
        None
        if row is None
        else {
            "input": row.get("question"),
            "target": row.get("correct_answer"),
            "choices": _choices(row.get("question")),
            "scores": _scores(row),
            "output": row.get("llm_output"),
            "reasoning": next((row[k] for k in REASONING if row.get(k)), None),
            "usage": {k[6:]: v for k, v in row.items() if k.startswith("usage_")},
            "metadata": {k: v for k, v in row.items() if k not in SHOWN and not k.startswith("usage_")},
        }
    )


def _choices(question: object) -> list[str]:
    """In the order in which this model saw them."""
    if not isinstance(question, str) or "\nA: " not in question:
        return []
    return OPTIONS.split(question.rstrip())[1:]


def _scores(row: Mapping[str, Any]) -> dict[str, Any]:
    answer = row.get("predicted_answer")
    own = {"value": to_number(row.get("is_correct")), "answer": answer, "explanation": None}
    others = judges.columns([row_of(row)])
    return {"accuracy": own} | {c.name.removeprefix(judges.COLUMN): {"value": c[0]} for c in others}


def _row(log: Log, key: SampleKey) -> Mapping[str, Any] | None:
    try:
        place = mapping(json.loads(key.locator or "null"))
        path = next(p for p in (log.path, *log.companions) if p.name == place.get("file"))
        row = _read(path, place)
    except (StopIteration, OSError, ValueError, LookupError, TypeError):
        return None  # moved or rewritten since
    return row if isinstance(row, Mapping) and _is_meant(row, key.sample_id) else None


def _read(path: Path, place: Mapping[str, Any]) -> Any:
    line = load(_line(path, place["at"], place["size"]))
    return line["details"][place["index"]] if "index" in place else line


def _line(path: Path, at: int, size: int) -> bytes:
    with path.open("rb") as f:
        if not is_utf8(f.read(HEAD)):
            f.seek(0)
            return utf8(f.read())[at : at + size]  # places count in the text as UTF-8
        f.seek(at)
        return f.read(size)


def _is_meant(row: Mapping[str, Any], sample_id: str) -> bool:
    number = row.get("question_id")
    mixed = sample_id.startswith(f"{UNASSIGNED}/{number}-")
    return mixed or sample_id.endswith(f"/{number}")
