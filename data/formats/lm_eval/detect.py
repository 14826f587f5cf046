"""Is this file the harness's? Decided by the beginning of its content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.formats.lenient import beginning, first_line


def matches(path: Path, head: bytes) -> bool:
    return is_samples(path, head) or is_results(head)


def is_results(head: bytes) -> bool:
    if b'"results"' not in head:
        return False
    doc = beginning(head)
    results = doc.get("results")
    if not isinstance(results, dict) or not all(isinstance(v, dict) for v in results.values()):
        return False
    named = "versions" in doc and bool({"configs", "config"} & set(doc))
    return bool(results) and (named or any(_is_filtered(r) for r in results.values()))


def _is_filtered(result: dict[str, Any]) -> bool:
    """Names of metrics with their filter, as nobody else writes them. The rest may be beyond the head."""
    return any("," in key and not isinstance(value, (dict, list)) for key, value in result.items())


def is_samples(path: Path, head: bytes) -> bool:
    if b'"doc_id"' not in head:
        return False
    row = first_line(head)
    if "doc_id" not in row:
        return False
    # A document may be longer than what detection gets to see.
    is_cut = set(row) <= {"doc_id", "doc"} and path.name.startswith("samples_") and b"\n" not in head
    return is_cut or bool({"resps", "filtered_resps"} & set(row))
