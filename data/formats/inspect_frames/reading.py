"""Frames in, tables out: for each evaluation its row, its scores and its samples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from polars import selectors

from data.formats import grouping
from data.formats.base import Log, Reading
from data.formats.digests import digest
from data.formats.inspect_frames import evals, orphans, samples, scores
from data.formats.inspect_frames.detect import Kind, kind
from data.formats.inspect_frames.parts import Part
from data.formats.inspect_frames.samples import METADATA, SCORE
from data.formats.inspect_log import samples as inspect_samples
from data.formats.inspect_log.scores import scores as graded
from data.problems import Code, Problem
from data.schema import METRICS, RUNS, SAMPLES, SCORES, Tables

READ = ["eval_id", "id", "epoch", "input", "target", "total_tokens", "total_time", "error", "limit"]
ROW, FILE = "evalboard_row", "evalboard_file"


def read(log: Log) -> Reading:
    files = (log.path, *log.companions)
    by_eval = _samples([p for p in files if kind(p) is Kind.SAMPLES])
    rows = _evals([p for p in files if kind(p) is Kind.EVALS])
    problems = []
    if lost := by_eval.keys() - rows.keys():
        said = f"{len(lost)} evaluations: each metric is the scores' mean"
        problems.append(Problem(Code.ORPHAN_DETAILS, said))
    none = pl.DataFrame()
    parts = [_part(e, by_eval.get(id, none)) for id, e in rows.items()]
    parts += [orphans.part(_part(orphans.about(id, by_eval[id]), by_eval[id])) for id in sorted(lost)]
    return Reading(_tables(parts), (*problems, *(p for part in parts for p in part.problems)))


def _evals(files: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """By their ids; one that stands in two frames is one."""
    rows = [row for path in files for row in pl.read_parquet(path).iter_rows(named=True)]
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(str(row["eval_id"]), {**row, "eval_id": str(row["eval_id"])})
    return found


def _samples(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """The rows of each evaluation, with the file and the row that each stands in."""
    frames = [_frame(path) for path in files]
    if not frames:
        return {}
    every = pl.concat(frames, how="diagonal_relaxed")
    return {
        str(id): df for (id,), df in every.partition_by("eval_id", as_dict=True, maintain_order=True).items()
    }


def _frame(path: Path) -> pl.DataFrame:
    columns = list(pl.read_parquet_schema(path))
    wanted = [c for c in columns if c in READ or c in orphans.ABOUT or c.startswith((SCORE, METADATA))]
    df = pl.read_parquet(path, columns=wanted)
    whole = df.with_columns(selectors.float().fill_nan(None))
    return whole.with_row_index(ROW).with_columns(pl.lit(path.name).alias(FILE))


def _part(e: Mapping[str, Any], df: pl.DataFrame) -> Part:
    names = [n for n in samples.scorers(df.columns) if df[SCORE + n].null_count() < df.height]
    found = [samples.record(row, names) for row in df.iter_rows(named=True)]
    places = {(s.id, s.epoch): i for i, s in enumerate(found)}  # of a sample that stands there twice the last
    found = [found[i] for i in places.values()]
    cells = graded(found, [])
    headline = scores.headline(e)
    content = digest([str(sorted(e.items(), key=str)), str(df.hash_rows().sum()) if df.height else ""])
    run = evals.row(e, content) | {
        "headline_scorer": headline.scorer,
        "headline_metric": headline.metric,
        "metadata_keys": grouping.keys([s.metadata for s in found]),
    }
    run |= _progress(df[list(places.values())], run)
    logged = scores.rows(e, cells.frame["scorer"].unique().to_list())
    run["headline_reducer"] = scores.headline_reducer(headline, logged)
    frame = inspect_samples.frame(found).with_columns(_locators(df, list(places.values())))
    return Part(run, logged, frame, cells.frame, cells.problems)


def _progress(df: pl.DataFrame, run: Mapping[str, Any]) -> dict[str, Any]:
    """What the samples tell of the run, if they are all that it did by its own word: a frame may hold ten of 5,000."""
    failed = int((df["error"].fill_null("") != "").sum()) if "error" in df.columns else 0
    done, planned = run["samples_done"], run["samples_planned"]
    if done is None and planned is not None and df.height >= planned:
        done = df.height - failed
    if not df.height or done is None or df.height - failed < done:
        return {}
    tokens = df["total_tokens"].sum() if "total_tokens" in df.columns else None
    known = {"samples_done": done, "samples_failed": failed}
    return known | ({} if tokens is None else {"total_tokens": int(tokens)})


def _locators(df: pl.DataFrame, places: list[int]) -> pl.Series:
    where = df[places].select(FILE, ROW).iter_rows() if df.height else ()
    spelt = [json.dumps({"file": file, "row": row}, separators=(",", ":")) for file, row in where]
    return pl.Series("locator", spelt, dtype=pl.String)


def _tables(parts: Sequence[Part]) -> Tables:
    starts = [0]
    for part in parts:
        starts.append(starts[-1] + part.samples.height)
    return Tables.of(
        runs=pl.DataFrame([p.run for p in parts], schema=RUNS),
        metrics=pl.DataFrame(
            [m | {"run": i} for i, p in enumerate(parts) for m in p.metrics], schema=METRICS
        ),
        samples=pl.concat([pl.DataFrame(schema=SAMPLES), *_numbered(parts)]),
        scores=pl.concat([pl.DataFrame(schema=SCORES), *_moved(parts, starts)]),
    )


def _numbered(parts: Sequence[Part]) -> Iterator[pl.DataFrame]:
    for i, part in enumerate(parts):
        yield part.samples.with_columns(pl.lit(i, pl.UInt32).alias("run"))


def _moved(parts: Sequence[Part], starts: Sequence[int]) -> Iterator[pl.DataFrame]:
    for part, start in zip(parts, starts, strict=False):
        yield part.scores.with_columns((pl.col("sample") + start).cast(pl.UInt32))
