"""Predictions beside what was measured: which meet, and how far they were off."""

import csv
from dataclasses import replace

import polars as pl
import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.queries import predictions
from data.viewstate import ViewState

ROWS = """run_spec,split,stat_name,predicted_mean,actual_mean,predictor
"toy:model=a",test,exact_match,0.5,0.75,guess
"toy:model=b",test,exact_match,0.25,0.5,guess
"toy:model=c",test,exact_match,0.5,,guess
"toy:model=a",test,f1,0.1,0.2,guess
"""


@pytest.fixture
def snapshot(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "guesses.csv").write_text(ROWS)
    return Ingester([tmp_path / "logs"], Cache(tmp_path / "cache")).look()


def test_a_file_of_predictions_is_read_among_the_logs(snapshot):
    assert snapshot.predictions.height == 4
    assert snapshot.problems == ()


def test_predictions_that_met_nothing_are_counted(snapshot):
    found = predictions.counts(snapshot, ViewState())
    assert (found.predictions, found.matched, found.unmatched) == (4, 3, 1)


def test_the_table_has_two_rows_a_prediction_where_both_are_known(snapshot):
    found = predictions.table(snapshot, ViewState().edit(metric="exact_match"))
    assert found["source"].to_list() == ["predicted", "actual", "predicted", "actual", "predicted"]
    assert found["mean"].to_list() == [0.5, 0.75, 0.25, 0.5, 0.5]
    assert found.columns[:12] == [
        "run_spec", "source", "name", "split", "mean", "min", "max", "count", "stddev", "sum", "sum_squared", "variance",
    ]  # fmt: skip


def test_errors_are_of_one_statistic_each(snapshot):
    found = {
        r["name"]: r for r in predictions.summary(snapshot, ViewState()).to_dicts() if r["over"] == "all"
    }
    assert (found["exact_match"]["n"], found["exact_match"]["mae"], found["exact_match"]["bias"]) == (
        2,
        0.25,
        -0.25,
    )
    assert found["f1"]["mae"] == pytest.approx(0.1)


def test_filters_choose_among_the_predictions(snapshot):
    assert predictions.pairs(snapshot, ViewState().edit(q="model=b"))["run_spec"].to_list() == ["toy:model=b"]
    assert predictions.pairs(snapshot, ViewState().edit(models=["a"]))["actual"].to_list() == [0.75, 0.2]


def test_a_file_whose_last_line_is_cut_is_named(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "guesses.csv").write_text(ROWS[:-3])
    found = Ingester([tmp_path / "logs"], Cache(tmp_path / "cache")).look()
    assert [p.code for p in found.problems] == ["truncated"]


def test_the_real_printed_table_is_read(real_logs, tmp_path):
    found = Ingester([real_logs / "magnet"], Cache(tmp_path / "cache")).look()
    assert found.predictions.height == 6
    assert predictions.counts(found, ViewState()).matched == 6


def test_predictors_are_not_averaged_with_each_other(tmp_path):
    (tmp_path / "logs").mkdir()
    more = ROWS + '"toy:model=a",test,exact_match,0.75,0.75,mean of the samples\n'
    (tmp_path / "logs" / "guesses.csv").write_text(more)
    s = Ingester([tmp_path / "logs"], Cache(tmp_path / "cache")).look()
    rows = predictions.summary(s, ViewState().edit(metric="exact_match")).to_dicts()
    every = {r["predictor"]: r for r in rows if r["over"] == "all"}
    assert {k: r["mae"] for k, r in every.items()} == {"guess": 0.25, "mean of the samples": 0.0}
    # Of model a the sample's mean is known; of model b the naive guess is what the other run came to.
    assert (every["guess"]["naive"], every["guess"]["naive_mae"]) == ("both", 0.125)
    of_a = next(r for r in rows if (r["predictor"], r["which"]) == ("guess", "a"))
    assert (of_a["naive"], of_a["naive_mae"], of_a["gain"]) == ("shown", 0.0, -0.25)
    alone = predictions.summary(s, ViewState().edit(metric="exact_match", predictors=["guess"])).to_dicts()
    assert [r for r in alone if r["over"] == "all"] == [every["guess"]]


@pytest.mark.parametrize("facet", ["task", "model", "predictor"])
def test_each_facet_has_its_own_errors(snapshot, facet):
    found = predictions.pairs(snapshot, ViewState().edit(facet=facet))
    assert found["facet"].to_list() == found[facet].to_list()
    lines = predictions.lines(found)
    assert lines["n"].sum() == found.height
    assert lines.height == found.select("name", "facet").n_unique()


def test_the_middle_is_between_predicted_and_actual(snapshot):
    row = predictions.pairs(snapshot, ViewState().edit(q="model=b")).row(0, named=True)
    assert (row["middle"], row["error"]) == (0.375, -0.25)


@pytest.fixture(scope="module")
def perturbed(real_logs, tmp_path_factory):
    roots = [real_logs / "magnet", real_logs / "helm" / "benchmark_output" / "runs" / "offline-perturb"]
    return Ingester(roots, Cache(tmp_path_factory.mktemp("cache"))).look()


