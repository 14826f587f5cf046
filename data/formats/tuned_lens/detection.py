"""Which files are lens trajectories."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from data.formats import parquet

MANIFEST = {"trajectory_id", "layer_labels", "tokens", "statistics"}
CELLS = {"trajectory_id", "layer", "position"}


def matches(path: Path, head: bytes) -> bool:
    """A manifest, a file of cells, or an npz with a lens in it.

    The columns of a Parquet file stand at its end, so this one opens files: only those that begin as Parquet does.
    """
    if head[:4] == b"PAR1":
        columns = parquet_columns(path)
        return columns >= MANIFEST or columns >= CELLS
    return (head[:2] == b"PK" and b"layer_labels.npy" in head) or _first_is_meta(head)


def _first_is_meta(head: bytes) -> bool:
    """numpy writes an npz as a zip of `.npy` members; ours begins with `meta`."""
    return head[:4] == b"PK\x03\x04" and head[30:38] == b"meta.npy" and b"lens" in head


def parquet_columns(path: Path) -> set[str]:
    """None at all where the file is cut off or damaged."""
    return set(parquet.schema(path))


def is_manifest(path: Path) -> bool:
    return parquet_columns(path) >= MANIFEST


def companions(path: Path, beside: Sequence[Path]) -> tuple[Path, ...]:
    """The files of cells in `cells/` beside a manifest."""
    folder = path.parent / "cells"
    mine = [p for p in beside if p.parent == folder and p.suffix == ".parquet"]
    return tuple(sorted(mine)) if mine and is_manifest(path) else ()
