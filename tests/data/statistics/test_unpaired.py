"""Without common samples: Welch, Newcombe, two proportions."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from data.statistics.grouping import Grouping
from data.statistics.intervals import means
from data.statistics.unpaired import unpaired

scores = hnp.arrays(np.float64, st.integers(6, 40), elements=st.floats(-50, 50).map(lambda x: round(x, 3)))
marks = hnp.arrays(np.float64, st.integers(6, 60), elements=st.sampled_from([0.0, 1.0]))


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def right(k, n):
    return means(np.r_[np.ones(k), np.zeros(n - k)])


def test_newcombes_interval_is_the_printed_one():
    """Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, 56/70 - 48/80, method 10."""
    found = unpaired(right(48, 80), right(56, 70)).one()
    assert [round(found[k], 4) for k in ("delta", "low", "high")] == [0.2, 0.0524, 0.3339]
    assert found["method"] == "unpaired_newcombe"


@given(scores, scores)
def test_other_scores_have_scipys_welch_test(a, b):
    assume(np.ptp(a) > 1e-3 and np.ptp(b) > 1e-3)
    found = unpaired(means(a), means(b))
    assume(found.method == "unpaired_welch")
    theirs = stats.ttest_ind(b, a, equal_var=False)
    interval = theirs.confidence_interval()
    assert found.p == near(theirs.pvalue)
    assert (float(found.low), float(found.high)) == near((interval.low, interval.high))


@given(marks, marks)
@settings(deadline=None)
def test_binary_scores_have_statsmodels_interval_and_test(a, b):
    from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

    found = unpaired(means(a), means(b))
    theirs = confint_proportions_2indep(b.sum(), len(b), a.sum(), len(a), method="newcomb", compare="diff")
    assert (float(found.low), float(found.high)) == near(theirs)
    if 0 < a.sum() + b.sum() < len(a) + len(b):
        assert found.p == near(proportions_ztest([b.sum(), a.sum()], [len(b), len(a)])[1])
    else:
        assert found.p == 1


def test_clusters_take_the_place_of_samples():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=60), rng.normal(size=60)
    grouping = Grouping.of(60, clusters=np.arange(60) // 5)
    found = unpaired(means(a, grouping), means(b, grouping))
    assert found.units == 12
    assert found.se == near(np.hypot(means(a, grouping).se, means(b, grouping).se))
    assert found.df < 22


@pytest.mark.parametrize("a", [[], [float("nan")], [0.3]])
def test_too_little_on_one_side_is_no_result(a):
    found = unpaired(means(a), means([0.1, 0.4, 0.5] * 4)).one()
    assert (found["se"], found["low"], found["p"], found["method"]) == (None, None, None, None)


def test_no_p_below_six_of_either():
    assert unpaired(right(2, 5), right(30, 60)).one()["p"] is None
    assert unpaired(right(2, 6), right(30, 60)).one()["p_method"] == "unpaired_two_proportions"


def test_equal_scores_on_both_sides_have_no_interval():
    found = unpaired(means([0.3] * 9), means([0.5] * 9)).one()
    assert (found["delta"], found["low"], found["p"], found["method"]) == (near(0.2), None, None, "constant")


def test_nobody_right_anywhere_is_no_difference():
    found = unpaired(right(0, 20), right(0, 30)).one()
    assert (found["delta"], found["p"]) == (0.0, 1.0)
    assert found["low"] < 0 < found["high"]
