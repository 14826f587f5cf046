"""How well did each model do, on each task or each category of a task?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import polars as pl

from data import scale
from data.parts import Part
from data.queries import computed, measures, sampled, selection, sides, uncertainty
from data.statistics.arrays import same
from data.store import Snapshot
from data.viewstate import ViewState

CELLS = pl.Schema(
    {
        "model": pl.String,
        "task": pl.String,
        "category": pl.String,
        "metric": pl.String,
        "value": pl.Float64,
        "n": pl.Int64,
        "stderr": pl.Float64,
        "run_id": pl.String,
        "scorer": pl.String,
        "category_raw": pl.String,
        "source": pl.String,  # logged, or samples: computed from their scores
        "reducer": pl.String,  # how epochs became one score, by inspect_ai's name, where it is known
        "direction": pl.Int8,  # 1 where more is better, -1 where less is
    }
)

PLACE = ("task", "category")
"""What is compared with what: `axis` is only what a reader calls it."""
SCALED = ("value", "stderr", "low", "high", "se", "least", "most")


def level(v: ViewState, tasks: Sequence[str]) -> str:
    """At which level a view compares when it does not say: within a task if there is only one, else across."""
    if v.level in ("task", "category"):
        return v.level
    return "category" if v.categories or v.group or len(tasks) == 1 else "task"


def cells(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a run and task, or a run and category. `value` is on the scale that the log has it on: as logged, unless
    the view asks for a group or a reducer that no log has.

    `n` is the number of samples that the value is over, null where the log does not tell.
    """
    runs = selection.counted(s, v)
    rows = measures.chosen(measures.logged(s, runs), v)
    by_category = level(v, runs["task"].unique().to_list()) == "category"
    if by_category or computed.asked(v):
        found = _within(s, v, runs, rows, by_category)
    else:
        found = _logged(rows.filter(pl.col("category").is_null()))
    if v.categories:
        found = found.filter(pl.col("category").is_in(v.categories))
    return counted(named(containing(found, v.q), s).filter(pl.col("value").is_not_null()), s, v)


def counted(found: pl.DataFrame, s: Snapshot, v: ViewState) -> pl.DataFrame:
    """With `n` of whole tasks where a log does not tell it but keeps all its samples: how many of them have a score."""
    unknown = found.filter(pl.col("n").is_null() & pl.col("category").is_null())
    known = [
        (run_id, n)
        for run_id, task, scorer in unknown.select("run_id", "task", "scorer").iter_rows()
        if (n := _all_scored(s, v, s.parts.get(task), run_id, scorer)) is not None
    ]
    if not known:
        return found
    more = pl.DataFrame(known, schema={"run_id": pl.String, "_n": pl.Int64}, orient="row").unique("run_id")
    filled = pl.when(pl.col("category").is_null()).then(pl.coalesce("n", "_n")).otherwise("n")
    return (
        found.join(more, on="run_id", how="left", maintain_order="left")
        .with_columns(filled.alias("n"))
        .drop("_n")
    )


def _all_scored(s: Snapshot, v: ViewState, part: Part | None, run_id: str, scorer: str) -> int | None:
    if part is None or scorer not in part.cubes or not sampled.keeps_all(s, part, [run_id])[0]:
        return None
    value = part.cubes[scorer].value[:, part.run_code[run_id]]
    scored = np.count_nonzero(~np.isnan(value), axis=0) > 0
    return int((scored & (computed.whole(s, v, part).code >= 0)).sum())


def named(found: pl.DataFrame, s: Snapshot) -> pl.DataFrame:
    """CELLS from computed.RAW: what may share an axis can only be told with all rows together."""
    if found.is_empty():
        return pl.DataFrame(schema=CELLS)
    rows = measures.with_share(found.rename({"metric_name": "metric"}), s)
    rows = rows.with_columns(measures.axis().alias("axis_name"))
    directed = rows.with_columns(measures.directed(s, rows))
    return directed.with_columns(pl.col("axis_name").alias("metric")).select(
        pl.col(c).cast(t) for c, t in CELLS.items()
    )


def containing(found: pl.DataFrame, text: str) -> pl.DataFrame:
    """Rows that have this text in the name of the model, the task or the category, whatever the case."""
    if not text:
        return found
    places = [
        pl.col(c).str.to_lowercase().str.contains(text.lower(), literal=True)
        for c in ("model", "task", "category")
    ]
    return found.filter(pl.any_horizontal(places))


def _logged(rows: pl.DataFrame) -> pl.DataFrame:
    known = rows.with_columns(
        pl.col("label").alias("model"),
        pl.col("metric").alias("metric_name"),
        pl.lit("logged").alias("source"),
    )
    return known.select(computed.RAW)


