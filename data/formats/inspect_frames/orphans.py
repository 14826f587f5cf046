"""Samples without the frame of their evaluations."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from data.formats.inspect_frames.parts import Part

ABOUT = ("model", "task_name", "created", "tags", "log", "status")
LOG = re.compile(r"[^/\\]*?_(?P<task>[^/\\]+)_[^_/\\]+\.(eval|json)$")


def about(eval_id: str, df: pl.DataFrame) -> dict[str, Any]:
    """What its samples tell of an evaluation. The log's own name has the task, with hyphens for underscores."""
    row = df.row(0, named=True)
    told = {k: row[k] for k in ABOUT if row.get(k) is not None}
    named = LOG.search(str(told.get("log", "")))
    task = {"task_name": named["task"].replace("-", "_")} if named else {}
    return {"status": "success", **task, **told, "eval_id": eval_id}


def part(found: Part) -> Part:
    """The same with the means of its scores."""
    known = found.scores.filter(pl.col("value").is_not_null())
    means = known.group_by("scorer", maintain_order=True).agg(pl.col("value").mean(), pl.len().alias("n"))
    metrics = [{**row, "metric": "mean", "source": "actual"} for row in means.iter_rows(named=True)]
    first = metrics[0] if metrics else {}
    headline = {"headline_scorer": first.get("scorer"), "headline_metric": first.get("metric")}
    failed = found.samples.height - found.samples["error"].null_count()
    every = {"samples_planned": found.samples.height, "samples_failed": failed}
    every |= {"samples_done": found.samples.height - failed}
    return found._replace(run=found.run | headline | every, metrics=metrics)
