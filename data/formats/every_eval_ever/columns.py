"""Runs, samples and scores in, tables out."""

from __future__ import annotations

from typing import Any

import polars as pl

from data.formats import grouping
from data.formats.every_eval_ever import instances
from data.formats.every_eval_ever.assigned import Assigned
from data.schema import METRICS, RUNS, SAMPLES, SCORES, Mark, Tables


def tables(found: Assigned) -> Tables:
    place = {key: i for i, key in enumerate(found.samples)}
    limited = {key for key, sample in found.samples.items() if sample["limit"]}
    metrics = [{**r.row, "run": i} for i, run in enumerate(found.runs) for r in run.results]
    scores = [
        (place[key], scorer, value, int(_mark(value, key in limited)))
        for (key, scorer), value in found.scores.items()
    ]
    samples = [{**sample, "run": key.run} for key, sample in found.samples.items()]
    hashes = instances.hashes([sample.pop("asked") for sample in samples])
    return Tables.of(
        runs=pl.DataFrame([_run(found, i) for i in range(len(found.runs))], schema=RUNS),
        metrics=pl.DataFrame(metrics, schema=METRICS),
        samples=pl.DataFrame(samples, schema=SAMPLES).with_columns(**hashes),
        scores=pl.DataFrame(scores, schema=SCORES, orient="row"),
    )


def _mark(value: float | None, limited: bool) -> Mark:
    if limited:
        return Mark.LIMIT
    return Mark.UNSCORED if value is None else Mark.VALUE


def _run(found: Assigned, i: int) -> dict[str, Any]:
    row = {"epochs": 1, "tags": [], **found.runs[i].row}
    said = [s["metadata"] for key, s in found.samples.items() if key.run == i and s["metadata"]]
    return {**row, "metadata_keys": grouping.keys(said)}
