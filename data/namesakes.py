"""Different tasks that have one name: told apart by the names that have their package or owner in front."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from data.formats.inputs import WHOLE
from data.members import Member


@dataclass(slots=True)
class _Task:
    """What runs under some full names are about, which is one task as far as anybody can tell."""

    members: list[Member]
    full: str
    datasets: set[object]
    questions: set[int] = field(default_factory=set)

    def may_be(self, other: _Task) -> bool:
        """A dataset that is not told may be any."""
        known = None not in self.datasets | other.datasets
        return not known or bool(self.datasets & other.datasets or self.questions & other.questions)

    def with_(self, other: _Task) -> _Task:
        return _Task(
            self.members + other.members,
            min(self.full, other.full),
            self.datasets | other.datasets,
            self.questions | other.questions,
        )


def apart(members: Sequence[Member]) -> list[Member]:
    """Of one harness, runs of one name whose full names and datasets differ, and that have no question in common, under
    their full names. All others keep the short name, which is in links and is what lines up between versions."""
    names: dict[tuple[object, object], dict[str, list[Member]]] = {}
    for m in members:
        if full := m.run["qualified"]:
            named = names.setdefault((m.run["format"], m.run["task"]), {})
            named.setdefault(str(full), []).append(m)
    renamed = {id(m): full for same in names.values() if len(same) > 1 for m, full in _named(same)}
    return [replace(m, run={**m.run, "task": renamed[id(m)]}) if id(m) in renamed else m for m in members]


def _named(same: dict[str, list[Member]]) -> Iterable[tuple[Member, str]]:
    tasks: list[_Task] = []
    for full, members in sorted(same.items()):
        one = _Task(members, full, {m.run["dataset"] for m in members}, _questions(members))
        for other in [t for t in tasks if t.may_be(one)]:
            tasks.remove(other)
            one = other.with_(one)
        tasks.append(one)
    return [(m, t.full) for t in tasks for m in t.members] if len(tasks) > 1 else []


def _questions(members: Iterable[Member]) -> set[int]:
    """The inputs that are wholly known."""
    found: set[int] = set()
    for m in members:
        asked = m.entry.table("samples").filter(pl.col("run") == m.row)["input_hash"]
        found |= set(asked.drop_nulls().unique().to_list())
    return {hashed for hashed in found if hashed & WHOLE}
