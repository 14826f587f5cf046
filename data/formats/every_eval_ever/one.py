"""One sample with all its scores, read again from its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from data.formats import lenient
from data.formats.base import Log, SampleKey
from data.formats.every_eval_ever import dialect
from data.formats.every_eval_ever.assigned import Places
from data.formats.every_eval_ever.instances import Instance, answer_of, joined
from data.formats.every_eval_ever.reading import opened
from data.formats.every_eval_ever.results import UNNAMED
from data.formats.loose import at, items, table


def sample(log: Log, key: SampleKey) -> Mapping[str, Any] | None:
    rows = _rows(log, key)
    if not rows:
        return None
    f = rows[0].fields
    places = Places(opened(log, []).runs)
    scores = {_scorer(r, places): _score(r) for r in reversed(rows)}
    return {
        "input": at(f, "input", "raw") or at(f, "input", "formatted"),
        "target": joined(at(f, "input", "reference")),
        "choices": items(at(f, "input", "choices")),
        "scores": dict(reversed(scores.items())),
        "output": joined(at(f, "output", "raw")),
        "reasoning": joined(at(f, "output", "reasoning_trace")),
        "messages": items(f.get("messages")),
        "usage": table(f.get("token_usage")),
        "performance": table(f.get("performance")),
        "error": f.get("error"),
        "metadata": rows[0].metadata | {"sample_hash": f.get("sample_hash")},
    }


def _scorer(row: Instance, places: Places) -> str:
    place = places.of(row)
    return place.scorer if place else str(row.metadata.get(dialect.SCORER_OF_SAMPLE) or UNNAMED)


def _score(row: Instance) -> dict[str, Any]:
    judged = table(row.fields.get("evaluation"))
    return {"value": judged.get("score"), "answer": answer_of(row.fields), "metadata": judged}


def _rows(log: Log, key: SampleKey) -> list[Instance]:
    try:
        place = json.loads(key.locator or "{}")
        path = next(p for p in (log.path, *log.companions) if p.name == place.get("file"))
        found = [(where, lenient.row(path, *where)) for where in place["at"]]
    except (StopIteration, OSError, ValueError, LookupError, TypeError, AttributeError):
        return []  # moved or rewritten since
    rows = [
        Instance(w[0], w[1], row) for w, row in found if row and str(row.get("sample_id")) == key.sample_id
    ]
    return rows if len(rows) == len(found) else []
