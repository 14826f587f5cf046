"""A difference of two runs is what scipy, statsmodels and the printed examples make of the same pairs."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from data.statistics.differences import lopsided
from data.statistics.grouping import Grouping
from data.statistics.paired import differences
from data.statistics.transitions import transitions

NAN, INF = float("nan"), float("inf")
values = st.floats(-100, 100).map(lambda x: round(x, 3))
pairs = hnp.arrays(np.float64, st.tuples(st.just(2), st.integers(6, 40)), elements=values)
marks = hnp.arrays(
    np.float64, st.tuples(st.just(2), st.integers(6, 120)), elements=st.sampled_from([0.0, 1.0])
)
some = hnp.arrays(
    np.float64, st.tuples(st.just(2), st.integers(0, 30)), elements=st.sampled_from([0, 0.5, 1, NAN])
)


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def agree(one, other):
    return one.keys() == other.keys() and all(
        one[k] == (near(v) if isinstance(v, float) else v) for k, v in other.items()
    )


def table(both_right, fixed, broken, both_wrong):
    baseline = [1.0] * both_right + [0.0] * fixed + [1.0] * broken + [0.0] * both_wrong
    candidate = [1.0] * both_right + [1.0] * fixed + [0.0] * broken + [0.0] * both_wrong
    return np.array(baseline), np.array(candidate)


def clustered(baseline, candidate, clusters):
    return differences(baseline, candidate, Grouping.of(len(clusters), clusters=clusters))


# Against what is printed

BENTUR = table(1, 7, 1, 12)
"""Airway hyper-responsiveness before and after stem cell transplantation, in Fagerland, Lydersen and Laake 2013."""


def test_mcnemars_exact_p_is_the_printed_one():
    found = differences(*BENTUR).one()
    assert (round(found["p"], 4), found["p_method"]) == (0.0703, "mcnemar_exact")


def test_bonett_and_prices_interval_is_the_one_worked_by_hand():
    """(7 + 1) / 23 - (1 + 1) / 23 ± 1.959964 sqrt((10 / 23 - (6 / 23)^2) / 23)"""
    found = differences(*BENTUR).one()
    assert [round(found[k], 6) for k in ("centre", "low", "high")] == [0.26087, 0.01338, 0.508359]
    assert found["delta"] == near(6 / 21)
    assert found["method"] == "bonett_price"


# Against other libraries


@given(pairs)
def test_other_scores_have_scipys_paired_t(both):
    a, b = both
    assume(np.ptp(b - a) > 1e-3)
    found = differences(a, b)
    assume(found.method == "paired_t")
    theirs = stats.ttest_rel(b, a)
    interval = theirs.confidence_interval(0.95)
    assert found.p == near(theirs.pvalue)
    assert (float(found.low), float(found.high)) == near((interval.low, interval.high))
    assert found.se == near(stats.sem(b - a))
    assert found.effect_size == near((b - a).mean() / (b - a).std(ddof=1))


@given(marks)
@settings(deadline=None)
def test_binary_scores_have_statsmodels_mcnemar(both):
    from statsmodels.stats.contingency_tables import mcnemar

    a, b = both
    up, down = int(((a == 0) & (b == 1)).sum()), int(((a == 1) & (b == 0)).sum())
    exact = up + down < 25
    theirs = mcnemar([[0, up], [down, 0]], exact=exact, correction=False).pvalue if up + down else 1.0
    found = differences(a, b)
    assert found.p == near(theirs)
    assert found.p_method == ("mcnemar_exact" if exact else "mcnemar_chi2")


@pytest.mark.parametrize("discordant", [0, 1, 24, 25, 300])
def test_mcnemar_is_exact_below_25_discordant_pairs(discordant):
    found = differences(*table(50, discordant, 0, 50))
    assert found.p_method == ("mcnemar_exact" if discordant < 25 else "mcnemar_chi2")
    if discordant < 25:
        assert found.p == near(stats.binomtest(0, discordant).pvalue if discordant else 1.0)


@given(pairs, st.data())
@settings(deadline=None)
def test_clusters_have_the_regressions_p_and_interval(both, data):
    from statsmodels.regression.linear_model import OLS

    a, b = both
    clusters = np.r_[np.arange(6), data.draw(hnp.arrays(np.int64, len(a) - 6, elements=st.integers(0, 9)))]
    found = clustered(a, b, clusters)
    assume(found.se > 1e-6)
    fit = OLS(b - a, np.ones(len(a))).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
    assert found.se == near(fit.bse[0])
    assert found.p == near(fit.pvalues[0] if found.enough else NAN)
    if lopsided(found.units, found.effective_units):
        assert np.isnan([found.low, found.high]).all()
        return
    assert (float(found.low), float(found.high)) == near(tuple(fit.conf_int()[0]))
    assert found.method == "paired_clustered_t"
    assert found.p_method == ("paired_clustered_t" if found.enough else "")


@given(marks, st.data())
@settings(deadline=None)
def test_clusters_of_binary_scores_have_it_too(both, data):
    from statsmodels.regression.linear_model import OLS

    a, b = both
    clusters = np.r_[np.arange(6), data.draw(hnp.arrays(np.int64, len(a) - 6, elements=st.integers(0, 9)))]
    found = clustered(a, b, clusters)
    assume(found.se > 1e-6)
    fit = OLS(b - a, np.ones(len(a))).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
    expected = fit.pvalues[0] if found.enough else NAN
    assert (float(found.p), float(found.se)) == near((expected, fit.bse[0]))


def test_clustered_errors_are_inspects(inspect_says):
    rng = np.random.default_rng(5)
    a, b, clusters = rng.normal(size=90), rng.normal(size=90), rng.integers(0, 14, 90)
    question = {
        "values": (b - a).tolist(),
        "clusters": clusters.tolist(),
        "arguments": {"cluster": "cluster"},
    }
    assert [float(clustered(a, b, clusters).se)] == near(inspect_says([{"ask": "stderr", **question}]))


@given(pairs)
def test_variance_of_pairs_is_that_of_both_less_what_they_share(both):
    a, b = both
    expected = a.var(ddof=1) + b.var(ddof=1) - 2 * np.cov(a, b)[0, 1]
    assert differences(a, b).sd ** 2 == pytest.approx(expected, rel=1e-6, abs=1e-6)


# What holds whatever the scores


@given(some)
def test_every_sample_is_in_a_pair_or_named_on_its_side(both):
    a, b = both
    found = differences(a, b)
    has_a, has_b = ~np.isnan(a), ~np.isnan(b)
    assert found.n_paired + found.baseline_only == has_a.sum()
    assert found.n_paired + found.candidate_only == has_b.sum()
    assert found.up + found.down + found.same == found.n_paired
    moved = transitions(a, b)
    assert moved.fixed + moved.broken + moved.both_right + moved.both_wrong == found.n_paired


@given(some)
def test_samples_of_one_side_change_nothing_but_their_count(both):
    a, b = both
    pair = ~np.isnan(a) & ~np.isnan(b)
    found, alone = differences(a, b).one(), differences(a[pair], b[pair]).one()
    for side in ("baseline_only", "candidate_only"):
        found.pop(side)
        assert alone.pop(side) == 0
    assert agree(found, alone)


@given(some)
def test_turning_the_comparison_round_turns_the_sign(both):
    a, b = both
    there, back = differences(a, b), differences(b, a)
    assert (float(there.delta), float(there.low)) == near((-float(back.delta), -float(back.high)))
    assert there.p == near(float(back.p))
    assert (there.up, there.baseline_only) == (back.down, back.candidate_only)


@given(some)
def test_delta_is_the_difference_of_the_two_means_over_pairs(both):
    found = differences(*both)
    assert found.delta == near(float(found.candidate_mean - found.baseline_mean))


@given(some, st.data())
def test_a_group_is_as_if_it_were_alone(both, data):
    a, b = both
    groups = data.draw(hnp.arrays(np.int64, len(a), elements=st.integers(-1, 2)))
    clusters = data.draw(hnp.arrays(np.int64, len(a), elements=st.integers(0, 9)))
    found = differences(a, np.stack([b, a]), Grouping.of(len(a), groups, clusters, size=3))
    for g in range(3):
        mine = groups == g
        assert agree(found.one(0, g), clustered(a[mine], b[mine], clusters[mine]).one())


@given(marks)
def test_the_interval_holds_delta_and_stays_possible(both):
    found = differences(*both)
    assert -1 <= found.low < found.high <= 1
    assert found.low <= found.delta <= found.high


# Too little, or nothing to see


@pytest.mark.parametrize(
    ("a", "b"), [([], []), ([NAN], [NAN]), ([1.0, NAN], [NAN, 1.0]), ([NAN, NAN], [0.5, 1.0])]
)
def test_without_pairs_there_is_no_number(a, b):
    found = differences(a, b).one()
    assert {found[k] for k in ("delta", "se", "low", "high", "p", "method", "p_method", "baseline_mean")} == {
        None
    }
    assert found["n_paired"] == found["up"] == found["same"] == 0


def test_one_pair_is_a_delta_without_p():
    found = differences([0.2], [0.5]).one()
    assert (found["delta"], found["se"], found["low"], found["p"]) == (near(0.3), None, None, None)


def test_one_run_twice_differs_in_nothing():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=50)
    found = differences(scores, scores).one()
    assert (found["delta"], found["p"], found["p_method"]) == (0.0, 1.0, "sign_flip")
    assert (found["low"], found["method"], found["same"]) == (None, "constant", 50)


def test_one_binary_run_twice_is_not_known_for_certain_to_be_equal():
    found = differences(*table(5, 0, 0, 5)).one()
    assert found["delta"] == 0
    assert found["p"] == 1.0
    assert found["high"] == near(-found["low"])
    assert found["high"] > 0.1


def test_the_same_gain_everywhere_is_as_likely_as_so_many_equal_coins():
    found = differences(np.arange(8) / 10, np.arange(8) / 10 + 0.1).one()
    assert (found["p"], found["p_method"], found["low"]) == (2.0**-7, "sign_flip", None)
    assert found["sd"] == 0


def test_rounding_is_no_difference():
    found = differences([0.1 + 0.2] * 8, [0.3] * 8)
    assert (found.same, found.up, found.delta) == (8, 0, 0)


def test_no_p_below_six_pairs_and_a_warning_below_ten():
    assert np.isnan(differences(*table(0, 5, 0, 0)).p)
    six = differences(*table(0, 6, 0, 0))
    assert six.p == near(2 / 64)
    assert six.few
    assert not differences(*table(4, 6, 0, 0)).few


def test_no_p_below_six_clusters_however_many_pairs():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 100))
    five, six = clustered(a, b, np.arange(100) % 5), clustered(a, b, np.arange(100) % 6)
    assert (five.units, five.few, five.p_method) == (5, True, "")
    assert np.isnan(five.p)
    assert np.isfinite([five.low, six.p]).all()


def test_one_cluster_with_half_of_all_pairs_makes_many_clusters_few():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 100))
    found = clustered(a, b, np.r_[np.full(50, 20), np.arange(50) % 20])
    assert (found.units, bool(found.few), found.p_method) == (21, True, "")
    assert found.effective_units == near(100**2 / (50**2 + 10 * 3**2 + 10 * 2**2))
    assert np.isnan([found.low, found.high, found.spread]).all()
    assert found.se > 0


def test_clusters_that_are_few_but_alike_keep_their_interval():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 100))
    found = clustered(a, b, np.r_[np.zeros(40), np.arange(60) % 6 + 1].astype(int))
    assert (int(found.units), bool(found.enough)) == (7, False)
    assert found.low < found.delta < found.high


def test_clusters_of_one_are_no_clusters():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 40))
    alone, together = differences(a, b), clustered(a, b, np.arange(40))
    assert (float(together.p), float(together.low)) == near((float(alone.p), float(alone.low)))


def test_a_single_cluster_has_a_delta_only():
    found = clustered([0.1, 0.5, 0.3] * 5, [0.4, 0.1, 0.2] * 5, [3] * 15).one()
    assert (found["units"], found["se"], found["low"], found["p"]) == (1, None, None, None)
    assert found["delta"] is not None


def test_infinite_scores_leave_no_interval_and_no_warning():
    found = differences([1.0, INF, INF, 2.0] * 3, [2.0, 1.0, INF, 2.5] * 3).one()
    assert (found["se"], found["low"], found["p"]) == (None, None, None)


def test_many_candidates_stand_against_one_baseline():
    rng = np.random.default_rng(1)
    base, many = rng.normal(size=30), rng.normal(size=(4, 30))
    found = differences(base, many)
    assert found.p.shape == (4,)
    assert agree(found.one(2), differences(base, many[2]).one())


# Fixed and broken


def test_fixed_and_broken_are_counted():
    assert transitions(*table(1, 7, 2, 12)).one() == {
        "fixed": 7,
        "broken": 2,
        "both_right": 1,
        "both_wrong": 12,
    }


@given(marks)
@settings(deadline=None)
def test_agreement_is_statsmodels_kappa(both):
    from statsmodels.stats.inter_rater import cohens_kappa

    a, b = both.astype(int)
    table = np.zeros((2, 2))
    np.add.at(table, (a, b), 1)
    found = float(transitions(a, b).kappa)
    if len(set(a)) == len(set(b)) == 1 and a[0] == b[0]:
        assert np.isnan(found)
    else:
        assert found == near(cohens_kappa(table, return_results=False))


def test_agreement_is_on_what_both_have():
    found = transitions([1.0, 0.0, 1.0, NAN], [1.0, 0.0, 0.0, 1.0])
    assert found.kappa == near(0.4)
    assert np.isnan(transitions([NAN], [1.0]).kappa)


def test_right_is_what_reaches_the_mark():
    assert transitions([0.4, 0.9, 0.6], [0.8, 0.2, 0.7], right_at=0.5).one() == {
        "fixed": 1, "broken": 1, "both_right": 1, "both_wrong": 0,
    }  # fmt: skip


def test_right_is_what_stays_below_it_where_less_is_better():
    found = transitions([3.0, 1.0], [1.0, 1.0], right_at=2.0, direction=-1).one()
    assert (found["fixed"], found["both_right"]) == (1, 1)


def test_fixed_and_broken_by_group():
    found = transitions([0.0, 1.0, 0.0], [1.0, 0.0, NAN], Grouping.of(3, [0, 1, 1]))
    assert (found.fixed.tolist(), found.broken.tolist()) == ([1, 0], [0, 1])
