"""Ranks with intervals, and groups of runs that cannot be told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from data.statistics.grouping import Grouping
from data.statistics.multiplicity import adjusted
from data.statistics.paired import differences
from data.statistics.ranks import pairwise, rank_intervals, tied_groups

NAN = float("nan")
some = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 5), st.integers(1, 30)), elements=st.sampled_from([0, 0.5, 1, NAN])
)


def runs(*accuracies, samples=400, seed=0):
    rng = np.random.default_rng(seed)
    hard = rng.random(samples)
    return np.stack([(hard + rng.normal(0, 0.2, samples) < a).astype(float) for a in accuracies])


@given(some)
def test_the_rank_is_scipys(values):
    found = rank_intervals(values, resamples=20)
    common = ~np.isnan(values).any(axis=0)
    if not common.any():
        assert np.isnan(found.rank).all()
        return
    means = values[:, common].mean(axis=1)
    assert found.rank.tolist() == stats.rankdata(-means.round(12), method="min").tolist()
    assert found.n == common.sum()


def test_the_interval_is_that_of_a_bootstrap_written_out():
    values = runs(0.5, 0.55, 0.7, samples=120)
    rng = np.random.default_rng(99)
    drawn = [values[:, rng.integers(0, 120, 120)].mean(axis=1) for _ in range(4000)]
    theirs = stats.rankdata(-np.round(drawn, 12), method="min", axis=1)
    found = rank_intervals(values, resamples=4000)
    assert found.low.tolist() == np.quantile(theirs, 0.025, axis=0, method="inverted_cdf").tolist()
    assert found.high.tolist() == np.quantile(theirs, 0.975, axis=0, method="inverted_cdf").tolist()
    # Three standard errors of a share of 4000 are 0.024.
    assert found.first.tolist() == pytest.approx((theirs == 1).mean(axis=0).tolist(), abs=0.034)


def test_patterns_counts_and_clusters_draw_from_the_same_distribution():
    values = runs(0.5, 0.55, 0.7, samples=300)
    few = rank_intervals(values, resamples=4000)
    many = rank_intervals(values + np.random.default_rng(0).normal(0, 1e-9, 300), resamples=4000)
    alone = rank_intervals(values, np.arange(300), resamples=4000)
    assert few.first.tolist() == pytest.approx(many.first.tolist(), abs=0.034)
    assert few.first.tolist() == pytest.approx(alone.first.tolist(), abs=0.034)


def test_samples_that_come_in_clusters_make_ranks_less_sure():
    values = np.repeat(runs(0.5, 0.55, 0.6, samples=40), 20, axis=1)
    plain, clustered = rank_intervals(values), rank_intervals(values, np.arange(800) // 20)
    assert clustered.units == 40
    assert (clustered.high - clustered.low).sum() > (plain.high - plain.low).sum()


def test_the_same_seed_gives_the_same_intervals_and_says_so():
    values = runs(0.5, 0.52, 0.54, 0.5)
    one, two = rank_intervals(values, seed=7), rank_intervals(values, seed=7)
    assert one.first.tolist() == two.first.tolist()
    assert (one.seed, one.resamples, one.level) == (7, 1000, 0.95)


def test_runs_far_apart_keep_their_ranks():
    found = rank_intervals(runs(0.2, 0.8, 0.5, samples=2000))
    assert found.low.tolist() == found.rank.tolist() == found.high.tolist() == [3, 1, 2]


def test_where_less_is_better_the_lowest_is_first():
    assert rank_intervals(runs(0.2, 0.8), direction=-1).rank.tolist() == [1, 2]


def test_equal_runs_share_a_rank_always():
    values = np.stack([runs(0.5)[0]] * 3)
    found = rank_intervals(values)
    assert found.high.tolist() == [1, 1, 1]
    assert found.first.tolist() == [1, 1, 1]


@pytest.mark.parametrize("values", [np.zeros((0, 4)), np.zeros((2, 0)), np.array([[NAN, 1.0], [1.0, NAN]])])
def test_without_common_samples_there_are_no_ranks(values):
    found = rank_intervals(values)
    assert found.n == 0
    assert np.isnan(found.rank).all()


def test_one_run_is_first():
    assert rank_intervals([[0.3, 0.4]]).rank.tolist() == [1]


# Tied


def test_pairwise_p_are_those_of_each_pair():
    values, clusters = runs(0.5, 0.6, 0.55, 0.5), np.arange(400) // 4
    p = pairwise(values, clusters)
    assert np.isnan(np.diag(p)).all()
    for i in range(4):
        for j in range(i):
            one = differences(values[j], values[i], Grouping.of(400, clusters=clusters))
            assert p[i, j] == p[j, i] == pytest.approx(float(one.p), rel=1e-9)


def matrix(n, **pairs):
    p = np.full((n, n), NAN)
    for pair, value in pairs.items():
        i, j = int(pair[1]), int(pair[2])
        p[i, j] = p[j, i] = value
    return p


def test_a_run_is_tied_with_its_leader_where_the_adjusted_p_is_above_alpha():
    p = matrix(4, p01=0.4, p02=0.01, p03=0.001, p12=0.5, p13=0.2, p23=0.6)
    found = tied_groups([0.9, 0.8, 0.7, 0.6], p)
    assert (found.group.tolist(), found.leader.tolist()) == ([1, 1, 2, 2], [0, 0, 2, 2])


def test_a_less_precise_run_may_be_tied_where_a_better_one_is_not():
    found = tied_groups([0.9, 0.8, 0.7], matrix(3, p01=0.01, p02=0.3, p12=0.5))
    assert found.group.tolist() == [1, 2, 1]


def test_what_was_not_compared_is_not_told_apart():
    assert tied_groups([0.9, 0.8], matrix(2)).group.tolist() == [1, 1]


def test_at_alpha_is_told_apart():
    assert tied_groups([0.9, 0.8], matrix(2, p01=0.05)).group.tolist() == [1, 2]


def test_the_lowest_leads_where_less_is_better():
    found = tied_groups([0.9, 0.1], matrix(2, p01=0.01), direction=-1)
    assert (found.group.tolist(), found.leader.tolist()) == ([2, 1], [0, 1])


def test_a_run_without_a_mean_is_in_no_group():
    assert tied_groups([NAN, 0.5], matrix(2)).group.tolist() == [0, 1]
    assert tied_groups([], np.zeros((0, 0))).group.tolist() == []


def test_from_scores_to_groups():
    values = runs(0.8, 0.79, 0.5, 0.51, samples=2000)
    pairs = np.triu_indices(4, 1)
    p = np.full((4, 4), NAN)
    p[pairs] = adjusted(pairwise(values)[pairs])
    found = tied_groups(values.mean(axis=1), np.fmax(p, p.T))
    assert sorted(found.group.tolist()) == [1, 1, 2, 2]
    assert found.group[0] == found.group[1] == 1
