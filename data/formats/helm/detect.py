"""Which files are a HELM run, which belong to one, and which HELM only leaves beside its runs.

A run is a folder. Its log is run_spec.json; where that is lost, the first of the others that is there, so that
the loss is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pydantic_core

from data.formats.helm import packed

RUN_FILES = ("run_spec.json", "stats.json", "per_instance_stats.json", "scenario_state.json", "scenario.json")
"""What makes a run complete (runner._is_run_completed of crfm-helm)."""
SUMMARIES = ("instances.json", "display_predictions.json", "display_requests.json")
"""What helm-summarize adds to a run's folder."""
SPEC = {"name", "scenario_spec", "adapter_spec", "metric_specs"}
LOOK = 65_536

# What stands early in each file, so that another tool's file of this name is not taken for HELM's.
MARKS: dict[str, tuple[bytes, ...]] = {
    "run_spec.json": (b"{", b'"name"'),
    "stats.json": (b"[", b'"name"', b'"count"'),
    "per_instance_stats.json": (b"[", b'"instance_id"', b'"stats"'),
    "scenario_state.json": (b"{", b'"adapter_spec"'),
    "scenario.json": (b"{", b'"description"', b'"tags"'),
}
BESIDE: dict[str, tuple[bytes, ...]] = {
    "instances.json": (b"[", b'"references"'),
    "display_predictions.json": (b"[", b'"instance_id"'),
    "display_requests.json": (b"[", b'"instance_id"'),
    "input_instances.json": (b"[", b'"references"'),
    "summary.json": (b"{", b'"date"'),
    "schema.json": (b"{", b'"display_name"'),
    "runs.json": (b"[", b'"run_spec"'),
    "run_specs.json": (b"[", b'"adapter_spec"'),
    "runs_to_run_suites.json": (b"{",),
    "groups.json": (b"[", b'"header"'),
    "groups_metadata.json": (b"{", b'"display_name"'),
    "costs.json": (b"{",),
    "encryption_data.json": (b"{",),
}
EMPTY = (b"[]", b"{}")


def matches(path: Path, head: bytes) -> bool:
    name = packed.plain_name(path)
    text = _text(head)
    if name in MARKS:
        return _has(text, MARKS[name])
    return b'"scenario_spec"' in text and _keys(text) >= SPEC


def is_sidecar(path: Path, head: bytes) -> bool:
    folders = path.parts[:-1]
    if "eval_cache" in folders or ("benchmark_output" in folders and "scenarios" in folders):
        return True
    text = _text(head)
    if "groups" in folders and (
        path.suffix == ".tex" or _has(text, BESIDE["groups.json"]) or _has(text, (b"{", b'"title"'))
    ):
        return True
    marks = BESIDE.get(packed.plain_name(path))
    return marks is not None and (_has(text, marks) or text.strip() in EMPTY)


def companions(path: Path, beside: Sequence[Path]) -> tuple[Path, ...]:
    """The other files of the run, when `path` is the one that it is read from."""
    own = sorted((p for p in beside if p.parent == path.parent and _rank(p) < len(ORDER)), key=_preference)
    if _rank(path) < len(RUN_FILES) and own and own[0] != path:
        return ()
    return tuple(p for p in own if p != path)


ORDER = (*RUN_FILES, *SUMMARIES)


def _rank(path: Path) -> int:
    name = packed.plain_name(path)
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _preference(path: Path) -> tuple[int, bool, str]:
    """A plain file before its packed copy."""
    return _rank(path), path.suffix in packed.ENDINGS, path.name


def _text(head: bytes) -> bytes:
    return packed.head(head, LOOK).removeprefix(b"\xef\xbb\xbf").lstrip()


def _has(text: bytes, marks: tuple[bytes, ...]) -> bool:
    return text.startswith(marks[0]) and all(m in text for m in marks[1:])


def _keys(text: bytes) -> set[str]:
    value: Any = None
    if text.startswith(b"{"):
        try:
            value = pydantic_core.from_json(text.decode("utf-8", "ignore"), allow_partial=True)
        except ValueError:
            return set()
    return set(value) if isinstance(value, dict) else set()
