"""Frames that inspect_ai itself saved, and small ones made by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from data.formats.base import Log
from data.formats.inspect_frames import FORMAT

PROGRAM = Path(__file__).with_name("by_inspect.py")


@pytest.fixture(scope="session")
def frames(demo_logs, tmp_path_factory):
    """A folder with frames of the demo's logs."""
    pytest.importorskip("pyarrow")
    out = tmp_path_factory.mktemp("frames")
    subprocess.run([sys.executable, PROGRAM, demo_logs, out], check=True, capture_output=True)
    return out


@pytest.fixture(scope="session")
def log_of():
    """The log that a file is, with its companions; None where it belongs to another."""

    def make(path):
        return Log(path, FORMAT.companions(path, sorted(p for p in path.parent.iterdir() if p.is_file())))

    return make


EVAL = {
    "eval_id": "E1",
    "task_id": "T1",
    "task_name": "sums",
    "model": "lab/m",
    "status": "success",
    "epochs": 1,
}
SAMPLE = {
    "sample_id": "u1",
    "eval_id": "E1",
    "id": "1",
    "epoch": 1,
    "input": "user:\nWhy?\n",
    "error": "",
    "limit": None,
}


@pytest.fixture
def read(tmp_path):
    """Frames from rows, each short of what it has in common with all, read as one log."""

    def made(evals=(), samples=()):
        paths = []
        for name, usual, rows in (("evals", EVAL, evals), ("samples", SAMPLE, samples)):
            if rows:
                paths.append(tmp_path / f"{name}.parquet")
                pl.DataFrame([usual | r for r in rows], infer_schema_length=None).write_parquet(paths[-1])
        return FORMAT.read(Log(paths[0], tuple(paths[1:])))

    return made
