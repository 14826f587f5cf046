"""Predictors of both signatures, run on real and on small runs."""

import random
import shutil
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.magnet import examples, frames, naive, predict, predictions
from data.magnet.predictors import InstancePrediction, Predictor, RunPrediction, Split, Stat

FIXTURES = Path(__file__).parents[2] / "fixtures" / "helm" / "runs"
SHARED = Path(__file__).parents[4] / "shared" / "real-logs" / "helm"
real = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared logs are not here")


@pytest.fixture(scope="module")
def known():
    snapshot = Ingester([SHARED], Cache.temporary()).look()
    return predictions.actual(snapshot.runs, snapshot.metrics)


def outcome(predictor, known, folder, **which):
    path = predict.save(predict.run(predictor, frames.runs(SHARED, **which)), folder)
    found = predictions.read(path)
    assert found.problems == ()
    return predictions.joined(found.rows, known)


@real
@pytest.mark.parametrize("cls", [examples.Random, examples.RandomOfFiveFrames])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_random_example_meets_its_run(cls, seed, known, tmp_path):
    found = outcome(cls(num_eval_samples=5, random_seed=seed), known, tmp_path, suite="offline-v1")
    assert predictions.counts(found)[:3] == (2, 2, 0)
    assert found["predictor"].to_list() == [f"data.magnet.examples:{cls.__name__}", naive.SAMPLE]
    assert set(found["seed"]) == {seed}
    assert set(found["suite"]) == {"offline-v1"}
    run = next(r for r in frames.runs(SHARED, suite="offline-v1") if r.name == found["run_spec"][0])
    actual = frames.stats_df([run])
    own = actual[(actual["stats.name.name"] == "exact_match") & actual["stats.name.perturbation.name"].isna()]
    row = predictions.table(found).filter(pl.col("source") == "actual").row(0, named=True)
    for name in ("mean", "min", "max", "count", "stddev", "sum", "sum_squared", "variance"):
        assert row[name] == own[f"stats.{name}"].iloc[0]


@real
def test_the_perturbation_example_reads_off_a_line(known, tmp_path):
    which = {"suite": "offline-perturb", "pattern": "custom_mcqa*misspelling0.*"}
    found = outcome(examples.Perturbation(num_example_runs=4), known, tmp_path, **which)
    assert predictions.counts(found) == (2, 2, 0, 0)
    row, naive_row = found.rows(named=True)
    assert naive_row["predictor"] == naive.SAMPLE
    where = ("perturbation", "computed_on", "split", "run_spec", "actual_mean")
    assert [row[c] for c in where] == [naive_row[c] for c in where]
    assert (row["perturbation"], row["computed_on"], row["split"]) == ("misspellings", "perturbed", "test")
    assert 0 < row["mean"] < 1


@real
def test_draws_are_magnets_own(tmp_path):
    """The lines of `prepare_all_dataframes` of aiq-magnet 0.1.0, written out."""
    chosen = frames.runs(SHARED, suite="offline-v1")
    drawn = predict.draw(Predictor(num_example_runs=3, num_eval_samples=7, random_seed=5), chosen)
    rng = random.Random(5)
    *train, test = rng.sample([r.name for r in chosen], 4)
    states = frames.scenario_state_df([r for r in chosen if r.name == test])
    ids = states["scenario_state.request_states.instance.id"].unique()
    shown = {ids[i] for i in rng.sample(range(len(ids)), 7)}
    assert set(drawn.train.run_specs["run_spec.name"]) == set(train)
    assert list(drawn.test.run_specs["run_spec.name"]) == [test]
    assert set(drawn.test.scenario_state["scenario_state.request_states.instance.id"]) == shown
    assert set(drawn.test.per_instance_stats["per_instance_stats.instance_id"]) == shown


class Both(Predictor):
    """Made by a test: looks for what it may not see."""

    def predict(self, train_split: Split, sequestered_test_split: Split):
        assert sequestered_test_split.stats is None
        assert sequestered_test_split.per_instance_stats is None
        (run,) = sequestered_test_split.run_specs["run_spec.name"]
        assert run not in set(train_split.run_specs["run_spec.name"])
        assert run not in set(train_split.per_instance_stats["run_spec.name"])
        ids = sequestered_test_split.scenario_state["magnet.instance_predict_id"]
        return [
            RunPrediction(
                run,
                "test",
                "exact_match",
                0.5,
                perturbation_parameters={"computed_on": "worst", "name": "fairness"},
            ),
            *(InstancePrediction(run, int(i), "exact_match", 1.0) for i in ids),
        ]