def _within(
    s: Snapshot, v: ViewState, runs: pl.DataFrame, rows: pl.DataFrame, by_category: bool
) -> pl.DataFrame:
    """By category: as logged where a log has categories of its own, computed from the samples where a group or a reducer
    is asked for, and else the whole run as one."""
    found = [_logged(rows.clear())]
    for (task,), mine in runs.group_by("task", maintain_order=True):
        of_task = rows.filter(pl.col("task") == task)
        if computed.asked(v):
            found += computed.reduced(s, v, str(task), of_task, by_category)
            continue
        groups = computed.grouped(s, v, mine, of_task) if v.group else []
        done = {run_id for frame in groups for run_id in frame["run_id"]}
        rest = of_task.filter(~pl.col("run_id").is_in(list(done)))
        divided = pl.col("category").is_not_null().any().over("run") & (not v.group)
        found += [*groups, _logged(rest.filter(divided == pl.col("category").is_not_null()))]
    return pl.concat(found)


@lru_cache(maxsize=8)  # two panels of the page ask it, each for its frame and again to draw it
def bars(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The page of categories (or tasks) that the view shows, in its order. Columns of `cells`, of uncertainty.INTERVAL and
    `axis`; the value and its interval are on the scale of the view."""
    return page(arranged(uncertainty.of(s, v, cells(s, v)), s, v), v).drop(uncertainty.BEHIND)


def shown(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """All pages of `bars`, without the intervals."""
    return arranged(cells(s, v), s, v)


def arranged(found: pl.DataFrame, s: Snapshot, v: ViewState) -> pl.DataFrame:
    """What passes the filters of the view, on its scale and in its order."""
    return in_order(passing(with_axis(scaled(found, s, v)), s, v), v)


def with_axis(found: pl.DataFrame) -> pl.DataFrame:
    """With `axis`: how a row is named beside the others, as short as they allow. Where two places would be called alike,
    as b / c of a and c of a / b, another sign shows where the task ends."""
    if found["task"].n_unique() <= 1:
        return found.with_columns(pl.coalesce("category", "task").alias("axis"))
    usual, marked = (pl.coalesce(pl.concat_str(*PLACE, separator=sign), "task") for sign in (" / ", " › "))
    alike = pl.struct(PLACE).n_unique().over(usual) > 1
    return found.with_columns(pl.when(alike).then(marked).otherwise(usual).alias("axis"))


def scaled(found: pl.DataFrame, s: Snapshot, v: ViewState) -> pl.DataFrame:
    """On the scale of the view. Only what lies between 0 and 1 can also be shown from 0 to 100."""
    if v.factor == 1:
        return found
    shares = measures.with_share(found, s)
    columns = [c for c in SCALED if c in found.columns]
    return shares.with_columns(scale.column(c, v.factor, pl.col("share")) for c in columns).select(
        found.columns
    )


def passing(found: pl.DataFrame, s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The categories in which some model, or a run of the one named, reaches the threshold. A category that is kept keeps
    all its models. The threshold is on the scale of the view."""
    if v.threshold is None:
        return found
    value = pl.col("value")
    beyond = value > v.threshold if v.threshold_op == "ge" else value < v.threshold
    reached = beyond | same(
        value, v.threshold
    )  # 57 typed where 0 to 100 is shown: 100 times 0.57 is a bit less
    if v.threshold_model not in ("", "any"):
        reached &= pl.col("model").is_in(sides.called(s, v, v.threshold_model))
    return found.filter(reached.any().over("metric", *PLACE))


def in_order(found: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    """Categories by the mean over the models that have them, by name, or as the logs have them; models by name within."""
    by = ["axis", *PLACE, "model"]
    if v.sort == "name":
        return found.sort("metric", *by, descending=[False, *[v.order == "asc"] * 3, False])
    if v.sort == "none":
        first = pl.col("at").min().over("metric", *PLACE)
        return found.with_row_index("at").sort("metric", first, "model").drop("at")
    mean = pl.col("value").mean().over("metric", *PLACE)
    return found.sort("metric", mean, *by, descending=[False, v.order == "desc", *[False] * 4])


def leaders(found: pl.DataFrame, most: int) -> list[str]:
    """The models with the best mean over the rows, in the metric's own direction."""
    better = (pl.col("value") * pl.col("direction")).mean()
    by_mean = (
        found.group_by("model").agg(better.alias("mean")).sort("mean", "model", descending=[True, False])
    )
    return by_mean["model"].head(most).to_list()


def page(found: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    """A page has so many categories of each measure. A page past the end is the last one."""
    if v.rows_per_page is None or found.is_empty():
        return found
    nth = pl.struct(PLACE).rle_id().over("metric")
    numbered = found.with_columns(nth.alias("nth"))
    at = min(v.page, pages(found, v)) - 1
    size = v.rows_per_page
    return numbered.filter((pl.col("nth") >= at * size) & (pl.col("nth") < (at + 1) * size)).drop("nth")


def pages(found: pl.DataFrame, v: ViewState) -> int:
    if v.rows_per_page is None or found.is_empty():
        return 1
    most = max(places(part) for _, part in found.group_by("metric"))
    return -(-most // v.rows_per_page)


def places(found: pl.DataFrame) -> int:
    """How many tasks and categories there are."""
    return found.select(PLACE).n_unique()


def pivot(found: pl.DataFrame) -> pl.DataFrame:
    """`category`, then one column a model, in the order of the rows; `metric` last where there are several."""
    if found.is_empty():
        return pl.DataFrame(schema={"category": pl.String})
    nth = pl.int_range(pl.len()).over("metric", *PLACE, "model")  # 0, but for two runs without a name
    named = found.with_columns(apart(*PIVOTED), nth.alias("nth"))
    models = named["model"].unique().sort().to_list()
    wide = named.pivot("model", index=PIVOTED, values="value", maintain_order=True)
    several = ["metric"] if wide["metric"].n_unique() > 1 else []
    return wide.select(pl.col("axis").alias("category"), *models, *several)


PIVOTED = ("metric", "axis", *PLACE, "nth")
"""What makes a row of `pivot`, and so can be the name of no column of a model."""


def apart(*columns: str) -> pl.Expr:
    """`model`, told from these columns where a model is called like one; a dash where it has no name."""
    model = pl.col("model").fill_null("–")
    named = pl.concat_str(model, pl.lit(" (model)"))
    return pl.when(model.is_in(columns)).then(named).otherwise(model).alias("model")


AVERAGES = pl.Schema(
    {
        "model": pl.String,
        "metric": pl.String,
        "macro": pl.Float64,
        "macro_low": pl.Float64,
        "macro_high": pl.Float64,
        "weighted": pl.Float64,
        "weighted_low": pl.Float64,
        "weighted_high": pl.Float64,
        "over": pl.String,  # tasks or categories: what the two are averages of
        "categories": pl.Int64,  # how many
        "of": pl.Int64,  # how many any model has
        "n": pl.Int64,  # samples in all, null unless all of them say how many
        "logged": pl.Float64,
        "logged_n": pl.Int64,
        "stderr": pl.Float64,
        "level": pl.Float64,
        "direction": pl.Int8,  # 1 where more is better, -1 where less is; the best come first
        "interval": pl.String,  # of both means: statistics.methods.Method of a single category, else uncertainty.COMBINED
    }
)


def averages(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a model and measure: its mean over all categories that pass the filters, each counting the same
    (`macro`) and each by its samples (`weighted`, null unless all of them say how many), with intervals where all of
    them have one, beside the average that the log itself has."""
    found = once(arranged(uncertainty.of(s, v, cells(s, v)), s, v), s, v)
    every = found.group_by("metric").agg(pl.struct(PLACE).n_unique().cast(pl.Int64).alias("of"))
    each = [_average(rows) for _, rows in found.group_by("model", "metric", maintain_order=True)]
    own = logged_average(s, v)
    better = found.group_by("metric").agg(pl.col("direction").first())
    known = (
        pl.DataFrame(
            each, schema={c: t for c, t in AVERAGES.items() if c not in (*own.columns[2:], "of", "direction")}
        )
        .join(own, on=["model", "metric"], how="left", maintain_order="left")
        .join(every, on="metric", how="left", maintain_order="left")
        .join(better, on="metric", how="left", maintain_order="left")
    )
    goodness = pl.col("macro") * pl.col("direction")
    return known.select(AVERAGES.names()).sort("metric", goodness, "model", descending=[False, True, False])


def _average(rows: pl.DataFrame) -> dict[str, object]:
    counted = rows["n"].null_count() == 0
    macro, weighted = (m.plain() for m in uncertainty.combined(rows))
    if rows.height == 1:  # no need to approximate what is known
        macro |= rows.select("low", "high").row(0, named=True)
        weighted |= rows.select("low", "high").row(0, named=True)
    if not counted:
        weighted = dict.fromkeys(weighted)
    return {
        "model": rows["model"][0],
        "metric": rows["metric"][0],
        "macro": macro["mean"],
        "macro_low": macro["low"],
        "macro_high": macro["high"],
        "weighted": weighted["mean"],
        "weighted_low": weighted["low"],
        "weighted_high": weighted["high"],
        "over": "tasks" if rows["category"].null_count() else "categories",
        "categories": rows.height,
        "n": int(rows["n"].sum()) if counted else None,
        "level": None if macro["low"] is None else macro["level"],
        "interval": None
        if macro["low"] is None
        else rows["interval"][0]
        if rows.height == 1
        else uncertainty.COMBINED,
    }


def once(found: pl.DataFrame, s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Of categories that are splits and perturbed copies of the same questions only the headline split, unless some
    were chosen."""
    if v.categories:
        return found
    split = pl.col("headline_split")
    with_split = found.join(measures.headline_splits(s), on="task", how="left", maintain_order="left")
    return with_split.filter(
        split.is_null() | pl.col("category").is_null() | (pl.col("category") == split)
    ).drop("headline_split")


def logged_average(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """What each log says of the one task that the view is about; nothing where it is about several."""
    whole = scaled(cells(s, v.edit(level="task", categories=[], group="", reducer=None)), s, v)
    if whole["task"].n_unique() > 1:
        whole = whole.clear()
    return whole.select(
        "model", "metric", pl.col("value").alias("logged"), pl.col("n").alias("logged_n"), "stderr"
    )
