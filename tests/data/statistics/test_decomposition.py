"""Parts that add up to the whole; agreement beyond chance; the front of price and score."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from data.statistics.decomposition import contributions, split
from data.statistics.grouping import Grouping
from data.statistics.intervals import means
from data.statistics.paired import differences
from data.statistics.pareto import front

NAN = float("nan")
some = hnp.arrays(
    np.float64, st.tuples(st.just(2), st.integers(1, 40)), elements=st.sampled_from([0, 0.3, 1, NAN])
)
marks = hnp.arrays(
    np.float64, st.tuples(st.just(2), st.integers(2, 60)), elements=st.sampled_from([0.0, 1.0])
)


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True)


@given(some, st.data())
def test_contributions_add_up_to_the_difference(both, data):
    groups = data.draw(hnp.arrays(np.int64, both.shape[1], elements=st.integers(0, 4)))
    found = contributions(differences(*both, Grouping.of(len(groups), groups, size=5)))
    whole = differences(*both)
    assert found.whole == near(float(whole.delta))
    if whole.n_paired:
        assert found.part.sum() == near(float(whole.delta))
        assert found.share.sum() == near(1)


def test_a_contribution_is_share_times_difference():
    grouping = Grouping.of(4, [0, 0, 0, 1], size=3)
    found = contributions(differences([0.0, 0, 1, 1], [1.0, 1, 1, 0], grouping))
    assert found.part.tolist() == near([0.5, -0.25, 0.0])
    assert found.delta.tolist() == near([2 / 3, -1.0, NAN])


def test_many_candidates_are_taken_apart_at_once():
    rng = np.random.default_rng(0)
    found = contributions(
        differences(rng.random(30), rng.random((4, 30)), Grouping.of(30, np.arange(30) % 3))
    )
    assert found.part.shape == (4, 3)
    assert found.part.sum(axis=1).tolist() == near(found.whole.tolist())


def grouped(values, groups, size):
    return means(values, Grouping.of(len(groups), groups, size=size))


@given(some, st.data())
def test_scoring_and_composition_add_up_to_the_difference_of_means(both, data):
    n = both.shape[1]
    a, b = both
    codes = hnp.arrays(np.int64, n, elements=st.integers(0, 3))
    of_a, of_b = data.draw(codes), data.draw(codes)
    assume((~np.isnan(a)).any() and (~np.isnan(b)).any())
    found = split(grouped(a, of_a, 4), grouped(b, of_b, 4))
    assert found.whole == near(np.nanmean(b) - np.nanmean(a))
    assert found.within.sum() + found.composition.sum() == near(float(found.whole))


def test_the_split_is_statsmodels_three_fold_with_the_interaction_halved():
    from statsmodels.stats.oaxaca import OaxacaBlinder

    rng = np.random.default_rng(4)
    of_a, of_b = rng.integers(0, 3, 60), rng.choice(3, 80, p=[0.6, 0.3, 0.1])
    a, b = rng.random(60) + of_a / 5, rng.random(80) + of_b / 3
    groups = np.r_[of_a, of_b]
    dummies = np.stack([np.r_[np.zeros(60), np.ones(80)], groups == 1, groups == 2, np.ones(140)], axis=1)
    model = OaxacaBlinder(np.r_[a, b], dummies, 0, hasconst=True, swap=False)
    # statsmodels names the sides by themselves; its gap is the first of them less the second.
    endowment, coefficient, interaction, gap = model.three_fold().params
    found = split(grouped(a, of_a, 3), grouped(b, of_b, 3))
    sign = np.sign(gap * found.whole)
    assert sign * gap == near(float(found.whole))
    assert found.composition.sum() == near(sign * (endowment + interaction / 2))
    assert found.within.sum() == near(sign * (coefficient + interaction / 2))
    assert not found.same_composition


def test_the_same_composition_leaves_nothing_to_explain():
    groups = [0, 0, 1, 1, 1]
    found = split(grouped([0.0, 1, 1, 0, 0], groups, 2), grouped([1.0, 1, 1, 1, 0], groups, 2))
    assert found.same_composition
    assert found.composition.tolist() == [0, 0]
    assert found.within.tolist() == near([0.2, 0.2])


def test_a_category_that_one_side_lacks_is_composition():
    found = split(grouped([0.0, 1.0], [0, 0], 2), grouped([0.0, 1.0, 1.0, 1.0], [0, 0, 1, 1], 2))
    assert found.within.tolist() == near([0, 0])
    assert found.composition.sum() == near(0.25)


def test_a_side_without_samples_has_no_whole():
    found = split(grouped([NAN], [0], 1), grouped([1.0], [0], 1))
    assert np.isnan(found.whole)


# Price and score


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2, 3, 4, NAN]), st.sampled_from([0.1, 0.2, 0.3, NAN])), max_size=12
    )
)
def test_the_front_is_what_nothing_dominates(points):
    cost, score = [c for c, _ in points], [s for _, s in points]
    expected = [
        not np.isnan([c, s]).any() and not any(d <= c and t >= s and (d < c or t > s) for d, t in points)
        for c, s in points
    ]
    assert front(cost, score).tolist() == expected


def test_where_less_is_better_the_front_turns():
    assert front([1, 2, 3], [9.0, 5.0, 7.0], direction=-1).tolist() == [True, True, False]


def test_no_points_have_no_front():
    assert front([], []).tolist() == []
