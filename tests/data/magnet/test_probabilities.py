"""Probabilities of single instances, against definitions and against statsmodels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from data.magnet import errors, probabilities

RNG = np.random.default_rng(7)
P = RNG.random(400).round(2)
YES = RNG.random(400) < P


def delong(p, yes):
    """As in DeLong, DeLong and Clarke-Pearson (1988), pair by pair."""
    x, y = p[yes], p[~yes]
    psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    variance = psi.mean(axis=1).var(ddof=1) / len(x) + psi.mean(axis=0).var(ddof=1) / len(y)
    return psi.mean(), np.sqrt(variance)


def test_the_interval_is_delongs():
    value, error = delong(P, YES)
    found = probabilities.auc(P, YES)
    assert found.value == pytest.approx(value)
    assert (found.low, found.high) == pytest.approx(
        (value - 1.959964 * error, value + 1.959964 * error), abs=1e-6
    )


def apart(m, n):
    """As many right and wrong answers, each of the right ones likelier than any wrong one."""
    return np.r_[np.ones(m), np.zeros(n)], np.arange(m + n) < m


def score_equation(area, found, m, n):
    """Newcombe (2006), method 5: how far an end is from the area in its own standard errors, which should be 1.96."""
    mean = (m + n) / 2 - 1
    inside = 1 + mean * (1 - found) / (2 - found) + mean * found / (1 + found)
    return abs(area - found) / np.sqrt(found * (1 - found) * inside / (m * n))


@pytest.mark.parametrize(("m", "n"), [(2, 2), (2, 30), (10, 5), (400, 300)])
def test_classes_that_are_wholly_apart_are_not_certain_to_be(m, n):
    found = probabilities.auc(*apart(m, n))
    assert (found.value, found.high, found.method) == (1.0, 1.0, "auc_newcombe")
    assert score_equation(1.0, found.low, m, n) == pytest.approx(1.959964, abs=1e-4)
    p, yes = apart(m, n)
    turned = probabilities.auc(-p, yes)
    assert (turned.value, turned.low, turned.high) == (0.0, 0.0, pytest.approx(1 - found.low))


def test_nor_is_one_who_says_the_same_of_all():
    found = probabilities.auc(np.full(20, 0.3), np.arange(20) < 8)
    assert (found.value, found.low + found.high) == (0.5, pytest.approx(1.0))
    for end in (found.low, found.high):
        assert score_equation(0.5, end, 8, 12) == pytest.approx(1.959964, abs=1e-4)


def test_the_interval_covers_the_area_where_most_samples_are_wholly_apart():
    """Two normal distributions 3 apart, ten of each: DeLong's alone would cover the area, 0.983, in 56 % of them."""
    rng, area, covered, certain = np.random.default_rng(3), 0.98305, 0, 0
    yes = np.arange(20) < 10
    for _ in range(500):
        found = probabilities.auc(rng.normal(size=20) + 3 * yes, yes)
        covered += found.low <= area <= found.high
        certain += found.value == 1.0
    assert certain > 100
    assert covered / 500 > 0.93


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.booleans()), min_size=2, max_size=30))
def test_the_area_under_the_curve_is_the_area(points):
    p, yes = np.array([x for x, _ in points]), np.array([y for _, y in points])
    curve = probabilities.curve(p, yes)
    found = probabilities.auc(p, yes)
    if found.is_degenerate:
        assert curve.is_empty()
        return
    area = np.trapezoid(curve["true_positive_rate"], curve["false_positive_rate"])
    assert area == pytest.approx(found.value)
    assert curve.select("false_positive_rate", "true_positive_rate").row(0) == (0, 0)
    assert curve.select("false_positive_rate", "true_positive_rate").row(-1) == (1, 1)


def test_a_point_of_the_curve_is_what_its_cutoff_gives():
    row = probabilities.curve(P, YES).filter(probabilities.curve(P, YES)["cutoff"] == 0.5).row(0)
    above = P >= 0.5
    assert row == pytest.approx(((above & ~YES).sum() / (~YES).sum(), (above & YES).sum() / YES.sum(), 0.5))


def test_bins_have_wilsons_interval():
    found = probabilities.reliability(P, YES)
    assert found["n"].sum() == len(P)
    assert found["level"].unique().to_list() == [0.95]
    for bin, predicted, actual, low, high, n in found.drop("level").rows():
        here = np.minimum(np.rint(P * 100) // 10, 9) == round(bin * 10)
        assert (n, predicted, actual) == (here.sum(), pytest.approx(P[here].mean()), YES[here].mean())
        assert (low, high) == pytest.approx(proportion_confint(YES[here].sum(), n, method="wilson"))


def test_what_is_no_probability_is_in_no_bin():
    assert probabilities.reliability(np.array([-1.0, 2.0, 1.0]), np.array([True, True, True]))["n"].sum() == 1


def test_calibrated_predictions_have_small_errors():
    bins = probabilities.reliability(P, YES)
    assert probabilities.expected_calibration_error(bins) < 0.08
    assert probabilities.expected_calibration_error(bins.clear()) is None
    sure = probabilities.reliability(np.ones(10), np.zeros(10, bool))
    assert probabilities.expected_calibration_error(sure) == 1


def test_the_calibration_line_is_through_what_came():
    slope, intercept = errors.calibration(np.array([0.2, 0.4, 0.6]), np.array([0.1, 0.5, 0.9]))
    assert (slope, intercept) == pytest.approx((2.0, -0.3))
    assert errors.calibration(np.array([0.5, 0.5]), np.array([0.0, 1.0])) == (None, None)


def test_limits_of_agreement_hold_nineteen_of_twenty():
    error = np.random.default_rng(3).normal(0.1, 0.2, 20_000)
    found = errors.agreement(error, np.zeros(20_000))
    assert ((error > found["low"]) & (error < found["high"])).mean() == pytest.approx(0.95, abs=0.01)
    assert errors.agreement(np.array([0.5]), np.array([0.25])) == {
        "bias": 0.25,
        "sd": None,
        "low": None,
        "high": None,
    }
    assert errors.agreement(np.array([0.5, 0.5]), np.array([0.25, 0.25]))["high"] == 0.25
