"""Predictions about single instances, and how well they tell the right answers from the wrong ones.

`magnet.instance_predict_id` numbers the rows of one drawing and means nothing without it, so our files keep the
instance's own id beside it. A file that has the number alone needs the actual values in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl
import scipy  # its parts load at first use

from data.magnet import errors, probabilities
from data.parts import Part
from data.schema import columns
from data.statistics.intervals import LEVEL
from data.statistics.methods import Method

KEY = ("run_spec", "name", "instance_id")
THRESHOLD = 0.5
SEPARATION = columns(
    {
        "draws": pl.Int64,  # with an area, which `auc` is the mean over; of a single draw 1 or 0
        **dict.fromkeys(("n", "positives", "negatives", "unmatched"), pl.Int64),
        **dict.fromkeys(("threshold", "auc", "low", "high"), pl.Float64),  # the area
        "interval": pl.String,  # statistics.methods.Method
        "level": pl.Float64,
        "degenerate": pl.Boolean,  # all of one class: there is no area
        "brier": pl.Float64,  # mean squared error, where all predictions are in [0, 1]
        "naive_brier": pl.Float64,  # of who says the share of positives each time
        "ece": pl.Float64,
        "slope": pl.Float64,  # of the calibration line
        "intercept": pl.Float64,
    }
)


def of_instances(predictions: pl.DataFrame) -> pl.DataFrame:
    return predictions.filter(
        pl.col("instance_id").is_not_null() | pl.col("instance_predict_id").is_not_null()
    )


def actual(runs: pl.DataFrame, parts: Sequence[Part]) -> pl.DataFrame:
    """The scores of unperturbed instances of the HELM runs in a snapshot: run_spec, run_id, suite, model, task, name,
    instance_id, actual. Trials are averaged within an instance."""
    about = runs.filter(pl.col("format") == "helm").select(
        "run_id", "suite", "model", "task", pl.col("config").str.json_path_match("$.name").alias("run_spec")
    )
    found = [
        _of_part(p).join(about, on="run_id", how="inner") for p in parts if set(p.runs) & set(about["run_id"])
    ]
    names = ["run_spec", "run_id", "suite", "model", "task", "name", "instance_id"]
    if not found:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String) | {"actual": pl.Float64})
    return pl.concat(found).select(*names, "actual")


def _of_part(part: Part) -> pl.DataFrame:
    means = (
        part.scores.group_by("run", "sample", "scorer").agg(pl.col("value").mean().alias("actual")).collect()
    )
    return means.select(
        pl.Series(part.runs, dtype=pl.String).gather(means["run"]).alias("run_id"),
        pl.Series(part.scorers, dtype=pl.String).gather(means["scorer"]).alias("name"),
        part.ids["sample_id"].gather(means["sample"]).alias("instance_id"),
        "actual",
    )


def joined(predictions: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """One row an instance: predicted (the mean over its trials), actual (null where nothing was found), run_spec,
    name, instance_id, suite, model, task, predictor, seed."""
    by = [*KEY, "instance_predict_id", "suite", "predictor", "seed"]
    rows = of_instances(predictions)
    # Rows that have the instance's id are trials of one instance whatever their number.
    rows = rows.with_columns(
        pl.when(pl.col("instance_id").is_null()).then("instance_predict_id").alias("instance_predict_id")
    )
    each = rows.group_by(by, maintain_order=True).agg(
        pl.col("mean").mean().alias("predicted"), pl.col("actual_mean").mean().alias("told")
    )
    numbered = each.with_row_index("prediction")
    pairs = numbered.join(known, on=list(KEY), how="inner", suffix="_known").filter(
        pl.col("suite").is_null() | (pl.col("suite") == pl.col("suite_known"))
    )
    found = pairs.select(
        "prediction", pl.col("suite_known").alias("found_in"), "run_id", "model", "task", "actual"
    )
    return numbered.join(found, on="prediction", how="left", maintain_order="left").select(
        "prediction", *KEY, pl.coalesce("found_in", "suite").alias("suite"), "model", "task", "predictor", "seed",
        "run_id", "predicted", pl.coalesce("actual", "told").alias("actual"),
    )  # fmt: skip


def told(found: pl.DataFrame) -> pl.DataFrame:
    """The rows of `joined` that met a value."""
    return found.filter(pl.col("actual").is_not_null() & pl.col("predicted").is_not_null())


def separation(
    found: pl.DataFrame, by: Sequence[str] = ("predictor", "seed"), threshold: float = THRESHOLD
) -> pl.DataFrame:
    """Columns `by` and those of SEPARATION. An instance is positive where its actual value is at least the threshold."""
    rows = [
        dict(zip(by, key, strict=True)) | _separation(group, threshold)
        for key, group in found.group_by(list(by), maintain_order=True)
    ]
    return pl.DataFrame(rows, schema={**{b: found.schema[b] for b in by}, **SEPARATION})


def _separation(group: pl.DataFrame, threshold: float) -> dict[str, Any]:
    p, yes = _outcomes(group, threshold)
    a = probabilities.auc(p, yes)
    base = float(yes.mean()) if len(yes) else None
    are_shares = len(p) and bool(((p >= 0) & (p <= 1)).all())
    return {
        "draws": int(not a.is_degenerate),
        "n": len(p),
        "positives": a.positives,
        "negatives": a.negatives,
        "unmatched": group.height - len(p),
        "threshold": threshold,
        "auc": a.value,
        "low": a.low,
        "high": a.high,
        "interval": str(a.method) or None,
        "level": None if a.low is None else LEVEL,
        "degenerate": a.is_degenerate,
        "brier": probabilities.brier(p, yes) if are_shares else None,
        "naive_brier": base * (1 - base) if are_shares and base is not None else None,
        "ece": probabilities.expected_calibration_error(probabilities.reliability(p, yes))
        if are_shares
        else None,
        **errors.calibration(p, yes.astype(float))._asdict(),
    }


COUNTED = ("n", "positives", "negatives", "unmatched")
AVERAGED = ("auc", "brier", "naive_brier", "ece", "slope", "intercept")


def over_draws(each: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """What the rows of `separation`, a draw each, come to where there are several: means over the draws that have a
    value, counts added up, and of the area Student's interval over draws instead of one within a draw. `degenerate`:
    some draw is of one class, and so is in no mean of areas."""
    rows = [
        dict(zip(by, key, strict=True)) | _over_draws(group)
        for key, group in each.group_by(list(by), maintain_order=True)
        if group.height > 1
    ]
    return pl.DataFrame(rows, schema={**{b: each.schema[b] for b in by}, **SEPARATION})


def _over_draws(group: pl.DataFrame) -> dict[str, Any]:
    areas = group["auc"].drop_nulls().to_numpy()
    low, high = _interval(areas)
    return {
        "draws": len(areas),
        **{c: int(group[c].sum()) for c in COUNTED},
        "threshold": group["threshold"][0],
        **{c: group[c].mean() for c in AVERAGED},
        "low": low,
        "high": high,
        "interval": None if low is None else str(Method.T),
        "level": None if low is None else LEVEL,
        "degenerate": bool(group["degenerate"].any()),
    }


def _interval(values: probabilities.Floats) -> tuple[float | None, float | None]:
    """Student's, of the mean; none where nothing was seen to vary."""
    if len(values) < 2 or np.ptp(values) == 0:
        return None, None
    mean, error = float(values.mean()), float(values.std(ddof=1)) / len(values) ** 0.5
    reach = error * float(scipy.stats.t.ppf((1 + LEVEL) / 2, len(values) - 1))
    return mean - reach, mean + reach


