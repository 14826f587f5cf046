"""Which files belong together. Since August 2025 nothing but their names says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

SUMMARY = re.compile(r"(?<!eval_)results_(?P<stamp>\d{8}_\d{4,6})(?P<shard>_node\d+_rank\d+)?(?!\d)")
DETAIL = re.compile(
    r"eval_results_(?P<stamp>\d{8}_\d{4,6})(_run(?P<run>\d+))?(?P<shard>_node\d+_rank\d+)?(?P<ext>\.jsonl?)$"
)


class Detail(NamedTuple):
    stamp: str
    run: int
    shard: str
    """Written by one of several nodes; empty for the whole."""


def detail(name: str) -> Detail | None:
    """What the name of a detail file says.

    >>> detail("results/eval_results_20250806_1543_run2.jsonl")
    Detail(stamp='20250806_1543', run=2, shard='')
    """
    m = DETAIL.search(name)
    return Detail(m["stamp"], int(m["run"] or 0), m["shard"] or "") if m else None


def companions(path: Path, beside: Sequence[Path]) -> tuple[Path, ...]:
    """Of a summary its details; of details without one the other runs of the same evaluation."""
    if own := detail(path.name):
        return _later_runs(path, own, beside)
    m = SUMMARY.search(path.name)
    return _details_of(path, m["stamp"], m["shard"] or "", beside) if m else ()


def _details_of(path: Path, stamp: str, shard: str, beside: Sequence[Path]) -> tuple[Path, ...]:
    folders = _details_by_folder(tuple(beside))
    near = folders.get(path.parent, ()) + folders.get(path.parent / "details", ())
    found = [(d, p) for d, p in near if d.stamp == stamp]
    mine = [(d.run, p) for d, p in found if d.shard == shard]
    # Shards that were merged: claimed so that nothing counts twice, and not read.
    merged = [(d.run, p) for d, p in found if d.shard and not shard] if mine else []
    return tuple(p for _, p in sorted(mine) + sorted(merged))


def _later_runs(path: Path, own: Detail, beside: Sequence[Path]) -> tuple[Path, ...]:
    """Only the first claims the others: two that claim each other would both vanish."""
    near = _details_by_folder(tuple(beside)).get(path.parent, ())
    same = [(d.run, p) for d, p in near if (d.stamp, d.shard) == (own.stamp, own.shard)]
    rest = sorted(r for r in same if r[1] != path)
    return tuple(p for _, p in rest) if rest and (own.run, path) < rest[0] else ()


# Asked once for each of thousands of logs, always about the same files.
@lru_cache(maxsize=1)
def _details_by_folder(beside: tuple[Path, ...]) -> dict[Path, tuple[tuple[Detail, Path], ...]]:
    folders: dict[Path, list[tuple[Detail, Path]]] = {}
    for path in beside:
        if told := detail(path.name):
            folders.setdefault(path.parent, []).append((told, path))
    return {folder: tuple(found) for folder, found in folders.items()}


def own(path: Path, found: Sequence[Path]) -> tuple[Path, ...]:
    """Those written by the same node; of shards that were merged only the merged are read."""
    m = SUMMARY.search(path.name) or DETAIL.search(path.name)
    shard = (m["shard"] or "") if m else ""
    return tuple(p for p in found if not (d := detail(p.name)) or d.shard == shard)
