"""What a log format is: a cheap test, a reader, and a way back to one whole sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from data.problems import Problem
from data.schema import Tables


class Reading(NamedTuple):
    """What a log said, and what it should have said but did not."""

    tables: Tables
    problems: tuple[Problem, ...] = ()


class Log(NamedTuple):
    """One log: its main file and the files that only mean something beside it."""

    path: Path
    companions: tuple[Path, ...] = ()


class SampleKey(NamedTuple):
    """Which sample of which log. `locator` is what the reader put into `samples.locator`."""

    sample_id: str
    epoch: int
    locator: str | None = None


def no_companions(_path: Path, _beside: Sequence[Path]) -> tuple[Path, ...]:
    return ()


def _no_sidecar(_path: Path, _head: bytes) -> bool:
    return False


def _no_sample(_log: Log, _key: SampleKey) -> Mapping[str, Any] | None:
    return None


def no_long_texts(_log: Log) -> Sequence[tuple[str, int, str]]:
    return ()


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    matches: Callable[[Path, bytes], bool]
    """Decides from the path and the first HEAD_BYTES alone; never opens the file. The name of a file may
    settle a doubt, but a name alone never makes a log."""
    read: Callable[[Log], Reading]
    """May raise what it likes on a log that makes no sense: ingest makes a problem of it. What is merely
    missing is a Problem in the Reading."""
    index: Callable[[Log], Reading] | None = None
    """The runs and their metrics alone, where that is far less work than all of it: published first, where there is
    much to read."""
    companions: Callable[[Path, Sequence[Path]], tuple[Path, ...]] = no_companions
    """Of the files in the same folder and two levels below, those that belong to this log. They are then not logs."""
    is_sidecar: Callable[[Path, bytes], bool] = _no_sidecar
    """A file that this harness leaves beside its logs and that holds nothing to read: skipped silently."""
    secondhand: bool = False
    """Made from the logs of other harnesses, whose ids its runs keep: where both are there, a run counts once."""
    sample: Callable[[Log, SampleKey], Mapping[str, Any] | None] = _no_sample
    """One sample as logged, read again from the log; None when it is not there any more. Keys: input, target,
    choices, scores (scorer -> {value, answer, explanation, metadata}), metadata, and what else the log has. Where it
    has them: messages, a sequence of {role, content (text, or parts with a type), tool_calls}, which may decode each
    when it is asked for; events, the same of events, and event_list, a function that makes their table
    (events.LISTING); attachments; size, in bytes of the log; problems, of what could not be had."""
    samples: Callable[[Log, Sequence[SampleKey]], Iterator[Mapping[str, Any] | None]] | None = None
    """Many of one log, each as `sample` has it and in the order asked for, where that is far less work than each by
    itself: for who writes all of them down."""
    long_texts: Callable[[Log], Sequence[tuple[str, int, str]]] = no_long_texts
    """Sample id, epoch, and what it says that its previews leave out: the rest of long texts, other scorers' answers, what
    scorers explain. For the samples that have any. To be searched; read after ingest."""
