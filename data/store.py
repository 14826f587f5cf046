"""The current snapshot. Replaced whole, so a reader sees the old one or the new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import polars as pl

from data import trajectories as arrays
from data.formats.base import Log, SampleKey
from data.parts import Part
from data.problems import Problem
from data.schema import CARDS, METRICS, PREDICTIONS, RUNS, TRAJECTORIES
from data.trajectories import Read as ReadArrays
from data.viewers import Viewers

ReadSample = Callable[[str, Log, SampleKey], Mapping[str, Any] | None]
"""One sample as its log has it, by the name of the log's format."""
SNAPSHOT_RUNS = pl.Schema([*RUNS.items(), ("superseded", pl.Boolean())])


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All tables at one moment.

    `runs` has the schema's columns and `superseded`: a later attempt at the same run counts instead.
    `metrics.run` is a row number of `runs`. `version` names the content: two processes name it alike.
    """

    version: str = ""
    runs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SNAPSHOT_RUNS))
    metrics: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=METRICS))
    parts: Mapping[str, Part] = field(default_factory=dict)
    """By task."""
    problems: tuple[Problem, ...] = ()
    trajectories: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TRAJECTORIES))
    predictions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PREDICTIONS))
    cards: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CARDS))
    read_sample: ReadSample | None = None
    """How the whole of a sample is had, if not by simply reading the log: logs may be strangers'."""
    read_arrays: ReadArrays = arrays.here
    """The same of the arrays of a trajectory."""


class Progress(NamedTuple):
    """How far ingest is: files looked at, of all that were found. Done when they are equal."""

    done: int = 0
    total: int = 0
    busy: bool = False


class Store:
    """One reference that ingest swaps and everybody reads."""

    def __init__(self, snapshot: Snapshot | None = None, viewers: Viewers = ()) -> None:
        self._current = snapshot or Snapshot()
        self.viewers = viewers
        self.progress = Progress()

    @property
    def snapshot(self) -> Snapshot:
        return self._current

    def publish(self, snapshot: Snapshot) -> None:
        self._current = snapshot
