"""A Twinkle log in, tables out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from data.formats.base import Log, Reading
from data.formats.twinkle import documents, filenames, orphans
from data.formats.twinkle.columns import tables
from data.formats.twinkle.detect import head_kind
from data.formats.twinkle.encodings import decode
from data.formats.twinkle.kinds import Kind, kind_of
from data.formats.twinkle.samples import attach
from data.formats.twinkle.summary import Run, runs_of
from data.problems import Code, Problem

HEAD = 65_536


def read(log: Log) -> Reading:
    raw = log.path.read_bytes()
    head = decode(raw[:HEAD]).lstrip("\ufeff \t\r\n")
    if head_kind(head, log.path.name) in (Kind.ROW, Kind.ENVELOPE):
        return orphans.read(log)
    return _summary(log, raw)


def _summary(log: Log, raw: bytes) -> Reading:
    docs = documents.parse(decode(raw))
    problems = list(docs.problems)
    runs = _distinct([r for d in docs.values for r in _runs(d, log.path, problems)], problems)
    own = filenames.own(log.path, log.companions)
    if own and not runs:  # the answers are still worth something
        alone = orphans.read(Log(own[0], own[1:]))
        return Reading(alone.tables, (*problems, *alone.problems))
    attached = attach(own, runs, problems) if runs else None
    return Reading(tables(runs, attached, problems), tuple(problems))


def _runs(doc: Any, path: Path, problems: list[Problem]) -> list[Run]:
    match kind_of(doc, path.name):
        case Kind.SUMMARY | Kind.LEGACY:
            return runs_of(doc, path, problems)
        case Kind.BENCHMARK:
            problems.append(Problem(Code.NOT_AN_EVALUATION, "a measurement of serving speed"))
        case _:
            problems.append(Problem(Code.BAD_VALUE, "a document that is no result of an evaluation"))
    return []


def _distinct(runs: Sequence[Run], problems: list[Problem]) -> list[Run]:
    """The same result twice in one file is one result."""
    first = {r.row["content"]: r for r in reversed(runs)}
    again = [r for r in runs if first[r.row["content"]] is not r]
    problems.extend(Problem(Code.COPY, f"{r.row['dataset']} is in the file twice") for r in again)
    return [r for r in runs if first[r.row["content"]] is r]