def _outcomes(group: pl.DataFrame, threshold: float) -> tuple[probabilities.Floats, probabilities.Bools]:
    known = told(group)
    return known["predicted"].to_numpy(), np.asarray(known["actual"].to_numpy() >= threshold)


def curves(found: pl.DataFrame, by: Sequence[str], threshold: float = THRESHOLD) -> pl.DataFrame:
    """ROC curves, one after the other: `by`, then probabilities.CURVE."""
    return _each(found, by, lambda g: probabilities.curve(*_outcomes(g, threshold)), probabilities.CURVE)


def reliability(found: pl.DataFrame, by: Sequence[str], threshold: float = THRESHOLD) -> pl.DataFrame:
    """`by`, then probabilities.RELIABILITY."""
    return _each(
        found, by, lambda g: probabilities.reliability(*_outcomes(g, threshold)), probabilities.RELIABILITY
    )


def _each(
    found: pl.DataFrame, by: Sequence[str], make: Callable[[pl.DataFrame], pl.DataFrame], schema: pl.Schema
) -> pl.DataFrame:
    keys = {b: found.schema[b] for b in by}
    parts = [
        make(group).select(
            *(pl.lit(k, t).alias(b) for (b, t), k in zip(keys.items(), key, strict=True)), *schema
        )
        for key, group in found.group_by(list(by), maintain_order=True)
    ]
    return pl.concat([pl.DataFrame(schema={**keys, **schema}), *parts])
