"""The spellings that predictions come in, brought to one.

MAGNET writes no file. What there is: `to_df()` of its predictions, dumped ("run_spec.name", "stats.name.split",
"stats.name.perturbation.prob"); the table that it prints ("run_spec", "stat_name", "predicted_mean", "actual_mean",
"perturbation_prob"); and the two-row form, in which `source` is predicted or actual.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import polars as pl

from data.formats.helm.perturbations import spelt
from data.schema import PREDICTIONS

STAT = ("count", "sum", "sum_squared", "min", "max", "mean", "variance", "stddev")

_PREFIX = re.compile(r"^(per_instance_stats\.)?(stats\.)?(?=.)")
_PERTURBATION = re.compile(r"^(?:name\.)?perturbation[._](?=.)")
_RENAMED = {
    "run_spec.name": "run_spec",
    "run_spec_name": "run_spec",
    "name.name": "name",
    "stat_name": "name",
    "name.split": "split",
    "name.sub_split": "sub_split",
    "predicted_mean": "mean",
    "magnet.instance_predict_id": "instance_predict_id",
    "prediction_id": "instance_predict_id",
}
_WORDS = {"True": True, "False": False, "true": True, "false": False}
PARAMETER = "perturbation."


def ours(name: str) -> str:
    """
    >>> [ours(n) for n in ("run_spec.name", "stats.name.name", "stats.mean", "stats.name.perturbation.prob")]
    ['run_spec', 'name', 'mean', 'perturbation.prob']
    >>> [ours(n) for n in ("stat_name", "predicted_mean", "perturbation_computed_on", "perturbation_name")]
    ['name', 'mean', 'computed_on', 'perturbation']
    """
    if name in PREDICTIONS:
        return name
    short = _PREFIX.sub("", name)
    if _PERTURBATION.match(short):
        field = _PERTURBATION.sub("", short)
        return {"name": "perturbation", "computed_on": "computed_on", "detail": "perturbation_detail"}.get(
            field, PARAMETER + field
        )
    return _RENAMED.get(short, short)


def are_predictions(names: Sequence[str]) -> bool:
    """Whether a table with these columns can be read."""
    return {"run_spec", "name", "mean"} <= set(map(ours, names))


def normalized(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of PREDICTIONS. What we have no place for is left out; a value that is none of its type is null.

    Predictions of runs and of instances spell the same things differently, and one file may hold both: then two
    columns are one of ours, and each row has its value in either.
    """
    spelt_as: dict[str, list[str]] = {}
    for name in frame.columns:
        spelt_as.setdefault(ours(name), []).append(name)
    found = frame.select(_one(spelt_as.get(n, []), t).alias(n) for n, t in PREDICTIONS.items())
    parameters = {n: names[0] for n, names in spelt_as.items() if n.startswith(PARAMETER)}
    if parameters:
        rows = frame.select(pl.col(name).alias(n) for n, name in parameters.items()).iter_rows(named=True)
        details = pl.Series([_detail(row) for row in rows], dtype=pl.String)
        found = found.with_columns(pl.coalesce("perturbation_detail", details).alias("perturbation_detail"))
    return found


def _one(names: Sequence[str], dtype: Any) -> pl.Expr:
    """The first that has a value."""
    columns = [pl.col(n).cast(dtype, strict=False) for n in names] or [pl.lit(None, dtype)]
    value = pl.coalesce(columns)
    if dtype == pl.Float64:
        return pl.coalesce(c.fill_nan(None) for c in columns)
    return value.replace("", None) if dtype == pl.String else value


def _detail(row: Mapping[str, Any]) -> str | None:
    given = {k.removeprefix(PARAMETER): _WORDS.get(v, v) if isinstance(v, str) else v for k, v in row.items()}
    given = {
        k: v for k, v in given.items() if v not in (None, "") and not (isinstance(v, float) and isnan(v))
    }
    return spelt(given) if given else None
