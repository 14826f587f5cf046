"""A run's folder in, its tables out: run_spec and stats for the run, per_instance_stats for the samples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl

from data.formats.base import Log, Reading
from data.formats.collection import no_collection
from data.formats.helm import bookkeeping, headline, instances, packed, spec, stats, texts
from data.formats.helm.detect import RUN_FILES, SUMMARIES
from data.formats.helm.instances import Instances
from data.formats.helm.perturbations import spelt
from data.formats.helm.records import Entry, Stat, load, parse_list
from data.formats.helm.samples import samples, scores
from data.formats.helm.spec import Spec
from data.formats.helm.uncertainty import Estimates
from data.problems import Code, Problem
from data.schema import RUNS, Tables

T = TypeVar("T")
ASKED_AT = re.compile(rb'"request_datetime":\s*(\d+)')
LOOK = 1 << 18


def read(log: Log) -> Reading:
    with no_collection():
        return _read(log, whole=True)


def index(log: Log) -> Reading:
    """The run and its metrics alone, without samples and standard errors: a hundredth of the time."""
    with no_collection():
        return _read(log, whole=False)


def files_of(log: Log) -> dict[str, Path]:
    """By the name that each has unpacked; the plain one where there are both."""
    found: dict[str, Path] = {}
    for path in (log.path, *log.companions):
        name = packed.plain_name(path)
        # Whatever the main file is called, it is the run's specification unless it is another of the run's files.
        found.setdefault(
            "run_spec.json" if path is log.path and name not in (*RUN_FILES, *SUMMARIES) else name, path
        )
    return found


def _read(log: Log, *, whole: bool) -> Reading:
    files = files_of(log)
    problems: list[Problem] = []
    asked = spec.read(files.get("run_spec.json"), log.path.absolute().parent, problems)
    if "run_spec.json" not in files and asked.model == spec.UNKNOWN:
        return Reading(Tables.of(), (Problem(Code.MISSING_FIELD, "run_spec.json"),))
    said = _text(files, "stats.json", problems)
    logged = _list(files, "stats.json", said, Stat, problems)
    found = instances.of(_entries(files, problems)) if whole else None
    main = headline.headline(asked.groups, stats.present(logged))
    metrics = stats.rows(logged, main, Estimates(found) if found else None)
    tables: dict[str, pl.DataFrame] = {}
    if whole:
        _check(files, "scenario.json", problems)
    if found:
        tables |= {"samples": samples(found, texts.of(files, found, problems)), "scores": scores(found)}
    row = asked.row() | _progress(asked, logged, found) | _outcome(files, problems)
    row |= {"headline_scorer": main.name, "headline_metric": main.name, "created": _created(files)}
    row |= {"content": _content(asked, said)}
    # All columns, so that nothing has to be cast: of the index of a small run that would be half of the time.
    runs = pl.DataFrame([dict.fromkeys(RUNS) | row], schema=RUNS)
    made = replace(Tables.of(**tables), runs=runs, metrics=metrics.frame)
    return Reading(made, (*problems, *metrics.problems))


def _text(files: Mapping[str, Path], name: str, problems: list[Problem]) -> packed.Content | None:
    try:
        return packed.read(files[name]) if name in files else None
    except packed.TooLarge as e:
        problems.append(Problem(Code.TOO_LARGE, str(e)))
        return None


def _list(
    files: Mapping[str, Path],
    name: str,
    content: packed.Content | None,
    kind: type[T],
    problems: list[Problem],
) -> list[T]:
    """A file that cannot be read is one problem, and the others still say what they say."""
    if content is None:
        return []
    found = parse_list(files[name], content, kind)
    problems.extend(found.problems)
    return found.value


def _entries(files: Mapping[str, Path], problems: list[Problem]) -> list[Entry]:
    """Of the largest file; its text is not kept while they are made into columns."""
    name = "per_instance_stats.json"
    return _list(files, name, _text(files, name, problems), Entry, problems)


def _check(files: Mapping[str, Path], name: str, problems: list[Problem]) -> None:
    """It says nothing that run_spec.json does not, and a run whose copy was cut off is to be copied again."""
    if name in files:
        problems.extend(load(files[name]).problems)


def _outcome(files: Mapping[str, Path], problems: list[Problem]) -> dict[str, Any]:
    """HELM writes its five files at the end, and takes a run for done when all are there."""
    missing = [name for name in RUN_FILES if name not in files]
    if missing:
        problems.append(Problem(Code.UNFINISHED, f"without {', '.join(missing)}"))
    is_whole = not missing and not any(p.code in (Code.TRUNCATED, Code.TOO_LARGE) for p in problems)
    return {"status": "success" if is_whole else "started"}


def _progress(asked: Spec, logged: list[Stat], found: Instances | None) -> dict[str, Any]:
    sizes = [s.mean for s in logged if s.name.name == "num_instances" and s.name.perturbation is None]
    planned = round(sum(s for s in sizes if s is not None)) * asked.trials if sizes else None
    if not found:
        return {"samples_planned": planned, "epochs": asked.trials}
    plain = sum(not key.perturbation for key in found.keys)
    every = len(found) + max(0, (planned or 0) - plain)  # of a file that was cut off, more than are here
    counts = {"samples_planned": every, "samples_done": every, "samples_failed": 0}
    trials = max((key.trial for key in found.keys), default=0) + 1
    return counts | {"epochs": max(asked.trials, trials)} | _usage(asked, found)


def _usage(asked: Spec, found: Instances) -> dict[str, Any]:
    names = {"input_tokens": bookkeeping.INPUT_TOKENS, "output_tokens": bookkeeping.OUTPUT_TOKENS}
    used = {k: int(np.nansum(found.totals[name])) for k, name in names.items() if name in found.totals}
    if not used:
        return {}
    used["total_tokens"] = sum(used.values())
    return used | {"usage": spelt({asked.model: used})}


def _created(files: Mapping[str, Path]) -> datetime | None:
    """When the first answer was made, as the beginning of scenario_state.json has it; HELM dates nothing else. An
    answer from its cache keeps the time at which it was first given."""
    path = files.get("scenario_state.json")
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            found = ASKED_AT.search(packed.start(file, LOOK))
        return datetime.fromtimestamp(int(found[1]), UTC) if found else None
    except (ValueError, OverflowError):
        return None


def _content(asked: Spec, said: packed.Content | None) -> str:
    """What the statistics are, since all else of a run is summed up in them."""
    logged = said.data if said else b""
    return spec.digest(asked.run_id, blake2b(logged, digest_size=16).hexdigest())
