"""Which sample of which run a row is of, and which scorer's score it has."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from data.formats.digests import digest
from data.formats.every_eval_ever import dialect, instances
from data.formats.every_eval_ever.instances import Instance
from data.formats.every_eval_ever.record import Run
from data.formats.every_eval_ever.results import UNNAMED, Result
from data.formats.loose import text
from data.schema import UNKNOWN


class Place(NamedTuple):
    run: int
    scorer: str


class Key(NamedTuple):
    run: int
    sample_id: str
    epoch: int


@dataclass(slots=True)
class Assigned:
    runs: list[Run]
    samples: dict[Key, dict[str, Any]] = field(default_factory=dict)
    scores: dict[tuple[Key, str], float | None] = field(default_factory=dict)


class Places:
    """By the result that a row names, in its evaluation if two share that name; else by its evaluation alone, else in
    the only run there is."""

    def __init__(self, runs: Sequence[Run]) -> None:
        named = [(r, Place(i, r.scorer)) for i, run in enumerate(runs) for r in reversed(run.results) if r.id]
        self._by_both = {(r.task, r.id): place for r, place in named}
        self._by_id = {r.id: place for r, place in named}
        self._by_task = {run.row["task"]: Place(i, run.scorer or UNNAMED) for i, run in enumerate(runs)}
        self._only = Place(0, runs[0].scorer or UNNAMED) if len(runs) == 1 else None

    def of(self, row: Instance) -> Place | None:
        task = row.task or UNKNOWN
        by_result = self._by_both.get((task, row.result_id)) or self._by_id.get(row.result_id)
        place = by_result or self._by_task.get(task) or self._only
        own = text(row.metadata.get(dialect.SCORER_OF_SAMPLE))
        return place._replace(scorer=own) if place and own else place


def assign(runs: Sequence[Run], rows: Sequence[Instance], file: str, *, whole: bool) -> Assigned:
    """`whole`: the record says that these are all rows."""
    known = Places(runs)
    found = Assigned([*runs, *_made([row for row in rows if known.of(row) is None])])
    places = Places(found.runs)
    where: dict[Key, list[list[int]]] = {}
    times: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        if (place := places.of(row)) is None:
            continue  # never: there is a run for each by now
        id = str(row.fields["sample_id"])
        # A sample that comes again for one result was asked again.
        times[place, row.result_id, id] += 1
        key = Key(place.run, id, row.epoch or times[place, row.result_id, id])
        where.setdefault(key, []).append([row.at, row.size])
        if key not in found.samples:
            found.samples[key] = instances.sample(row, key.epoch)
        found.scores.setdefault((key, place.scorer), instances.score(row))
    for key, sample in found.samples.items():
        sample["locator"] = json.dumps({"file": file, "at": where[key]}, separators=(",", ":"))
    _count(found, 0 if whole else len(runs))
    return found


def _made(rows: Sequence[Instance]) -> list[Run]:
    """Runs for rows that no result is given of."""
    by_task: dict[str, list[Instance]] = {}
    for row in rows:
        by_task.setdefault(row.task or UNKNOWN, []).append(row)
    return [_run(task, found) for task, found in by_task.items()]


def _run(task: str, rows: Sequence[Instance]) -> Run:
    model = text(rows[0].fields.get("model_id")) or UNKNOWN
    values: dict[str, list[float]] = {}
    for row in rows:
        value = instances.score(row)
        name = text(row.metadata.get(dialect.SCORER_OF_SAMPLE)) or UNNAMED
        values.setdefault(name, []).extend([] if value is None else [value])
    identity = digest(
        [task, model, [[str(r.fields["sample_id"]), str(instances.score(r)), r.at] for r in rows]]
    )
    found = [_mean(task, name, vs) for name, vs in values.items() if vs]
    return Run(
        {
            "run_id": identity,
            "content": identity,
            "task_key": identity,
            "task": task,
            "model": model,
            "status": "success",
            "headline_scorer": found[0].scorer if found else None,
            "headline_metric": found[0].metric if found else None,
        },
        found,
    )


def _mean(task: str, scorer: str, values: Sequence[float]) -> Result:
    row = {"scorer": scorer, "metric": "mean", "value": math.fsum(values) / len(values)}
    row |= {"n": len(values), "source": "actual"}
    return Result(None, task, scorer, "mean", None, row, {})


def _count(found: Assigned, start: int) -> None:
    """Adds to the runs what only their samples tell. Those before `start` may have others, and keep what is said of
    them: ten samples of 5,000 are not all that was planned."""
    of_run: dict[int, list[Mapping[str, Any]]] = {}
    for key, sample in found.samples.items():
        of_run.setdefault(key.run, []).append(sample)
    for i, samples in of_run.items():
        failed = sum(s["error"] is not None for s in samples)
        run = found.runs[i].row
        run["epochs"] = max(s["epoch"] for s in samples)
        said = run.get("samples_done")
        if i < start or (said is not None and len(samples) - failed < said):
            continue
        run |= {
            "samples_planned": len(samples) if run.get("samples_planned") is None else run["samples_planned"],
            "samples_done": len(samples) - failed if said is None else said,
            "samples_failed": failed,
            "total_tokens": _sum([s["total_tokens"] for s in samples]),
        }


def _sum(values: Sequence[int | None]) -> int | None:
    known = [v for v in values if v is not None]
    return sum(known) if known else None
