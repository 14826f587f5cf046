"""Epochs are reduced as inspect_ai reduces them, and their spread is that of an analysis of variance."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from data import cubes
from data.schema import Mark
from data.statistics.epochs import REDUCERS, flaky, reducer, share_right

NAN = float("nan")
scores = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(1, 8)), elements=st.sampled_from([0, 0.5, 1, 2, NAN])
)


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True)


def reduced(name, value):
    value = np.asarray(value, float)
    return reducer(name)(value, np.count_nonzero(~np.isnan(value), axis=0))


THEIRS = {
    "mean": ("mean_score", {}), "median": ("median_score", {}), "mode": ("mode_score", {}), "max": ("max_score", {}),
    "at_least_1": ("at_least", {"k": 1}), "at_least_3": ("at_least", {"k": 3}),
    "pass_at_1": ("pass_at", {"k": 1}), "pass_at_2": ("pass_at", {"k": 2}), "pass_at_5": ("pass_at", {"k": 5}),
    "pass_k_1": ("pass_k", {"k": 1}), "pass_k_3": ("pass_k", {"k": 3}),
}  # fmt: skip


def test_reducers_are_inspects(inspect_says):
    rng = np.random.default_rng(2)
    value = rng.choice([0.0, 0.25, 1.0, 1.0, 2.0, NAN], size=(7, 40))
    value[:, 0], value[1:, 1], value[:, 2] = NAN, NAN, 1.0
    columns = [[None if np.isnan(v) else v for v in column] for column in value.T]
    questions = [
        {"ask": ask, "arguments": arguments, "reducer": True, "values": column}
        for ask, arguments in THEIRS.values()
        for column in columns
    ]
    answers = [NAN if v is None else float(v) for v in inspect_says(questions)]
    for i, name in enumerate(THEIRS):
        assert reduced(name, value).tolist() == near(answers[i * 40 : (i + 1) * 40]), name


@given(scores, st.integers(1, 4))
def test_passes_are_those_of_all_draws_counted_out(value, k):
    for column, at, all_of in zip(
        value.T, reduced(f"pass_at_{k}", value), reduced(f"pass_k_{k}", value), strict=True
    ):
        draws = list(combinations(column[~np.isnan(column)] >= 1, k))
        assert at == near(np.mean([any(d) for d in draws]) if draws else NAN)
        assert all_of == near(np.mean([all(d) for d in draws]) if draws else NAN)


@given(st.integers(1, 40), st.data())
def test_passes_are_scipys_hypergeometric(n, data):
    right, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    value = np.r_[np.ones(right), np.zeros(n - right)][:, None]
    assert reduced(f"pass_at_{k}", value) == near(stats.hypergeom(n, right, k).sf(0))
    assert reduced(f"pass_k_{k}", value) == near(stats.hypergeom(n, right, k).pmf(k))


@given(scores)
def test_where_no_epoch_has_a_score_no_reducer_invents_one(value):
    value[:, 0] = NAN
    for name in (*REDUCERS, "at_least_1", "pass_at_1", "pass_k_1"):
        assert np.isnan(reduced(name, value)[0]), name


def test_fewer_epochs_than_k_are_no_pass():
    assert np.isnan(reduced("pass_at_2", [[1.0], [NAN]])).all()
    assert np.isnan(reduced("pass_k_2", [[1.0], [NAN]])).all()


def test_a_single_epoch_is_asked_too():
    cube = cubes.build((1, 1, 1), np.array([0]), np.array([0.5]), np.array([Mark.VALUE], np.uint8))
    runs = np.array([0])
    assert cubes.reduce_epochs(cube, runs, "at_least_1").value.tolist() == [[0.0]]
    assert np.isnan(cubes.reduce_epochs(cube, runs, "pass_at_2").value).all()
    assert cubes.reduce_epochs(cube, runs, "mode").value.tolist() == [[0.5]]


@pytest.mark.parametrize(
    "name", ["", "best", "pass_at", "pass_at_0", "pass_at_-1", "pass_at_99999", "pass_at_2 "]
)
def test_other_names_are_no_reducers(name):
    with pytest.raises(ValueError, match="no reducer"):
        reducer(name)


def test_many_runs_at_once():
    value = np.zeros((3, 2, 5))
    assert reduced("pass_at_2", value).shape == (2, 5)


def test_flaky_is_right_in_some_epochs_only():
    value = [[1.0, 1.0, 0.0, NAN, 1.0], [1.0, 0.0, 0.0, NAN, NAN]]
    assert flaky(np.array(value)).tolist() == [False, True, False, False, False]
    assert share_right(np.array(value)).tolist() == near([1.0, 0.5, 0.0, NAN, 1.0])


def test_where_less_is_better_flaky_knows():
    assert flaky(np.array([[2.0], [5.0]]), right_at=3.0, direction=-1).tolist() == [True]
