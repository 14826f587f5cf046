"""Readings put together into a snapshot, and the snapshot kept on disk for the next start."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from polars.exceptions import PanicException

from data import aside, formats, parts
from data import cache as caching
from data.cache import Cache
from data.formats.base import Reading
from data.parts import Part, RunSamples
from data.problems import Code, Problem
from data.schema import EMPTY, TABLES, VERSION, Tables
from data.store import SNAPSHOT_RUNS, Snapshot

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One reading: its small tables in memory, its large ones to be had when a part is built."""

    key: str
    runs: pl.DataFrame
    metrics: pl.DataFrame
    trajectories: pl.DataFrame
    predictions: pl.DataFrame
    cards: pl.DataFrame
    problems: tuple[Problem, ...]
    table: Callable[[str], pl.DataFrame]

    @classmethod
    def cached(cls, cache: Cache, key: str) -> Entry | None:
        try:
            problems = cache.load_problems(key)
            if problems is None:
                cache.forget(cache.reading(key))  # what is left of it would stand in the way of a whole one
                return None
            tables = {name: cache.load_table(key, name) for name in TABLES}
        except (Exception, PanicException):  # half written or damaged: read the log again
            log.info("cache entry %s is damaged and is made anew", key)
            cache.forget(cache.reading(key))
            return None
        caching.touch(cache.reading(key))
        return cls._of(key, Tables(**tables), problems, lambda name: cache.load_table(key, name))

    @classmethod
    def new(cls, cache: Cache, key: str, reading: Reading, *, keep: bool) -> Entry:
        tables = reading.tables
        if keep and cache.save_reading(key, reading):
            return cls._of(key, tables, reading.problems, lambda name: cache.load_table(key, name))
        return cls._of(key, tables, reading.problems, lambda name: getattr(tables, name))

    @classmethod
    def _of(
        cls, key: str, t: Tables, problems: tuple[Problem, ...], table: Callable[[str], pl.DataFrame]
    ) -> Entry:
        return cls(key, t.runs, t.metrics, t.trajectories, t.predictions, t.cards, problems, table)


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One run among all: whose reading it is from, at which row, under which id."""

    entry: Entry
    row: int
    run_id: str
    run: Mapping[str, object]


class Gathered(NamedTuple):
    """What a snapshot is assembled from."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


