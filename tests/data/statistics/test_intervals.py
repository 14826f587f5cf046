"""A mean says how well it is known, as inspect_ai, scipy, statsmodels and the printed tables have it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from data.statistics.grouping import Grouping
from data.statistics.intervals import means, of_mean, t_critical, weighted, wilson, z_critical

NAN, INF = float("nan"), float("inf")
scores = hnp.arrays(np.float64, st.integers(2, 40), elements=st.floats(-100, 100).map(lambda x: round(x, 3)))
some_scores = hnp.arrays(
    np.float64, st.integers(0, 40), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0, 3.0, NAN])
)
marks = hnp.arrays(np.float64, st.integers(1, 60), elements=st.sampled_from([0.0, 1.0]))


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def agree(one, other):
    return one.keys() == other.keys() and all(
        one[k] == (near(v) if isinstance(v, float) else v) for k, v in other.items()
    )


def clustered(values, clusters, **options):
    return means(values, Grouping.of(len(values), clusters=clusters), **options)


# Against the printed tables


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_as_newcombe_printed_it(right, n, low, high):
    """Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    found = means(np.r_[np.ones(right), np.zeros(n - right)])
    assert [round(float(found.low), 4), round(float(found.high), 4)] == [low, high]
    assert found.method == "wilson"


# Against other libraries


@given(marks, st.sampled_from([0.8, 0.95, 0.99]))
def test_binary_scores_have_scipys_wilson_interval(values, level):
    found = means(values, level=level)
    theirs = stats.binomtest(int(values.sum()), len(values)).proportion_ci(level, method="wilson")
    assert (float(found.low), float(found.high)) == near((theirs.low, theirs.high))


@given(scores, st.sampled_from([0.8, 0.95, 0.99]))
def test_other_scores_have_scipys_t_interval(values, level):
    found = means(values, level=level)
    if found.method != "t":
        assert found.method == ("constant" if np.ptp(values) < 1e-9 and values[0] not in (0, 1) else "wilson")
        return
    theirs = stats.ttest_1samp(values, 0).confidence_interval(level)
    assert (float(found.low), float(found.high)) == near((theirs.low, theirs.high))
    assert found.se == near(stats.sem(values))


def random_cases(count, binary):
    rng = np.random.default_rng(20)
    for _ in range(count):
        n = int(rng.integers(3, 60))
        clusters = rng.integers(0, rng.integers(2, 30), n)
        clusters[:2] = 0, 1
        effect = rng.normal(size=clusters.max() + 1)[clusters]
        values = (rng.normal(size=n) + effect) * 2
        yield (values > 0).astype(float) if binary else values.round(3), clusters


def test_clustered_errors_and_intervals_are_inspects(inspect_says):
    cases = list(random_cases(60, binary=False))
    ask = [
        {"ask": what, "values": v.tolist(), "clusters": c.tolist(), "arguments": {"cluster": "cluster"}}
        for v, c in cases
        for what in ("stderr", "ci")
    ]
    theirs = inspect_says(ask)
    for (values, clusters), se, ci in zip(cases, theirs[::2], theirs[1::2], strict=True):
        found = clustered(values, clusters)
        assert float(found.se) == pytest.approx(se, rel=1e-12)
        assert (float(found.low), float(found.high)) == near((ci["lower"], ci["upper"]))
        assert found.method == "clustered_t"
        assert found.clusters == len(set(clusters.tolist()))


def test_clustered_wilson_is_inspects(inspect_says):
    cases = [(v, c) for v, c in random_cases(60, binary=True)]
    theirs = inspect_says(
        [
            {
                "ask": "ci_wilson",
                "values": v.tolist(),
                "clusters": c.tolist(),
                "arguments": {"cluster": "cluster"},
            }
            for v, c in cases
        ]
    )
    for (values, clusters), ci in zip(cases, theirs, strict=True):
        found = clustered(values, clusters)
        assert (float(found.low), float(found.high)) == near((ci["lower"], ci["upper"]))
        assert found.method == "clustered_wilson"


@given(scores, st.data())
@settings(deadline=None)
def test_clustered_errors_are_those_of_a_regression(values, data):
    from statsmodels.regression.linear_model import OLS

    clusters = data.draw(hnp.arrays(np.int64, len(values), elements=st.integers(0, 8)))
    found = clustered(values, clusters)
    if not found.se > 1e-6:
        return
    fit = OLS(values, np.ones(len(values))).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
    assert found.se == near(fit.bse[0])
    if not found.binary:
        assert (float(found.low), float(found.high)) == near(tuple(fit.conf_int()[0]))


@given(st.integers(1, 500), st.floats(0.5, 0.999))
def test_critical_values_are_those_of_scipy(df, level):
    assert t_critical(df, level) == near(stats.t.ppf((1 + level) / 2, df))
    assert t_critical(INF, level) == near(stats.norm.ppf((1 + level) / 2))


