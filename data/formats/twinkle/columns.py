"""Assigned rows in, the tables' columns out, and what the rows tell about their runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from data.formats.twinkle.answers import TOKENS
from data.formats.twinkle.judges import COLUMN
from data.formats.twinkle.samples import UNASSIGNED, Attached, Target, expected_of
from data.formats.twinkle.settings import canonical
from data.formats.twinkle.summary import Run
from data.problems import Code, Problem
from data.schema import METRICS, RUNS, SAMPLES, Mark, Tables

QUESTION = ["run", "repetition", "category", "question_id"]


def tables(runs: Sequence[Run], attached: Attached | None, problems: list[Problem]) -> Tables:
    if attached is None or attached.rows.is_empty():
        return _tables(runs)
    samples = samples_of(attached.rows, runs)
    inform(runs, attached, samples, problems)
    return _tables(runs, samples=_table(samples), scores=scores_of(samples))


def _tables(runs: Sequence[Run], **frames: pl.DataFrame) -> Tables:
    metrics = [m | {"run": i} for i, r in enumerate(runs) for m in r.metrics]
    return Tables.of(runs=_frame([r.row for r in runs], RUNS), metrics=_frame(metrics, METRICS), **frames)


def _frame(rows: Sequence[Mapping[str, Any]], schema: pl.Schema) -> pl.DataFrame:
    known = {k: schema[k] for r in rows for k in r}
    return pl.DataFrame(list(rows), schema=known or schema)


def samples_of(rows: pl.DataFrame, runs: Sequence[Run]) -> pl.DataFrame:
    """Columns of `samples`, and those of the scorers. Rows of a question come as its samples were drawn."""
    each = pl.lit(pl.Series([r.samples_per_question for r in runs], dtype=pl.Int64)).gather(pl.col("run"))
    drawn = pl.max_horizontal(each, pl.col("repeat").max().over("run") + 1)
    number = pl.col("question_id")
    # The numbers of several files mixed: only what was asked tells two questions apart.
    mixed = pl.concat_str(number, pl.col("input_hash").cast(pl.String), separator="-", ignore_nulls=True)
    number = pl.when(pl.col("category") == UNASSIGNED).then(mixed).otherwise(number)
    return rows.with_columns(
        pl.concat_str("category", number, separator="/").alias("sample_id"),
        (pl.col("repetition") * drawn + pl.col("repeat") + 1).alias("epoch"),
        *_once(rows),
    )


def _once(rows: pl.DataFrame) -> list[pl.Expr]:
    """Each sample of a question repeats the usage of the one request that drew them all: the first keeps it."""
    if not rows["repeat"].max():
        return []
    first = pl.struct(QUESTION).is_first_distinct()
    return [pl.when(first).then(name).alias(name) for name in TOKENS]


def _table(samples: pl.DataFrame) -> pl.DataFrame:
    return samples.select(c for c in samples.columns if c in SAMPLES)


def scores_of(samples: pl.DataFrame) -> pl.DataFrame:
    """Only accuracy is owed by every row: another scorer has a score or says nothing."""
    names = [c for c in samples.columns if c.startswith(COLUMN)]
    parts = [
        samples.select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("sample"),
            pl.lit(name.removeprefix(COLUMN)).alias("scorer"),
            pl.col(name).alias("value"),
            pl.when(pl.col(name).is_null())
            .then(Mark.UNSCORED.value)
            .otherwise(Mark.VALUE.value)
            .alias("mark"),
        )
        for name in names
    ]
    accuracy, others = parts[:1], parts[1:]
    return pl.concat(accuracy + [p.filter(pl.col("value").is_not_null()) for p in others])


def inform(runs: Sequence[Run], attached: Attached, samples: pl.DataFrame, problems: list[Problem]) -> None:
    """Adds to the runs what only the answers tell: how many there are, and their tokens."""
    counts = {(run, category): n for run, category, n in _questions(samples)}
    tokens = {row["run"]: row for row in _tokens(samples)}
    for i, run in enumerate(runs):
        if i in tokens:
            if _is_whole(run, i, attached, problems):
                rows = tokens[i].pop("rows")
                run.row |= {"samples_planned": rows, "samples_done": rows, "samples_failed": 0}
                run.row |= _usage(run, {k: tokens[i][k] for k in TOKENS})
            _number(
                run, {c: n for (r, c), n in counts.items() if r == i and Target(i, c) not in attached.broken}
            )


def _questions(samples: pl.DataFrame) -> list[tuple[int, str, int]]:
    found = samples.group_by("run", "category").agg(pl.col("question_id").n_unique())
    return found.filter(pl.col("category") != UNASSIGNED).rows()


def _tokens(samples: pl.DataFrame) -> list[dict[str, Any]]:
    sums = [pl.when(pl.col(k).count() > 0).then(pl.col(k).sum()).alias(k) for k in TOKENS]
    return samples.group_by("run").agg(pl.len().alias("rows"), *sums).to_dicts()


def _usage(run: Run, tokens: dict[str, int | None]) -> dict[str, Any]:
    known = {k: v for k, v in tokens.items() if v is not None}
    return tokens | ({"usage": canonical({run.row["model"]: known})} if known else {})


def _is_whole(run: Run, i: int, attached: Attached, problems: list[Problem]) -> bool:
    """Of some evaluations only a part of the answers was kept: nothing can be counted then."""
    if any(t.run == i for t in attached.broken):
        return False  # which is said of the file
    repetitions = {r for e in run.entries for r in e.accuracies}
    wanted = {(r, t) for r in repetitions for t, _ in expected_of([run], r)}
    found = {(r, t._replace(run=0)) for r, t in attached.places if t.run == i}
    if wanted <= found or any(t.category == UNASSIGNED for _, t in found):
        return True
    said = f"answers to {len(wanted & found)} of {len(wanted)} files, counted once for each repetition"
    problems.append(Problem(Code.SOME_SAMPLES, f"{run.row['dataset']}: {said}"))
    return False


def _number(run: Run, counts: dict[str, int]) -> None:
    whole = sum(counts.values()) if {e.category for e in run.entries} <= set(counts) else None
    for row in run.metrics:
        row["n"] = counts.get(row["category"]) if row.get("category") else whole
