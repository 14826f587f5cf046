"""What every reading must hold to, whatever its format, so that one strange log cannot spoil a task for the others."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from data.formats.base import Reading
from data.problems import Code, Problem
from data.schema import UNKNOWN, Tables

USUAL_EPOCHS = 64
"""A log in progress may have only the last of its epochs."""


def sound(reading: Reading) -> Reading:
    return _with_sane_epochs(_named(reading))


def _named(reading: Reading) -> Reading:
    runs = reading.tables.runs
    if not (runs["model"].null_count() or runs["task"].null_count()):
        return reading
    runs = runs.with_columns(pl.col("model", "task").fill_null(UNKNOWN))
    return Reading(replace(reading.tables, runs=runs), reading.problems)


def _with_sane_epochs(reading: Reading) -> Reading:
    """Without samples whose epoch is none that the log can have: cubes are as deep as the highest epoch, so that one
    number would take the memory of a million."""
    samples = reading.tables.samples
    if samples.is_empty():
        return reading
    most = max(samples.height, min(int(reading.tables.runs["epochs"].max() or 1), USUAL_EPOCHS))  # type: ignore[arg-type]
    epochs = samples["epoch"]
    if not epochs.null_count() and epochs.min() >= 1 and epochs.max() <= most:  # type: ignore[operator]
        return reading
    sane = epochs.is_between(1, most).fill_null(False)
    strange = samples.filter(~sane)
    detail = f"epoch {strange['epoch'][0]} of {strange.height} samples ({strange['sample_id'][0]}, …)"
    return Reading(_without(reading, sane), (*reading.problems, Problem(Code.BAD_VALUE, detail)))


def _without(reading: Reading, kept: pl.Series) -> Tables:
    tables = reading.tables
    moved = pl.DataFrame({"sample": pl.int_range(kept.len(), dtype=pl.UInt32, eager=True), "kept": kept})
    moved = moved.filter("kept").select("sample", pl.int_range(pl.len(), dtype=pl.UInt32).alias("now"))
    scores = tables.scores.join(moved, on="sample", how="inner", maintain_order="left")
    scores = scores.with_columns(pl.col("now").alias("sample")).select(tables.scores.columns)
    return replace(tables, samples=tables.samples.filter(kept), scores=scores)
