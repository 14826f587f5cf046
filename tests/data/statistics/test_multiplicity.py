"""p adjusted for all that is shown, as scipy, statsmodels and the inventors' own example have it."""

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from data.statistics.multiplicity import adjusted, thresholds

NAN = float("nan")


@pytest.fixture(scope="module", autouse=True)
def _quick_collections():
    """statsmodels' Holm collects garbage at every call, which takes 0.2 s among all that other tests keep."""
    gc.freeze()
    yield
    gc.unfreeze()


p_values = hnp.arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1))
PRINTED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
    1.0,
]  # fmt: skip
"""Benjamini and Hochberg, JRSS B 57 (1995) 289-300, section 3.2: four are discoveries at 0.05, three after Bonferroni."""


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True)


def test_the_inventors_example():
    assert (adjusted(PRINTED) <= 0.05).sum() == 4
    assert (adjusted(PRINTED, "holm") <= 0.05).sum() == 3


@given(p_values)
@pytest.mark.parametrize("method", ["bh", "by"])
def test_false_discovery_rates_are_scipys(method, p):
    assert adjusted(p, method).tolist() == near(stats.false_discovery_control(p, method=method).tolist())


@given(p_values)
@settings(deadline=None)
@pytest.mark.parametrize(("method", "theirs"), [("bh", "fdr_bh"), ("by", "fdr_by"), ("holm", "holm")])
def test_all_are_statsmodels(method, theirs, p):
    from statsmodels.stats.multitest import multipletests

    assert adjusted(p, method).tolist() == near(multipletests(p, method=theirs)[1].tolist())


@given(p_values, st.data())
def test_comparisons_not_made_do_not_count(p, data):
    at = data.draw(st.lists(st.integers(0, len(p)), max_size=5))
    holed = np.insert(p, at, NAN)
    found = adjusted(holed)
    assert found[~np.isnan(holed)].tolist() == near(adjusted(p).tolist())
    assert np.isnan(found[np.isnan(holed)]).all()


@given(p_values)
@pytest.mark.parametrize("method", ["bh", "by", "holm"])
def test_adjusting_never_makes_smaller_nor_changes_the_order(method, p):
    found = adjusted(p, method)
    assert (found >= p - 1e-15).all()
    assert (np.diff(found[np.argsort(p)]) >= 0).all()
    assert found.max() <= 1


def test_none_stands_for_no_p_and_the_shape_stays():
    assert adjusted([None, 0.5]).tolist() == near([NAN, 0.5])
    assert adjusted([[0.01, NAN], [0.5, 0.02]]).shape == (2, 2)


@pytest.mark.parametrize("p", [[], [None, None]])
def test_nothing_tested_is_nothing_found(p):
    assert np.isnan(adjusted(p)).all()


def test_an_unknown_method_says_which_there_are():
    with pytest.raises(ValueError, match="bh, by, holm"):
        adjusted([0.1], "bonferroni")


# How strict it is on each


ROUNDED = hnp.arrays(np.float64, st.integers(1, 6), elements=st.integers(0, 40).map(lambda x: x / 400))


@given(ROUNDED, st.sampled_from([0.01, 0.05, 0.2]))
@settings(deadline=None, max_examples=15)
@pytest.mark.parametrize(("method", "theirs"), [("bh", "fdr_bh"), ("by", "fdr_by"), ("holm", "holm")])
def test_a_p_just_below_its_threshold_counts_and_one_just_above_does_not(method, theirs, p, alpha):
    from statsmodels.stats.multitest import multipletests

    for i, at in enumerate(thresholds(p, method, alpha=alpha)):
        for moved, counts in ((at * (1 - 1e-7), True), (at * (1 + 1e-7), False)):
            others = p.copy()
            others[i] = moved
            assert multipletests(others, alpha=alpha, method=theirs)[0][i] == counts


def test_of_one_comparison_alpha_is_left():
    for method in ("bh", "by", "holm"):
        assert thresholds([0.4], method).tolist() == near([0.05])


def test_what_was_not_tested_has_no_threshold():
    assert thresholds([None, 0.5]).tolist() == near([NAN, 0.05])
    assert len(thresholds([])) == 0
    with pytest.raises(ValueError, match="bh, by, holm"):
        thresholds([0.1], "bonferroni")
