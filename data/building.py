"""The parts of a snapshot: taken from memory or from disk, or else built. One that fails leaves the others standing."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import polars as pl
from polars.exceptions import PanicException

from data import cache as caching
from data import parts
from data.cache import Cache
from data.members import Member
from data.parts import Part, RunSamples
from data.problems import Code, Problem
from data.schema import VERSION

log = logging.getLogger(__name__)

AGAIN_S = 60.0
"""A part that could not be built is not tried again before, unless its logs change: each try goes through all logs."""


class Recipe(NamedTuple):
    """What a part is made of; `name` is a digest of it."""

    name: str
    task: str
    members: Sequence[Member]


class Failed(NamedTuple):
    problem: Problem
    at: float


class Unbuildable(Exception):
    """What the logs say stands in the way of a part, and not what has become of it in the cache, which the next look may
    find mended."""


class Parts:
    """Parts by name: those in use, those on disk, and those still to be built."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self.tolerant = False
        """Whether a part that cannot be built is left out, instead of stopping all."""
        self._open: dict[str, Part] = {}
        self._failed: dict[str, Failed] = {}

    def get(self, recipe: Recipe) -> Part | Problem:
        """Where there is no tolerance, raises whatever stood in the way: what is in the cache may be damaged."""
        failed = self._failed.get(recipe.name)
        if failed and time.monotonic() < failed.at + AGAIN_S:
            return failed.problem
        try:
            return self._made(recipe)
        except (Exception, PanicException) as e:
            if not self.tolerant:
                raise
            log.exception("the part of %s could not be built", recipe.task)
            return self._without(recipe, e)

    def _without(self, recipe: Recipe, e: BaseException) -> Problem:
        problem = _unusable(recipe, e.__cause__ or e)
        if isinstance(e, Unbuildable):
            self._failed[recipe.name] = Failed(problem, time.monotonic())
        return problem

    def _made(self, recipe: Recipe) -> Part:
        known = self._open.get(recipe.name)
        whole = known if known and _is_whole(known) else self.load(recipe.name)
        part = whole or self._kept(recipe.name, build(recipe))
        self._open[recipe.name] = part
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
        kept = set(names)
        self._open = {n: part for n, part in self._open.items() if n in kept}
        self._failed = {n: failed for n, failed in self._failed.items() if n in kept}

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


def recipes(members: Sequence[Member]) -> list[Recipe]:
    """One for each task."""
    groups: dict[str, list[Member]] = {}
    for m in members:
        groups.setdefault(str(m.run["task"]), []).append(m)
    return [Recipe(_name(task, group), task, group) for task, group in groups.items()]


def _name(task: str, members: Sequence[Member]) -> str:
    return caching.digest(VERSION, task, [(m.run_id, m.entry.key, m.row) for m in members])


def built(wanted: Sequence[Recipe], store: Parts) -> tuple[dict[str, Part], list[Problem]]:
    """The parts that hold any run, by task, and what is missing of them."""
    found: dict[str, Part] = {}
    problems = []
    for recipe in wanted:
        part = store.get(recipe)
        if isinstance(part, Problem):
            problems.append(part)
            continue
        found |= {recipe.task: part} if part.runs else {}
        problems += [_too_much(m) for m in recipe.members if m.run_id in part.left_out]
    return found, problems


def _unusable(recipe: Recipe, e: BaseException) -> Problem:
    return Problem(Code.TASK_UNUSABLE, f"{type(e).__name__}: {e}"[:500], recipe.task)


def _too_much(m: Member) -> Problem:
    return Problem(Code.TOO_MANY_CELLS, str(m.run["task"]), str(m.run["location"]))


def build(recipe: Recipe) -> Part:
    runs = _loaded(recipe.members)
    try:
        return parts.build(recipe.task, runs) if runs else parts.nothing(recipe.task)
    except (Exception, PanicException) as e:
        raise Unbuildable from e


def _loaded(members: Sequence[Member]) -> list[RunSamples]:
    """Of those that have any samples."""
    loaded: dict[str, tuple[pl.DataFrame, pl.DataFrame]] = {}
    runs = []
    for m in members:
        if m.entry.key not in loaded:
            loaded[m.entry.key] = m.entry.table("samples"), m.entry.table("scores")
        run = _run_samples(m, *loaded[m.entry.key])
        if run.samples.height:
            runs.append(run)
    return runs


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
