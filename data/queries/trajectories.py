"""How does a prediction form, layer by layer?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data import trajectories as files
from data.queries import lenses
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
LIKELY = pl.Schema(
    {
        "trajectory_id": pl.String,
        "layer": pl.Int64,
        "layer_label": pl.String,
        "position": pl.Int64,
        "token": pl.String,
        "value": pl.Float64,
        "rank": pl.Int64,
        "likely": pl.String,
        "probability": pl.Float64,
        "logp": pl.Float64,
        "is_next": pl.Boolean,
    }
)
OUTPUT = "output"
SIGNED = "log_prob_diff"
"""How the statistics begin that are a difference already."""
BETWEEN = " | "
LAST, MAX_DIGITS = 3, 10
MOST = 2
"""Trajectories side by side."""
INNER = (1.0, 99.0)
"""Percentiles that a colour range goes from and to unless one is given: a few cells of an early layer are a hundred
times the rest, and would leave one colour for everything else."""


class Limits(NamedTuple):
    low: float
    high: float


def names(s: Snapshot, v: ViewState) -> list[str]:
    return list(lenses.named(s))


def chosen(s: Snapshot, v: ViewState) -> list[Mapping[str, Any]]:
    """At most two: those that the view names, else the first."""
    by_name = lenses.named(s)
    named = [by_name[t] for t in v.trajectories if t in by_name][:MOST]
    return named or list(by_name.values())[:1]


def statistics(s: Snapshot, v: ViewState) -> list[dict[str, Any]]:
    """What all the chosen trajectories have."""
    each = [{x["id"]: x for x in files.statistics(row["statistics"])} for row in chosen(s, v)]
    return [x for x in each[0].values() if all(x["id"] in other for other in each)] if each else []


def statistic(s: Snapshot, v: ViewState) -> dict[str, Any] | None:
    """The chosen one, else the first that they all have."""
    known = statistics(s, v)
    return next((x for x in known if x["id"] == v.statistic), next(iter(known), None))


def rows_shown(labels: Sequence[str], v: ViewState) -> NDArray[np.intp]:
    """Every `stride`-th layer, counted back from the last, which is therefore never lost: the output, where there is one
    and it is wanted."""
    without = v.output == "0" and labels[-1] == OUTPUT
    return np.arange(len(labels) - 1 - without, -1, -v.stride, dtype=np.intp)[::-1]


def values(s: Snapshot, row: Mapping[str, Any], statistic: str) -> Floats:
    """All layers x positions of one trajectory."""
    layers, positions = len(row["layer_labels"]), len(row["tokens"])
    return files.matrix(
        row["cells"], files.changed(row["cells"]), statistic, layers, positions, s.read_arrays
    )


def cells(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a cell: trajectory by trajectory, layer by layer as shown, position by position."""
    what = statistic(s, v)
    found = [pl.DataFrame(schema=CELLS)]
    found += [_of(s, row, what["id"], v) for row in chosen(s, v)] if what else []
    return pl.concat(found)


def _of(s: Snapshot, row: Mapping[str, Any], statistic: str, v: ViewState) -> pl.DataFrame:
    labels, tokens = row["layer_labels"], row["tokens"]
    shown = rows_shown(labels, v)
    n, t = len(shown), len(tokens)
    top1 = files.top1(row["cells"], files.changed(row["cells"]), len(labels), t, s.read_arrays)[shown]
    return pl.DataFrame(
        {
            "trajectory_id": pl.repeat(row["trajectory_id"], n * t, dtype=pl.String, eager=True),
            "statistic": pl.repeat(statistic, n * t, dtype=pl.String, eager=True),
            "layer": np.repeat(shown, t),
            "layer_label": pl.Series(labels, dtype=pl.String).gather(np.repeat(shown, t)),
            "position": np.tile(np.arange(t), n),
            "token": pl.Series(tokens, dtype=pl.String).gather(np.tile(np.arange(t), n)),
            "value": pl.Series(values(s, row, statistic)[shown].astype(np.float64).ravel()).fill_nan(None),
            "top1": pl.Series(top1.ravel().tolist(), dtype=pl.String),
        },
        schema=CELLS,
    )


def is_signed(what: Mapping[str, Any]) -> bool:
    """Whether 0 is the middle of a statistic, and not its end."""
    return str(what["id"]).startswith(SIGNED)


def limits(found: pl.DataFrame, v: ViewState, *, signed: bool = False) -> Limits:
    """Where the colours begin and end: as chosen, else the inner 98 % of all that is shown, one range for both. On a
    logarithmic scale of what is above 0; of a signed statistic as far to either side of 0."""
    known = found["value"].drop_nulls().to_numpy()
    known = known[np.isfinite(known) & ((known > 0) | (v.color_scale != "log") | signed)]
    low, high = map(float, np.percentile(known, INNER)) if known.size else (0.0, 1.0)
    if signed:
        low, high = -max(-low, high), max(-low, high)
    low, high = (low if v.low is None else v.low), (high if v.high is None else v.high)
    return Limits(low, high if high > low else low + 1.0)


