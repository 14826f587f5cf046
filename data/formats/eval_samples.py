"""Samples with their scores, one a line, as a researcher writes them beside trajectories (docs/trajectories.md).

A line is {"task", "model", "sample_id", "score"} and as wished eval_id, epoch, category, input, target, completion,
sample_uuid and more; a score is a number or a grade. Lines of one task and model are one run.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from data.formats import grouping, inputs, lenient
from data.formats.base import Format, Log, Reading, SampleKey
from data.formats.digests import as_json, digest
from data.formats.loose import text, whole
from data.formats.previews import preview
from data.grades import to_number
from data.problems import Code, Problem
from data.schema import METRICS, RUNS, SAMPLES, SCORES, Mark, Tables

NEEDED = {"task", "model", "sample_id", "score"}
SHOWN = {*NEEDED, "eval", "eval_id", "epoch", "category", "input", "target", "completion", "choices", "error"}
SCORER = "score"


class Row(NamedTuple):
    at: int
    size: int
    said: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, int]:
        return str(self.said["sample_id"]), whole(self.said.get("epoch")) or 1

    @property
    def run(self) -> tuple[str | None, str, str]:
        return text(self.said.get("eval_id")), str(self.said["task"]), str(self.said["model"])


def matches(_path: Path, head: bytes) -> bool:
    return lenient.first_line(head).keys() >= NEEDED


def read(log: Log) -> Reading:
    lines, problems = lenient.lines(log.path)
    every = [Row(x.at, x.size, {k: lenient.value(v) for k, v in x.fields.items()}) for x in lines]
    known = [r for r in every if all(r.said.get(k) is not None for k in NEEDED - {"score"})]
    if lost := len(every) - len(known):
        problems = (*problems, Problem(Code.MISSING_FIELD, f"task, model or sample_id of {lost} rows"))
    runs: dict[tuple[str | None, str, str], dict[tuple[str, int], Row]] = {}
    for row in known:
        runs.setdefault(row.run, {})[row.key] = row  # of one that is there twice the later
    parts = [list(rows.values()) for rows in runs.values()]
    strange = [
        s for rows in parts for r in rows if (s := r.said.get("score")) is not None and _value(r) is None
    ]
    if strange:
        some = ", ".join(dict.fromkeys(map(repr, strange[:3])))
        problems = (*problems, Problem(Code.UNKNOWN_GRADE, f"{some} ({len(strange)})"))
    return Reading(_tables(parts), problems)


def _value(row: Row) -> float | None:
    value = to_number(row.said.get("score"))
    return None if value is None or math.isnan(value) else value


def _tables(parts: Sequence[Sequence[Row]]) -> Tables:
    rows = [(i, row) for i, part in enumerate(parts) for row in part]
    asked = [a if isinstance(a := row.said.get("input"), str) else None for _, row in rows]
    hashed = inputs.hashes(asked)
    samples = pl.DataFrame([_sample(i, row) for i, row in rows], schema=SAMPLES)
    scores = [(n, SCORER, _value(row), int(_mark(row))) for n, (_, row) in enumerate(rows)]
    return Tables.of(
        runs=pl.DataFrame([_run(part) for part in parts], schema=RUNS),
        metrics=pl.DataFrame(
            [row for i, part in enumerate(parts) for row in _metrics(i, part)], schema=METRICS
        ),
        samples=samples.with_columns(hashed.alias("input_hash"), hashed.alias("question_hash")),
        scores=pl.DataFrame(scores, schema=SCORES, orient="row"),
    )


def _mark(row: Row) -> Mark:
    if _value(row) is not None:
        return Mark.VALUE
    return Mark.ERROR if row.said.get("error") else Mark.UNSCORED


def _run(rows: Sequence[Row]) -> dict[str, Any]:
    eval_id, task, model = rows[0].run
    content = digest([dict(r.said) for r in rows])
    failed = sum(bool(r.said.get("error")) for r in rows)
    return {
        "run_id": eval_id or content,
        "content": content,
        "task_key": eval_id or content,
        "model": model,
        "task": task,
        "status": "success",
        "samples_planned": len(rows),
        "samples_done": len(rows) - failed,
        "samples_failed": failed,
        "epochs": max(epoch for _, epoch in (r.key for r in rows)),
        "headline_scorer": SCORER,
        "headline_metric": "accuracy" if _is_graded(rows) else "mean",
        "metadata_keys": grouping.keys([m for r in rows if (m := _metadata(r))]),
    }


def _is_graded(rows: Sequence[Row]) -> bool:
    """Whether answers were right or wrong, so that their mean is an accuracy."""
    return {v for r in rows if (v := _value(r)) is not None} <= {0.0, 1.0}


def _metrics(run: int, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Of all samples, then of each category."""
    metric = "accuracy" if _is_graded(rows) else "mean"
    about = {"run": run, "scorer": SCORER, "metric": metric, "source": "actual"}
    divided: dict[str, list[Row]] = {}
    for row in rows:
        if (category := row.said.get("category")) is not None:
            divided.setdefault(_text(category), []).append(row)
    return [about | _mean(rows), *(about | {"category": c} | _mean(mine) for c, mine in divided.items())]


def _mean(rows: Sequence[Row]) -> dict[str, Any]:
    """Over samples, each the mean of its epochs with a score."""
    epochs: dict[str, list[float]] = {}
    for row in rows:
        if (value := _value(row)) is not None:
            epochs.setdefault(row.key[0], []).append(value)
    each = [math.fsum(values) / len(values) for values in epochs.values()]
    return {"value": math.fsum(each) / len(each) if each else None, "n": len(each)}


def _sample(run: int, row: Row) -> dict[str, Any]:
    said = {k: _text(v) for k, v in row.said.items() if v is not None}
    id, epoch = row.key
    return {
        "run": run,
        "sample_id": id,
        "epoch": epoch,
        "category": said.get("category"),
        **{column: preview(said[k]) if k in said else None for column, k in
           (("input", "input"), ("target", "target"), ("answer", "completion"))},
        "error": said.get("error"),
        "metadata": _metadata(row),
        "locator": json.dumps({"at": row.at, "size": row.size}, separators=(",", ":")),
    }  # fmt: skip


def _text(said: Any) -> str:
    return said if isinstance(said, str) else as_json(said)


def _metadata(row: Row) -> str | None:
    kept = {k: v for k, v in row.said.items() if k not in SHOWN}
    return as_json(kept) if kept else None


def sample(log: Log, key: SampleKey) -> Mapping[str, Any] | None:
    try:
        place = json.loads(key.locator or "{}")
        said = lenient.row(log.path, place["at"], place["size"])
    except (OSError, ValueError, LookupError, TypeError):
        return None  # moved or rewritten since
    if said is None or str(said.get("sample_id")) != key.sample_id:
        return None
    answer = said.get("completion")
    return {
        "input": said.get("input"),
        "target": said.get("target"),
        "choices": said.get("choices"),
        "scores": {SCORER: {"value": said.get("score"), "answer": answer}},
        "output": answer,
        "error": said.get("error"),
        "metadata": {k: v for k, v in said.items() if k not in SHOWN},
    }


FORMAT = Format("eval_samples", matches, read, sample=sample)