class Parts:
    """Parts by name: those in use, those on disk, and those still to be built."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self.tolerant = False
        """Whether a part that cannot be built is left out, instead of stopping all."""
        self._open: dict[str, Part] = {}

    def get(self, name: str, build: Callable[[], Part]) -> Part:
        known = self._open.get(name)
        part = known if known and _is_whole(known) else self.load(name) or self._kept(name, build())
        self._open[name] = part
        return part

    def load(self, name: str) -> Part | None:
        home = self.cache.part(name)
        if not home.exists():
            return None
        try:
            part = parts.load(home)
        except (Exception, PanicException):  # half written or damaged: it has to be built
            self.cache.forget(home)
            return None
        caching.touch(home)
        return part

    @property
    def whole(self) -> bool:
        """Whether nobody has deleted from the disk what is in use."""
        return all(map(_is_whole, self._open.values()))

    def forget_all_but(self, names: Iterable[str]) -> None:
        self._open = {n: p for n in names if (p := self._open.get(n))}

    def _kept(self, name: str, part: Part) -> Part:
        """The same from disk, where its pages are shared; as it is when the disk will not take it."""
        if not self.cache.writable:
            return part
        try:
            parts.save(part, self.cache.part(name))
        except OSError as e:
            log.warning("%s could not be kept; it stays in memory: %s", self.cache.part(name), e)
            return part
        return self.load(name) or part


def _is_whole(part: Part) -> bool:
    return part.home is None or all((part.home / f).exists() for f in ("samples.arrow", "scores.arrow"))


def assemble(entries: Sequence[Entry], problems: Sequence[Problem], store: Parts) -> Snapshot:
    members, copies = _distinct(
        [_member(e, i, r) for e in entries for i, r in enumerate(e.runs.iter_rows(named=True))]
    )
    members.sort(key=lambda m: (str(m.run["task"]), str(m.run["model"]), str(m.run["created"]), m.run_id))
    named = _part_names(members)
    built, unusable = _parts(named, store)
    found = (*problems, *(p for e in entries for p in e.problems), *copies, *unusable)
    every = tuple(sorted(found, key=_by_place))
    snapshot = Snapshot(
        version=caching.digest(
            VERSION, [(m.run_id, m.entry.key) for m in members], every, _beside_runs(entries)
        ),
        runs=_runs(members),
        metrics=_metrics(members),
        parts=built,
        problems=every,
        trajectories=pl.concat([EMPTY["trajectories"], *(e.trajectories for e in entries)]),
        predictions=pl.concat([EMPTY["predictions"], *(e.predictions for e in entries)]),
        cards=pl.concat([EMPTY["cards"], *(e.cards for e in entries)]),
    )
    store.forget_all_but(name for name, _ in named.values())
    return snapshot


def _parts(
    named: Mapping[str, tuple[str, list[Member]]], store: Parts
) -> tuple[dict[str, Part], list[Problem]]:
    """The parts that hold any run, by task. At a second try one that fails is a problem, and the others stand."""
    built: dict[str, Part] = {}
    problems = []
    for task, (name, group) in named.items():
        try:
            part = store.get(name, lambda t=task, g=group: _build(t, g))  # type: ignore[misc]
        except (Exception, PanicException) as e:
            if not store.tolerant:
                raise
            log.exception("the part of %s could not be built", task)
            problems.append(Problem(Code.TASK_UNUSABLE, f"{type(e).__name__}: {e}"[:500], task))
        else:
            built |= {task: part} if part.runs else {}
            problems += [_too_much(m) for m in group if m.run_id in part.left_out]
    return built, problems


def _too_much(m: Member) -> Problem:
    return Problem(Code.TOO_MANY_CELLS, str(m.run["task"]), str(m.run["location"]))


def _beside_runs(entries: Sequence[Entry]) -> list[str]:
    """What has no runs and changes the snapshot all the same."""
    return [e.key for e in entries if e.trajectories.height or e.predictions.height or e.cards.height]


def _member(entry: Entry, row: int, run: Mapping[str, object]) -> Member:
    return Member(entry, row, str(run["run_id"]), run)


def _by_place(problem: Problem) -> tuple[str, str, str]:
    return problem.where, problem.code, problem.detail


def _distinct(members: Sequence[Member]) -> tuple[list[Member], list[Problem]]:
    """Each run once. A copy is named and left out; of different files with one id the newest keeps the id."""
    members, copies = _once(members)
    first: dict[tuple[str, object], Member] = {}
    for m in sorted(members, key=_fullest_first):
        same = first.setdefault((m.run_id, m.run["content"]), m)
        if same is not m:
            copies.append(Problem(Code.COPY, str(same.run["location"]), str(m.run["location"])))
    kept, taken = [], set()
    for m in sorted(first.values(), key=_age, reverse=True):
        kept.append(replace(m, run_id=f"{m.run_id}~{str(m.run['content'])[:8]}") if m.run_id in taken else m)
        taken.add(m.run_id)
    return kept, list(dict.fromkeys(copies))


def _once(members: Sequence[Member]) -> tuple[list[Member], list[Problem]]:
    """Without what a data frame or an exchange file repeats of a run whose log is here, or the other way round where
    that says more."""
    by_id: dict[tuple[object, ...], list[Member]] = {}
    for m in members:
        by_id.setdefault((m.run_id, m.run["task"], m.run["model"]), []).append(m)
    kept, copies = [], []
    for same in by_id.values():
        best = min(same, key=_says_most)
        others = [m for m in same if m.run["format"] != best.run["format"]]
        repeated = others if any(map(_secondhand, same)) else []
        kept += [m for m in same if m not in repeated]
        copies += [Problem(Code.COPY, str(best.run["location"]), str(m.run["location"])) for m in repeated]
    return kept, copies


def _says_most(m: Member) -> tuple[int, bool, str]:
    done = m.run["samples_done"]
    return -done if isinstance(done, int) else 1, _secondhand(m), str(m.run["location"])


def _secondhand(m: Member) -> bool:
    known = formats.BY_NAME.get(str(m.run["format"]))
    return known is not None and known.secondhand


def _fullest_first(m: Member) -> tuple[bool, str]:
    """A copy that lies beside its detail files says more than one without."""
    return m.run["samples_done"] is None, str(m.run["location"])


def _age(m: Member) -> tuple[str, str]:
    return str(m.run["modified"]), str(m.run["location"])


def _runs(members: Sequence[Member]) -> pl.DataFrame:
    if not members:
        return pl.DataFrame(schema=SNAPSHOT_RUNS)
    rows = pl.concat([m.entry.runs[m.row] for m in members])
    return rows.with_columns(
        pl.Series("run_id", [m.run_id for m in members], pl.String),
        pl.Series("superseded", _superseded(members), pl.Boolean),
    ).select(*SNAPSHOT_RUNS)


def _superseded(members: Sequence[Member]) -> list[bool]:
    """Of all attempts at one run the latest success counts, or the latest attempt where none succeeded."""
    counts: dict[object, Member] = {}
    for m in sorted(members, key=_attempt):
        counts[_task_key(m)] = m
    return [counts[_task_key(m)] is not m for m in members]


def _task_key(m: Member) -> object:
    return m.run["format"], m.run["task_key"] or m.run_id


def _attempt(m: Member) -> tuple[bool, str, tuple[str, str]]:
    return m.run["status"] == "success", str(m.run["created"]), _age(m)


def _metrics(members: Sequence[Member]) -> pl.DataFrame:
    """Those of each member, under its number among all."""
    frames = [_of_run(m, m.entry.metrics) for m in members]
    runs = np.repeat(np.arange(len(members), dtype=np.uint32), [f.height for f in frames])
    return pl.concat([EMPTY["metrics"], *frames]).with_columns(pl.Series("run", runs))


def _of_run(member: Member, table: pl.DataFrame) -> pl.DataFrame:
    """The rows of a reading's table that are about one of its runs."""
    return table if member.entry.runs.height == 1 else table.filter(pl.col("run") == member.row)


