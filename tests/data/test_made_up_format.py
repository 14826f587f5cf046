"""To add a format is to add one file, and logs to test it with: what every format promises is then tested of it too."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORMAT = '''
"""Lines of sample, score, question; the first line is the task and the model."""
import polars as pl

from data.formats.base import Format, Log, Reading
from data.problems import Code, Problem
from data.schema import Tables

MARK, END = b"made up: ", "the end\\n"


def _rows(log):
    text = log.path.read_text("utf-8", "replace")
    head, *rest = text.splitlines()
    task, _, model = head.removeprefix(MARK.decode()).partition(" by ")
    return task, model, [r.split("|") for r in rest if r.count("|") == 2], text.endswith(END)


def read(log: Log) -> Reading:
    task, model, rows, is_whole = _rows(log)
    known = {"run_id": f"{task}-{model}", "content": log.path.read_text("utf-8", "replace"), "status": "success"}
    samples = pl.DataFrame({"run": [0] * len(rows), "sample_id": [r[0] for r in rows], "epoch": [1] * len(rows),
                            "input": [r[2] for r in rows]})
    scores = pl.DataFrame({"sample": range(len(rows)), "scorer": ["right"] * len(rows),
                           "value": [float(r[1]) for r in rows], "mark": [0] * len(rows)})
    tables = Tables.of(runs=pl.DataFrame([known | {"task": task, "model": model}]), samples=samples, scores=scores)
    return Reading(tables, () if is_whole else (Problem(Code.TRUNCATED),))


def sample(log: Log, key):
    found = {r[0]: r for r in _rows(log)[2]}.get(key.sample_id)
    return found and {"input": found[2], "scores": {"right": {"value": float(found[1])}}}


FORMAT = Format("made_up", lambda path, head: head.startswith(MARK), read, sample=sample)
'''
LOG = "made up: sums by lab/tiny\na|1|one and one?\nb|0|two and two?\nthe end\n"


def test_one_file_and_its_logs_are_all(tmp_path):
    for name in ("data", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "e2e"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "data" / "formats" / "made_up.py").write_text(FORMAT)
    (tmp_path / "tests" / "fixtures" / "made_up").mkdir()
    (tmp_path / "tests" / "fixtures" / "made_up" / "one.log").write_text(LOG)
    asked = ["-q", "-p", "no:cacheprovider", "-k", "made_up", "tests/data/test_formats.py"]
    # Not the tree that this test runs in: the copy.
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *asked],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= 15
