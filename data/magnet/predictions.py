"""Files of predictions, and how they meet what was measured.

MAGNET joins by an inner merge, so that a prediction of a split that a run does not have is silently gone. Here every
prediction stays, and says whether something was found for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from data.formats.helm.spec import in_name, task
from data.magnet.columns import PREDICTIONS, STAT, are_predictions, normalized
from data.problems import Code, Problem

READERS = {
    ".csv": lambda p: pl.read_csv(p, infer_schema_length=None),
    ".tsv": lambda p: pl.read_csv(p, separator="\t", infer_schema_length=None),
    ".parquet": pl.read_parquet,
    ".jsonl": lambda p: pl.read_ndjson(p, infer_schema_length=None),
    ".json": lambda p: pl.DataFrame(json.loads(p.read_bytes()), infer_schema_length=None),
}
KEY = ("run_spec", "name", "split", "sub_split", "perturbation", "computed_on")
ACTUAL = tuple(f"actual_{c}" for c in STAT)
PREFIX = "predicted_"
NO_PREFIX = "predicted_index"
"""A statistic of HELM's own that only looks like a prediction."""


class Read(NamedTuple):
    """`rows` has the columns of PREDICTIONS, one row a prediction."""

    rows: pl.DataFrame
    problems: tuple[Problem, ...] = ()


class Counts(NamedTuple):
    predictions: int
    matched: int
    unmatched: int
    ambiguous: int
    """Those that several runs of one name in different suites answer; each of them is a row."""


def read(path: Path) -> Read:
    """One file. What is wrong with it is a problem, and so is each row that predicts nothing."""
    try:
        found = READERS[path.suffix](path)
    except Exception as e:  # files come from anywhere, and each library fails in its own ways
        problem = Problem(Code.UNREADABLE, f"{type(e).__name__}: {e}"[:300], str(path))
        return Read(pl.DataFrame(schema=PREDICTIONS), (problem,))
    if not are_predictions(found.columns):
        problem = Problem(Code.MISSING_FIELD, "a column for the run, the statistic or its mean", str(path))
        return Read(pl.DataFrame(schema=PREDICTIONS), (problem,))
    read_in = _checked(one_row_each(normalized(found)), path)
    return Read(read_in.rows, (*read_in.problems, *_cut_off(path)))


def _cut_off(path: Path) -> tuple[Problem, ...]:
    """A text file whose last line has no end may have lost a part of it."""
    if path.suffix not in (".csv", ".tsv"):
        return ()
    with path.open("rb") as f:
        f.seek(-1, 2)
        return () if f.read(1) == b"\n" else (Problem(Code.TRUNCATED, "the last line has no end", str(path)),)


def _checked(rows: pl.DataFrame, path: Path) -> Read:
    good = rows.filter(
        pl.col("run_spec").is_not_null() & pl.col("name").is_not_null() & pl.col("mean").is_finite()
    )
    if good.height == rows.height:
        return Read(rows)
    return Read(
        good, (Problem(Code.BAD_VALUE, f"{rows.height - good.height} rows without a prediction", str(path)),)
    )