def _part_names(members: Sequence[Member]) -> dict[str, tuple[str, list[Member]]]:
    """Task -> the name of its part, and the runs that it is made of."""
    groups: dict[str, list[Member]] = {}
    for m in members:
        groups.setdefault(str(m.run["task"]), []).append(m)
    return {
        task: (caching.digest(VERSION, task, [(m.run_id, m.entry.key, m.row) for m in group]), group)
        for task, group in groups.items()
    }


def _build(task: str, members: Sequence[Member]) -> Part:
    loaded: dict[str, tuple[pl.DataFrame, pl.DataFrame]] = {}
    runs = []
    for m in members:
        if m.entry.key not in loaded:
            loaded[m.entry.key] = m.entry.table("samples"), m.entry.table("scores")
        run = _run_samples(m, *loaded[m.entry.key])
        if run.samples.height:
            runs.append(run)
    return parts.build(task, runs) if runs else parts.nothing(task)


def _run_samples(member: Member, samples: pl.DataFrame, scores: pl.DataFrame) -> RunSamples:
    """What of a reading belongs to one of its runs."""
    if member.entry.runs.height == 1:
        return RunSamples(member.run_id, samples, scores, str(member.run["format"]))
    mine = samples.with_row_index("was").filter(pl.col("run") == member.row)
    now = mine.select(
        pl.col("was").cast(pl.UInt32).alias("sample"), pl.int_range(pl.len(), dtype=pl.UInt32).alias("now")
    )
    moved = scores.join(now, on="sample", how="inner", maintain_order="left")
    return RunSamples(
        member.run_id,
        mine.drop("was"),
        moved.select(pl.col("now").alias("sample"), "scorer", "value", "mark"),
        str(member.run["format"]),
    )


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
