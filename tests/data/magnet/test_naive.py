"""The guess to beat, computed anew by hand."""

import polars as pl
import pytest

from data.magnet import naive


def pair(run, predicted, actual, predictor="p", **more):
    return {
        "run_spec": run, "suite": "s", "model": run, "task": "t", "name": "em", "split": "test", "perturbation": None,
        "computed_on": None, "perturbation_detail": None, "predictor": predictor, "seed": 1, "n_eval_samples": 20,
        "predicted": predicted, "actual": actual,
    } | more  # fmt: skip


STRINGS = dict.fromkeys(("perturbation", "computed_on", "perturbation_detail", "predictor"), pl.String)


def beside(*rows):
    return naive.beside(pl.DataFrame(rows, schema_overrides=STRINGS))


def test_the_sample_mean_of_the_same_drawing_comes_first():
    found = beside(
        pair("a", 0.5, 0.8), pair("a", 0.7, 0.8, naive.SAMPLE), pair("a", 0.2, 0.8, naive.SAMPLE, seed=2),
    )  # fmt: skip
    assert found.select("naive", "naive_from").row(0) == (0.7, "shown")


def test_without_one_it_is_the_mean_of_the_other_runs():
    found = beside(pair("a", 0.5, 0.8), pair("b", 0.5, 0.2), pair("c", 0.5, 0.4))
    assert found["naive"].to_list() == pytest.approx([0.3, 0.6, 0.5])
    assert set(found["naive_from"]) == {"others"}


def test_seeds_make_no_run_count_twice():
    found = beside(pair("a", 0.5, 0.8), pair("a", 0.6, 0.8, seed=2), pair("b", 0.5, 0.2))
    assert found["naive"].to_list() == pytest.approx([0.2, 0.2, 0.8])


def test_a_single_run_has_no_others():
    found = beside(pair("a", 0.5, 0.8))
    assert found.select("naive", "naive_from").row(0) == (None, None)
    assert naive.errors(found, []).row(0) == (None, None, None)


@pytest.mark.parametrize("change", [{"name": "f1"}, {"split": "valid"}, {"perturbation": "typos"}])
def test_only_the_same_statistic_counts(change):
    assert beside(pair("a", 0.5, 0.8), pair("b", 0.5, 0.2, **change))["naive"].to_list() == [None, None]


def test_the_gain_is_over_the_same_pairs():
    found = beside(
        pair("a", 0.5, 0.8), pair("b", 0.5, 0.2), pair("a", 0.7, 0.8, naive.SAMPLE), pair("b", 0.3, 0.2, naive.SAMPLE),
    ).filter(pl.col("predictor") == "p")  # fmt: skip
    kind, mae, gain = naive.errors(found, []).row(0)
    assert (kind, mae, gain) == ("shown", pytest.approx(0.1), pytest.approx(0.1 - 0.3))


def test_two_kinds_of_guess_in_one_row_are_told():
    found = beside(pair("a", 0.5, 0.8), pair("b", 0.5, 0.2), pair("a", 0.7, 0.8, naive.SAMPLE))
    mine = found.filter(pl.col("predictor") == "p")
    assert naive.errors(mine, [])["naive"].to_list() == ["both"]


def test_who_has_no_name_has_a_guess_too():
    found = beside(pair("a", 0.5, 0.8, None), pair("b", 0.5, 0.2, None))
    assert found["naive"].to_list() == pytest.approx([0.2, 0.8])
