"""The smallest difference that would have been found, and how many samples a smaller one takes."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from data.statistics.paired import differences
from data.statistics.power import detectable, minimum_detectable, minimum_detectable_binary, pairs_needed

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
    assume(np.isfinite(theirs))  # scipy's noncentral t gives up on some three pairs
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


# Right and wrong


def chance(n, differ, delta, alpha):
    """That McNemar's test finds this difference, if a share `differ` of n pairs differs: all tables counted out."""
    m = np.arange(n + 1)[stats.binom.pmf(np.arange(n + 1), n, differ) > 1e-10]
    return sum(stats.binom.pmf(k, n, differ) * _found(k, (1 + delta / differ) / 2, alpha) for k in m)


def _found(k, up, alpha):
    ups = np.arange(k + 1)
    exact = np.minimum(1, 2 * stats.binom.cdf(np.minimum(ups, k - ups), k, 0.5))
    p = exact if k < 25 else stats.chi2.sf((2 * ups - k) ** 2 / k, 1)
    return stats.binom.pmf(ups[p <= alpha], k, up).sum()


@given(st.integers(20, 150), st.floats(0, 0.6), st.sampled_from([0.05, 0.01]))
@settings(deadline=None, max_examples=25)
def test_what_mcnemar_is_said_to_detect_it_finds_four_times_in_five(n, share, alpha):
    discordant = int(share * n)
    delta = float(minimum_detectable_binary(n, discordant, alpha=alpha))
    differ = max((discordant + 2) / (n + 2), delta)
    # Tables are whole numbers: the chance moves in steps, of a tenth where ten pairs differ.
    assert 0.74 < chance(n, differ, delta, alpha) < 0.9


@given(st.integers(6, 2000), st.sampled_from([0.05, 0.01, 0.001]))
@settings(deadline=None, max_examples=40)
def test_runs_that_never_differ_would_have_to_differ_by_more_than_a_pair_or_two(n, alpha):
    delta = float(minimum_detectable_binary(n, 0, alpha=alpha))
    fewest = next(k for k in range(1, 30) if 2.0 ** (1 - k) <= alpha)
    if n < fewest:
        assert np.isnan(delta)
    else:
        found = stats.binom.sf(fewest - 1, n, delta)
        assert found == pytest.approx(0.8, abs=1e-9) or (found > 0.8 and delta > fewest / n)


def test_forty_equal_pairs_detect_what_changes_eight_of_them():
    """The share with which 6 of 40 change with a chance of 0.8, by scipy's beta distribution."""
    same = np.r_[np.ones(30), np.zeros(10)]
    assert detectable(differences(same, same)) == pytest.approx(stats.beta(6, 35).ppf(0.8), rel=1e-9)


def test_of_many_pairs_that_differ_it_is_the_normal_formula():
    assert minimum_detectable_binary(5000, 1998) == pytest.approx(2.80158 * np.sqrt(0.4 / 5000), rel=2e-3)


def test_six_pairs_cannot_come_below_a_hundredth():
    assert np.isnan(minimum_detectable_binary(6, 3, alpha=0.01))
    assert minimum_detectable_binary(6, 3, alpha=0.05) == pytest.approx(0.8 ** (1 / 6), rel=1e-9)


def test_each_may_have_an_alpha_of_its_own():
    found = differences(np.zeros(50), np.random.default_rng(0).normal(size=(2, 50)))
    each = detectable(found, alpha=np.array([0.05, 0.001]))
    assert each.tolist() == [
        pytest.approx(float(minimum_detectable(se, 49, alpha=a)), rel=1e-12)
        for se, a in zip(found.se, (0.05, 0.001), strict=True)
    ]