def test_sweeps_have_what_is_measured_and_what_is_predicted(perturbed):
    found = predictions.sweep(perturbed, ViewState())
    assert set(found["source"]) == {"actual", "predicted"}
    assert set(found["name"]) == {
        "exact_match",
        "quasi_exact_match",
        "f1_set_match",
    }  # predicted, and headlines
    alone = predictions.sweep(perturbed, ViewState().edit(metric="f1_set_match", models=["mock/gamma-mini"]))
    assert set(alone.select("name", "model", "source").rows()) == {
        ("f1_set_match", "mock/gamma-mini", "actual")
    }


def test_perturbations_and_predictors_can_be_chosen(perturbed, snapshot):
    assert predictions.perturbations(perturbed) == ["misspellings"]
    assert predictions.predictors(snapshot) == ["guess"]
    assert predictions.sweep(perturbed, ViewState().edit(perturbations=["typos"])).is_empty()
    assert predictions.joined(snapshot, ViewState().edit(predictors=["nobody"])).is_empty()


REASONS = {
    "nowhere:model=a": ("exact_match", "test", "", "", "run"),
    "{run}": ("no_such_statistic", "test", "", "", "statistic"),
    "{run} ": ("quasi_exact_match", "nosplit", "", "", "split"),
    "{run}  ": ("quasi_exact_match", "test", "typos", "perturbed", "version"),
}


@pytest.fixture(scope="module")
def lost(real_logs, tmp_path_factory):
    """Four predictions that meet nothing, each for its own reason, one that does, and a naive guess that does not."""
    folder = tmp_path_factory.mktemp("lost")
    root = real_logs / "helm" / "benchmark_output" / "runs" / "offline-perturb"
    name = next(p.name for p in sorted(root.iterdir()) if "misspelling0.5" in p.name and "mcqa" in p.name)
    rows = [(k.format(run=name).strip(), *v[:4]) for k, v in REASONS.items()]
    rows += [(name, "quasi_exact_match", "test", "", ""), (name, "f9", "test", "", "", "mean of the samples")]
    head = [
        "run_spec",
        "stat_name",
        "split",
        "perturbation_name",
        "perturbation_computed_on",
        "predictor",
        "predicted_mean",
    ]
    with (folder / "p.csv").open("w", newline="") as f:
        csv.writer(f).writerows([head, *((*r[:5], *(r[5:] or ["guess"]), 0.5) for r in rows)])
    return Ingester([folder / "p.csv", root], Cache(folder / "cache")).look()


def test_each_prediction_that_met_nothing_says_why(lost):
    assert predictions.unmatched(lost, ViewState())["why"].to_list() == [r[4] for r in REASONS.values()]


def test_naive_guesses_are_no_predictions(lost):
    assert predictions.counts(lost, ViewState()) == (5, 1, 4, 0)


def test_a_run_of_another_suite_is_no_run(lost):
    there = lost.predictions.with_columns(pl.lit("elsewhere").alias("suite"))
    assert set(predictions.unmatched(replace(lost, predictions=there), ViewState())["why"]) == {"run"}


def test_what_several_predictors_are_off_together_is_said_of_nobody(tmp_path):
    (tmp_path / "logs").mkdir()
    more = (
        ROWS
        + '"toy:model=a",test,f1,0.1,0.2,other\n"toy:model=a",test,exact_match,0.7,0.75,mean of the samples\n'
    )
    (tmp_path / "logs" / "guesses.csv").write_text(more)
    s = Ingester([tmp_path / "logs"], Cache(tmp_path / "cache")).look()
    lines = {r["name"]: r for r in predictions.lines(predictions.pairs(s, ViewState())).to_dicts()}
    assert (lines["f1"]["predictors"], lines["f1"]["n"], lines["f1"]["mae"], lines["f1"]["slope"]) == (
        2,
        2,
        None,
        None,
    )
    assert (lines["exact_match"]["predictors"], lines["exact_match"]["n"], lines["exact_match"]["mae"]) == (
        1,
        2,
        0.25,
    )
    alone = ViewState().edit(predictors=["mean of the samples"])
    assert predictions.lines(predictions.pairs(s, alone))["n"].to_list() == [1]


def test_the_calibration_line_goes_over_the_predictions_also_where_it_is_flat():
    pairs = pl.DataFrame(
        {"name": ["f1"] * 4, "facet": [None] * 4, "predictor": ["p"] * 4, "predicted": [0.1, 0.1, 0.5, 0.5],
         "actual": [0.2, 0.4, 0.2, 0.4]},
        schema_overrides={"facet": pl.String},
    )  # fmt: skip
    (line,) = predictions.lines(pairs).to_dicts()
    assert line["slope"] == pytest.approx(0)
    assert (line["line_predicted_low"], line["line_predicted_high"]) == (0.1, 0.5)
    assert (line["line_actual_low"], line["line_actual_high"]) == (pytest.approx(0.3), pytest.approx(0.3))
