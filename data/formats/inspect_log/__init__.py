"""Logs of Inspect AI, .eval and .json."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.formats import grouping
from data.formats.base import Format, Log, Reading
from data.formats.collection import no_collection
from data.formats.inspect_log import eval_file, json_file, metrics, run, samples, scores
from data.formats.inspect_log.archive import TooLarge
from data.formats.inspect_log.detection import is_sidecar, matches
from data.formats.inspect_log.drill import sample
from data.formats.inspect_log.logged import Changed, Logged
from data.formats.inspect_log.longtexts import long_texts
from data.formats.inspect_log.records import Sample
from data.formats.loose import at, text
from data.problems import Code, Problem
from data.schema import METRICS, RUNS, STATUSES, Tables


def read(log: Log) -> Reading:
    for _ in range(2):
        try:
            with no_collection():
                return _read(log.path)
        except Changed:
            continue
        except TooLarge as e:
            return _nothing(Problem(Code.TOO_LARGE, str(e)))
    return _nothing(Problem(Code.CHANGED_WHILE_READ))


def _read(path: Path) -> Reading:
    with path.open("rb") as file:
        is_zip = file.read(2) == b"PK"
    container = eval_file if is_zip else json_file
    log = container.read(path)
    if problem := _unknown_version(log.header.version, container.MAX_VERSION):
        return _nothing(problem)
    return _tables(log)


def _nothing(problem: Problem) -> Reading:
    return Reading(Tables.of(), (problem,))


def _unknown_version(version: object, newest: int) -> Problem | None:
    if version is None or (type(version) is int and 1 <= version <= newest):
        return None
    return Problem(Code.UNKNOWN_VERSION, str(version))


def _tables(log: Logged) -> Reading:
    header = log.header
    found, problems = samples.latest(log.samples or [])
    logged = metrics.eval_scores(header.results)
    cells = scores.scores(found, [s.column for s in logged])
    logged = [s.among(set(cells.frame["scorer"].unique())) for s in logged]
    headline = metrics.headline(header.results, header.eval.get("headline_metric"), logged)
    row = run.row(header, None if log.samples is None else found, headline)
    row |= {"content": log.content, "metadata_keys": grouping.keys([s.metadata for s in found])}
    # Each frame is made to its schema, as Tables.of would do in more time than a small log takes to read.
    tables = Tables(
        runs=pl.DataFrame([row], schema=RUNS),
        metrics=pl.DataFrame(metrics.rows(logged), schema=METRICS),
        samples=samples.frame(found),
        scores=cells.frame,
    )
    return Reading(tables, (*log.problems, *_wrong(log), *problems, *_misspelt(log, found), *cells.problems))


def _misspelt(log: Logged, found: list[Sample]) -> list[Problem]:
    is_told = any(p.code == Code.WRONG_LETTERS for p in log.problems)
    return [] if is_told else samples.misspelt(found)


def _wrong(log: Logged) -> Iterator[Problem]:
    """What the log should have said."""
    header = log.header
    if header.version is None:
        yield Problem(Code.MISSING_FIELD, "version")
    if header.status not in STATUSES:
        yield Problem(Code.BAD_VALUE, f"status: {header.status}")
    for name in ("task", "model"):
        if text(header.eval.get(name)) is None:
            yield Problem(Code.MISSING_FIELD, f"eval.{name}")
    is_lost = any(p.code in (Code.UNREADABLE, Code.TOO_LARGE) for p in log.problems)
    if not is_lost and not log.samples and (at(header.results, "total_samples") or log.samples is None):
        yield Problem(Code.NO_SAMPLES)


FORMAT = Format("inspect", matches, read, is_sidecar=is_sidecar, sample=sample, long_texts=long_texts)
