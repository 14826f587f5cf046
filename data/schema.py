"""The normalized tables that every log format is read into.

Within one `Reading` rows refer to each other by position: `metrics.run` and `samples.run` are row
numbers of `runs`, `scores.sample` is a row number of `samples`. Positions cost four bytes where ids
would cost a string each, and a log of 100,000 samples is read in well under a second because of it.

What is absent is null, never 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum

import polars as pl
from polars.datatypes import DataTypeClass

VERSION = 12
"""Part of every cache key, so a changed column makes the old cache invisible, not wrong."""

UNKNOWN = "<unknown>"
"""The name of a model or task that a log does not tell: a name like any other, which can be chosen and linked to."""
STATUSES = ("success", "error", "cancelled", "started")


class Mark(IntEnum):
    """Why a cell holds what it holds. `LIMIT` may come with a value: the sample was cut off, then scored."""

    VALUE = 0
    MISSING = 1
    ERROR = 2
    LIMIT = 3
    UNSCORED = 4
    INVALID = 5


def columns(types: Mapping[str, pl.DataType | DataTypeClass]) -> pl.Schema:
    """A schema from parametrised and plain types alike, which the stubs of polars will not take in one dict."""
    return pl.Schema(types)


RUNS = columns(
    {
        "run_id": pl.String,  # from the log's own ids, else from its content; never from its path
        "format": pl.String,
        "location": pl.String,  # stamped by ingest
        "model": pl.String,
        "task": pl.String,
        "qualified": pl.String,  # the task with its owner or package in front, where the log tells one
        "dataset": pl.String,
        "suite": pl.String,
        "tags": pl.List(pl.String),
        "created": pl.Datetime("us", "UTC"),
        "status": pl.String,  # one of STATUSES
        "error": pl.String,
        "traceback": pl.String,
        "samples_planned": pl.Int64,  # samples x epochs
        "samples_done": pl.Int64,  # samples x epochs finished without an error
        "samples_failed": pl.Int64,  # samples x epochs that ended in an error
        "epochs": pl.Int64,
        "task_key": pl.String,  # what retries and re-scored copies of one run share
        "modified": pl.Datetime("us", "UTC"),  # of the file; stamped by ingest
        "content": pl.String,  # digest of what the log holds: equal for copies under any name
        "input_tokens": pl.Int64,
        "output_tokens": pl.Int64,
        "total_tokens": pl.Int64,
        "cost": pl.Float64,
        "duration_s": pl.Float64,
        "headline_scorer": pl.String,
        "headline_metric": pl.String,
        "headline_reducer": pl.String,  # of several rows of that metric, which; null where the log does not say
        "config": pl.String,  # JSON object: what the run was asked to do, secrets removed
        "config_digest": pl.String,
        "usage": pl.String,  # JSON object: model -> tokens, as logged
        "metadata_keys": pl.List(pl.String),  # sample metadata that can group samples
    }
)
METRICS = columns(
    {
        "run": pl.UInt32,
        "category": pl.String,  # null: the whole task
        "category_raw": pl.String,  # the category as the log spells it
        "scorer": pl.String,
        "metric": pl.String,
        "value": pl.Float64,
        "stderr": pl.Float64,
        "stddev": pl.Float64,
        "n": pl.Int64,  # samples that the value is over, where the log tells
        "reducer": pl.String,
        "direction": pl.Int8,  # 1 where the log says that more is better, -1 where less; null where it does not say
        "source": pl.String,  # actual, predicted, or restated: actual, and by construction what another row says
        # The rest of HELM's Stat; null in other formats. `value` is its mean, and `stddev` is above.
        "split": pl.String,
        "sub_split": pl.String,
        "perturbation": pl.String,  # its name
        "perturbation_detail": pl.String,  # JSON object: its parameters
        "computed_on": pl.String,  # perturbed, original or worst
        "count": pl.Int64,
        "sum": pl.Float64,
        "sum_squared": pl.Float64,
        "min": pl.Float64,
        "max": pl.Float64,
        "variance": pl.Float64,
    }
)
SAMPLES = columns(
    {
        "run": pl.UInt32,
        "sample_id": pl.String,
        "epoch": pl.Int32,  # from 1
        "category": pl.String,
        "input": pl.String,  # preview, at most PREVIEW characters
        "target": pl.String,
        "answer": pl.String,
        "input_hash": pl.UInt64,  # of the whole input: tells whether two runs of one format asked the same
        "question_hash": pl.UInt64,  # of the question alone: the same across formats (data/formats/inputs.py)
        "total_tokens": pl.Int64,
        "time_s": pl.Float64,
        "error": pl.String,
        "limit": pl.String,  # its kind: token, message, time, ...
        "metadata": pl.String,  # JSON object
        "locator": pl.String,  # how the format finds this sample again in its log
    }
)
SCORES = columns(
    {
        "sample": pl.UInt32,
        "scorer": pl.String,
        "value": pl.Float64,  # null unless there is a finite or infinite number
        "mark": pl.UInt8,
    }
)
TRAJECTORIES = columns(
    {
        "trajectory_id": pl.String,
        "location": pl.String,  # stamped by ingest
        "cells": pl.String,  # the file with the arrays, which stay there and are read by slice
        "model": pl.String,
        "lens_type": pl.String,  # logit_lens, tuned_lens, ...
        "lens_id": pl.String,
        "tool": pl.String,
        "layer_labels": pl.List(pl.String),  # one a row of the arrays, the last one is the model's output
        "tokens": pl.List(pl.String),
        "raw_tokens": pl.List(pl.String),
        "target_ids": pl.List(pl.Int64),
        "is_generated": pl.List(pl.Boolean),
        "statistics": pl.String,  # JSON list: id, name, units, min, max, includes_output, definition
        "top_k": pl.Int64,
        "prompt": pl.String,
        "prompt_hash": pl.UInt64,  # as samples.question_hash
        "eval_id": pl.String,
        "task": pl.String,
        "sample_id": pl.String,
        "epoch": pl.Int32,
        "sample_uuid": pl.String,
    }
)
PREDICTIONS = columns(
    {
        "run_spec": pl.String,
        "suite": pl.String,
        "source": pl.String,  # predicted or actual
        "name": pl.String,
        "split": pl.String,
        "sub_split": pl.String,
        "perturbation": pl.String,
        "computed_on": pl.String,
        "perturbation_detail": pl.String,  # JSON: the parameters that the prediction names; others may be anything
        "instance_id": pl.String,
        "predictor": pl.String,
        "timestamp": pl.String,
        "instance_predict_id": pl.Int64,
        "seed": pl.Int64,
        "n_eval_samples": pl.Int64,
        "count": pl.Float64,
        "sum": pl.Float64,
        "sum_squared": pl.Float64,
        "min": pl.Float64,
        "max": pl.Float64,
        "mean": pl.Float64,
        "variance": pl.Float64,
        "stddev": pl.Float64,
        "actual_mean": pl.Float64,  # what the file itself says it came to
    }
)
CARDS = columns(
    {
        # Of MAGNET's evaluation cards: the card itself, whose `cell` is null, then each of its cells.
        "location": pl.String,  # stamped by ingest; what a card and its cells have in common
        "title": pl.String,
        "claim": pl.String,  # Python, as text
        "result": pl.String,  # VERIFIED, FALSIFIED or INCONCLUSIVE; null while it is not evaluated
        "created": pl.Datetime("us", "UTC"),
        "strategy": pl.String,  # all, any or fraction of the cells
        "threshold": pl.Float64,  # the share of cells that has to hold
        "predictor": pl.String,
        "tags": pl.List(pl.String),
        "metrics": pl.String,  # JSON object
        "about": pl.String,  # JSON object: the card as written
        "cell": pl.String,
        "status": pl.String,  # as result, of one cell
        "output": pl.String,
        "timestamp": pl.String,
        "symbols": pl.String,  # JSON object
    }
)
TABLES = {
    "runs": RUNS,
    "metrics": METRICS,
    "samples": SAMPLES,
    "scores": SCORES,
    "trajectories": TRAJECTORIES,
    "predictions": PREDICTIONS,
    "cards": CARDS,
}
EMPTY = {name: pl.DataFrame(schema=schema) for name, schema in TABLES.items()}
"""Made once: an empty table takes as long to make, or to check, as a full one of a small log."""

PREVIEW = 160
"""Characters of input, target and answer kept for lists; the whole text stays in the log."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What one log amounts to."""

    runs: pl.DataFrame
    metrics: pl.DataFrame
    samples: pl.DataFrame
    scores: pl.DataFrame
    trajectories: pl.DataFrame = field(default_factory=lambda: EMPTY["trajectories"])
    predictions: pl.DataFrame = field(default_factory=lambda: EMPTY["predictions"])
    cards: pl.DataFrame = field(default_factory=lambda: EMPTY["cards"])

    @classmethod
    def of(cls, **frames: pl.DataFrame) -> Tables:
        """The given tables in the schema's columns and types; what is not given is empty.

        Columns that a reader leaves out are null. One that the schema does not know raises, since
        that is a mistake in the reader, not in a log.
        """
        if strange := set(frames) - set(TABLES):
            raise TypeError(f"no such table: {sorted(strange)}")
        return cls(**{n: conform(frames[n], s) if n in frames else EMPTY[n] for n, s in TABLES.items()})

    def __iter__(self) -> Iterator[tuple[str, pl.DataFrame]]:
        return ((f.name, getattr(self, f.name)) for f in fields(self))


def conform(df: pl.DataFrame | None, schema: pl.Schema) -> pl.DataFrame:
    if df is None or not df.columns:
        return pl.DataFrame(schema=schema)
    if df.schema == schema:
        return df
    if strange := set(df.columns) - set(schema):
        raise ValueError(f"not in the schema: {sorted(strange)}")
    return df.select(
        (pl.col(name) if name in df.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )
