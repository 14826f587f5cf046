"""The runs of a snapshot: each one once, under an id of its own, and which of several attempts counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from data import formats
from data.entries import Entry
from data.problems import Code, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One run among all: whose reading it is from, at which row, under which id."""

    entry: Entry
    row: int
    run_id: str
    run: Mapping[str, object]


def member(entry: Entry, row: int, run: Mapping[str, object]) -> Member:
    return Member(entry, row, str(run["run_id"]), run)


def distinct(members: Sequence[Member]) -> tuple[list[Member], list[Problem]]:
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


def _age(m: Member) -> tuple[datetime, str]:
    return _when(m.run["modified"]), str(m.run["location"])


def _when(said: object) -> datetime:
    """What has no date is older than all that has one."""
    return said if isinstance(said, datetime) else datetime.min.replace(tzinfo=UTC)


def superseded(members: Sequence[Member]) -> list[bool]:
    """Of all attempts at one run the latest success counts, or the latest attempt where none succeeded."""
    counts: dict[object, Member] = {}
    for m in sorted(members, key=_attempt):
        counts[_task_key(m)] = m
    return [counts[_task_key(m)] is not m for m in members]


def _task_key(m: Member) -> object:
    """Two tasks are never two attempts at one, whatever ids their logs share."""
    return m.run["format"], m.run["task"], m.run["task_key"] or m.run_id


def _attempt(m: Member) -> tuple[bool, datetime, int, tuple[datetime, str]]:
    """Of one attempt, what has most of its samples comes last: a copy that was cut off never stands for the whole."""
    done = m.run["samples_done"]
    least = done if isinstance(done, int) else -1
    return m.run["status"] == "success", _when(m.run["created"]), least, _age(m)
