"""Is this file a record of the exchange schema? Decided by the beginning of its content."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from data.formats.lenient import beginning, first_line

SAMPLES = "_samples.jsonl"


def matches(_path: Path, head: bytes) -> bool:
    return is_instances(head) or is_record(head)


def is_record(head: bytes) -> bool:
    if b'"schema_version"' not in head:
        return False
    doc = beginning(head)
    return {"schema_version", "evaluation_id"} <= set(doc) and bool(
        {"source_metadata", "model_info", "evaluation_results"} & set(doc)
    )


def is_instances(head: bytes) -> bool:
    if b'"schema_version"' not in head:
        return False
    return {"schema_version", "evaluation_id", "model_id", "evaluation_name"} <= set(first_line(head))


def companions(path: Path, beside: Sequence[Path]) -> tuple[Path, ...]:
    """The samples have the record's own name, since both carry its uuid."""
    if path.suffix != ".json":
        return ()
    samples = path.with_name(path.stem + SAMPLES)
    return (samples,) if samples in _known(tuple(beside)) else ()


# Asked once for each of thousands of records, always about the same files.
@lru_cache(maxsize=1)
def _known(beside: tuple[Path, ...]) -> frozenset[Path]:
    return frozenset(p for p in beside if p.name.endswith(SAMPLES))
