"""What samples tell: as pandas, scipy and counting every pair have it."""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from data.statistics.items import items, reliability
from data.statistics.seriation import order_of_runs, order_of_samples

NAN = float("nan")
marks = hnp.arrays(
    np.float64, st.tuples(st.integers(3, 8), st.integers(2, 12)), elements=st.sampled_from([0.0, 1.0])
)
some = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(1, 10)), elements=st.sampled_from([0, 0.5, 1, NAN])
)


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True)


@given(marks)
def test_discrimination_is_pandas_correlation_with_the_rest(values):
    found = items(values).discrimination
    total = values.sum(axis=1)
    for j, r in enumerate(found):
        rest = total - values[:, j]
        if np.ptp(values[:, j]) and np.ptp(rest):
            assert r == near(pd.Series(values[:, j]).corr(pd.Series(rest)))
        else:
            assert np.isnan(r)


@given(some)
def test_with_gaps_it_is_that_of_the_mean_of_the_others(values):
    found = items(values)
    for j in range(values.shape[1]):
        others = np.delete(values, j, axis=1)
        known = ~np.isnan(values[:, j]) & ~np.isnan(others).all(axis=1)
        x = values[known, j]
        y = np.array([np.nanmean(row) for row in others[known]])
        if (~np.isnan(values[:, j])).sum() < 3 or len(x) < 2 or np.ptp(x) < 1e-9 or np.ptp(y) < 1e-9:
            assert np.isnan(found.discrimination[j])
        else:
            assert found.discrimination[j] == near(stats.pearsonr(x, y).statistic)


@given(some)
def test_disagreement_is_the_mean_over_all_pairs_of_runs(values):
    found = items(values)
    for column, n, apart, easy in zip(values.T, found.n, found.disagreement, found.difficulty, strict=True):
        known = column[~np.isnan(column)]
        assert n == len(known)
        assert apart == near(
            np.mean([abs(a - b) for a, b in combinations(known, 2)]) if len(known) > 1 else NAN
        )
        assert easy == near(known.mean() if len(known) else NAN)


def test_dead_samples_are_all_right_or_none_right():
    found = items([[1.0, 0.0, 1.0, NAN, 0.5], [1.0, 0.0, 0.0, NAN, 0.2]])
    assert found.all_right.tolist() == [True, False, False, False, False]
    assert found.none_right.tolist() == [False, True, False, False, True]


def test_a_wrong_answer_key_shows_as_discrimination_below_zero():
    rng = np.random.default_rng(0)
    ability = np.linspace(0.2, 0.8, 12)[:, None]
    values = (rng.random((12, 60)) < ability).astype(float)
    values[:, 7] = ability[:, 0] < 0.5
    found = items(values).discrimination
    assert found[7] < -0.5
    assert np.nanmean(found) > 0.2


def test_two_runs_discriminate_nothing():
    assert np.isnan(items([[0.0, 1.0, 1.0], [1.0, 1.0, 0.0]]).discrimination).all()


@given(marks)
def test_reliability_is_that_of_all_covariances(values):
    """Cronbach's alpha = k mean covariance / (mean variance + (k - 1) mean covariance)."""
    k = values.shape[1]
    total = values.sum(axis=1)
    found = reliability(values)
    if np.ptp(total) == 0:
        assert found is None
        return
    c = np.cov(values.T)
    covariance = (c.sum() - np.trace(c)) / (k * (k - 1))
    assert found == pytest.approx(
        k * covariance / (np.trace(c) / k + (k - 1) * covariance), rel=1e-6, abs=1e-9
    )


@pytest.mark.parametrize("values", [np.ones((2, 9)), np.ones((5, 1)), np.ones((5, 4)), np.full((4, 4), NAN)])
def test_reliability_of_too_little_is_none(values):
    assert reliability(values) is None


# Seriation


@given(some)
def test_orders_leave_nothing_out(values):
    assert sorted(order_of_runs(values)) == list(range(len(values)))
    assert sorted(order_of_samples(values)) == list(range(values.shape[1]))


def test_like_runs_stand_side_by_side_the_better_end_first():
    rng = np.random.default_rng(0)
    a, b = rng.random(200) < 0.8, rng.random(200) < 0.4
    values = np.stack([b, a, b ^ (rng.random(200) < 0.05), a ^ (rng.random(200) < 0.05)]).astype(float)
    order = order_of_runs(values).tolist()
    assert sorted(order[:2]) == [1, 3]


def test_a_shuffled_staircase_is_put_in_order():
    stairs = np.tril(np.ones((8, 8)))
    rng = np.random.default_rng(1)
    shuffled = stairs[rng.permutation(8)][:, rng.permutation(8)]
    in_order = shuffled[order_of_runs(shuffled)][:, order_of_samples(shuffled)]
    assert in_order.tolist() == stairs[::-1].tolist()


def test_leaf_order_is_no_longer_than_by_mean():
    rng = np.random.default_rng(2)
    values = (rng.random((12, 300)) < rng.random((12, 1))).astype(float)

    def way(order):
        return np.abs(np.diff(values[order], axis=0)).sum()

    assert way(order_of_runs(values)) <= way(np.argsort(-values.mean(axis=1)))


@given(some)
def test_samples_go_from_easy_to_hard_and_equal_ones_stand_together(values):
    order = order_of_samples(values)
    easy = [np.nanmean(c) if (~np.isnan(c)).any() else -np.inf for c in values[:, order].T]
    assert all(a >= b - 1e-9 for a, b in pairwise(easy))
    columns = [tuple(np.nan_to_num(c, nan=-9)) for c in values[:, order].T]
    changes = sum(a != b for a, b in pairwise(columns))
    assert changes == len(set(columns)) - 1


def test_more_runs_than_clustering_can_take_are_ordered_by_mean():
    values = np.random.default_rng(0).random((201, 3))
    assert order_of_runs(values).tolist() == np.argsort(-values.mean(axis=1), kind="stable").tolist()


def test_no_samples_and_no_runs_have_an_order_too():
    assert order_of_runs(np.zeros((3, 0))).tolist() == [0, 1, 2]
    assert order_of_runs(np.zeros((0, 3))).tolist() == []
    assert order_of_samples(np.zeros((0, 3))).tolist() == [0, 1, 2]
