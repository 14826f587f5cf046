"""A log of the harness in, tables out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from data.formats.base import Log, Reading
from data.formats.lenient import document
from data.formats.lm_eval import details, filenames, orphans
from data.formats.lm_eval.columns import tables
from data.formats.lm_eval.details import Details
from data.formats.lm_eval.detect import is_samples
from data.formats.lm_eval.summary import Run, runs_of
from data.formats.loose import table
from data.problems import Code, Problem

HEAD = 65_536


def read(log: Log) -> Reading:
    with log.path.open("rb") as f:
        head = f.read(HEAD)
    problems: list[Problem] = []
    alone = is_samples(log.path, head)
    runs = [] if alone else _runs(log.path, problems)
    pairs: list[tuple[Run, Details | None]] = []
    for path in (log.path,) if alone else log.companions:
        found = details.read(path)
        problems.extend(found.problems)
        run = next((r for r in runs if filenames.belongs(path.name, r.row["task"])), None)
        if run is None:
            run = orphans.run(found)
            problems.append(Problem(Code.ORPHAN_DETAILS, f"{path.name}: each metric is the answers' mean"))
        else:
            run.row |= {"samples_done": _done(run, found), "samples_failed": 0}
            problems.extend(_fewer(run, found))
        pairs.append((run, found))
        problems.extend(_left_out(run, found))
    with_samples = [id(run) for run, _ in pairs]
    pairs += [(run, None) for run in runs if id(run) not in with_samples]
    return Reading(tables(_in_order(runs, pairs)), tuple(problems))


def _runs(path: Path, problems: list[Problem]) -> list[Run]:
    """Of results that cannot be read, none: their samples are still worth something."""
    try:
        doc, wrong = document(path.read_bytes())
    except ValueError as e:
        problems.append(Problem(Code.UNREADABLE, f"not JSON: {e}"[:500]))
        return []
    problems.extend(wrong)
    return runs_of(table(doc), path.name, problems)


def _in_order(runs: Sequence[Run], pairs: list[tuple[Run, Any]]) -> list[tuple[Run, Any]]:
    """As the results have them, orphans last."""
    place = {id(r): i for i, r in enumerate(runs)}
    return sorted(pairs, key=lambda pair: place.get(id(pair[0]), len(runs)))


def _done(run: Run, found: Details) -> int | None:
    """As the results say; else the rows of a file that is not cut off, since the harness writes all or none."""
    planned: int | None = run.row["samples_planned"]
    return planned if planned is not None or found.problems else len(found.samples)


def _fewer(run: Run, found: Details) -> Iterator[Problem]:
    planned, there = run.row["samples_planned"], len(found.samples)
    if planned is not None and there < planned:
        said = f"{run.row['task']}: samples of {there} of the {planned} documents that were evaluated"
        yield Problem(Code.DISAGREES, said)


def _left_out(run: Run, found: Details) -> Iterator[Problem]:
    names = [name.scorer for name, values in found.scores.items() if values.left_out]
    if names:
        yield Problem(Code.NO_SAMPLE_SCORE, f"{run.row['task']}: {', '.join(names)}")
    for name, values in found.scores.items():
        if values.unknown:
            some = ", ".join(map(repr, dict.fromkeys(values.unknown[:3])))
            yield Problem(Code.UNKNOWN_GRADE, f"{name.scorer}: {some} ({len(values.unknown)})")
