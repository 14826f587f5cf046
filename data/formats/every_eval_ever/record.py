"""A record in, its runs out: a run for each evaluation that it has results of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from data.formats.digests import as_json, digest
from data.formats.every_eval_ever import dialect
from data.formats.every_eval_ever.results import Result, results
from data.formats.loose import at, items, moment, table, text
from data.formats.redaction import redacted
from data.problems import Code, Problem
from data.schema import UNKNOWN

KNOWN = ("0.1", "0.2", "0.3")
ABOUT = ("source_metadata", "eval_library", "model_info", "evaluation_id", "schema_version")


@dataclass(slots=True)
class Run:
    row: dict[str, Any]
    results: Sequence[Result]

    @property
    def scorer(self) -> str | None:
        """Of rows that do not say which result they belong to."""
        return self.results[0].scorer if self.results else None


def runs_of(doc: Mapping[str, Any], problems: list[Problem]) -> list[Run]:
    version = text(doc.get("schema_version")) or ""
    if ".".join(version.split(".")[:2]) not in KNOWN:
        problems.append(Problem(Code.UNKNOWN_VERSION, version or "none"))
    model = text(at(doc, "model_info", "id")) or text(at(doc, "model_info", "name"))
    if model is None:
        problems.append(Problem(Code.MISSING_FIELD, "model_info.id"))
    by_task: dict[str, list[Result]] = {}
    for r in results(doc, problems):
        by_task.setdefault(r.task, []).append(r)
    rows = [_row(doc, model or UNKNOWN, task, found) for task, found in by_task.items()]
    if len(rows) == 1 and (original := original_id(doc)):
        rows[0] |= {"run_id": original, **_progress(doc)}
    return [Run(row, found) for row, found in zip(rows, by_task.values(), strict=True)]


def original_id(doc: Mapping[str, Any]) -> str | None:
    """Of the run that a record of ours was written from; it is still that run."""
    details = at(doc, "source_metadata", "additional_details")
    return text(at(details, dialect.RUN_ID)) if text(at(details, dialect.FORMAT)) else None


def _progress(doc: Mapping[str, Any]) -> dict[str, int | None]:
    said = table(at(doc, "source_metadata", "additional_details"))
    return {k: _count(said.get(k)) for k in (dialect.DONE, dialect.PLANNED)}


def _count(said: object) -> int | None:
    """The schema wants details to be texts."""
    return int(said) if isinstance(said, str) and re.fullmatch(r"[0-9]{1,15}", said) else None


def _row(doc: Mapping[str, Any], model: str, task: str, found: Sequence[Result]) -> dict[str, Any]:
    identity = digest([doc.get("evaluation_id"), model, task, [dict(r.logged) for r in found]])
    first = found[0]
    source = table(first.logged.get("source_data"))
    config = configuration(doc, found)
    return {
        "run_id": identity,
        "content": identity,
        "task_key": identity,
        "model": model,
        "task": task,
        "dataset": text(source.get("hf_repo")) or text(source.get("dataset_name")),
        "suite": text(at(doc, "source_metadata", "source_name")),
        "tags": [
            t
            for t in (text(at(doc, "source_metadata", "additional_details", dialect.TAGS)) or "").split("\n")
            if t
        ],
        "created": _created(doc, first),
        "status": "success",
        "headline_scorer": first.scorer,
        "headline_metric": first.metric,
        "config": as_json(config),
        "config_digest": digest([config["generation"], source.get("dataset_name"), source.get("hf_repo")]),
    }


def configuration(doc: Mapping[str, Any], found: Sequence[Result]) -> dict[str, Any]:
    config = {k: doc[k] for k in ABOUT if doc.get(k) is not None}
    config |= {
        "generation": found[0].logged.get("generation_config"),
        "source_data": found[0].logged.get("source_data"),
        "metrics": [r.logged.get("metric_config") for r in found],
    }
    return redacted(config)


def _created(doc: Mapping[str, Any], first: Result) -> datetime | None:
    """When it was evaluated; where nobody says, when the record was made."""
    stamps = (
        first.logged.get("evaluation_timestamp"),
        doc.get("evaluation_timestamp"),
        doc.get("retrieved_timestamp"),
    )
    return next((found for s in stamps if (found := when(s))), None)


def when(stamp: object) -> datetime | None:
    """Seconds since 1970 as a text, or ISO.

    >>> when("1770682486.5").isoformat(), when("2026-02-03T04:05:06Z").isoformat()
    ('2026-02-10T00:14:46.500000+00:00', '2026-02-03T04:05:06+00:00')
    """
    try:
        return datetime.fromtimestamp(float(stamp), UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return moment(stamp)


def rows_promised(doc: Mapping[str, Any]) -> Any:
    found = doc.get("detailed_evaluation_results")
    # Version 0.1 had a list of samples here.
    return at(found, "total_rows") if isinstance(found, dict) else len(items(found)) or None
