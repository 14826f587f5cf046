"""How does a prediction form, layer by layer?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data import trajectories as files
from data.store import Snapshot
from data.trajectories import Floats
from data.viewstate import ViewState

CELLS = pl.Schema(
    {
        "trajectory_id": pl.String,
        "statistic": pl.String,
        "layer": pl.Int64,
        "layer_label": pl.String,
        "position": pl.Int64,
        "token": pl.String,
        "value": pl.Float64,
        "top1": pl.String,
    }
)
MOST = 2
"""Trajectories side by side."""
INNER = (1.0, 99.0)
"""Percentiles that a colour range goes from and to unless one is given: a few cells of an early layer are a hundred
times the rest, and would leave one colour for everything else."""


class Limits(NamedTuple):
    low: float
    high: float


def names(s: Snapshot, v: ViewState) -> list[str]:
    return s.trajectories["trajectory_id"].unique(maintain_order=True).to_list()


def chosen(s: Snapshot, v: ViewState) -> list[dict[str, Any]]:
    """At most two: those that the view names, else the first."""
    # One that is there in both shapes is shown from the one that has its likeliest tokens.
    plain_first = s.trajectories.sort(pl.col("cells").str.ends_with(".parquet"), maintain_order=True)
    by_name = {row["trajectory_id"]: row for row in plain_first.to_dicts()}
    named = [by_name[t] for t in v.trajectories if t in by_name][:MOST]
    return named or [by_name[name] for name in names(s, v)[:1]]


def statistics(s: Snapshot, v: ViewState) -> list[dict[str, Any]]:
    """What all the chosen trajectories have."""
    each = [{x["id"]: x for x in files.statistics(row["statistics"])} for row in chosen(s, v)]
    return [x for x in each[0].values() if all(x["id"] in other for other in each)] if each else []


def statistic(s: Snapshot, v: ViewState) -> dict[str, Any] | None:
    """The chosen one, else the first that they all have."""
    known = statistics(s, v)
    return next((x for x in known if x["id"] == v.statistic), next(iter(known), None))


def rows_shown(layers: int, v: ViewState) -> NDArray[np.intp]:
    """Every `stride`-th layer, counted back from the output, which is therefore never lost; the output itself only if
    it is wanted."""
    last = layers - 1 if v.output == "1" else layers - 2
    return np.arange(last, -1, -v.stride, dtype=np.intp)[::-1]


def values(row: Mapping[str, Any], statistic: str) -> Floats:
    """All layers x positions of one trajectory."""
    layers, positions = len(row["layer_labels"]), len(row["tokens"])
    return files.matrix(row["cells"], files.changed(row["cells"]), statistic, layers, positions)


def cells(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a cell: trajectory by trajectory, layer by layer as shown, position by position."""
    what = statistic(s, v)
    found = [pl.DataFrame(schema=CELLS)]
    found += [_of(row, what["id"], v) for row in chosen(s, v)] if what else []
    return pl.concat(found)


def _of(row: Mapping[str, Any], statistic: str, v: ViewState) -> pl.DataFrame:
    labels, tokens = row["layer_labels"], row["tokens"]
    shown = rows_shown(len(labels), v)
    n, t = len(shown), len(tokens)
    top1 = files.top1(row["cells"], files.changed(row["cells"]), len(labels), t)[shown]
    return pl.DataFrame(
        {
            "trajectory_id": pl.repeat(row["trajectory_id"], n * t, dtype=pl.String, eager=True),
            "statistic": pl.repeat(statistic, n * t, dtype=pl.String, eager=True),
            "layer": np.repeat(shown, t),
            "layer_label": pl.Series(labels, dtype=pl.String).gather(np.repeat(shown, t)),
            "position": np.tile(np.arange(t), n),
            "token": pl.Series(tokens, dtype=pl.String).gather(np.tile(np.arange(t), n)),
            "value": pl.Series(values(row, statistic)[shown].astype(np.float64).ravel()).fill_nan(None),
            "top1": pl.Series(top1.ravel().tolist(), dtype=pl.String),
        },
        schema=CELLS,
    )


