"""What stronger perturbations do to a statistic, measured and predicted.

A perturbation's strength is one of its parameters: the share of words misspelt, say. HELM computes three numbers for each
perturbation, all over the instances that it changed and no others: perturbed, original (the same instances as they
were) and worst. Only the first two can be compared with each other; the mean over all instances is of other ones.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import polars as pl

from data.formats.helm.perturbations import COMMON
from data.schema import columns

AUGMENTED = re.compile(r"(?<=[:,])data_augmentation=[^,:]*")
PREFERRED = ("prob", "insert_prob")
NOT_A_STRENGTH = ("seed",)
LINE = ("perturbation", "parameter", "scenario", "name", "split", "model", "suite")
"""What the points of one line have in common, but for who predicted it."""
SWEEPS = columns(
    {
        "perturbation": pl.String,  # its name, and its parameters but for the strength
        "parameter": pl.String,  # which of its parameters is the strength
        "scenario": pl.String,  # the task but for its augmentation
        "name": pl.String,
        "split": pl.String,
        "model": pl.String,
        "suite": pl.String,
        "source": pl.String,  # actual or predicted
        "predictor": pl.String,
        "predictions": pl.Int64,  # that a predicted value is the mean of, one a seed
        "strength": pl.Float64,
        "value": pl.Float64,
        "stderr": pl.Float64,
        "n": pl.Int64,  # instances that the value is over: those that the perturbation changed
        "original": pl.Float64,  # the same instances as they were
        "change": pl.Float64,  # value - original: a drop in robustness where it is for the worse
        "original_of": pl.Float64,  # of a point at strength 0: at which strength these instances were changed
        "run_id": pl.String,
        "run_spec": pl.String,
    }
)


class Strength(NamedTuple):
    parameter: str
    value: float
    rest: str
    """What else tells this perturbation from others of its name."""


def scenario(task: str) -> str:
    """
    >>> scenario("qa,path=a.jsonl,data_augmentation=misspelling0.5"), scenario("boolq:data_augmentation=typos")
    ('qa,path=a.jsonl', 'boolq')
    """
    return re.sub(r",\0|\0,|\0", "", AUGMENTED.sub("\0", task)).rstrip(":,") or task


def parameter(details: Iterable[Mapping[str, Any]]) -> str | None:
    """Which parameter is the strength of a perturbation: the number that takes most values; among those `prob`, as
    most of HELM's perturbations call it, comes first. None where there is no number.

    >>> parameter([{"prob": 0.1, "max": 3}, {"prob": 0.5, "max": 3}]), parameter([{"mode": "x", "robustness": True}])
    ('prob', None)
    """
    seen: dict[str, set[float]] = {}
    times: Counter[str] = Counter()
    for detail in details:
        for name, value in detail.items():
            if _is_number(value) and name not in NOT_A_STRENGTH:
                seen.setdefault(name, set()).add(float(value))
                times[name] += 1
    order = {name: i for i, name in enumerate(PREFERRED)}
    return min(seen, key=lambda n: (-len(seen[n]), order.get(n, len(order)), -times[n], n), default=None)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def strength(detail: Mapping[str, Any], parameter: str) -> Strength | None:
    value = detail.get(parameter)
    if not _is_number(value):
        return None
    left = {k: v for k, v in detail.items() if k not in {*COMMON, parameter, *NOT_A_STRENGTH}}
    rest = " ".join(f"{k}={v}" for k, v in sorted(left.items()) if not k.endswith("_path"))
    return Strength(parameter, float(value), rest)  # type: ignore[arg-type]


def sweeps(known: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Columns of SWEEPS, a row a point, from `predictions.actual` and `predictions.joined`.

    At strength 0 stands what the same instances came to as they were. Perturbations that change some instances only
    change more of them the stronger they are, so of several originals it is that of the most instances.
    """
    actual = pl.concat([_measured(known), _told(found)])
    rows = pl.concat([actual, _predicted(found)])
    rows = _with_strength(rows.filter(pl.col("perturbation").is_not_null()))
    perturbed = rows.filter(pl.col("computed_on") == "perturbed")
    original = rows.filter(pl.col("computed_on") == "original")
    key = [*LINE, "source", "predictor", "run_spec", "strength"]
    was = original.unique(key, keep="first", maintain_order=True).select(
        *key, pl.col("value").alias("original")
    )
    points = perturbed.join(was, on=key, how="left", nulls_equal=True, maintain_order="left").with_columns(
        (pl.col("value") - pl.col("original")).alias("change"), pl.lit(None, pl.Float64).alias("original_of")
    )
    every = pl.concat([_at_zero(original, points), points.select(SWEEPS.names())])
    return every.sort(*LINE, "source", "predictor", "strength", "run_spec", nulls_last=True)


