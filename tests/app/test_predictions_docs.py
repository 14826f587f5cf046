"""The predictors in docs/predictions.md, run exactly as they stand there."""

import re
import runpy
import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from app.cli import main

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(
    r"```python\n# (\w+)\.py\n(.*?)```", (ROOT / "docs" / "predictions.md").read_text(), re.DOTALL
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for run in (ROOT / "tests" / "fixtures" / "helm" / "runs").glob("*/*"):
        shutil.copytree(run, tmp_path / "benchmark_output" / "runs" / "my-suite" / run.name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_there_is_one_of_each_signature():
    assert [name for name, _ in BLOCKS] == ["others", "guess"]


@pytest.mark.parametrize(("name", "code"), BLOCKS)
def test_it_runs_as_written(name, code, folder):
    (folder / f"{name}.py").write_text(code)
    asked = ["predict", f"{name}:{name.title()}", "--helm", "benchmark_output", "--suite", "my-suite", "--examples", "1",
             "--samples", "2", "--seed", "1", "--seed", "2", "--cache", "cache"]  # fmt: skip
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    saved = [pl.read_parquet(p) for p in (folder / "cache" / "predictions").iterdir()]
    assert {s["seed"][0] for s in saved} == {1, 2}
    assert {s["n_eval_samples"][0] for s in saved} == {2}
    assert all({f"{name}:{name.title()}", "mean of the samples"} == set(s["predictor"]) for s in saved)


def test_the_frames_are_had_as_written(folder):
    text = (ROOT / "docs" / "predictions.md").read_text()
    (code,) = re.findall(r"```python\n(from pathlib.*?)```", text, re.DOTALL)
    (folder / "notebook.py").write_text(code)
    found = runpy.run_path(str(folder / "notebook.py"))
    assert all(len(found[name]) for name in ("runs", "specs", "stats", "states", "per_instance"))
    assert {run.suite for run in found["runs"]} == {"my-suite"}
