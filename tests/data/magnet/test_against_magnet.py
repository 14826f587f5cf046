"""MAGNET's own frames and printed tables are the oracle, where aiq-magnet is installed beside us.

It is no dependency of the project: python -m venv V && V/bin/pip install 'aiq-magnet[helm]' polars diskcache pytest hypothesis,
then V/bin/python -m pytest tests/data/magnet/test_against_magnet.py
"""

import random

import pandas as pd
import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.magnet import frames, instances, predict, predictions

pytest.importorskip("magnet.backends.helm.helm_outputs", reason="aiq-magnet is not installed")

from magnet.backends.helm.helm_outputs import HelmRun
from magnet.example_perturbation_predictor import ExamplePerturbationPredictor
from magnet.example_random_instance_predictor import ExampleRandomInstancePredictor
from magnet.example_random_predictor import ExampleRandomPredictor
from magnet.predictor import RunPrediction

SUITES = ["eee-fixtures", "offline-hf", "offline-perturb", "offline-trials", "offline-v1"]
VIEWS = {
    "run_spec": frames.run_spec_df,
    "stats": frames.stats_df,
    "scenario_state": frames.scenario_state_df,
    "per_instance_stats": frames.per_instance_stats_df,
}


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("view", VIEWS)
def test_frames_are_magnets_column_for_column(real_logs, suite, view):
    chosen = frames.runs(real_logs / "helm", suite=suite)
    if suite == "eee-fixtures":
        chosen = [run for run in chosen if (run.path / f"{view}.json").exists()]
    assert chosen
    theirs = pd.concat([getattr(HelmRun(run.path).dataframe, view)() for run in chosen])
    ours = VIEWS[view](chosen)
    assert list(ours.columns) == list(theirs.columns)
    pd.testing.assert_frame_equal(ours, pd.DataFrame(theirs))


def on_test(predictor):
    """The examples predict the split `valid`, which most runs here do not have: the same for `test`."""

    class OnTest(predictor):
        def predict(self, train_split, sequestered_test_split):
            said = super().predict(train_split, sequestered_test_split)
            for one in said:
                one.split = "test"
            return said

    return OnTest


EXAMPLES = {
    "random, as shipped": (ExampleRandomPredictor, "offline-v1", "synthetic_reasoning*"),
    "random": (on_test(ExampleRandomPredictor), "offline-v1", "*"),
    "perturbation": (on_test(ExamplePerturbationPredictor), "offline-perturb", "*misspelling0.*"),
}
NUMBERS = ("mean", "min", "max", "count", "stddev", "sum", "sum_squared", "variance")


@pytest.fixture(scope="module")
def snapshot(real_logs):
    return Ingester([real_logs / "helm"], Cache.temporary()).look()


@pytest.fixture(scope="module")
def known(snapshot):
    return predictions.actual(snapshot.runs, snapshot.metrics)


class Asked:
    """A predictor of MAGNET's, and what each library makes of what it says."""

    def __init__(self, cls, chosen, seed):
        self.predictor = cls(num_example_runs=4, num_eval_samples=10, random_seed=seed)
        train, test = self.predictor.prepare_all_dataframes([run.path for run in chosen])
        random.seed(seed)  # the shipped example draws from the module's own generator
        said = self.predictor.predict(train, test.sequester())
        self.predicted = RunPrediction.to_df(said)
        self.actual = test.stats
        self.table = self.predictor.compare_predicted_to_actual(self.predicted, test.stats)
        random.seed(seed)
        self.ours = predict.run(self.predictor, chosen)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_printed_table_is_reproduced(example, seed, real_logs, known, tmp_path):
    cls, suite, pattern = EXAMPLES[example]
    asked = Asked(cls, frames.runs(real_logs / "helm", pattern, suite), seed)
    rows = predictions.read(predict.save(asked.ours, tmp_path)).rows
    found = predictions.joined(rows.filter(rows["predictor"].str.contains("Example|OnTest")), known)
    assert found["mean"].to_list() == asked.predicted["stats.mean"].to_list()
    printed = asked.table.to_dict("records")
    met = predictions.pairs(found).rows(named=True)
    assert [(r["run_spec"], r["split"], r["name"], r["predicted"], r["actual"], r["computed_on"]) for r in met] == [
        (p["run_spec"], p["split"], p["stat_name"], p["predicted_mean"], p["actual_mean"],
         p["perturbation_computed_on"])
        for p in printed
    ]  # fmt: skip
    # What it drops is counted here.
    assert predictions.counts(found).unmatched == len(asked.predicted) - len(printed)
    assert len(printed) > 0 or example != "random"


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_other_columns_of_the_table_are_the_statistics(example, real_logs, known, tmp_path):
    """run_spec, source, name, then NUMBERS: of the row that MAGNET's merge finds for the prediction."""
    cls, suite, pattern = EXAMPLES[example]
    asked = Asked(cls, frames.runs(real_logs / "helm", pattern, suite), 1)
    rows = predictions.read(predict.save(asked.ours, tmp_path)).rows
    found = predictions.joined(rows.filter(rows["predictor"].str.contains("Example|OnTest")), known)
    table = predictions.table(found).to_dicts()
    on = [c for c in asked.predicted.columns if c.startswith(("run_spec", "stats.name"))]
    merged = asked.predicted.merge(asked.actual, on=on)
    predicted = [r for r in table if r["source"] == "predicted"]
    actual = [r for r in table if r["source"] == "actual"]
    for column in NUMBERS:
        told = asked.predicted[f"stats.{column}"]
        assert [r[column] for r in predicted] == [None if pd.isna(x) else x for x in told]
        assert [r[column] for r in actual] == merged[f"stats.{column}_y"].to_list()
    assert [(r["run_spec"], r["name"]) for r in actual] == [
        (m["run_spec.name"], m["stats.name.name"]) for m in merged.to_dict("records")
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_predictions_of_instances_meet_the_same_values(seed, real_logs, snapshot, tmp_path):
    chosen = frames.runs(real_logs / "helm", "synthetic_reasoning:mode=induction*", "offline-v1")
    predictor = ExampleRandomInstancePredictor(num_example_runs=2, num_eval_samples=10, random_seed=seed)
    random.seed(seed)
    table = predictor(helm_runs=[run.path for run in chosen])
    random.seed(seed)
    rows = predictions.read(predict.save(predict.run(predictor, chosen), tmp_path)).rows
    found = instances.joined(rows, instances.actual(snapshot.runs, list(snapshot.parts.values())))
    ours = found.select("run_spec", "instance_id", "name", "predicted", "actual").rows()
    theirs = table[["run_spec", "instance_id", "stat_name", "predicted_mean", "actual_mean"]]
    assert sorted(ours) == sorted(theirs.itertuples(index=False, name=None))