def limits(found: pl.DataFrame, v: ViewState) -> Limits:
    """Where the colours begin and end: as chosen, else the inner 98 % of all that is shown, one range for both."""
    known = found["value"].drop_nulls().to_numpy()
    known = known[np.isfinite(known)]
    low, high = np.percentile(known, INNER) if known.size else (0.0, 1.0)
    low, high = (float(low) if v.low is None else v.low), (float(high) if v.high is None else v.high)
    return Limits(low, high if high > low else low + 1.0)


def difference(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The first chosen trajectory minus the second, cell by cell; nothing unless both have the same tokens and layers."""
    rows = chosen(s, v)
    if len(rows) < MOST or any(rows[0][k] != rows[1][k] for k in ("tokens", "layer_labels")):
        return pl.DataFrame(schema=CELLS)
    found = cells(s, v)
    half = found.height // MOST
    first, second = found.head(half), found.tail(half)
    return first.with_columns(
        pl.lit(f"{rows[0]['trajectory_id']} − {rows[1]['trajectory_id']}").alias("trajectory_id"),
        first["value"] - second["value"],
        pl.lit(None, pl.String).alias("top1"),
    )


def lines(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The statistic across all layers at the chosen positions; unless some are chosen, at the last three that have it,
    and the mean over all positions (`position` null)."""
    what = statistic(s, v)
    found = [pl.DataFrame(schema=CELLS)]
    for row in chosen(s, v) if what else []:
        every = _of(row, what["id"], v.edit(stride=1, output="1"))  # type: ignore[index]
        wanted = [int(t) for t in v.tokens if t.isdigit()] or _last_known(every)
        mean = every.group_by("trajectory_id", "statistic", "layer", "layer_label", maintain_order=True).agg(
            pl.col("value").mean()
        )
        found += [every.filter(pl.col("position").is_in(wanted)), _as_cells(mean)]
    return pl.concat(found)


def _last_known(every: pl.DataFrame, most: int = 3) -> list[int]:
    return every.drop_nulls("value")["position"].unique().sort().tail(most).to_list()


def _as_cells(df: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None).alias(c) for c in CELLS if c not in df.columns]
    return df.with_columns(absent).select(pl.col(c).cast(t) for c, t in CELLS.items())


def normalised(model: str) -> str:
    """A model's name without the provider that served it.

    >>> normalised("hf/Qwen/Qwen2.5"), normalised("Qwen/Qwen2.5"), normalised("gpt2")
    ('qwen/qwen2.5', 'qwen/qwen2.5', 'gpt2')
    """
    parts = model.lower().split("/")
    return "/".join(parts[1:] if parts[0] in {"hf", "openai", "vllm", "together", "ollama"} else parts)


def of_sample(s: Snapshot, run: Mapping[str, Any], sample_id: str, epoch: int) -> list[str]:
    """The trajectories of one sample: by the log's own id, else by task, model, sample and epoch; never by model alone."""
    t = s.trajectories.filter(pl.col("sample_id") == sample_id, pl.col("epoch").fill_null(1) == epoch)
    same_log = t.filter(pl.col("eval_id") == run["run_id"])
    if same_log.height:
        return same_log["trajectory_id"].to_list()
    model = normalised(run["model"])
    rows = t.filter(pl.col("task") == run["task"]).select("trajectory_id", "model").rows()
    return [name for name, m in rows if m and normalised(m) == model]


def sample_of(s: Snapshot, row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The runs that have the sample of a trajectory, by the same rule."""
    known = (pl.col("run_id") == pl.lit(row["eval_id"], pl.String)) | (
        pl.col("task") == pl.lit(row["task"], pl.String)
    )
    return [
        run
        for run in s.runs.filter(known).to_dicts()
        if row["trajectory_id"] in of_sample(s, run, row["sample_id"] or "", row["epoch"] or 1)
        and run["run_id"] in getattr(s.parts.get(run["task"]), "run_code", {})
    ]
