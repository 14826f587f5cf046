"""What was read from one log, as far as it stays in memory."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl
from polars.exceptions import PanicException

from data import cache as caching
from data.cache import Cache
from data.formats.base import Reading
from data.problems import Problem
from data.schema import TABLES, Tables

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


class Gathered(NamedTuple):
    """What a snapshot is assembled from."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