# What holds whatever the scores


@given(scores)
def test_every_sample_its_own_cluster_is_no_clustering(values):
    assert clustered(values, np.arange(len(values))).se == near(float(means(values).se))


@given(some_scores)
def test_missing_scores_are_as_if_they_were_not_there(values):
    known = values[~np.isnan(values)]
    assert agree(means(values).one(), means(known).one())


@given(some_scores, st.data())
def test_a_group_is_as_if_it_were_alone(values, data):
    n = len(values)
    groups = data.draw(hnp.arrays(np.int64, n, elements=st.integers(-1, 3)))
    clusters = data.draw(hnp.arrays(np.int64, n, elements=st.integers(0, 5)))
    found = means(values, Grouping.of(n, groups, clusters, size=4))
    for g in range(4):
        mine = groups == g
        assert agree(found.one(g), clustered(values[mine], clusters[mine]).one())


@given(some_scores, st.permutations(range(3)))
def test_rows_do_not_touch_each_other(values, order):
    rows = np.stack([values, values * 0.5, np.full(len(values), NAN)])
    assert agree(means(rows[order]).one(order.index(0)), means(values).one())


@given(marks)
def test_wilson_stays_inside_and_around_the_mean(values):
    found = means(values)
    assert 0 <= found.low <= found.mean <= found.high <= 1
    assert found.high > found.low


@given(scores, st.data())
def test_scores_need_not_be_sorted_by_cluster(values, data):
    clusters = np.arange(len(values)) // 3
    order = np.array(data.draw(st.permutations(range(len(values)))))
    assert clustered(values[order], clusters[order]).se == near(float(clustered(values, clusters).se))


# Too little, or nothing to see


@pytest.mark.parametrize("values", [[], [NAN], [NAN, NAN, NAN]])
def test_without_scores_there_is_no_number(values):
    assert means(values).one() == {
        "n": 0, "clusters": 0, "effective": None, "mean": None, "sd": None, "se": None, "binary": False,
        "low": None, "high": None, "method": None, "level": 0.95,
    }  # fmt: skip


def test_one_score_is_a_mean_without_an_interval():
    found = means([0.3, NAN]).one()
    assert (found["n"], found["mean"], found["se"], found["low"], found["method"]) == (
        1,
        0.3,
        None,
        None,
        None,
    )


def test_one_right_answer_has_wilsons_interval():
    found = means([1.0])
    assert (float(found.low), float(found.high)) == near((1 / (1 + z_critical(0.95) ** 2), 1.0))


@pytest.mark.parametrize("value", [0.1, 7.3, -2.0, 1e9])
def test_equal_scores_have_no_interval_of_no_width(value):
    found = means([value] * 30).one()
    assert (found["se"], found["sd"], found["low"], found["method"]) == (0.0, 0.0, None, "constant")


