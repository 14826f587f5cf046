"""How well did each model do, on each task or each category of a task?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from data import cubes
from data.parts import Part
from data.queries import groups, measures, selection
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
        "direction": pl.Int8,  # 1 where more is better, -1 where less is
    }
)

HAIR = 1e-9
"""57 typed where 0 to 100 is shown means 0.57 too, which times 100 is a hair less."""


def level(v: ViewState, tasks: Sequence[str]) -> str:
    """At which level a view compares when it does not say: within a task if there is only one, else across."""
    if v.level in ("task", "category"):
        return v.level
    return "category" if v.categories or v.group or len(tasks) == 1 else "task"


def cells(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a run and task, or a run and category. `value` is on the scale that the log has it on.

    `n` is the number of samples that the value is over, null where the log does not tell.
    """
    runs = selection.counted(s, v)
    rows = measures.chosen(measures.logged(s, runs), v)
    if level(v, runs["task"].unique().to_list()) == "task":
        found = _logged(rows.filter(pl.col("category").is_null()))
    else:
        found = _within(s, v, runs, rows)
    if v.categories:
        found = found.filter(pl.col("category").is_in(v.categories))
    return counted(named(containing(found, v.q)).filter(pl.col("value").is_not_null()), s, v)


def counted(found: pl.DataFrame, s: Snapshot, v: ViewState) -> pl.DataFrame:
    """With `n` of whole tasks where a log does not tell it but has the scores of its samples: how many those are."""
    unknown = found.filter(pl.col("n").is_null() & pl.col("category").is_null())
    known = [
        (
            run_id,
            int(
                (~np.isnan(s.parts[task].cubes[scorer].value[:, s.parts[task].run_code[run_id]]))
                .any(axis=0)
                .sum()
            ),
        )
        for run_id, task, scorer in unknown.select("run_id", "task", "scorer").iter_rows()
        if task in s.parts and run_id in s.parts[task].run_code and scorer in s.parts[task].cubes
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


RAW = (
    "model",
    "task",
    "format",
    "category",
    "value",
    "n",
    "stderr",
    "run_id",
    "scorer",
    "category_raw",
    "source",
    "metric_name",
    "measure",
)
"""What is known of a row before it is decided what may share an axis with what."""


def named(found: pl.DataFrame) -> pl.DataFrame:
    """CELLS from RAW: what may share an axis can only be told with all rows together."""
    if found.is_empty():
        return pl.DataFrame(schema=CELLS)
    rows = found.rename({"metric_name": "metric"}).with_columns(measures.axis().alias("axis_name"))
    directed = rows.with_columns(measures.directed(rows, metric="metric"))
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
    return known.select(RAW)


def _within(s: Snapshot, v: ViewState, runs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """By category: as logged where a log has categories of its own, computed from the samples where a group is asked
    for, and else the whole run as one."""
    found = [_logged(rows.clear())]
    for (task,), mine in runs.group_by("task", maintain_order=True):
        of_task = rows.filter(pl.col("task") == task)
        computed = _computed(s, v, mine, of_task) if v.group else []
        done = {run_id for frame in computed for run_id in frame["run_id"]}
        rest = of_task.filter(~pl.col("run_id").is_in(list(done)))
        divided = pl.col("category").is_not_null().any().over("run") & (not v.group)
        found += [*computed, _logged(rest.filter(divided == pl.col("category").is_not_null()))]
    return pl.concat(found)


def _computed(s: Snapshot, v: ViewState, runs: pl.DataFrame, rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Means over the samples of each group. Only for measures that are such means."""
    task = str(runs["task"][0])
    found = []
    for scorer, mine in measures.by_scorer(s, task, runs, v).items():
        metric = measures.metric_of(rows, scorer)
        if metric in measures.MEANS:
            label = measures.Measure(scorer, metric).label
            grouped = by_group(s.parts[task], scorer, mine, v.group, v.reducer)
            found.append(grouped.with_columns(metric_name=pl.lit(metric), measure=pl.lit(label)).select(RAW))
    return found


def by_group(part: Part, scorer: str, runs: pl.DataFrame, key: str, reducer: str = "mean") -> pl.DataFrame:
    """Epochs are reduced first, then samples are averaged; a sample without a score counts nowhere."""
    matrix = cubes.reduce_epochs(part.cubes[scorer], part.rows(runs["run_id"].to_list()), reducer)
    code, names = groups.of(part, key)
    total, n = sums(matrix.value, code, len(names))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
    r, g = np.nonzero(n)
    category = pl.Series("category", names, pl.String).gather(g)
    found = pl.DataFrame(
        {
            "model": runs["label"].gather(r),
            "run_id": runs["run_id"].gather(r),
            "format": runs["format"].gather(r),
            "category": category,
            "category_raw": category,
            "value": mean[r, g],
            "n": n[r, g],
        }
    )
    fixed = {"task": part.task, "scorer": scorer, "source": "samples"}
    return found.with_columns(
        pl.lit(None, pl.Float64).alias("stderr"),
        pl.col("n").cast(pl.Int64),
        *(pl.lit(what).alias(name) for name, what in fixed.items()),
    )


def sums(value: cubes.Floats, code: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Sum and count of what is not NaN, per row of `value` (runs x samples) and group."""
    rows, columns = np.nonzero(~np.isnan(value) & (code >= 0)[None, :])
    at = rows * k + code[columns]
    size = value.shape[0] * k
    total = np.bincount(at, weights=value[rows, columns], minlength=size)
    shape = (value.shape[0], k)
    return total.reshape(shape), np.bincount(at, minlength=size).reshape(shape)


def bars(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The page of categories (or tasks) that the view shows, in its order. Columns of `cells` and `axis`; the value
    is on the scale of the view."""
    return page(shown(s, v), v)


def shown(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """All pages of `bars`."""
    return in_order(passing(with_axis(scaled(cells(s, v), s, v)), v), v)


def with_axis(found: pl.DataFrame) -> pl.DataFrame:
    """With `axis`: how a row is named beside the others, as short as they allow."""
    several = found["task"].n_unique() > 1
    within = pl.concat_str("task", "category", separator=" / ") if several else pl.col("category")
    return found.with_columns(pl.coalesce(within, "task").alias("axis"))


def scaled(found: pl.DataFrame, s: Snapshot, v: ViewState) -> pl.DataFrame:
    """On the scale of the view. Only what lies between 0 and 1 can also be shown from 0 to 100."""
    if v.factor == 1:
        return found
    logged = found.join(
        measures.shares(s),
        on=["task", "scorer", "metric"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    both = logged.join(
        measures.sample_shares(s), on=["task", "scorer"], how="left", nulls_equal=True, maintain_order="left"
    )
    share = pl.when(pl.col("source") == "samples").then("sample_share").otherwise("share")
    factor = pl.when(share).then(v.factor).otherwise(1.0)
    return both.with_columns(pl.col(c) * factor for c in ("value", "stderr")).select(found.columns)


def passing(found: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    """The categories in which some model, or the one named, reaches the threshold. A category that is kept keeps
    all its models. The threshold is on the scale of the view."""
    if v.threshold is None:
        return found
    value = pl.col("value")
    reached = value >= v.threshold - HAIR if v.threshold_op == "ge" else value <= v.threshold + HAIR
    if v.threshold_model not in ("", "any"):
        reached &= pl.col("model") == v.threshold_model
    return found.filter(reached.any().over("metric", "axis"))


def in_order(found: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    """Categories by the mean over the models that have them, by name, or as the logs have them; models by name within."""
    if v.sort == "name":
        return found.sort("metric", "axis", "model", descending=[False, v.order == "asc", False])
    if v.sort == "none":
        first = pl.col("at").min().over("metric", "axis")
        return found.with_row_index("at").sort("metric", first, "model").drop("at")
    mean = pl.col("value").mean().over("metric", "axis")
    return found.sort("metric", mean, "axis", "model", descending=[False, v.order == "desc", False, False])


def page(found: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    """A page has so many categories of each measure. A page past the end is the last one."""
    if v.rows_per_page is None or found.is_empty():
        return found
    nth = pl.col("axis").rle_id().over("metric")
    numbered = found.with_columns(nth.alias("nth"))
    at = min(v.page, pages(found, v)) - 1
    size = v.rows_per_page
    return numbered.filter((pl.col("nth") >= at * size) & (pl.col("nth") < (at + 1) * size)).drop("nth")


def pages(found: pl.DataFrame, v: ViewState) -> int:
    if v.rows_per_page is None or found.is_empty():
        return 1
    most = found.group_by("metric").agg(pl.col("axis").n_unique())["axis"].max()
    return -(-int(most) // v.rows_per_page)  # type: ignore[arg-type]


def pivot(found: pl.DataFrame) -> pl.DataFrame:
    """`category`, then one column a model, in the order of the rows; `metric` last where there are several."""
    if found.is_empty():
        return pl.DataFrame(schema={"category": pl.String})
    found = found.with_columns(apart("category", "metric", "axis"))
    models = found["model"].unique().sort().to_list()
    wide = found.pivot(
        "model", index=["metric", "axis"], values="value", aggregate_function="first", maintain_order=True
    )
    several = ["metric"] if wide["metric"].n_unique() > 1 else []
    return wide.select(pl.col("axis").alias("category"), *models, *several)


def apart(*columns: str) -> pl.Expr:
    """`model`, told from these columns where a model is called like one."""
    named = pl.concat_str("model", pl.lit(" (model)"))
    return pl.when(pl.col("model").is_in(columns)).then(named).otherwise("model").alias("model")


def averages(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a model and measure: its mean over all categories that pass the filters, each counting the same
    (`macro`) and each by its samples (`weighted`, null unless all of them say how many), beside the average that
    the log itself has."""
    found = once(shown(s, v), s, v)
    own = logged_average(s, v)
    every = found.group_by("metric").agg(pl.col("axis").n_unique().alias("of"))
    complete = pl.col("n").is_not_null().all()
    weighted = (pl.col("value") * pl.col("n")).sum() / pl.col("n").sum()
    return (
        found.group_by("model", "metric", maintain_order=True)
        .agg(
            pl.col("value").mean().alias("macro"),
            pl.when(complete).then(weighted).alias("weighted"),
            pl.len().alias("categories"),
            pl.when(complete).then(pl.col("n").sum()).alias("n"),
        )
        .join(own, on=["model", "metric"], how="left", maintain_order="left")
        .join(every, on="metric", how="left", maintain_order="left")
        .sort("metric", "macro", "model", descending=[False, True, False])
    )


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
    whole = scaled(cells(s, v.edit(level="task", categories=[], group="")), s, v)
    if whole["task"].n_unique() > 1:
        whole = whole.clear()
    return whole.select(
        "model", "metric", pl.col("value").alias("logged"), pl.col("n").alias("logged_n"), "stderr"
    )
