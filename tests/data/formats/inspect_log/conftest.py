"""Logs made by hand, as small as what is being tested."""

from __future__ import annotations

import json
import zipfile
from types import SimpleNamespace
from typing import Any
from warnings import catch_warnings

import pytest

from data.formats.base import Log
from data.formats.inspect_log import FORMAT

SPEC = {
    "eval_id": "E1",
    "run_id": "R1",
    "task_id": "T1",
    "created": "2026-01-02T03:04:05+02:00",
    "task": "pkg/arithmetic",
    "model": "lab/model",
    "dataset": {"name": "sums", "samples": 100, "sample_ids": [1, 2, 3]},
    "config": {"epochs": 2},
}


def header(**more: Any) -> dict[str, Any]:
    return {"version": 2, "status": "success", "eval": SPEC, "plan": {}, "results": {"scores": []}, **more}


def sample(id: Any = 1, epoch: int = 1, **more: Any) -> dict[str, Any]:
    """`value=` is short for the score of one scorer called s."""
    if "value" in more:
        more["scores"] = {"s": {"value": more.pop("value"), "answer": "a"}}
    return {"id": id, "epoch": epoch, "input": "1 + 1?", "target": "2", **more}


def metric(value: Any, name: str = "accuracy", **more: Any) -> dict[str, Any]:
    return {"name": name, "value": value, **more}


def score(name: str = "s", **metrics: Any) -> dict[str, Any]:
    return {"name": name, "scorer": name, "metrics": {k: metric(v, k) for k, v in metrics.items()}}


def as_bytes(value: Any) -> bytes:
    """Ready bytes stay; the rest is JSON with bare NaN and Infinity, as Inspect writes it."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@pytest.fixture
def make():
    return SimpleNamespace(header=header, sample=sample, metric=metric, score=score)


@pytest.fixture
def eval_log(tmp_path):
    """Writes an .eval file from its members, given in their order; a list of pairs may repeat a name."""

    def write(members, name="log.eval", compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / name
        with catch_warnings(action="ignore"), zipfile.ZipFile(path, "w", compression) as file:
            for member, value in members.items() if isinstance(members, dict) else members:
                file.writestr(zipfile.ZipInfo(member), as_bytes(value), compression)
        return path

    return write


@pytest.fixture
def json_log(tmp_path):
    def write(value, name="log.json"):
        path = tmp_path / name
        path.write_bytes(as_bytes(value))
        return path

    return write


@pytest.fixture
def read_samples(eval_log):
    """A finished .eval log with these samples, read."""

    def read(*samples, **more):
        return FORMAT.read(Log(eval_log({"summaries.json": list(samples), "header.json": header(**more)})))

    return read


@pytest.fixture
def read_json(json_log):
    def read(**more):
        return FORMAT.read(Log(json_log(header(**more))))

    return read
