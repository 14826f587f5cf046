"""A record and its samples in, tables out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from data.formats import lenient
from data.formats.base import Log, Reading
from data.formats.every_eval_ever.assigned import assign
from data.formats.every_eval_ever.columns import tables
from data.formats.every_eval_ever.detect import is_instances
from data.formats.every_eval_ever.instances import Instance, instance
from data.formats.every_eval_ever.record import Run, rows_promised, runs_of
from data.formats.loose import table, whole
from data.problems import Code, Problem

HEAD = 65_536


class Opened(NamedTuple):
    runs: list[Run]
    files: Sequence[Path] = ()
    promised: int | None = None
    """Rows in the files of samples."""


def read(log: Log) -> Reading:
    problems: list[Problem] = []
    runs, files, promised = opened(log, problems)
    rows = [row for path in files for row in _rows(path, problems)]
    if promised and not files:
        problems.append(Problem(Code.NO_SAMPLES, f"the file with its {promised} rows is not beside it"))
    elif promised is not None and promised != len(rows):
        problems.append(
            Problem(Code.DISAGREES, f"{promised} rows of samples were promised, {len(rows)} are there")
        )
    found = assign(runs, rows, files[0].name if files else "", whole=promised == len(rows))
    if made := len(found.runs) - len(runs):
        problems.append(Problem(Code.ORPHAN_DETAILS, f"{made} evaluations: each metric is the scores' mean"))
    return Reading(tables(found), tuple(problems))


def opened(log: Log, problems: list[Problem]) -> Opened:
    """The runs of the record, and the files with samples. Samples may come alone."""
    with log.path.open("rb") as f:
        head = f.read(HEAD)
    if is_instances(head):
        return Opened([], (log.path,))
    try:
        found = lenient.document(log.path.read_bytes())
    except ValueError as e:
        problems.append(Problem(Code.UNREADABLE, f"not JSON: {e}"[:500]))
        return Opened([], log.companions)
    problems.extend(found.problems)
    doc = table(found.value)
    return Opened(runs_of(doc, problems), log.companions, whole(rows_promised(doc)))


def _rows(path: Path, problems: list[Problem]) -> list[Instance]:
    lines, wrong = lenient.lines(path)
    problems.extend(wrong)
    rows = [row for line in lines if (row := instance(line))]
    if nameless := len(lines) - len(rows):
        problems.append(Problem(Code.MISSING_FIELD, f"{path.name}: sample_id of {nameless} rows"))
    return rows