@pytest.fixture
def tree(tmp_path):
    """Two runs under three names each."""
    for run in [r for suite in FIXTURES.iterdir() for r in suite.iterdir()]:
        shutil.copytree(run, tmp_path / "runs" / "suite" / run.name)
    return tmp_path


def test_the_answers_are_withheld_and_instances_have_their_ids(tree):
    found = predict.run(Both(num_example_runs=1, num_eval_samples=3), frames.runs(tree))
    per = found[found["magnet.instance_predict_id"].notna()]
    assert len(per) >= 3
    assert per["instance_id"].notna().all()
    saved = predictions.read(predict.save(found, tree / "out")).rows
    first = saved.row(0, named=True)
    assert (first["perturbation"], first["computed_on"], first["n_eval_samples"]) == ("fairness", "worst", 3)
    assert saved["instance_id"].drop_nulls().len() == len(per)


def test_a_namesake_in_another_suite_is_never_an_example(tree):
    shutil.copytree(tree / "runs" / "suite", tree / "runs" / "twin")
    drawn = predict.draw(Predictor(num_example_runs=1), frames.runs(tree))
    assert not set(drawn.train.run_specs["run_spec.name"]) & set(drawn.test.run_specs["run_spec.name"])
    assert {r.suite for r in drawn.tests} == {"suite", "twin"}


def test_too_few_runs_say_so(tree):
    with pytest.raises(predict.TooFewRuns, match="2 runs pass the predictor's filters, and 4 are needed"):
        predict.draw(Predictor(), frames.runs(tree))


def test_filters_choose_among_the_runs(tree):
    class Picky(Predictor):
        def run_spec_filter(self, run_spec):
            return run_spec["name"].startswith("simple")

        def run_spec_dataframe_filter(self, row):
            return row["run_spec.adapter_spec.method"] == "multiple_choice_joint"

    drawn = predict.draw(Picky(num_example_runs=0), frames.runs(tree))
    assert next(r.name for r in drawn.tests).startswith("simple")
    assert drawn.train.run_specs.empty


def test_the_naive_mean_is_over_what_was_shown(tree):
    class Sure(Predictor):
        def predict(self, train, test):
            return {
                test.run_specs["run_spec.name"].iloc[0]: [Stat("predicted_exact_match", 1.0, split="test")]
            }

    predictor = Sure(num_example_runs=1, num_eval_samples=2)
    found = predict.run(predictor, frames.runs(tree))
    drawn = predict.draw(predictor, frames.runs(tree))
    per = drawn.test.per_instance_stats
    own = per[per["per_instance_stats.stats.name.name"] == "exact_match"]
    if "per_instance_stats.perturbation" in own:
        own = own[own["per_instance_stats.perturbation"].isna()]
    assert found["predictor"].to_list()[1] == naive.SAMPLE
    assert found["stats.mean"].iloc[1] == own["per_instance_stats.stats.mean"].mean()


def test_nothing_is_ever_written_over(tree):
    found = predict.run(Both(num_example_runs=1), frames.runs(tree))
    assert predict.save(found, tree / "out") != predict.save(found, tree / "out")
    assert len(list((tree / "out").iterdir())) == 2


def test_a_class_is_found_by_its_name():
    assert predict.load("data.magnet.examples:Perturbation") is examples.Perturbation
    with pytest.raises(ValueError, match="is not MODULE:Class"):
        predict.load("data.magnet.examples")


def test_no_prediction_is_no_failure(tree):
    class Silent(Predictor):
        def predict(self, train, test):
            return []

    path = predict.save(predict.run(Silent(num_example_runs=1), frames.runs(tree)), tree / "out")
    assert isinstance(pl.read_parquet(path), pl.DataFrame)
    assert isinstance(predict.run(Silent(num_example_runs=1), frames.runs(tree)), pd.DataFrame)
