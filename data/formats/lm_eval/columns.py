"""Runs and their samples in, tables out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from data.formats import grouping
from data.formats.lm_eval.details import Details
from data.formats.lm_eval.summary import Run
from data.schema import METRICS, RUNS, SAMPLES, SCORES, Tables


def tables(pairs: Sequence[tuple[Run, Details | None]]) -> Tables:
    runs: list[dict[str, Any]] = []
    metrics: list[dict[str, Any]] = []
    samples: list[dict[str, Any]] = []
    scores: list[tuple[int, str, float | None, int]] = []
    for i, (run, found) in enumerate(pairs):
        keys = grouping.keys(list(_metadata(found)))
        runs.append({**run.row, "metadata_keys": keys})
        metrics += [{**m, "run": i} for m in run.metrics]
        scores += _scores(found, len(samples))
        samples += [{**s, "run": i} for s in found.samples] if found else []
    return Tables.of(
        runs=_frame(runs, RUNS),
        metrics=_frame(metrics, METRICS),
        samples=_frame(samples, SAMPLES),
        scores=pl.DataFrame(scores, schema=SCORES, orient="row"),
    )


def _metadata(found: Details | None) -> Iterator[str]:
    yield from (s["metadata"] for s in found.samples if s["metadata"]) if found else ()


def _frame(rows: Sequence[Mapping[str, Any]], schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema)


def _scores(found: Details | None, start: int) -> Iterator[tuple[int, str, float | None, int]]:
    for name, values in found.scores.items() if found else ():
        for i, score in values.scores.items():
            yield start + i, name.scorer, score.value, int(score.mark)
