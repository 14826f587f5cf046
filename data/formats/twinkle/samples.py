"""All detail files of one evaluation in, their rows assigned to runs and categories out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from data.formats.twinkle import answers, details, filenames
from data.formats.twinkle.details import Details
from data.formats.twinkle.segments import Expected, Placed, Segment, place, segments
from data.formats.twinkle.summary import Run
from data.problems import Code, Problem

UNASSIGNED = "unassigned"


class Target(NamedTuple):
    """Where the rows of one segment belong."""

    run: int
    category: str


class Attached(NamedTuple):
    rows: pl.DataFrame
    """Columns of `answers.frame`, and run, category, repetition (from 0)."""
    places: frozenset[tuple[int, Target]]
    """By repetition: what there are rows of."""
    broken: frozenset[Target] = frozenset()
    """Of what a file has lost rows."""


def attach(paths: Iterable[Path], runs: Sequence[Run], problems: list[Problem]) -> Attached:
    frames: list[pl.DataFrame] = []
    places: set[tuple[int, Target]] = set()
    broken: set[Target] = set()
    for path in paths:
        repetition = repetition_of(path)
        found = details.read(path)
        problems.extend(found.problems)
        if found.rows:
            targets = _targets(found, path, runs, problems)
            places |= {(repetition, t) for _, t in targets if t}
            broken |= {t for _, t in targets if t and found.problems}
            frames.append(assigned(found, repetition, targets))
    return collect(frames, places)._replace(broken=frozenset(broken))


def collect(frames: Sequence[pl.DataFrame], places: Iterable[tuple[int, Target]]) -> Attached:
    """Methods differ in their columns, and so may files."""
    rows = pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
    return Attached(rows, frozenset(places))


def repetition_of(path: Path) -> int:
    told = filenames.detail(path.name)
    return told.run if told else 0


def stamp_of(path: Path) -> str | None:
    told = filenames.detail(path.name)
    return told.stamp if told else None


def expected_of(
    runs: Sequence[Run], repetition: int, stamp: str | None = None
) -> list[tuple[Target, Expected]]:
    """In the order in which the evaluator went through the files.

    Of several evaluations in one file those that began in the minute that the details are named after.
    """
    meant = {i for i, r in enumerate(runs) if r.stamp == stamp} or set(range(len(runs)))
    return [
        (Target(i, e.category), Expected(e, e.accuracies[repetition]))
        for i, run in enumerate(runs)
        for e in run.entries
        if i in meant and repetition in e.accuracies
    ]


def _targets(
    found: Details, path: Path, runs: Sequence[Run], problems: list[Problem]
) -> list[tuple[Segment, Target | None]]:
    where = expected_of(runs, repetition_of(path), stamp_of(path))
    expected = [x for _, x in where]
    parts = segments(found, expected)
    placed = place(parts, expected)
    problems.extend(_doubts(found.name, parts, expected, placed))
    of: dict[int, Target] = {i: where[k][0] for i, k in placed.of.items()}
    if len(runs) == 1:  # of several datasets nobody knows which
        of |= dict.fromkeys(placed.unassigned, Target(0, UNASSIGNED))
    return [(part, of.get(i)) for i, part in enumerate(parts)]


def _doubts(
    name: str, parts: Sequence[Segment], expected: Sequence[Expected], placed: Placed
) -> list[Problem]:
    doubts = []
    for i in placed.disagreeing:
        wanted = expected[placed.of[i]]
        said = f"accuracy {parts[i].accuracy:g} in the details, {wanted.accuracy:g} in the summary"
        doubts.append(Problem(Code.DISAGREES, f"{name}: {wanted.entry.file}: {said}"))
    if rows := sum(parts[i].span.stop - parts[i].span.start for i in placed.unassigned):
        doubts.append(Problem(Code.UNASSIGNED_DETAILS, f"{name}: {rows} rows fit no file of the summary"))
    return doubts


def assigned(
    found: Details, repetition: int, targets: Sequence[tuple[Segment, Target | None]]
) -> pl.DataFrame:
    sizes = [s.span.stop - s.span.start for s, _ in targets]
    places = np.repeat([-1 if t is None else i for i, (_, t) in enumerate(targets)], sizes)
    runs = pl.Series("run", [t and t.run for _, t in targets], dtype=pl.UInt32)
    categories = pl.Series("category", [t and t.category for _, t in targets], dtype=pl.String)
    df = answers.frame(found).with_columns(
        runs.gather(np.maximum(places, 0)),
        categories.gather(np.maximum(places, 0)),
        repetition=pl.lit(repetition, pl.Int64),
    )
    return df.filter(places >= 0)
