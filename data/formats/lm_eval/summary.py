"""One file of results in, its runs out: a run for each task."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from data.formats.digests import as_json, digest
from data.formats.lm_eval import filenames, settings
from data.formats.lm_eval.groups import groups_of, outermost
from data.formats.lm_eval.names import Logged, logged
from data.formats.loose import at, spelt, table, whole
from data.problems import Code, Problem
from data.schema import UNKNOWN

ABSENT = ("N/A", "", None)


@dataclass(slots=True)
class Run:
    """A row of `runs` and its rows of `metrics`."""

    row: dict[str, Any]
    metrics: list[dict[str, Any]]


def runs_of(doc: Mapping[str, Any], file: str, problems: list[Problem]) -> list[Run]:
    groups = groups_of(doc)
    results = {k: v for k, v in table(doc.get("results")).items() if k not in groups and _is_task(v)}
    head = _head(doc, file, len(results), problems)
    runs = [_run(doc, head, task, result, groups, problems) for task, result in results.items()]
    if not runs:
        problems.append(Problem(Code.MISSING_FIELD, "results holds no task"))
    return runs


def _is_task(result: object) -> bool:
    """Groups over which nothing is summed have a line of their own, with no metric in it."""
    return isinstance(result, dict) and any(logged(result))


def _head(doc: Mapping[str, Any], file: str, tasks: int, problems: list[Problem]) -> dict[str, Any]:
    """What all runs of the file have in common."""
    model = settings.model(doc)
    if model is None:
        problems.append(Problem(Code.MISSING_FIELD, "model_name"))
    created = _created(doc.get("date")) or filenames.when(file)
    if created is None:
        problems.append(Problem(Code.MISSING_FIELD, "date"))
    # The time is that of the whole evaluation, so of several tasks nobody knows which took how long.
    took = spelt(doc.get("total_evaluation_time_seconds")) if tasks == 1 else None
    return {"model": model or UNKNOWN, "created": created, "duration_s": took}


def _created(date: object) -> datetime | None:
    """Seconds since 1970."""
    seconds = spelt(date)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _run(
    doc: Mapping[str, Any],
    head: Mapping[str, Any],
    task: str,
    result: Mapping[str, Any],
    groups: Mapping[str, list[str]],
    problems: list[Problem],
) -> Run:
    found = list(logged(result))
    n = whole(at(doc.get("n-samples"), task, "effective")) or whole(result.get("sample_len"))
    problems.extend(_odd(task, found))
    first = _headline(found)
    identity = digest([head["model"], str(head["created"]), doc.get("date"), task, dict(result)])
    row = {
        **head,
        "run_id": identity,
        "content": identity,
        "task_key": identity,
        "task": task,
        "dataset": _dataset(at(doc.get("configs"), task)),
        "suite": outermost(task, groups),
        "tags": _tags(table(doc.get("n-shot")).get(task)),
        "status": "success",
        "samples_planned": n,
        "epochs": 1,
        "headline_scorer": first and first.name.scorer,
        "headline_metric": first and first.name.metric,
        "config": as_json(settings.of_task(doc, task)),
        "config_digest": settings.config_digest(doc, task),
    }
    up = table(table(doc.get("higher_is_better")).get(task))
    return Run(row, [_metric(f, n, up.get(f.name.metric)) for f in found])


def _odd(task: str, found: list[Logged]) -> Iterator[Problem]:
    """Values that are neither a number nor said to be none."""
    for f in found:
        is_nan = isinstance(f.value, float) and math.isnan(f.value)
        if f.value not in ABSENT and not is_nan and spelt(f.value) is None:
            yield Problem(Code.BAD_VALUE, f"{task}: {f.name.scorer} is {str(f.value)[:40]!r}")


def _headline(found: list[Logged]) -> Logged | None:
    """The first that has a value: the harness lists them in the order of the task's own list."""
    return next((f for f in found if spelt(f.value) is not None), found[0] if found else None)


def _metric(f: Logged, n: int | None, higher_is_better: object) -> dict[str, Any]:
    return {
        "scorer": f.name.scorer,
        "metric": f.name.metric,
        "value": spelt(f.value),
        "stderr": spelt(f.stderr),
        "n": n,
        "direction": {True: 1, False: -1}[higher_is_better] if isinstance(higher_is_better, bool) else None,
        "source": "actual",
    }


def _dataset(config: Any) -> str | None:
    parts = (at(config, "dataset_path"), at(config, "dataset_name"))
    return "/".join(p for p in parts if isinstance(p, str) and p) or None


def _tags(shots: Any) -> list[str]:
    return [f"{shots}-shot"] if whole(shots) is not None else []
