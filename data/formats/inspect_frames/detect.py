"""Which Parquet files are frames of inspect_ai, told by their columns.

These stand in the footer, beyond what detection is given. So a file that begins as Parquet is opened, against the
rule, and its footer is read: nothing else in it says whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path

from data.formats import parquet

MAGIC = b"PAR1"


class Kind(Enum):
    EVALS = auto()
    SAMPLES = auto()


COLUMNS = {
    Kind.SAMPLES: {"sample_id", "eval_id", "id", "epoch"},
    Kind.EVALS: {"eval_id", "task_name", "model"},
}
"""A frame of samples may have the columns of its evaluation too."""
OTHERS = {"message_id", "event_id"}
"""Of frames of messages and of events."""


def matches(path: Path, head: bytes) -> bool:
    return head.startswith(MAGIC) and kind(path) is not None


def kind(path: Path) -> Kind | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return _kind(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4096)
def _kind(path: Path, _modified: int, _size: int) -> Kind | None:
    columns = set(parquet.schema(path))
    return next((k for k, own in COLUMNS.items() if own <= columns and not OTHERS & columns), None)


def companions(path: Path, beside: Sequence[Path]) -> tuple[Path, ...]:
    """All frames of a folder are one log, since nothing else says which samples are of which evaluations. The first
    claims the others: two that claim each other would both vanish."""
    near = {p for p in beside if p.parent == path.parent and p.suffix == path.suffix} | {path}
    frames = sorted((k.value, p) for p in near if (k := kind(p)))
    return tuple(p for _, p in frames[1:]) if frames and frames[0][1] == path else ()
