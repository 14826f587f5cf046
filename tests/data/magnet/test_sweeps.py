"""A statistic against the strength of what was done to the instances, against HELM's own files."""

import json
from pathlib import Path

import polars as pl
import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.magnet import predictions, sweeps

MCQA = "custom_mcqa,path=arith.jsonl,method=multiple_choice_joint"


@pytest.fixture(scope="module")
def perturbed(real_logs):
    return real_logs / "helm" / "benchmark_output" / "runs" / "offline-perturb"


@pytest.fixture(scope="module")
def known(perturbed):
    snapshot = Ingester([perturbed], Cache.temporary()).look()
    return predictions.actual(snapshot.runs, snapshot.metrics)


NONE = pl.DataFrame(schema=predictions.PREDICTIONS)


def sweep(known, rows=NONE):
    return sweeps.sweeps(known, predictions.joined(rows, known))


def said(rows):
    return pl.DataFrame(rows, schema=predictions.PREDICTIONS)


def in_file(folder: Path, run, computed_on, name="exact_match", split="test"):
    for stat in json.loads((folder / run / "stats.json").read_text()):
        about = stat["name"]
        kind = about.get("perturbation", {})
        wanted = (kind.get("name"), kind.get("computed_on")) == ("misspellings", computed_on)
        if wanted and (about["name"], about["split"]) == (name, split):
            return stat["mean"]
    raise AssertionError(f"{run} has no {name} {computed_on}")


@pytest.mark.parametrize("model", ["mock/alpha-70b", "mock/gamma-mini"])
def test_points_are_the_files_own_and_the_change_is_from_the_same_instances(model, known, perturbed):
    found = sweep(known).filter(
        (pl.col("scenario") == MCQA) & (pl.col("name") == "exact_match") & (pl.col("model") == model)
    )
    assert found["strength"].to_list() == [0.0, 0.05, 0.2, 0.5]
    assert set(found["parameter"]) == {"prob"}
    for row in found.filter(pl.col("strength") > 0).iter_rows(named=True):
        value, original = (in_file(perturbed, row["run_spec"], on) for on in ("perturbed", "original"))
        assert (row["value"], row["original"]) == (value, original)
        assert row["change"] == pytest.approx(value - original)
    assert found["n"].to_list() == [100, 42, 90, 100]


def test_at_zero_stand_the_instances_that_most_strength_changed(known, perturbed):
    found = sweep(known).filter((pl.col("scenario") == MCQA) & (pl.col("name") == "exact_match"))
    zero = found.filter((pl.col("strength") == 0) & (pl.col("model") == "mock/gamma-mini")).row(0, named=True)
    run = f"{MCQA},data_augmentation=misspelling0.5:model=mock_gamma-mini"
    assert zero["value"] == in_file(perturbed, run, "original")
    assert (zero["original_of"], zero["n"], zero["change"]) == (0.5, 100, 0.0)
    assert zero["stderr"] > 0


def prediction(strength, mean, **more):
    detail = json.dumps({"prob": strength}) if strength is not None else None
    run = f"{MCQA},data_augmentation=misspelling{more.pop('run', strength)}:model=mock_alpha-70b"
    return {
        "run_spec": run, "name": "exact_match", "split": "test", "perturbation": "misspellings", "mean": mean,
        "computed_on": "perturbed", "perturbation_detail": detail, "predictor": "line", "seed": 1,
    } | more  # fmt: skip


def predicted(frame):
    return frame.filter(pl.col("source") == "predicted").select("strength", "value", "predictions").rows()


def test_predictions_stand_at_their_strength(known):
    found = sweep(known, said([prediction(0.5, 0.6), prediction(0.2, 0.7)]))
    assert predicted(found) == [(0.2, 0.7, 1), (0.5, 0.6, 1)]


def test_seeds_of_one_prediction_are_one_point(known):
    rows = [prediction(0.5, 0.6), prediction(0.5, 0.8, seed=2)]
    assert predicted(sweep(known, said(rows))) == [(0.5, pytest.approx(0.7), 2)]


def test_a_prediction_that_names_no_strength_has_that_of_what_it_met(known):
    assert predicted(sweep(known, said([prediction(None, 0.6, run="0.2")]))) == [(0.2, 0.6, 1)]


def test_what_only_the_file_says_is_measured_too(known):
    row = prediction(0.3, 0.6, actual_mean=0.55)
    found = sweep(known, said([row])).filter(pl.col("strength") == 0.3)
    assert found.select("source", "value").rows() == [("actual", 0.55), ("predicted", 0.6)]


def test_unperturbed_predictions_are_in_no_sweep(known):
    row = prediction(0.5, 0.6, perturbation=None, computed_on=None, perturbation_detail=None)
    assert predicted(sweep(known, said([row]))) == []


def stat(strength, value, on="perturbed", name="typos", **detail):
    return {
        "run_id": "r", "suite": "s", "model": "m", "task": "t", "run_spec": "t:model=m", "name": "em", "split": "test",
        "sub_split": None, "perturbation": name, "computed_on": on, "stderr": None, "n": 10, "headline": "em",
        "perturbation_detail": json.dumps({"robustness": True, **({"prob": strength} if strength is not None else {}), **detail}),
        "actual_mean": value,
    }  # fmt: skip


def by_hand(*rows):
    frame = pl.DataFrame(rows, schema_overrides={"stderr": pl.Float64})
    missing = [pl.lit(None, pl.Float64).alias(c) for c in predictions.ACTUAL if c not in frame.columns]
    return frame.with_columns(*missing, pl.lit(None, pl.String).alias("sub_split"))


def test_several_strengths_of_one_run_are_one_line():
    found = sweep(by_hand(stat(0.1, 0.9), stat(0.3, 0.7), stat(0.3, 0.8, "original")))
    assert found.select("strength", "value", "original").rows() == [
        (0, 0.8, 0.8),
        (0.1, 0.9, None),
        (0.3, 0.7, 0.8),
    ]


def test_perturbations_that_differ_elsewhere_are_lines_of_their_own():
    found = sweep(by_hand(stat(0.1, 0.9, source_class="SAE"), stat(0.2, 0.8, source_class="AAVE")))
    assert found["perturbation"].to_list() == ["typos source_class=AAVE", "typos source_class=SAE"]


def test_without_a_number_there_is_no_sweep_and_it_is_named():
    known = by_hand(stat(None, 0.9, name="lowercase"), stat(0.1, 0.9))
    assert set(sweep(known)["perturbation"]) == {"typos"}
    assert sweeps.without_strength(known) == ["lowercase"]


def test_the_worst_case_is_no_point():
    assert sweep(by_hand(stat(0.1, 0.2, "worst"))).is_empty()


def test_nothing_gives_nothing():
    assert sweep(by_hand(stat(0.1, 0.2)).clear()).schema == sweeps.SWEEPS


@pytest.mark.parametrize(
    ("details", "wanted"),
    [
        ([{"prob": 0.1}], "prob"),
        ([{"prob": 0.1, "max_num_insert": 1}, {"prob": 0.1, "max_num_insert": 2}], "max_num_insert"),
        ([{"num_spaces": 1, "prob": 0.1}, {"num_spaces": 2, "prob": 0.2}], "prob"),
        ([{"seed": 1}, {"seed": 2}], None),
        ([{"robustness": True, "mode": "pronouns"}], None),
        ([], None),
    ],
)
def test_the_strength_is_the_number_that_varies(details, wanted):
    assert sweeps.parameter(details) == wanted
