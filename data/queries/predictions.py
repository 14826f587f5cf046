"""How far were the predictions from what came?"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from data.magnet import errors, naive, predictions, sweeps
from data.magnet import unmatched as unmet
from data.magnet.predictions import Counts
from data.statistics.intervals import LEVEL
from data.store import Snapshot
from data.viewstate import ViewState


# Every panel of the page asks for it, and of 600 HELM runs it takes longer than all that follows.
@lru_cache(maxsize=2)
def _known(s: Snapshot) -> pl.DataFrame:
    return predictions.actual(s.runs, s.metrics)


def joined(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Every prediction about a run that passes the filters, with what was measured; columns as
    `data.magnet.predictions.joined` has them."""
    found = narrowed(predictions.joined(s.predictions, _known(s)), v)
    if v.predictors:
        found = found.filter(pl.col("predictor").is_in(v.predictors))
    return found.filter(pl.col("name") == v.metric) if v.metric else found


def narrowed(rows: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    """What of any frame with these columns the filters leave."""
    columns = (
        (v.tasks, "task"),
        (v.models, "model"),
        (v.suites, "suite"),
        (v.perturbations, "perturbation"),
    )
    for chosen, column in columns:
        if chosen and column in rows.columns:
            rows = rows.filter(pl.col(column).is_in(chosen))
    if v.q:
        rows = rows.filter(pl.col("run_spec").str.to_lowercase().str.contains(v.q.lower(), literal=True))
    return rows


def table(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Two rows a prediction: predicted, and actual where the logs or the file have it."""
    return predictions.table(joined(s, v))


def counts(s: Snapshot, v: ViewState) -> Counts:
    """Of predictions; the naive guesses that stand beside them are none."""
    return predictions.counts(_own(joined(s, v)))


def unmatched(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a prediction that met no value: run_spec, suite, name, split, perturbation, computed_on,
    perturbation_detail, mean, predictor, seed, model, task, and why (unmatched.Why)."""
    found = unmet.unmatched(_own(joined(s, v)), _known(s))
    return found.select(
        "run_spec", "suite", "name", "split", "perturbation", "computed_on", "perturbation_detail", "mean", "predictor",
        "seed", "model", "task", "why",
    )  # fmt: skip


def _own(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("predictor").ne_missing(naive.SAMPLE))


def pairs(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a prediction that met its value, with what the naive guess would have been, and the chart that it is in:
    `facet` is the task, model or predictor that the view has a chart for each of, or null."""
    every = predictions.pairs(predictions.joined(s.predictions, _known(s)))
    shown = joined(s, v)["prediction"].implode()
    # The naive guess is found among all: a filter for one predictor must not take away what it is to beat.
    found = naive.beside(every).filter(pl.col("prediction").is_in(shown))
    return found.with_columns((pl.col(v.facet) if v.facet else pl.lit(None, pl.String)).alias("facet"))


def lines(pairs: pl.DataFrame) -> pl.DataFrame:
    """Columns name, facet, predictors, those of errors.ERRORS, and the ends of the calibration line, which goes over the
    predictions that there are (line_predicted_low, line_actual_low and the same with high): what is drawn into each chart of pairs. Of several
    predictors only their number and n, since what they are off together is nobody's error; the naive guess counts as
    one only where it is alone."""
    by = ["name", "facet"]
    alone = pl.col("predictor").eq_missing(naive.SAMPLE).all().over(by)
    meant = pairs.filter(pl.col("predictor").ne_missing(naive.SAMPLE) | alone)
    predicted = pl.col("predicted")
    each = meant.group_by(by).agg(
        pl.col("predictor").n_unique().cast(pl.Int64).alias("predictors"),
        predicted.min().alias("line_predicted_low"), predicted.max().alias("line_predicted_high"),
    )  # fmt: skip
    found = errors.errors(meant, by).join(each, on=by, how="left", nulls_equal=True)
    one = pl.col("predictors") == 1
    for end in ("low", "high"):
        actual = pl.col("intercept") + pl.col("slope") * pl.col(f"line_predicted_{end}")
        found = found.with_columns(actual.alias(f"line_actual_{end}"))
    ends = [c for c in found.columns if c.startswith("line_")]
    measures = [*(c for c in errors.ERRORS.names() if c != "n"), *ends]
    return found.select(*by, "predictors", "n", *(pl.when(one).then(c).alias(c) for c in measures))


def summary(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The errors of each predictor over all pairs of a statistic, then by task and by model, each beside the error of
    the naive guess over the same pairs. One statistic is never averaged with another."""
    each = pairs(s, v)
    found = [
        _over(each, kind, ["name", "predictor", *([kind] if kind else [])]) for kind in ("", "task", "model")
    ]
    return pl.concat(found).sort("name", "predictor", "over", "which", maintain_order=True, nulls_last=True)


def _over(each: pl.DataFrame, kind: str, by: list[str]) -> pl.DataFrame:
    guess = naive.errors(each, by)
    both = errors.errors(each, by).join(guess, on=by, how="left", nulls_equal=True, maintain_order="left")
    which = pl.col(kind) if kind else pl.lit(None, pl.String)
    return both.select(
        "name", "predictor", pl.lit(kind or "all").alias("over"), which.alias("which"), "n", "mae", "naive_mae",
        "naive", "gain", "rmse", "bias", "low", "high", "r2", "spearman", "slope", "intercept",
        pl.when(pl.col("low").is_not_null()).then(LEVEL).alias("level"),
    )  # fmt: skip


def sweep(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Statistics against the strength of perturbations, measured and predicted: columns of sweeps.SWEEPS. Unless one
    is chosen, the runs' headlines and what is predicted of perturbed instances."""
    found = joined(s, v).filter(pl.col("sub_split").is_null())
    known = narrowed(_known(s), v).filter(pl.col("sub_split").is_null())
    predicted = found.filter(pl.col("perturbation").is_not_null())["name"].unique().implode()
    is_meant = (pl.col("name") == pl.col("headline")) | pl.col("name").is_in(predicted)
    return sweeps.sweeps(known.filter(pl.col("name") == v.metric if v.metric else is_meant), found)


def without_strength(s: Snapshot, v: ViewState) -> list[str]:
    """Perturbations that no sweep can show, having no number."""
    return sweeps.without_strength(narrowed(_known(s), v))


def predictors(s: Snapshot) -> list[str]:
    return s.predictions["predictor"].drop_nulls().unique().sort().to_list()


def perturbations(s: Snapshot) -> list[str]:
    """Names, without the worst cases over all of them."""
    measured = s.metrics.filter(pl.col("computed_on").is_in(["perturbed", "original"]))["perturbation"]
    return pl.concat([measured, s.predictions["perturbation"]]).drop_nulls().unique().sort().to_list()
