"""Which sample a trajectory is of, and which trajectories a sample has: by the log's own ids before names, by names
before what was asked, and never by the model alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from data import pairing
from data.parts import Part
from data.queries import selection
from data.store import Snapshot

PROVIDERS = {"hf", "openai", "vllm", "together", "ollama"}


class Rule(StrEnum):
    LOG = "log"
    """The log's id, the sample's and its epoch."""
    NAMES = "names"
    """Task, model, sample and epoch."""
    PROMPT = "prompt"
    """The model, and the words that it was given."""


class Match(NamedTuple):
    """A sample of a run, and the rule by which a trajectory is of it."""

    run: Mapping[str, Any]
    sample_id: str
    epoch: int
    rule: Rule


def normalised(model: str) -> str:
    """A model's name without the provider that served it.

    >>> normalised("hf/Qwen/Qwen2.5"), normalised("Qwen/Qwen2.5"), normalised("gpt2")
    ('qwen/qwen2.5', 'qwen/qwen2.5', 'gpt2')
    """
    parts = model.lower().split("/")
    return "/".join(parts[1:] if parts[0] in PROVIDERS else parts)


@lru_cache(maxsize=4)
def named(s: Snapshot) -> Mapping[str, Mapping[str, Any]]:
    """Every trajectory by a name that no other has: its id, and where two manifests use one id, the later one's with its
    folder. The row's own `trajectory_id` is that name. One that is there as npz too is shown from the file that has its
    likeliest tokens."""
    found: dict[str, dict[str, Any]] = {}
    by_home: dict[tuple[str, str], str] = {}
    for row in s.trajectories.to_dicts():
        folder = row["location"].rpartition("/")[0]
        mine = (row["trajectory_id"], folder)
        if mine in by_home:
            name = by_home[mine]
            found[name] = row if row["cells"].endswith(".parquet") else found[name]
        else:
            name = by_home[mine] = _free(row["trajectory_id"], folder.rpartition("/")[2], found)
            found[name] = row
    return {name: {**row, "trajectory_id": name} for name, row in found.items()}


def _free(id: str, folder: str, taken: Mapping[str, Any]) -> str:
    names = [id, f"{id} ({folder})", *(f"{id} ({folder}, {n})" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def of_sample(s: Snapshot, run: Mapping[str, Any], sample_id: str, epoch: int) -> list[str]:
    """The names of the trajectories of one sample, by the first rule that finds any."""
    rows, asked = named(s).values(), _asked(s, run, sample_id)
    same = [r for r in rows if r["sample_id"] == sample_id and (r["epoch"] or 1) == epoch]
    rules = (
        [r for r in same if r["eval_id"] and r["eval_id"] == run["run_id"]],
        [r for r in same if r["task"] == run["task"] and _is_of(r, run)],
        [r for r in rows if asked and r["prompt_hash"] == asked and not r["sample_id"] and _is_of(r, run)],
    )
    return [r["trajectory_id"] for r in next(filter(None, rules), ())]


def _is_of(row: Mapping[str, Any], run: Mapping[str, Any]) -> bool:
    return bool(row["model"]) and normalised(row["model"]) == normalised(run["model"])


def samples_of(s: Snapshot, row: Mapping[str, Any]) -> list[Match]:
    """The samples of a trajectory, those of the latest runs first, by the first rule that finds any."""
    own = _runs(s).by_id.get(row["eval_id"] or "")
    names = _runs(s).by_names.get((row["task"], normalised(row["model"] or "")), [])
    alike = _runs(s).by_model.get(normalised(row["model"]), []) if row["model"] else []
    found: Sequence[Match] = ()
    if row["sample_id"]:
        at = row["sample_id"], row["epoch"] or 1
        found = [Match(run, *at, Rule.LOG) for run in filter(None, [own]) if _has(s, run, at[0])]
        found = found or [Match(run, *at, Rule.NAMES) for run in names if _has(s, run, at[0])]
    elif row["prompt_hash"]:
        found = [m for run in alike for m in _by_prompt(s, run, row)]
    return list(found)


class Runs(NamedTuple):
    """Latest first."""

    by_id: Mapping[str, Mapping[str, Any]]
    by_names: Mapping[tuple[Any, str], list[Mapping[str, Any]]]
    by_model: Mapping[str, list[Mapping[str, Any]]]


@lru_cache(maxsize=4)
def _runs(s: Snapshot) -> Runs:
    by_names: dict[tuple[Any, str], list[Mapping[str, Any]]] = {}
    by_model: dict[str, list[Mapping[str, Any]]] = {}
    latest = selection.named(s).sort("created", descending=True, nulls_last=True).to_dicts()
    for run in latest:
        by_names.setdefault((run["task"], normalised(run["model"])), []).append(run)
        by_model.setdefault(normalised(run["model"]), []).append(run)
    return Runs({run["run_id"]: run for run in latest}, by_names, by_model)


def place(s: Snapshot, run: Mapping[str, Any], sample_id: str) -> tuple[Part, int] | None:
    """The part that has a sample of a run, and where in it; None where the run does not have it."""
    part = s.parts.get(run["task"])
    code = part.run_code.get(run["run_id"]) if part else None
    at = _places(part).get(sample_id) if part else None
    if part is None or code is None or at is None or part.inputs[code, at] == pairing.ABSENT:
        return None
    return part, at


@lru_cache(maxsize=64)
def _places(part: Part) -> Mapping[str, int]:
    return {id: i for i, id in enumerate(part.ids["sample_id"])}


def _has(s: Snapshot, run: Mapping[str, Any], sample_id: str) -> bool:
    return place(s, run, sample_id) is not None


def _asked(s: Snapshot, run: Mapping[str, Any], sample_id: str) -> int | None:
    found = place(s, run, sample_id)
    if found is None:
        return None
    part, at = found
    value = int(part.questions[part.run_code[run["run_id"]], at])
    return value if value not in (int(pairing.ABSENT), int(pairing.UNKNOWN)) else None


def _by_prompt(s: Snapshot, run: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[Match]:
    part = s.parts.get(run["task"])
    if part is not None and run["run_id"] in part.run_code:
        same = np.flatnonzero(part.questions[part.run_code[run["run_id"]]] == np.uint64(row["prompt_hash"]))
        for at in same:
            yield Match(run, part.ids["sample_id"][int(at)], row["epoch"] or 1, Rule.PROMPT)
