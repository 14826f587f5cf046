"""Readings put together into a snapshot, and the snapshot kept on disk for the next start."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import polars as pl
from polars.exceptions import PanicException

from data import aside, building, parts
from data import cache as caching
from data.building import Parts
from data.cache import Cache
from data.entries import Entry
from data.members import Member, distinct, member, superseded
from data.namesakes import apart
from data.problems import Code, Problem
from data.schema import EMPTY, VERSION
from data.store import SNAPSHOT_RUNS, Snapshot

log = logging.getLogger(__name__)


def assemble(entries: Sequence[Entry], problems: Sequence[Problem], store: Parts) -> Snapshot:
    runs, copies = distinct(
        [member(e, i, r) for e in entries for i, r in enumerate(e.runs.iter_rows(named=True))]
    )
    runs = sorted(apart(runs), key=_in_order)
    recipes = building.recipes(runs)
    built, unusable = building.built(recipes, store)
    found = (*problems, *(p for e in entries for p in e.problems), *copies, *unusable)
    every = tuple(sorted(found, key=_by_place))
    snapshot = Snapshot(
        version=caching.digest(
            VERSION, [(m.run_id, m.entry.key) for m in runs], every, _beside_runs(entries)
        ),
        runs=_runs(runs),
        metrics=_metrics(runs),
        parts=built,
        problems=every,
        trajectories=pl.concat([EMPTY["trajectories"], *(e.trajectories for e in entries)]),
        predictions=pl.concat([EMPTY["predictions"], *(e.predictions for e in entries)]),
        cards=pl.concat([EMPTY["cards"], *(e.cards for e in entries)]),
    )
    store.forget_all_but(recipe.name for recipe in recipes)
    return snapshot


def _in_order(m: Member) -> tuple[str, str, str, str]:
    return str(m.run["task"]), str(m.run["model"]), str(m.run["created"]), m.run_id


def _beside_runs(entries: Sequence[Entry]) -> list[str]:
    """What has no runs and changes the snapshot all the same."""
    return [e.key for e in entries if e.trajectories.height or e.predictions.height or e.cards.height]


def _by_place(problem: Problem) -> tuple[str, str, str]:
    return problem.where, problem.code, problem.detail


def _runs(members: Sequence[Member]) -> pl.DataFrame:
    if not members:
        return pl.DataFrame(schema=SNAPSHOT_RUNS)
    rows = pl.concat([m.entry.runs[m.row] for m in members])
    return rows.with_columns(
        pl.Series("run_id", [m.run_id for m in members], pl.String),
        pl.Series("task", [m.run["task"] for m in members], pl.String),
        pl.Series("superseded", superseded(members), pl.Boolean),
    ).select(*SNAPSHOT_RUNS)


def _metrics(members: Sequence[Member]) -> pl.DataFrame:
    """Those of each member, under its number among all."""
    frames = [_of_run(m, m.entry.metrics) for m in members]
    runs = np.repeat(np.arange(len(members), dtype=np.uint32), [f.height for f in frames])
    return pl.concat([EMPTY["metrics"], *frames]).with_columns(pl.Series("run", runs))


def _of_run(member: Member, table: pl.DataFrame) -> pl.DataFrame:
    """The rows of a reading's table that are about one of its runs."""
    return table if member.entry.runs.height == 1 else table.filter(pl.col("run") == member.row)


def save(cache: Cache, roots: Sequence[Path], snapshot: Snapshot, limit: int) -> None:
    """Kept for the next start. Failing to is no harm."""
    folder = cache.snapshot(snapshot.version)
    homes = {task: part.home for task, part in snapshot.parts.items() if part.home}
    if len(homes) < len(snapshot.parts):
        return  # some part lives in memory only, since the disk would not take it
    if not cache.writable:
        return
    try:
        if not _is_kept(cache, snapshot.version):
            cache.forget(folder)
            _write(folder, snapshot, {task: home.name for task, home in homes.items()})
        aside.text(_last(cache, roots), snapshot.version)
    except OSError as e:
        log.warning("%s could not be kept: %s", folder, e)
    cache.prune([folder, *homes.values()], limit)


def _write(folder: Path, snapshot: Snapshot, names: Mapping[str, str]) -> None:
    with aside.folder(folder) as new:
        snapshot.runs.write_ipc(new / "runs.arrow")
        snapshot.metrics.write_ipc(new / "metrics.arrow")
        snapshot.trajectories.write_ipc(new / "trajectories.arrow")
        snapshot.predictions.write_ipc(new / "predictions.arrow")
        snapshot.cards.write_ipc(new / "cards.arrow")
        about = {"parts": names, "problems": [asdict(p) for p in snapshot.problems]}
        (new / "snapshot.json").write_text(json.dumps(about), encoding="utf-8")


def load(cache: Cache, version: str) -> Snapshot:
    """Raises what the disk says when it is gone or damaged."""
    folder = cache.snapshot(version)
    about = json.loads((folder / "snapshot.json").read_text(encoding="utf-8"))
    for used in (folder, *map(cache.part, about["parts"].values())):
        if used.exists():
            caching.touch(used)
    return Snapshot(
        version=version,
        runs=pl.read_ipc(folder / "runs.arrow"),
        metrics=pl.read_ipc(folder / "metrics.arrow"),
        parts={task: parts.load(cache.part(name)) for task, name in about["parts"].items()},
        problems=tuple(Problem(**{**p, "code": Code(p["code"])}) for p in about["problems"]),
        trajectories=pl.read_ipc(folder / "trajectories.arrow"),
        predictions=pl.read_ipc(folder / "predictions.arrow"),
        cards=pl.read_ipc(folder / "cards.arrow"),
    )


def _is_kept(cache: Cache, version: str) -> bool:
    try:
        load(cache, version)
    except (Exception, PanicException):  # gone or damaged: it is written anew
        return False
    return True


def load_last(cache: Cache, roots: Sequence[Path]) -> Snapshot | None:
    try:
        return load(cache, _last(cache, roots).read_text().strip())
    except (Exception, PanicException):  # there is none, or it is damaged: the files will be looked at anyway
        return None


def _last(cache: Cache, roots: Sequence[Path]) -> Path:
    return cache.folder / "last" / caching.digest(caching.SOURCES, [str(r.absolute()) for r in roots])