def _at_zero(original: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """One for each line, unless it has a point at 0 already."""
    line = [*LINE, "source", "predictor"]
    has_one = points.filter(pl.col("strength") == 0).select(line)
    most = original.join(has_one, on=line, how="anti", nulls_equal=True).sort(
        pl.col("n").fill_null(0), "strength", descending=True, maintain_order=True
    )
    return most.unique(line, keep="first", maintain_order=True).with_columns(
        pl.col("strength").alias("original_of"), pl.lit(0.0).alias("strength"), pl.col("value").alias("original"),
        pl.lit(0.0).alias("change"),
    ).select(SWEEPS.names())  # fmt: skip


NOBODY = pl.lit(None, pl.String)
SHARED = ("task", "name", "split", "model", "suite", "perturbation", "perturbation_detail", "computed_on",
          "stderr", "n", "run_id", "run_spec")  # fmt: skip


def _measured(known: pl.DataFrame) -> pl.DataFrame:
    return _rows(known, "actual", "actual_mean").filter(pl.col("value").is_not_null())


def _told(found: pl.DataFrame) -> pl.DataFrame:
    """What only the file of predictions says that it came to."""
    only_there = found.filter(pl.col("actual_from") == "file").unique(
        ["run_spec", "suite", "name", "split", "perturbation", "computed_on", "perturbation_detail"],
        keep="first", maintain_order=True,
    )  # fmt: skip
    return _rows(only_there, "actual", "actual_mean")


def _predicted(found: pl.DataFrame) -> pl.DataFrame:
    """At the strength of what a prediction met, or else the one that it names itself; over its seeds their mean."""
    detail = pl.coalesce("met_detail", "perturbation_detail").alias("perturbation_detail")
    rows = _rows(found.with_columns(detail), "predicted", "mean", pl.col("predictor"))
    by = [c for c in rows.columns if c not in ("value", "stderr", "n", "predictions")]
    return (
        rows.group_by(by, maintain_order=True)
        .agg(pl.col("value").mean(), pl.len().cast(pl.Int64).alias("predictions"), pl.col("n").first())
        .with_columns(pl.lit(None, pl.Float64).alias("stderr"))
        .select(rows.columns)
    )


def _rows(frame: pl.DataFrame, source: str, value: str, predictor: pl.Expr = NOBODY) -> pl.DataFrame:
    return frame.select(
        *SHARED,
        pl.lit(source).alias("source"),
        predictor.alias("predictor"),
        pl.lit(None, pl.Int64).alias("predictions"),
        pl.col(value).alias("value"),
    )


def _with_strength(rows: pl.DataFrame) -> pl.DataFrame:
    """Without the rows of perturbations that have no number; `perturbation` with what else tells them apart."""
    names = rows["perturbation"].to_list()
    details = [json.loads(d) if d else {} for d in rows["perturbation_detail"]]
    by_name: dict[str, list[dict[str, Any]]] = {}
    for name, detail in zip(names, details, strict=True):
        by_name.setdefault(name, []).append(detail)
    chosen = {name: parameter(mine) for name, mine in by_name.items()}
    found = [strength(d, p) if (p := chosen[n]) else None for n, d in zip(names, details, strict=True)]
    return rows.with_columns(
        pl.Series("strength", [s.value if s else None for s in found], pl.Float64),
        pl.Series("parameter", [s.parameter if s else None for s in found], pl.String),
        pl.Series("rest", [s.rest if s else None for s in found], pl.String),
        pl.col("task").map_elements(scenario, pl.String).alias("scenario"),
    ).filter(pl.col("strength").is_not_null()).with_columns(
        pl.concat_str("perturbation", pl.lit(" "), "rest").str.strip_chars_end().alias("perturbation")
    )  # fmt: skip


def without_strength(known: pl.DataFrame) -> list[str]:
    """Names of perturbations for which no parameter is a number."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    rows = known.filter(pl.col("perturbation").is_not_null() & (pl.col("computed_on") == "perturbed"))
    for name, detail in rows.select("perturbation", "perturbation_detail").unique().rows():
        by_name.setdefault(name, []).append(json.loads(detail or "{}"))
    return sorted(name for name, details in by_name.items() if parameter(details) is None)
