"""How did scores change from run to run, and what did each cost?"""

from __future__ import annotations

import polars as pl

from data.queries import scores, selection, uncertainty
from data.statistics import pareto
from data.store import Snapshot
from data.viewstate import ViewState

AGAINST = {"tokens": "total_tokens", "time": "duration_s", "cost": "cost"}
"""What a score may be set against -> the column of `runs` that has it, as logged for the whole run."""
SPENT = tuple(AGAINST.values())


def points(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a run and task, or a run and category where the view is about some: task, category, axis, metric, line,
    model (what the run is called), created, value, n, stderr, direction, run_id, SPENT, how sure the value is
    (uncertainty.INTERVAL), source and reducer. All on the scale of the view, what a log does not tell is null.

    `line` is whose development it is: the model, whatever its runs are called, and each harness apart where several
    measured one model.
    """
    level = "category" if v.categories or v.group else "task"
    at_level = v.edit(level=level)
    known = uncertainty.of(s, at_level, scores.cells(s, at_level))
    found = scores.with_axis(scores.scaled(known, s, v))
    runs = selection.counted(s, v).select(
        "run_id", pl.col("model").alias("line"), "format", "created", *SPENT
    )
    both = found.join(runs, on="run_id", how="left", maintain_order="left")
    several = pl.col("format").n_unique().over("line", *scores.PLACE, "metric") > 1
    by_format = pl.format("{} ({})", "line", "format")
    return (
        both.with_columns(pl.when(several).then(by_format).otherwise("line").fill_null("–").alias("line"))
        .sort("axis", *scores.PLACE, "metric", "line", "created", "run_id", nulls_last=True)
        .select(
            "task", "category", "metric", "line", "created", "value", "n", "stderr", "model", "run_id", "direction",
            "axis", *SPENT, "low", "high", "level", "interval", "n_without", "clusters", "source", "reducer",
        )
    )  # fmt: skip


def against(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """`points` with `x`, what the view sets them against, and `front`: no other run of the same task and measure scores
    at least as well for at most as much, one of both strictly. A run without x is on no front."""
    found = points(s, v).with_columns(pl.col(AGAINST[v.against]).cast(pl.Float64).alias("x"))
    parts = [_with_front(part) for _, part in found.group_by(*scores.PLACE, "metric", maintain_order=True)]
    return pl.concat(parts) if parts else found.with_columns(pl.lit(False).alias("front"))


def _with_front(part: pl.DataFrame) -> pl.DataFrame:
    front = pareto.front(part["x"].to_numpy(), part["value"].to_numpy(), direction=int(part["direction"][0]))
    return part.with_columns(pl.Series("front", front, pl.Boolean))
