"""Predictions of single instances meet the scores in HELM's own files."""

import json
from statistics import fmean

import pytest
from statsmodels.stats.weightstats import DescrStatsW

from data.cache import Cache
from data.ingest import Ingester
from data.queries import instances
from data.viewstate import ViewState

RUN = "simple_mcqa:model=mock_beta-8b"


@pytest.fixture(scope="module")
def folder(real_logs):
    return real_logs / "helm" / "benchmark_output" / "runs" / "offline-trials"


@pytest.fixture(scope="module")
def actual(folder):
    """instance -> its mean over three trials, as the file has them."""
    found = {}
    for entry in json.loads((folder / RUN / "per_instance_stats.json").read_text()):
        value = [s["mean"] for s in entry["stats"] if s["name"]["name"] == "exact_match"]
        found.setdefault(entry["instance_id"], []).extend(value)
    return {id: fmean(values) for id, values in found.items() if values}


def look(tmp_path, folder, rows):
    lines = [
        f'"{RUN}",{i},exact_match,{mean},{id},{who},{seed}' for i, (id, mean, who, seed) in enumerate(rows)
    ]
    head = "run_spec,prediction_id,stat_name,predicted_mean,instance_id,predictor,seed"
    (tmp_path / "p.csv").write_text("\n".join([head, *lines, ""]))
    return Ingester([tmp_path / "p.csv", folder], Cache(tmp_path / "cache")).look()


def test_trials_are_averaged_within_an_instance_first(tmp_path, folder, actual):
    rows = [(id, x, "p", 1) for id, mean in actual.items() for x in (mean - 0.1, mean, mean + 0.1)]
    s = look(tmp_path, folder, rows)
    found = instances.joined(s, ViewState())
    assert found.height == len(actual)
    assert dict(found.select("instance_id", "actual").rows()) == pytest.approx(actual)
    assert found["predicted"].to_list() == pytest.approx(found["actual"].to_list())


def test_what_meets_nothing_is_counted_and_in_no_number(tmp_path, folder, actual):
    s = look(tmp_path, folder, [*((id, x, "p", 1) for id, x in actual.items()), ("nowhere", 0.5, "p", 1)])
    row = instances.separation(s, ViewState()).row(0, named=True)
    assert (row["n"], row["unmatched"]) == (len(actual), 1)
    assert row["positives"] == sum(x >= 0.5 for x in actual.values())
    assert (row["auc"], row["brier"] >= 0) == (1.0, True)
    assert instances.counts(s, ViewState()) == (len(actual) + 1, len(actual), 1)


def test_the_threshold_says_what_is_positive_and_stands_beside(tmp_path, folder, actual):
    s = look(tmp_path, folder, [(id, x, "p", 1) for id, x in actual.items()])
    row = instances.separation(s, ViewState().edit(threshold=1)).row(0, named=True)
    assert (row["threshold"], row["positives"]) == (1.0, sum(x >= 1 for x in actual.values()))
    none = instances.separation(s, ViewState().edit(threshold=2)).row(0, named=True)
    assert (none["positives"], none["auc"], none["degenerate"]) == (0, None, True)
    assert instances.curves(s, ViewState().edit(threshold=2)).is_empty()


def test_each_drawing_of_a_predictor_is_one_row_with_one_curve(tmp_path, folder, actual):
    rows = [(id, x, who, seed) for who in ("p", "q") for seed in (1, 2) for id, x in actual.items()]
    s = look(tmp_path, folder, rows)
    every = instances.separation(s, ViewState())
    assert every.select("predictor", "seed", "over").rows() == [
        ("p", 1, "all"),
        ("p", 2, "all"),
        ("p", None, "draws"),
        ("q", 1, "all"),
        ("q", 2, "all"),
        ("q", None, "draws"),
    ]
    one = ViewState().edit(predictors=["q"])
    assert set(instances.curves(s, one).select("predictor", "seed").rows()) == {("q", 1), ("q", 2)}
    assert instances.reliability(s, one)["n"].sum() == 2 * len(actual)


def test_who_says_the_share_each_time_is_the_naive_brier_score(tmp_path, folder, actual):
    share = fmean(x >= 0.5 for x in actual.values())
    s = look(tmp_path, folder, [(id, share, "p", 1) for id in actual])
    row = instances.separation(s, ViewState()).row(0, named=True)
    assert row["brier"] == pytest.approx(row["naive_brier"])
    assert (row["auc"], row["slope"], row["ece"]) == (0.5, None, pytest.approx(0.0, abs=1e-12))


def test_without_predictions_there_is_nothing(demo):
    for question in (instances.separation, instances.curves, instances.reliability):
        assert question(demo, ViewState()).is_empty()
    assert instances.counts(demo, ViewState()) == (0, 0, 0)


def test_several_draws_are_summed_up_beside_each(tmp_path, folder, actual):
    """The oracle: statsmodels' interval of a mean, and sums by hand."""
    right = dict(list(actual.items()))
    ids = list(right)
    rows = [(id, (right[id] + k * (i % 3)) / 4, "p", k) for k in (1, 2, 3) for i, id in enumerate(ids)]
    rows += [(id, 0.5, "p", 4) for id in ids if right[id] >= 0.5]
    s = look(tmp_path, folder, rows)
    found = instances.separation(s, ViewState())
    draws = found.filter(found["over"] == "all")
    (mean,) = found.filter(found["over"] == "draws").to_dicts()
    areas = draws["auc"].drop_nulls()
    assert (mean["seed"], mean["draws"], len(areas), mean["degenerate"]) == (None, 3, 3, True)
    assert mean["n"] == draws["n"].sum() == len(rows)
    assert mean["auc"] == pytest.approx(areas.mean())
    assert (mean["low"], mean["high"]) == pytest.approx(DescrStatsW(areas.to_numpy()).tconfint_mean())


def test_one_draw_is_not_summed_up(tmp_path, folder, actual):
    s = look(tmp_path, folder, [(id, x, "p", 1) for id, x in actual.items()])
    assert set(instances.separation(s, ViewState())["over"]) == {"all"}


def test_what_is_no_probability_has_no_calibration_error(tmp_path, folder, actual):
    """One of four would be enough to make one: -3, 5 and 9 are in no bin."""
    ids = list(actual)[:4]
    s = look(tmp_path, folder, [(id, x, "p", 1) for id, x in zip(ids, (-3, 5, 0.5, 9), strict=True)])
    row = instances.separation(s, ViewState()).row(0, named=True)
    assert (row["n"], row["brier"], row["ece"]) == (4, None, None)
