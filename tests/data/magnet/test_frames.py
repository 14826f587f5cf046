"""Frames under MAGNET's column names, with every number of the files."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from data.magnet import frames

FIXTURES = Path(__file__).parents[2] / "fixtures" / "helm" / "runs"
SHARED = Path(__file__).parents[4] / "shared" / "real-logs" / "helm"
real = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared logs are not here")
FRAMES = (frames.run_spec_df, frames.stats_df, frames.scenario_state_df, frames.per_instance_stats_df)


def test_suites_and_runs_are_listed():
    assert [s.name for s in frames.suites(FIXTURES)] == ["packed", "plain"]
    assert [r.suite for r in frames.runs(FIXTURES)] == ["packed", "plain"]
    assert [r.suite for r in frames.runs(FIXTURES.parent, "simple_mcqa:*")] == ["plain"]
    assert frames.runs(FIXTURES, suite="nowhere") == []
    (run,) = frames.runs(FIXTURES / "plain")
    assert frames.runs(run.path) == [run]


def test_packed_runs_have_frames_too():
    for frame in FRAMES:
        found = frame(frames.runs(FIXTURES))
        assert found.columns[0] == "run_spec.name"
        assert found["run_spec.name"].nunique() == 2


def test_the_names_that_magnets_predictors_use():
    run = frames.runs(FIXTURES, suite="packed")
    names = [set(frame(run).columns) for frame in FRAMES]
    assert {
        "run_spec.adapter_spec.model",
        "run_spec.data_augmenter_spec.perturbation_specs",
        "run_spec.groups",
    } <= names[0]
    kind = {f"perturbation.{k}" for k in ("name", "computed_on", "robustness", "fairness", "prob")}
    assert {f"stats.name.{k}" for k in ("name", "split", *kind)} <= names[1]
    assert {
        f"stats.{k}" for k in ("count", "sum", "sum_squared", "min", "max", "mean", "variance", "stddev")
    } <= names[1]
    inner = (
        "instance.id",
        "instance.input.text",
        "instance.references",
        "request.prompt",
        "result.completions",
    )
    assert {f"scenario_state.request_states.{k}" for k in inner} <= names[2]
    assert "scenario_state.adapter_spec.method" in names[2]
    own = ("instance_id", "train_trial_index", "perturbation", "stats.mean", "stats.name.perturbation.prob")
    assert {f"per_instance_stats.{k}" for k in own} <= names[3]


def leaves(value, prefix):
    if isinstance(value, dict):
        return {k: v for key, item in value.items() for k, v in leaves(item, f"{prefix}.{key}").items()}
    return {prefix: value}


@real
@pytest.mark.parametrize(("file", "frame"), [("run_spec", frames.run_spec_df), ("stats", frames.stats_df)])
def test_every_value_is_the_files(file, frame):
    chosen = frames.runs(SHARED)
    assert len(chosen) == 44
    found = frame(chosen)
    docs = [json.loads((r.path / f"{file}.json").read_text()) for r in chosen]
    wanted = [leaves(x, file) for doc in docs for x in (doc if isinstance(doc, list) else [doc])]
    assert len(found) == len(wanted)
    assert set(found.columns) - {"run_spec.name"} == {k for w in wanted for k in w} - {"run_spec.name"}
    for row, values in zip(found.to_dict("records"), wanted, strict=True):
        assert {k: row[k] for k in values if k in row} == values
        rest = [v for k, v in row.items() if k not in values and k != "run_spec.name"]
        assert all(pd.isna(v) for v in rest)


@real
def test_as_many_rows_as_requests_and_statistics():
    chosen = frames.runs(SHARED, suite="offline-hf")
    load = lambda r, f: json.loads((r.path / f"{f}.json").read_text())
    assert len(frames.scenario_state_df(chosen)) == sum(
        len(load(r, "scenario_state")["request_states"]) for r in chosen
    )
    per = sum(len(e["stats"]) for r in chosen for e in load(r, "per_instance_stats"))
    assert len(frames.per_instance_stats_df(chosen)) == per


@pytest.mark.parametrize("name", frames.FILES)
@pytest.mark.parametrize("harm", ["missing", "cut off"])
def test_a_run_that_is_damaged_is_named_and_left_out(tmp_path, name, harm):
    for run in FIXTURES.glob("*/*"):
        shutil.copytree(run, tmp_path / "runs" / "s" / run.name)
    plain = next((tmp_path / "runs" / "s").glob("simple_mcqa*"))
    file = plain / f"{name}.json"
    if harm == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-40])
    chosen = frames.runs(tmp_path)
    found = frames.sound(chosen)
    if (name, harm) == ("run_spec", "missing"):  # then the folder is no run
        assert (len(found.runs), found.left_out) == (1, {})
        return
    assert [r.name for r in found.runs] == [r.name for r in chosen if r.path != plain]
    assert list(found.left_out) == [str(plain)]
    assert f"{name}.json" in found.left_out[str(plain)]