def one_row_each(rows: pl.DataFrame) -> pl.DataFrame:
    """The two-row form brought to one: the actual row's mean stands beside the prediction that it answers."""
    rows = rows.with_columns(pl.col("source").str.to_lowercase().fill_null("predicted"))
    name = pl.col("name")
    is_prefixed = name.str.starts_with(PREFIX) & (name != NO_PREFIX) & (pl.col("source") == "predicted")
    rows = rows.with_columns(
        pl.when(is_prefixed).then(name.str.strip_prefix(PREFIX)).otherwise(name).alias("name")
    )
    predicted = rows.filter(pl.col("source") != "actual")
    actual = rows.filter(pl.col("source") == "actual")
    if actual.is_empty():
        return predicted
    by = [*KEY, "suite", "perturbation_detail", "instance_id", "instance_predict_id"]
    told = actual.unique(by, keep="first", maintain_order=True).select(*by, pl.col("mean").alias("told"))
    joined = predicted.join(told, on=by, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(pl.coalesce("actual_mean", "told").alias("actual_mean")).drop("told")


def actual(runs: pl.DataFrame, metrics: pl.DataFrame) -> pl.DataFrame:
    """Every Stat of the HELM runs in a snapshot, one row each, by the names that predictions use."""
    about = runs.with_row_index("run").filter(pl.col("format") == "helm").select(
        "run", "run_id", "suite", "model", "task", pl.col("headline_scorer").alias("headline"),
        pl.col("config").str.json_path_match("$.name").alias("run_spec"),
    )  # fmt: skip
    stats = metrics.filter(pl.col("source").is_in(["actual", "restated"]) & pl.col("split").is_not_null())
    by = ["run", "scorer", "split", "sub_split", "perturbation", "computed_on", "perturbation_detail"]
    # The headline's split is there twice, as the whole and as a category.
    stats = stats.unique(by, keep="first", maintain_order=True)
    return stats.join(about, on="run", how="inner").select(
        "run_id", "suite", "model", "task", "run_spec", pl.col("scorer").alias("name"), "split", "sub_split",
        "perturbation", "computed_on", "perturbation_detail", "stderr", "n", "headline",
        *(pl.col("value" if c == "mean" else c).cast(pl.Float64).alias(f"actual_{c}") for c in STAT),
    )  # fmt: skip


def joined(predictions: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Each prediction about a run with what came of it. Columns of PREDICTIONS, `prediction` (its number), run_id,
    model, task, stderr and n of the actual value, actual_*, `met_detail` (all parameters of the perturbation that it
    met), and `actual_from`: logs, file or null for none.

    A prediction meets the statistic of its run, name, split and perturbation. It may leave out parameters of the
    perturbation, and then meets any; a suite is compared only if it names one.
    """
    predictions = of_runs(predictions)
    numbered = predictions.drop("actual_mean").with_row_index("prediction")
    told = predictions.select(pl.col("actual_mean").alias("told")).with_row_index("prediction")
    pairs = numbered.join(known, on=list(KEY), how="inner", nulls_equal=True, suffix="_known")
    pairs = pairs.filter(
        pl.col("suite").is_null() | pl.col("suite").eq_missing(pl.col("suite_known")),
        pl.struct("perturbation_detail", "perturbation_detail_known").map_elements(_fits, pl.Boolean),
    )
    found = pairs.select(
        "prediction",
        pl.col("suite_known").alias("found_in"),
        "run_id",
        "stderr",
        "n",
        *ACTUAL,
        pl.col("perturbation_detail_known").alias("met_detail"),
    ).sort("prediction", "found_in")
    # Of the run, not of the statistic: a prediction that met nothing is about a model all the same.
    about = known.select("run_spec", "model", "task").unique("run_spec", keep="first", maintain_order=True)
    out = (
        numbered.join(found, on="prediction", how="left", maintain_order="left")
        .join(told, on="prediction", how="left", maintain_order="left")
        .join(about, on="run_spec", how="left", maintain_order="left")
    )
    in_logs, in_file = pl.col("actual_mean").is_not_null(), pl.col("told").is_not_null()
    source = pl.when(in_logs).then(pl.lit("logs")).when(in_file).then(pl.lit("file"))
    return out.with_columns(
        source.alias("actual_from"),
        *(_by_name(column, tell) for column, tell in (("model", in_name), ("task", task))),
        pl.coalesce("actual_mean", "told").alias("actual_mean"),
        pl.coalesce("found_in", "suite").alias("suite"),
    ).drop("found_in", "told")


def of_runs(predictions: pl.DataFrame) -> pl.DataFrame:
    return predictions.filter(pl.col("instance_id").is_null() & pl.col("instance_predict_id").is_null())


def _by_name(column: str, tell: Callable[[str], str]) -> pl.Expr:
    """Of a run that is not among the logs, as its name tells."""
    return pl.coalesce(column, pl.col("run_spec").map_elements(tell, pl.String)).alias(column)


def _fits(details: dict[str, Any]) -> bool:
    """Whether all parameters that are named are the statistic's."""
    wanted = json.loads(details["perturbation_detail"] or "{}")
    given = json.loads(details["perturbation_detail_known"] or "{}")
    return all(given.get(k) == v for k, v in wanted.items())


def counts(found: pl.DataFrame) -> Counts:
    """Of a frame from `joined`."""
    each = found.group_by("prediction").agg(pl.col("actual_mean").is_not_null().any().alias("has"), pl.len())
    matched = int(each["has"].sum())
    return Counts(each.height, matched, each.height - matched, each.filter(pl.col("len") > 1).height)


def table(found: pl.DataFrame) -> pl.DataFrame:
    """Two rows a prediction, as MAGNET's founding document has them: run_spec, source, name, split, mean, min, max,
    count, stddev, sum, sum_squared, variance; then what tells rows of one name apart. A prediction for which nothing
    was found has no actual row."""
    about = ["prediction", "suite", "model", "task", "perturbation", "computed_on", "perturbation_detail", "predictor",
             "seed", "actual_from", "stderr"]  # fmt: skip
    order = ["mean", "min", "max", "count", "stddev", "sum", "sum_squared", "variance"]
    predicted = found.select(
        "run_spec", pl.lit("predicted").alias("source"), (PREFIX + pl.col("name")).alias("name"), "split", *order,
        *about[:-1], pl.lit(None, pl.Float64).alias("stderr"),
    )  # fmt: skip
    was = found.filter(pl.col("actual_mean").is_not_null()).select(
        "run_spec", pl.lit("actual").alias("source"), "name", "split",
        *(pl.col(f"actual_{c}").alias(c) for c in order), *about,
    )  # fmt: skip
    # One prediction for two suites is listed once for each.
    return pl.concat([predicted, was]).sort(
        "prediction", "suite", "source", descending=[False, False, True], nulls_last=True
    )


def pairs(found: pl.DataFrame) -> pl.DataFrame:
    """One row a prediction that met its value: predicted, actual, error = predicted - actual, middle (of the two), and
    z, the error in standard errors of the actual value."""
    error = pl.col("mean") - pl.col("actual_mean")
    return found.filter(pl.col("actual_mean").is_not_null()).select(
        "prediction", "run_spec", "suite", "model", "task", "name", "split", "perturbation", "computed_on",
        "perturbation_detail", "predictor", "seed", "n_eval_samples", "run_id", "actual_from",
        pl.col("mean").alias("predicted"), pl.col("actual_mean").alias("actual"), error.alias("error"), "stderr", "n",
        ((pl.col("mean") + pl.col("actual_mean")) / 2).alias("middle"),
        pl.when(pl.col("stderr") > 0).then(error / pl.col("stderr")).alias("z"),
    )  # fmt: skip