def difference(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The first chosen trajectory minus the second, cell by cell; nothing unless both have as many tokens and the same
    layers. Where their tokens differ, as of two prompts that differ in a word, `token` has both."""
    rows = chosen(s, v)
    if len(rows) < MOST or apart(*rows):
        return pl.DataFrame(schema=CELLS)
    found = cells(s, v)
    half = found.height // MOST
    first, second = found.head(half), found.tail(half)
    same = first["token"] == second["token"]
    return first.with_columns(
        pl.lit(f"{rows[0]['trajectory_id']} − {rows[1]['trajectory_id']}").alias("trajectory_id"),
        first["value"] - second["value"],
        pl.when(same)
        .then(first["token"])
        .otherwise(first["token"] + BETWEEN + second["token"])
        .alias("token"),
        pl.lit(None, pl.String).alias("top1"),
    )


def apart(a: Mapping[str, Any], b: Mapping[str, Any]) -> str | None:
    """Why two trajectories have no difference: "tokens" or "layers"; None where they have one."""
    if len(a["tokens"]) != len(b["tokens"]):
        return "tokens"
    return None if a["layer_labels"] == b["layer_labels"] else "layers"


def other_tokens(a: Mapping[str, Any], b: Mapping[str, Any]) -> int:
    """Positions at which two trajectories have different tokens."""
    return sum(x != y for x, y in zip(a["tokens"], b["tokens"], strict=False))


def lines(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The statistic across all layers at the chosen positions; unless some are chosen, at the last three that have it,
    and the mean over all positions (`position` null)."""
    what = statistic(s, v)
    found = [pl.DataFrame(schema=CELLS)]
    for row in chosen(s, v) if what else []:
        every = _of(s, row, what["id"], v.edit(stride=1, output="1"))  # type: ignore[index]
        wanted = pinned(row["tokens"], v) or _known(values(s, row, what["id"]))[-LAST:]  # type: ignore[index]
        mean = every.group_by("trajectory_id", "statistic", "layer", "layer_label", maintain_order=True).agg(
            pl.col("value").mean()
        )
        found += [every.filter(pl.col("position").is_in(wanted)), _as_cells(mean)]
    return pl.concat(found)


def _as_cells(df: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None).alias(c) for c in CELLS if c not in df.columns]
    return df.with_columns(absent).select(pl.col(c).cast(t) for c, t in CELLS.items())


def likely(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The likeliest tokens of the chosen layers at the chosen positions: unless some are chosen, of the last layer, at
    the last three positions that have the statistic. `value` is the statistic's; probability from 0 to 1."""
    what = statistic(s, v)
    found = [_likely(s, row, what, v) for row in chosen(s, v)] if what else []
    return pl.DataFrame([x for each in found for x in each], schema=LIKELY)


def _likely(
    s: Snapshot, row: Mapping[str, Any], what: Mapping[str, Any], v: ViewState
) -> Iterator[dict[str, Any]]:
    value, labels, tokens = values(s, row, what["id"]), row["layer_labels"], row["tokens"]
    for layer in pinned_layers(labels, v) or [len(labels) - 1]:
        for position in pinned(tokens, v) or _known(value)[-LAST:]:
            top = likeliest(s, row, layer, position)
            number = float(value[layer, position])
            for rank, (token, logp) in enumerate(zip(top.tokens, top.logp, strict=True), 1):
                yield {
                    "trajectory_id": row["trajectory_id"],
                    "layer": layer,
                    "layer_label": labels[layer],
                    "position": position,
                    "token": tokens[position],
                    "value": number if math.isfinite(number) else None,
                    "rank": rank,
                    "likely": token,
                    "probability": math.exp(logp) if math.isfinite(logp) else None,
                    "logp": logp if math.isfinite(logp) else None,
                    "is_next": position + 1 < len(tokens) and token == tokens[position + 1],
                }


def likeliest(s: Snapshot, row: Mapping[str, Any], layer: int, position: int) -> files.Top:
    """The likeliest tokens of one cell."""
    layers, positions = len(row["layer_labels"]), len(row["tokens"])
    return files.top(row["cells"], layer, position, layers, positions, s.read_arrays)


def pinned(tokens: Sequence[str], v: ViewState) -> list[int]:
    """The chosen positions that there are."""
    return _within(v.tokens, len(tokens))


def pinned_layers(labels: Sequence[str], v: ViewState) -> list[int]:
    return _within(v.layers, len(labels))


def _within(said: Sequence[str], size: int) -> list[int]:
    """
    >>> _within(("2", "10", "x", "2", "99", "²"), 11)
    [2, 10]
    """
    found = {int(t) for t in said if t.isdecimal() and len(t) < MAX_DIGITS}
    return sorted(i for i in found if i < size)


def _known(value: Floats) -> list[int]:
    """Positions that have the statistic in any layer."""
    return np.flatnonzero(np.isfinite(value).any(axis=0)).tolist()