def test_equal_scores_have_none_in_clusters_either():
    found = clustered([0.1] * 30, np.arange(30) // 7).one()
    assert (found["se"], found["low"], found["method"]) == (0.0, None, "constant")


def test_all_right_keeps_a_width():
    assert means([1.0] * 10).low == pytest.approx(0.7225, abs=1e-4)
    assert clustered([1.0] * 10, np.arange(10) // 2).low < 0.7225


def test_a_single_cluster_says_nothing_of_its_spread():
    for values in ([0.0, 1.0, 1.0], [0.2, 0.4, 0.9]):
        found = clustered(values, [5, 5, 5]).one()
        assert (found["n"], found["clusters"], found["se"], found["low"]) == (3, 1, None, None)


def test_clusters_that_cancel_out_have_no_interval():
    found = clustered([0.1, 0.5, 0.1, 0.5], [0, 0, 1, 1]).one()
    assert (found["se"], found["low"], found["method"]) == (0.0, None, "constant")


def test_unknown_clusters_are_clusters_of_their_own():
    assert clustered([1.0, 0.5, 0.2], [-1, -1, 0]).clusters == 3


def test_an_empty_group_is_no_number_among_others():
    found = means([1.0, 2.0, 4.0], Grouping.of(3, [0, 0, 2], size=4))
    assert found.n.tolist() == [2, 0, 1, 0]
    assert np.isnan(found.mean[[1, 3]]).all()


def test_samples_in_no_group_count_nowhere():
    assert means([1.0, 2.0, 4.0], Grouping.of(3, [0, -1, 0], size=1)).mean.tolist() == [2.5]


def test_no_samples_at_all_keep_the_shape():
    assert means(np.zeros((2, 0)), Grouping.of(0, [], size=3)).mean.shape == (2, 3)
    assert means(np.zeros((0, 5))).mean.shape == (0,)


def test_an_infinite_score_leaves_no_interval():
    found = means([1.0, INF, 2.0]).one()
    assert (found["mean"], found["se"], found["low"], found["method"]) == (INF, None, None, None)


def test_codes_must_be_one_a_sample():
    with pytest.raises(ValueError, match="One code a sample"):
        Grouping.of(3, [0, 1])


def test_large_numbers_keep_their_small_spread():
    values = 1e9 + np.array([0.0, 1.0, 2.0, 3.0])
    assert means(values).se == pytest.approx(stats.sem([0.0, 1.0, 2.0, 3.0]), rel=1e-9)


def test_effective_n_is_never_more_than_n():
    """Opposites within clusters make a clustered error smaller than a plain one; the interval does not profit."""
    values, clusters = [0.0, 1.0] * 9 + [1.0, 1.0], np.arange(20) // 2
    found = clustered(values, clusters)
    low, _ = wilson(found.mean, 20, t_critical(9, 0.95))
    assert found.low == near(float(low))


def test_the_design_effect_says_what_clusters_cost():
    values = np.repeat([0.1, 0.9, 0.4, 0.6, 0.2], 4)
    found = clustered(values, np.arange(20) // 4)
    assert found.design_effect == near(float(found.se**2 / stats.sem(values) ** 2))


def test_clusters_are_worth_as_many_as_equally_large_ones():
    assert clustered(np.arange(12.0), np.arange(12) % 4).effective == 4
    lopsided = clustered(np.arange(20.0), [0] * 10 + list(range(1, 11)))
    assert (lopsided.clusters, float(lopsided.effective)) == (11, near(400 / 110))
    assert means([0.1, 0.2, NAN]).effective == 2


# Of several intervals one


def test_of_equal_intervals_the_mean_has_one_narrower_by_the_root_of_their_number():
    low, high = of_mean([0.1] * 4, [-0.1] * 4, [0.3] * 4)
    assert (float(low), float(high)) == near((0.0, 0.2))


@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 8), st.just(30)), elements=st.floats(-9, 9)))
def test_of_means_of_normal_intervals_it_is_that_of_independent_means(values):
    """As a z interval of each has it: the variances of independent means add up."""
    mean, se = values.mean(axis=1), stats.sem(values, axis=1)
    low, high = of_mean(mean, mean - 1.96 * se, mean + 1.96 * se)
    whole = 1.96 * np.sqrt((se**2).sum()) / len(mean)
    assert (float(low), float(high)) == near((mean.mean() - whole, mean.mean() + whole))


def test_one_interval_alone_stays_what_it_is_and_none_leaves_none():
    assert [float(x) for x in of_mean([0.2], [0.1], [0.5])] == near([0.1, 0.5])
    assert np.isnan(of_mean([0.2, 0.3], [0.1, NAN], [0.5, NAN])).all()
    assert np.isnan(of_mean([], [], [])).all()


def test_it_is_newcombes_of_a_difference_where_one_is_turned_round():
    """Two proportions: half their difference is the mean of one and of the other's negative."""
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

    one, two = proportion_confint(56, 70, method="wilson"), proportion_confint(48, 80, method="wilson")
    low, high = of_mean([0.8, -0.6], [one[0], -two[1]], [one[1], -two[0]])
    theirs = confint_proportions_2indep(56, 70, 48, 80, method="newcomb", compare="diff")
    assert (2 * float(low), 2 * float(high)) == near(theirs)


# Macro


def macro(found):
    return weighted(found.mean, found.se, found.clusters, (found.n > 0).astype(float))


def test_macro_counts_every_group_the_same():
    values = np.r_[[0.0, 1.0] * 10, [1.0, 1.0, 1.0, 0.0]]
    found = means(values, Grouping.of(24, [0] * 20 + [1] * 4))
    whole = macro(found)
    assert whole.mean == near(0.625)
    assert whole.se == near(np.hypot(*found.se) / 2)
    assert whole.groups == 2


def test_macro_of_two_groups_has_welchs_degrees_of_freedom():
    a, b = [0.1, 0.4, 0.5, 0.9], [0.3, 0.35, 0.2]
    whole = macro(means(a + b, Grouping.of(7, [0] * 4 + [1] * 3)))
    # (a + b) / 2 and (a - b) / 2 have the same error.
    theirs = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    assert whole.high - whole.low == near((theirs.high - theirs.low) / 2)


def test_macro_leaves_out_groups_without_scores():
    found = macro(means([0.2, 0.4, NAN], Grouping.of(3, [0, 0, 1])))
    assert (float(found.mean), int(found.groups)) == (near(0.3), 1)


def test_macro_without_any_spread_has_no_interval():
    found = macro(means([0.2, NAN], Grouping.of(2, [0, 1])))
    assert found.mean == near(0.2)
    assert np.isnan(found.low)
