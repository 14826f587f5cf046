"""What became of the files that a workspace holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl

from data.problems import Problem, Severity
from data.store import Snapshot
from data.workspaces import Stored, Workspace

FILES = pl.Schema(
    {
        "file": pl.String(),
        "bytes": pl.Int64(),
        "added": pl.Datetime("us", "UTC"),
        "format": pl.String(),
        "runs": pl.Int64(),
        "outcome": pl.String(),
        "code": pl.String(),
        "detail": pl.String(),
        "more": pl.Int64(),
    }
)
PLACES = ("location", "where", "detail", "sentence", "cells")
"""Columns that say where a file lies."""
WAITING, READ, PROBLEM, BESIDE = "waiting", "read", "problem", "beside"


class Found(NamedTuple):
    formats: Mapping[str, str]
    runs: Mapping[str, int]
    problems: Mapping[str, list[Problem]]


def files(s: Snapshot, w: Workspace) -> pl.DataFrame:
    """Newest first. `file` is what it was called. `outcome`: waiting to be read; read; problem, the gravest of them
    named by `code` and `detail`, with `more` beside it; beside: it belongs to another file, or tells nothing."""
    found = _found(s)
    rows = [_row(w.folder, stored, w.is_waiting(stored), found) for stored in reversed(w.stored) if w.folder]
    return pl.DataFrame(rows, FILES)


def owned(df: pl.DataFrame, w: Workspace) -> pl.DataFrame:
    """With the files of a workspace named as their owner did (Workspace.own)."""
    if w.folder is None:
        return df
    texts = [c for c in PLACES if df.schema.get(c) == pl.String]
    return df.with_columns(pl.col(texts).str.replace_all(f"{w.folder}/", "", literal=True)) if texts else df


def _found(s: Snapshot) -> Found:
    logs = pl.concat([s.runs.select("location", "format"), _lenses(s)])
    problems: dict[str, list[Problem]] = {}
    for p in s.problems:
        problems.setdefault(p.where, []).append(p)
    return Found(
        dict(logs.iter_rows()),
        dict(s.runs.group_by("location").len().iter_rows()),
        {where: sorted(ps, key=_gravity) for where, ps in problems.items()},
    )


def _lenses(s: Snapshot) -> pl.DataFrame:
    return s.trajectories.select("location", pl.lit("tuned_lens").alias("format"))


def _gravity(problem: Problem) -> bool:
    return problem.code.severity is not Severity.ERROR


def _row(folder: Path, stored: Stored, is_waiting: bool, found: Found) -> dict[str, object]:
    where = str(folder / stored.file)
    problems = found.problems.get(where, [])
    worst = problems[0] if problems else None
    outcome = WAITING if is_waiting else PROBLEM if worst else READ if where in found.formats else BESIDE
    return {
        "file": stored.name,
        "bytes": stored.bytes,
        "added": stored.added,
        "format": found.formats.get(where),
        "runs": found.runs.get(where, 0),
        "outcome": outcome,
        "code": worst.code if worst else None,
        "detail": worst.detail if worst else None,
        "more": max(0, len(problems) - 1),
    }


def holdings(w: Workspace) -> pl.DataFrame:
    """One row: files and bytes that are there, until when, and how much there may be. Without a workspace there are
    none, until nobody knows when."""
    return pl.DataFrame(
        {
            "files": len(w.stored),
            "bytes": sum(s.bytes for s in w.stored),
            "until": w.until,
            "max_files": w.limits.files,
            "max_bytes": w.limits.total,
            "max_file_bytes": w.limits.file,
            "days": w.limits.days,
        },
        schema_overrides={"until": pl.Datetime("us", "UTC")},
    )
