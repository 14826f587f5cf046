"""Which files are Inspect's logs, told by what is in them, and which only lie beside its logs."""

from __future__ import annotations

import struct
from pathlib import Path

from data.formats.lenient import beginning

SIDECAR_NAMES = {".eval-set-id", "flow.yaml"}
MANIFESTS = {"listing.json", "logs.json"}
"""Any harness might use these names, so their content is looked at too."""
FIRST_MEMBERS = {"header.json", "summaries.json", "reductions.json"}


def matches(path: Path, head: bytes) -> bool:
    if head.startswith(b"PK\3\4"):
        return _is_first_member(_first_member(head), path) and not is_sidecar(path, head)
    return _is_json_log(head) and not is_sidecar(path, head)


def _first_member(head: bytes) -> str:
    (length,) = struct.unpack_from("<H", head.ljust(30, b"\0"), 26)
    return head[30 : 30 + length].decode("utf-8", "replace")


def _is_first_member(name: str, path: Path) -> bool:
    """Names that a stranger's ZIP might have too count in a file that is called .eval."""
    if name.startswith("_journal/") or (name.startswith("samples/") and "_epoch_" in name):
        return True
    return name in FIRST_MEMBERS and path.suffix == ".eval"


def _is_json_log(head: bytes) -> bool:
    if b'"eval"' not in head:
        return False
    log = beginning(head)
    spec = log.get("eval")
    return (
        ("version" in log or "status" in log)
        and isinstance(spec, dict)
        and "task" in spec
        and ("run_id" in spec or "task_id" in spec)
    )


def is_sidecar(path: Path, head: bytes) -> bool:
    if path.name in SIDECAR_NAMES or ".buffer" in path.parts[:-1]:
        return True
    if path.name == "eval-set.json":
        return b'"eval_set_id"' in head
    if path.name in MANIFESTS:
        return all(name.endswith((".eval", ".json")) for name in beginning(head)) and _is_object(head)
    return any(_holds_parts(folder) for folder in path.parents)


def _is_object(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def _holds_parts(folder: Path) -> bool:
    """Checkpoints, or shards whose merged log lies beside them."""
    if folder.name.endswith(".checkpoints"):
        return True
    return folder.name.endswith(".shards") and folder.with_suffix(".eval").exists()
