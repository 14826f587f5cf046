"""One row about the whole log: what was run, how far it came, what it used."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from data.formats.digests import as_json, digest
from data.formats.inspect_log.metrics import Headline
from data.formats.inspect_log.records import Document, Sample
from data.formats.loose import at, items, moment, real, table, text, whole
from data.formats.redaction import redacted
from data.schema import STATUSES

COMPARED = (
    "limit", "sample_id", "sample_shuffle", "epochs", "epochs_reducer", "message_limit", "token_limit",
    "token_limit_type", "turn_limit", "time_limit", "working_limit", "cost_limit", "max_messages",
    "score_on_error",
)  # fmt: skip
"""Of eval.config, what can change a score. The rest is about speed and logging."""


def row(log: Document, samples: list[Sample] | None, headline: Headline) -> dict[str, Any]:
    """All columns of `runs` but content and metadata_keys. `samples` is None where the log keeps none."""
    asked = configuration(log)
    return {
        **_identity(log.eval),
        **_outcome(log),
        **_progress(log, samples),
        **_usage(log.stats),
        "headline_scorer": headline.scorer,
        "headline_metric": headline.metric,
        "headline_reducer": headline.reducer,
        "config": as_json(asked),
        "config_digest": digest(compared(asked)),
    }


def _identity(spec: dict[str, Any]) -> dict[str, Any]:
    ids = text(spec.get("task_id")) or text(spec.get("eval_id"))
    model = text(spec.get("model"))
    return {
        "run_id": text(spec.get("eval_id")) or derived_id(spec),
        "format": "inspect",
        "model": model,
        "task": task_name(spec.get("task")),
        "qualified": task if (task := text(spec.get("task"))) and "/" in task else None,
        "dataset": text(at(spec, "dataset", "name")),
        "suite": text(spec.get("eval_set_id")),
        "created": moment(spec.get("created")),
        "epochs": whole(at(spec, "config", "epochs")) or 1,
        "task_key": f"{ids}/{model}" if ids else None,  # two logs without ids have nothing in common
    }


def derived_id(spec: dict[str, Any]) -> str:
    """For logs older than eval_id, from what the library derives one from."""
    parts = (str(spec.get(name, "")) for name in ("run_id", "task_id", "created"))
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def task_name(task: Any) -> str | None:
    """Without the package it came from, as inspect_ai's data frames name it.

    >>> task_name("inspect_evals/arc_easy")
    'arc_easy'
    """
    name = text(task)
    return name.split("/", 1)[-1] if name else None


def _outcome(log: Document) -> dict[str, Any]:
    error = log.error if isinstance(log.error, dict) else {"message": log.error}
    return {
        "tags": [t for t in items(log.tags if log.tags is not None else log.eval.get("tags")) if text(t)],
        # What we do not know cannot count as a success.
        "status": log.status if log.status in STATUSES else "error",
        "error": text(error.get("message")),
        "traceback": text(error.get("traceback")),
    }


def _progress(log: Document, samples: list[Sample] | None) -> dict[str, Any]:
    planned = whole(at(log.results, "total_samples"))
    progress = {"samples_planned": planned if planned is not None else planned_samples(log.eval)}
    done = whole(at(log.results, "completed_samples"))
    if samples:
        failed = sum(s.error is not None for s in samples)
        kept = len(samples) - failed
        if done is not None and kept < done:  # a log that was cut down to some of its samples
            return {**progress, "samples_done": done}
        return {**progress, "samples_done": kept, "samples_failed": failed}
    return {**progress, "samples_done": done if done is not None or samples is None else 0}


def planned_samples(spec: dict[str, Any]) -> int | None:
    """Samples times epochs, as far as the log tells.

    >>> planned_samples({"dataset": {"samples": 100}, "config": {"limit": 10, "epochs": 2}})
    20
    """
    ids = at(spec, "dataset", "sample_ids")
    samples = len(ids) if isinstance(ids, list) and ids else _limited(spec)
    return None if samples is None else samples * (whole(at(spec, "config", "epochs")) or 1)


def _limited(spec: dict[str, Any]) -> int | None:
    size, limit = whole(at(spec, "dataset", "samples")), at(spec, "config", "limit")
    if isinstance(limit, list) and len(limit) == 2:
        start, stop = (whole(n) or 0 for n in limit)
        return max(0, (stop if size is None else min(stop, size)) - start)
    counts = [n for n in (size, whole(limit)) if n is not None]
    return min(counts, default=None)


def _usage(stats: Any) -> dict[str, Any]:
    models = {name: table(used) for name, used in table(at(stats, "model_usage")).items()}
    start, end = moment(at(stats, "started_at")), moment(at(stats, "completed_at"))
    return {
        **{kind: _sum(whole(u.get(kind)) for u in models.values()) for kind in TOKENS},
        "cost": _sum(real(u.get("total_cost")) for u in models.values()),
        "duration_s": (end - start).total_seconds() if start and end else None,
        "usage": as_json(models) if models else None,
    }


TOKENS = ("input_tokens", "output_tokens", "total_tokens")


def _sum(values: Any) -> Any:
    known = [v for v in values if v is not None]
    return sum(known) if known else None


def configuration(log: Document) -> dict[str, Any]:
    """What the run was asked to do, without the list of all sample ids and without secrets."""
    dataset = {k: v for k, v in table(log.eval.get("dataset")).items() if k != "sample_ids"}
    asked = {**log.eval, "dataset": dataset, "plan": log.plan}
    return redacted({k: v for k, v in asked.items() if v is not None})


def compared(asked: dict[str, Any]) -> dict[str, Any]:
    """The part of a configuration in which two comparable runs agree."""
    return {
        "config": {k: at(asked, "config", k) for k in COMPARED},
        "steps": [(at(s, "solver"), at(s, "params")) for s in items(at(asked, "plan", "steps"))],
        "generate": at(asked, "plan", "config"),
        "dataset": [at(asked, "dataset", k) for k in ("name", "location", "shuffled")],
        **{k: asked.get(k) for k in ("task_args", "task_version", "solver", "solver_args")},
        **{k: asked.get(k) for k in ("model_generate_config", "model_args")},
    }
