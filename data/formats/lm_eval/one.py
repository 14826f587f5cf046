"""One document with all its answers, read again from its file of samples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from data.formats import lenient
from data.formats.base import Log, SampleKey
from data.formats.lm_eval import answers
from data.formats.lm_eval.details import OF_A_ROW
from data.formats.lm_eval.names import Name
from data.formats.loose import items, text

SHOWN = {"target", "arguments", "resps", "filtered_resps", "filter", "metrics"}


def sample(log: Log, key: SampleKey) -> Mapping[str, Any] | None:
    rows = _rows(log, key)
    if not rows:
        return None
    first = rows[0]
    asked = answers.requests(first.get("arguments"))
    options = answers.choices(asked)
    return {
        "input": answers.prompt(asked) or answers.question(first.get("doc"), asked),
        "target": answers.target(first.get("target"), options),
        "choices": options,
        "scores": {k: v for row in rows for k, v in _scores(row, options).items()},
        "output": _output(first.get("resps"), options),
        "metadata": {k: v for k, v in first.items() if k not in SHOWN and k in OF_A_ROW},
        "generation": answers.settings(asked),
    }


def _rows(log: Log, key: SampleKey) -> list[dict[str, Any]]:
    try:
        place = json.loads(key.locator or "{}")
        path = next(p for p in (log.path, *log.companions) if p.name == place.get("file"))
        found = [lenient.row(path, at, size) for at, size in place["at"]]
    except (StopIteration, OSError, ValueError, LookupError, TypeError, AttributeError):
        return []  # moved or rewritten since
    rows = [row for row in found if row is not None and str(row.get("doc_id")) == key.sample_id]
    return rows if len(rows) == len(found) else []


def _scores(row: Mapping[str, Any], options: list[str]) -> dict[str, Any]:
    filter = text(row.get("filter")) or Name("").filter
    answer = answers.answer(row.get("filtered_resps"), options)
    named = row.get("metrics")
    metrics = named if isinstance(named, list) else [k for k in row if k not in OF_A_ROW]
    return {Name(m, filter).scorer: {"value": row[m], "answer": answer} for m in metrics if m in row}


def _output(resps: Any, options: list[str]) -> Any:
    """What the model wrote; of choices, how likely it found each."""
    if options:
        return dict(zip(options, (_flat(r) for r in items(resps)), strict=False))
    written = [r for one in items(resps) for r in (one if isinstance(one, list) else [one])]
    return written[0] if len(written) == 1 else written


def _flat(resp: Any) -> Any:
    while isinstance(resp, list) and len(resp) == 1:
        resp = resp[0]
    return resp
