"""One run as a record: what it is about, its results, and where its samples are."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import polars as pl

from data.exchange import results, rows
from data.formats.every_eval_ever import dialect
from data.store import Snapshot

VERSION = "0.3.0"
NAMESPACE = UUID("6d1d3c58-8b0a-4b8e-9f0b-0c6a2f7f5f4e")
LIBRARIES = {"inspect": "inspect_ai", "inspect_frames": "inspect_ai", "twinkle": "twinkle_eval"}
UNKNOWN = "unknown"
RESERVED = re.compile(r"data|con|prn|aux|nul|(com|lpt)[1-9]", re.IGNORECASE)
"""What Windows, and the public store, keep for themselves."""


class Record(NamedTuple):
    """`name` is that of the files, a uuid; `folder` the one that they lie in, in the public store as here."""

    name: str
    folder: PurePosixPath
    aggregate: dict[str, Any]
    instances: list[dict[str, Any]]


def record(s: Snapshot, run: Mapping[str, Any]) -> Record:
    logged = s.metrics.filter((pl.col("run") == run["row"]) & (pl.col("source") == "actual"))
    found = results.results(run, logged.to_dicts())
    scored = rows.scored(s, run)
    about = {
        "schema_version": VERSION,
        "evaluation_id": f"{run['task']}/{run['model']}/{_stamp(run)}/{run['run_id'][:8]}",
    }
    common = about | {"model_id": run["model"], "evaluation_name": run["task"]}
    instances = list(rows.instances(run, scored.finite, common, results.by_scorer(run, found)))
    aggregate = about | _source(run, scored.left_out) | {"evaluation_results": [r.block for r in found]}
    name, folder = file_name(run["run_id"]), _folder(run)
    if instances:
        aggregate["detailed_evaluation_results"] = _pointer(folder / f"{name}_samples.jsonl", instances)
    return Record(name, folder, aggregate, instances)


def file_name(run_id: str) -> str:
    """Always the same for a run, in the shape of the version 4 that the schema asks for."""
    return str(UUID(bytes=uuid5(NAMESPACE, run_id).bytes, version=4))


def _stamp(run: Mapping[str, Any]) -> str:
    """Of the log and not of this moment, so that to write twice gives the same bytes."""
    when = run["created"] or run["modified"]
    return "0" if when is None else str(when.timestamp())


def _source(run: Mapping[str, Any], left_out: int) -> dict[str, Any]:
    details = {
        dialect.FORMAT: run["format"],
        dialect.RUN_ID: run["run_id"],
        dialect.TAGS: "\n".join(run["tags"] or []),
    }
    details |= {k: str(run[k]) for k in (dialect.DONE, dialect.PLANNED) if run[k] is not None}
    details |= {"scores_left_out": str(left_out)} if left_out else {}
    return {
        **({"evaluation_timestamp": run["created"].isoformat()} if run["created"] else {}),
        "retrieved_timestamp": _stamp(run),
        "source_metadata": {
            **({"source_name": run["suite"]} if run["suite"] else {}),
            "source_type": "evaluation_run",
            "source_organization_name": UNKNOWN,
            "evaluator_relationship": "other",
            "additional_details": {k: v for k, v in details.items() if v},
        },
        "eval_library": _library(run),
        "model_info": {
            "name": run["model"],
            "id": run["model"],
            "additional_details": {"deployment_type": UNKNOWN, "model_availability": UNKNOWN},
        },
    }


def _library(run: Mapping[str, Any]) -> dict[str, str]:
    """As the run's own settings name it, in the words of each format."""
    config = json.loads(run["config"] or "{}")
    own = config.get("eval_library")
    if isinstance(own, dict) and {"name", "version"} <= set(own):
        return {k: str(own[k]) for k in ("name", "version")}
    name = LIBRARIES.get(run["format"], run["format"] or UNKNOWN)
    packages = config.get("packages")
    version = packages.get(name) if isinstance(packages, dict) else config.get(f"{name}_version")
    return {"name": name, "version": str(version or UNKNOWN)}


def _folder(run: Mapping[str, Any]) -> PurePosixPath:
    """data/benchmark/developer/model, as the coalition's validator wants it."""
    developer, _, model = run["model"].rpartition("/")
    return PurePosixPath("data", *(_segment(part) for part in (run["task"], developer, model)))


def _pointer(path: PurePosixPath, instances: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "format": "jsonl",
        "file_path": str(path),
        "hash_algorithm": "sha256",
        "checksum": hashlib.sha256(rows.text(instances).encode()).hexdigest(),
        "total_rows": len(instances),
    }


def _segment(text: str) -> str:
    """A name that every file system takes, and that is not the store's own.

    >>> _segment("lab/../x y"), _segment(".."), _segment("data"), _segment("con.1")
    ('lab_.._x_y', 'unknown', '_data', '_con.1')
    """
    found = re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._-")[:100].rstrip(".") or UNKNOWN
    return f"_{found}" if RESERVED.fullmatch(found.partition(".")[0]) else found
