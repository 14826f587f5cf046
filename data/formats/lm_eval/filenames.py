"""Which samples belong to which results: those of the same date, as their names have it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

STAMP = re.compile(r"_(\d{4}-\d\d-\d\dT\d\d[-:]\d\d[-:]\d\d(?:\.\d+)?)\.jsonl?$")
SAMPLES = "samples_"


def stamp(name: str) -> str | None:
    """
    >>> stamp("results_2026-01-21T03-44-18.458309.json"), stamp("results.json")
    ('2026-01-21T03-44-18.458309', None)
    """
    found = STAMP.search(name)
    return found[1] if found else None


def when(name: str) -> datetime | None:
    """The harness's local time, read as UTC: no zone is given."""
    found = stamp(name)
    if found is None:
        return None
    day, _, time = found.partition("T")
    try:
        return datetime.fromisoformat(f"{day}T{time.replace('-', ':')}").replace(tzinfo=UTC)
    except ValueError:
        return None


def task(name: str) -> str:
    """The task that a file of samples is named after.

    >>> task("samples_mmlu_virology_2026-01-21T03-44-18.458309.jsonl"), task("my.jsonl")
    ('mmlu_virology', 'my')
    """
    return (STAMP.sub("", name).removesuffix(".jsonl") or name).removeprefix(SAMPLES)


def belongs(name: str, task_name: str) -> bool:
    """Whether a file of samples is this task's: its name may be spelt with word characters only."""
    return task(name) in (task_name, re.sub(r"\W", "_", task_name))


def model(folder: str) -> str | None:
    """From the folder that the harness makes for a model.

    >>> model("lab__small-1b"), model("logs")
    ('lab/small-1b', None)
    """
    return folder.replace("__", "/", 1) if "__" in folder.strip("_") else None


def companions(path: Path, beside: Sequence[Path]) -> tuple[Path, ...]:
    own = stamp(path.name)
    if own is None or path.suffix != ".json":
        return ()
    samples = (p for p in beside if p.parent == path.parent and p.name.startswith(SAMPLES))
    return tuple(sorted(p for p in samples if p.suffix == ".jsonl" and stamp(p.name) == own))
