"""Samples without the results that would say which model they are of."""

from __future__ import annotations

from typing import Any

from data.formats.digests import digest
from data.formats.lm_eval import filenames
from data.formats.lm_eval.details import Details
from data.formats.lm_eval.names import Name
from data.formats.lm_eval.summary import Run
from data.formats.lm_eval.values import Values
from data.schema import UNKNOWN


def run(found: Details) -> Run:
    names = [name for name, values in found.scores.items() if values.scores]
    identity = digest([_facts(s) for s in found.samples] + [_values(found.scores[n]) for n in names])
    path = found.path
    row = {
        "run_id": identity,
        "content": identity,
        "task_key": identity,
        "model": filenames.model(path.parent.name) or UNKNOWN,
        "task": filenames.task(path.name),
        "created": filenames.when(path.name),
        "status": "success",
        "samples_planned": len(found.samples),
        "samples_done": len(found.samples),
        "epochs": 1,
        "headline_scorer": names[0].scorer if names else None,
        "headline_metric": names[0].metric if names else None,
    }
    return Run(row, [_metric(n, found.scores[n]) for n in names])


def _facts(sample: dict[str, Any]) -> list[Any]:
    return [sample[k] for k in ("sample_id", "input_hash", "target", "answer", "locator")]


def _values(column: Values) -> list[Any]:
    return [(i, str(score.value)) for i, score in column.scores.items()]


def _metric(name: Name, column: Values) -> dict[str, Any]:
    return {
        "scorer": name.scorer,
        "metric": name.metric,
        "value": column.mean(),
        "n": sum(s.value is not None for s in column.scores.values()),
        "source": "actual",
    }
