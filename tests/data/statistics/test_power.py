"""The smallest difference that would have been found, and how many samples a smaller one takes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.statistics.paired import differences
from data.statistics.power import detectable, minimum_detectable, pairs_needed

CLOSE = 2e-4
"""Relative; scipy.special's noncentral t is good for four digits, and nobody plans with more."""


def test_for_many_pairs_it_is_millers_formula():
    # (1.959964 + 0.841621) standard errors
    assert minimum_detectable(0.01) == pytest.approx(0.0280158522, rel=1e-9)


@given(
    st.integers(3, 5000),
    st.floats(0.01, 10),
    st.sampled_from([0.01, 0.05, 0.1]),
    st.sampled_from([0.7, 0.8, 0.95]),
)
@settings(deadline=None, max_examples=40)
def test_detectable_differences_are_statsmodels(n, sd, alpha, power):
    from statsmodels.stats.power import TTestPower

    found = minimum_detectable(sd / np.sqrt(n), n - 1, alpha=alpha, power=power)
    theirs = TTestPower().power(float(found) / sd, n, alpha)
    assert theirs == pytest.approx(power, abs=CLOSE)


@given(st.floats(0.01, 0.8), st.sampled_from([0.01, 0.05]), st.sampled_from([0.7, 0.9]))
@settings(deadline=None, max_examples=40)
def test_pairs_needed_are_statsmodels(effect, alpha, power):
    from statsmodels.stats.power import TTestPower

    found = float(pairs_needed(effect, 1.0, alpha=alpha, power=power))
    ours, one_less = (TTestPower().power(effect, n, alpha) for n in (found, found * (1 - 1e-3) - 1))
    assert ours >= power - CLOSE
    assert one_less < power


def test_what_is_needed_detects_what_it_was_asked_for():
    n = float(pairs_needed(0.03, 0.6))
    assert n == 3142
    assert minimum_detectable(0.6 / np.sqrt(n), n - 1) == pytest.approx(0.03, rel=1e-3)


def test_clusters_ask_for_as_many_more_as_their_design_effect():
    assert pairs_needed(0.03, 0.6, design_effect=4) == pytest.approx(4 * 3142, rel=1e-3)


def test_from_a_comparison_it_takes_the_spread_at_hand():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 50))
    found = differences(a, b)
    assert detectable(found) == pytest.approx(float(minimum_detectable(found.se, 49)), rel=1e-12)


def test_runs_that_never_differed_could_still_have_differed():
    same = np.r_[np.ones(30), np.zeros(30)]
    assert detectable(differences(same, same)) > 0.05


def test_without_a_spread_there_is_no_answer():
    assert np.isnan(detectable(differences([0.1], [0.3])))
    assert np.isnan(detectable(differences(np.arange(9.0) / 10, np.arange(9.0) / 10)))
    assert np.isnan(minimum_detectable(np.nan, 10))
    assert np.isnan(minimum_detectable(1.0, 0))
    assert np.isnan(pairs_needed(0.1, 0.0))
    assert np.isnan(pairs_needed(0.1, np.nan))


def test_no_difference_takes_infinitely_many():
    assert pairs_needed(0.0, 0.5) == np.inf


def test_the_sign_does_not_matter():
    assert pairs_needed(-0.1, 0.5) == pairs_needed(0.1, 0.5)


def test_many_at_once():
    found = pairs_needed(np.array([[0.1, 0.2], [0.4, 2.0]]), 0.5)
    assert found.shape == (2, 2)
    assert (np.diff(found.ravel()) < 0).all()
