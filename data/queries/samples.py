"""What was asked and answered, sample by sample?"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from data.parts import Part
from data.queries import groups, matrix, search, selection
from data.schema import SAMPLES, Mark
from data.store import Snapshot
from data.viewstate import ViewState

FIRST = ("run_id", "task", "model", "sample_id", "epoch", "input", "target", "answer")
LAST = ("error", "limit", "total_tokens", "time_s", "category")


SHOWN = [pl.col(c).str.replace_all(r"\s+", " ").str.strip_chars() for c in ("input", "target", "answer")]
"""Previews with their white space collapsed."""


def table(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a run, sample and epoch; after the answer one column a scorer, then error, limit, tokens, time and category:
    the log's own, or the group that the view asks for."""
    runs = selection.counted(s, v)
    found = [
        _of_task(part, runs.filter(pl.col("task") == part.task), v)
        for part in s.parts.values()
        if part.task in set(runs["task"])
    ]
    if not found:
        return pl.DataFrame(schema=dict.fromkeys((*FIRST, *LAST), pl.String))
    rows = pl.concat(found, how="diagonal")
    scorers = [c for c in rows.columns if c not in FIRST and c not in LAST]
    return rows.select(*FIRST, *scorers, *LAST)


def _of_task(part: Part, runs: pl.DataFrame, v: ViewState) -> pl.DataFrame:
    codes = part.rows(runs["run_id"].to_list())
    keep = matrix.kept(part, replace(v, q=""))
    wanted = pl.col("run").is_in(codes.tolist())
    if len(keep) < part.ids.height:
        wanted &= pl.col("sample").is_in(keep.tolist())
    if v.epoch:
        wanted &= pl.col("epoch") == v.epoch
    names = pl.LazyFrame(
        {"run": pl.Series([part.run_code[r] for r in runs["run_id"] if r in part.run_code], dtype=pl.UInt32),
         "run_id": runs["run_id"].filter(runs["run_id"].is_in(part.runs)),
         "model": runs.filter(pl.col("run_id").is_in(part.runs))["label"]}
    )  # fmt: skip
    ids = part.ids.select("sample_id", groups.named(part, v.group)).lazy().with_row_index("sample")
    key = ["run", "sample", "epoch"]
    told = part.samples.filter(wanted)
    if v.q:  # the rows that say it, where a heatmap keeps the samples of which any does
        told = told.join(search.rows(part, v.q).lazy(), on=["run", "sample", "epoch"], how="semi")
    rows = told.join(names, on="run").join(ids, on="sample").sort("sample", "run", "epoch")
    scores = _wide(part, part.scores.filter(wanted).collect())
    return (
        rows.collect()
        .join(scores, on=key, how="left", maintain_order="left")
        .with_columns(pl.lit(part.task).alias("task"), *SHOWN)
        .drop("run", "sample", *OURS)
    )


OURS = tuple(c for c in SAMPLES if c not in {*FIRST, *LAST, "run"})
"""Columns by which samples are paired and found: nothing that a person reads."""
TAKEN = {*FIRST, *LAST, *SAMPLES, "sample"}


def column(scorer: str) -> str:
    """
    >>> column("match"), column("answer")
    ('match', 'answer (score)')
    """
    return f"{scorer} (score)" if scorer in TAKEN else scorer


def _wide(part: Part, scores: pl.DataFrame) -> pl.DataFrame:
    """One column a scorer."""
    key = ["run", "sample", "epoch"]
    frames = [
        scores.filter(pl.col("scorer") == code).select(*key, pl.col("value").alias(column(name)))
        for code, name in enumerate(part.scorers)
    ]
    base = scores.select(key).unique(maintain_order=True)
    for frame in frames:
        base = base.join(frame, on=key, how="left", maintain_order="left")
    return base


def runs_of(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The sample that the view is about in every run of its task that counts, and in the view's own run."""
    own = s.runs.filter(pl.col("run_id").is_in(v.runs))
    if own.is_empty() or not v.sample:
        return table(s, v).clear()
    others = selection.counted(s, ViewState().edit(tasks=[own["task"][0]]))["run_id"]
    # Not by `edit`, which takes only so many values as a stranger's link may have.
    return table(s, replace(ViewState().edit(sample=v.sample), runs=(*v.runs, *others)))


def marks(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Scorer, value and mark of one sample of one run, by epoch."""
    run = s.runs.filter(pl.col("run_id").is_in(v.runs)).head(1)
    part = s.parts.get(run["task"][0]) if run.height else None
    if part is None or run["run_id"][0] not in part.run_code:
        return pl.DataFrame(
            schema={"epoch": pl.Int32, "scorer": pl.String, "value": pl.Float64, "mark": pl.String}
        )
    at = (part.ids["sample_id"] == v.sample).arg_true()
    found = part.scores.filter(
        pl.col("run") == part.run_code[run["run_id"][0]], pl.col("sample").is_in(at.to_list())
    ).collect()
    names = pl.Series(part.scorers, dtype=pl.String)
    return found.select(
        "epoch",
        names.gather(found["scorer"].cast(pl.UInt32)).alias("scorer"),
        "value",
        pl.Series([m.name.lower() for m in Mark]).gather(found["mark"]).alias("mark"),
    )


def first(s: Snapshot, run_id: str, sample_id: str) -> dict[str, str | None]:
    """Previews of a sample in one run, from its first epoch; empty where there is none."""
    part = next((p for p in s.parts.values() if run_id in p.run_code), None)
    if part is None:
        return {}
    codes = (part.ids["sample_id"] == sample_id).arg_true().to_list()
    rows = part.samples.filter(pl.col("run") == part.run_code[run_id], pl.col("sample").is_in(codes))
    found = rows.sort("epoch").head(1).select(*SHOWN, "error", "limit").collect()
    return found.row(0, named=True) if found.height else {}
