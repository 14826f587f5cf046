"""Rows of a frame of evaluations as rows of `runs`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from data.formats.digests import as_json, digest
from data.formats.inspect_log.run import COMPARED
from data.formats.loose import text, whole
from data.formats.redaction import redacted
from data.schema import STATUSES, UNKNOWN

NOT_ASKED = {
    "dataset_sample_ids",
    "error_message",
    "error_traceback",
    "status",
    "total_samples",
    "completed_samples",
}
ALSO_COMPARED = (
    "dataset_name", "dataset_location", "dataset_shuffled", "task_version", "solver", "solver_args",
    "model_generate_config",
)  # fmt: skip


def row(e: Mapping[str, Any], content: str) -> dict[str, Any]:
    """All columns of `runs` but the headline's and what only samples tell."""
    asked = configuration(e)
    model = text(e.get("model")) or UNKNOWN
    status = text(e.get("status"))
    return {
        "run_id": e["eval_id"],
        "content": content,
        "model": model,
        "task": text(e.get("task_name")) or UNKNOWN,
        "dataset": text(e.get("dataset_name")),
        "suite": text(e.get("eval_set_id")),
        "tags": [t for t in (text(e.get("tags")) or "").split(",") if t],
        "created": moment(e.get("created")),
        # What we do not know cannot count as a success.
        "status": status if status in STATUSES else "error",
        "error": text(e.get("error_message")),
        "traceback": text(e.get("error_traceback")),
        "samples_planned": whole(e.get("total_samples")),
        "samples_done": whole(e.get("completed_samples")),
        "epochs": whole(e.get("epochs")) or 1,
        "task_key": f"{text(e.get('task_id')) or e['eval_id']}/{model}",
        "config": as_json(asked),
        "config_digest": digest([asked.get(k) for k in (*COMPARED, *ALSO_COMPARED)]),
    }


def configuration(e: Mapping[str, Any]) -> dict[str, Any]:
    """What there is about the run, without its results."""
    kept = {k: v for k, v in e.items() if k not in NOT_ASKED and not k.startswith("score_")}
    return redacted({k: parsed(_plain(v)) for k, v in kept.items() if v is not None})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def parsed(value: Any) -> Any:
    """Objects and lists are JSON texts in a frame. A NaN in them is no value."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value, parse_constant=lambda c: None if c == "NaN" else float(c))
    except ValueError:
        return value


def moment(value: Any) -> datetime | None:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
