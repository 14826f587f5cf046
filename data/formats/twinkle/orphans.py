"""Detail files without the summary that would say which model and which dataset they are about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from data.formats.base import Log, Reading
from data.formats.twinkle import details, filenames, names, settings
from data.formats.twinkle.columns import tables
from data.formats.twinkle.details import Details
from data.formats.twinkle.samples import Target, assigned, collect, repetition_of
from data.formats.twinkle.scores import Entry, row
from data.formats.twinkle.segments import Segment, segments
from data.formats.twinkle.summary import Run
from data.formats.twinkle.values import mean, when
from data.problems import Code, Problem
from data.schema import UNKNOWN


class Part(NamedTuple):
    """Answers to one file, in one repetition."""

    key: str | None
    """Of the dataset. Only envelopes name the file that they answer."""
    file: str
    category: str
    segment: Segment


class Read(NamedTuple):
    repetition: int
    digest: str
    details: Details
    parts: list[Part]


def read(log: Log) -> Reading:
    files = [_read(p) for p in filenames.own(log.path, (log.path, *log.companions))]
    problems = [p for f in files for p in f.details.problems]
    problems.append(Problem(Code.ORPHAN_DETAILS, "no results file beside it: accuracy is the answers' mean"))
    keys = list(dict.fromkeys(part.key for f in files for part in f.parts))
    runs = [_run(key, files, log.path) for key in keys]
    rows = [assigned(f.details, f.repetition, list(_targets(f, keys))) for f in files if f.parts]
    places = {(f.repetition, t) for f in files for _, t in _targets(f, keys) if t}
    return Reading(tables(runs, collect(rows, places), problems), tuple(problems))


def _read(path: Path) -> Read:
    found = details.read(path)
    parts = [_part(i, s) for i, s in enumerate(segments(found), start=1)]
    return Read(repetition_of(path), hashlib.blake2b(path.read_bytes()).hexdigest(), found, parts)


def _part(number: int, segment: Segment) -> Part:
    if segment.file is None:
        return Part(None, f"file {number}", f"file {number}", segment)
    key = names.posix(segment.file).rpartition("/")[0]
    return Part(key, segment.file, names.category(key, segment.file), segment)


def _targets(file: Read, keys: Sequence[str | None]) -> Iterator[tuple[Segment, Target | None]]:
    """The last of a file counts: a resumed evaluation does all of it again."""
    last = {(p.key, p.file): p for p in file.parts}
    for p in file.parts:
        yield p.segment, Target(keys.index(p.key), p.category) if last[p.key, p.file] is p else None


def _run(key: str | None, files: Sequence[Read], path: Path) -> Run:
    entries = list(_entries(key, files))
    values = [e.value for e in entries if e.value is not None]
    metrics = [row("accuracy", mean(values))]
    metrics += [row("accuracy", e.value) | {"category": e.category, "category_raw": e.file} for e in entries]
    return Run(_row(key, files, path, entries), metrics, entries)


def _entries(key: str | None, files: Sequence[Read]) -> Iterator[Entry]:
    found: dict[tuple[str, str], dict[int, float | None]] = {}
    for f in files:
        for p in f.parts:
            if p.key == key:
                found.setdefault((p.file, p.category), {})[f.repetition] = p.segment.accuracy
    for (file, category), accuracies in found.items():
        value = mean([a for a in accuracies.values() if a is not None])
        yield Entry(file, category, {}, accuracies, value)


def _row(key: str | None, files: Sequence[Read], path: Path, entries: Sequence[Entry]) -> dict[str, Any]:
    identity = settings.digest(key, [f.digest for f in files])
    told = filenames.detail(path.name)
    return {
        "run_id": identity,
        "content": identity,
        "task_key": identity,
        "model": UNKNOWN,
        "dataset": key,
        "task": names.task(key, [e.file for e in entries]) if key is not None else UNKNOWN,
        "created": when(told.stamp) if told else None,
        "tags": settings.tags({}, path),
        "status": "success",
        "epochs": len(files) * max(_draws(f.details) for f in files),
        "headline_scorer": "accuracy",
        "headline_metric": "accuracy",
    }


def _draws(found: Details) -> int:
    return 1 + max((r.sample_id for r in found.rows if type(r.sample_id) is int), default=0)
