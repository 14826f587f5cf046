"""Intervals beside scores, by hand-made logs, statsmodels, scipy, and by what inspect_ai says of the demo's own logs."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from data.queries import scores, uncertainty


def reduced(samples):
    means = [np.mean([x for x in values if x is not None] or [math.nan]) for values, _ in samples.values()]
    return np.array(means)


def by_model(df):
    return {row["model"]: row for row in df.to_dicts()}


def logged(value, group="", **more):
    return {"category": group or None, "value": value, **more}


def run(values, group="x", metrics=None, **more):
    """Of one category, its mean logged as that of the category and of the whole."""
    known = [v for v in values if not isinstance(v, str)]
    mean = sum(known) / len(known) if known else None
    samples = [
        {"id": f"{group}{i}", "category": group, "metadata": {"passage": str(i // 3)}, "scores": {"accuracy": v}}
        for i, v in enumerate(values)
    ]  # fmt: skip
    return {"metrics": metrics or [logged(mean), logged(mean, group)], "samples": samples, **more}


def one(s, view, query=""):
    (row,) = scores.bars(s, view(query)).to_dicts()
    return row


@pytest.mark.parametrize("task", ["general_knowledge", "mental_arithmetic"])
def test_right_and_wrong_have_wilsons_interval(demo, epochs_told, view, task):
    scorer = {"general_knowledge": "choice", "mental_arithmetic": "match"}[task]
    found = by_model(scores.bars(demo, view(f"?task={task}&level=task")))
    assert len(found) == 5
    for model, row in found.items():
        values = reduced(epochs_told[task, scorer, model])
        expected = proportion_confint(int(values.sum()), len(values), method="wilson")
        assert (row["low"], row["high"]) == pytest.approx(expected, abs=1e-9)
        assert (row["interval"], row["level"], row["n"]) == ("wilson", 0.95, len(values))


def test_graded_scores_have_students_interval_over_samples_and_not_over_epochs(demo, epochs_told, view):
    found = by_model(scores.bars(demo, view("?task=explain_why&level=task")))
    for model, row in found.items():
        values = reduced(epochs_told["explain_why", "points", model])
        expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        assert (row["low"], row["high"]) == pytest.approx(tuple(expected), abs=1e-9)
        assert (row["interval"], row["n"]) == ("t", 12)


def test_clusters_make_the_interval_that_inspect_has(demo, epochs_told, view, inspect_says):
    found = by_model(scores.bars(demo, view("?task=mental_arithmetic&level=task&cluster=difficulty")))
    questions, rows = [], []
    for model, row in found.items():
        samples = epochs_told["mental_arithmetic", "match", model]
        clusters = [metadata["difficulty"] for _, metadata in samples.values()]
        about = {"values": reduced(samples).tolist(), "clusters": clusters}
        questions.append({"ask": "ci_wilson", "arguments": {"cluster": "cluster"}, **about})
        rows.append((row, len(set(clusters))))
    for (row, clusters), says in zip(rows, inspect_says(questions), strict=True):
        assert (row["low"], row["high"]) == pytest.approx((says["lower"], says["upper"]), abs=1e-9)
        assert (row["interval"], row["clusters"]) == ("clustered_wilson", clusters)


def test_a_key_that_no_sample_has_clusters_nothing(demo, view):
    plain = scores.bars(demo, view("?task=general_knowledge"))
    assert scores.bars(demo, view("?task=general_knowledge&cluster=none")).equals(plain)


def test_a_group_of_samples_has_its_own_interval(demo, epochs_told, view):
    found = scores.bars(demo, view("?task=general_knowledge&group=difficulty&per_page=all")).to_dicts()
    assert len({row["category"] for row in found}) > 2
    for row in found:
        samples = epochs_told["general_knowledge", "choice", row["model"]]
        of_group = {k: s for k, s in samples.items() if s[1]["difficulty"] == row["category"]}
        right = int(reduced(of_group).sum())
        assert (row["value"], row["n"]) == (pytest.approx(right / len(of_group)), len(of_group))
        expected = proportion_confint(right, len(of_group), method="wilson")
        assert (row["low"], row["high"]) == pytest.approx(expected, abs=1e-9)


def test_from_0_to_100_the_interval_is_too(demo, view):
    small = scores.bars(demo, view("?task=general_knowledge"))
    large = scores.bars(demo, view("?task=general_knowledge&scale=100"))
    for end in ("low", "high"):
        assert large[end].to_list() == pytest.approx([x * 100 for x in small[end]])


def test_without_samples_it_is_from_the_logged_error_and_says_so(snapshot, view):
    row = one(snapshot({"metrics": [logged(0.6, stderr=0.1)]}), view)
    z = stats.norm.ppf(0.975)
    assert (row["low"], row["high"]) == (pytest.approx(0.6 - z * 0.1), pytest.approx(0.6 + z * 0.1))
    assert (row["interval"], row["n"]) == ("logged_stderr", None)


def test_of_a_share_the_logged_error_does_not_lead_beyond_1(snapshot, view):
    row = one(snapshot({"metrics": [logged(0.95, stderr=0.1)]}), view)
    assert (row["high"], row["low"]) == (1.0, pytest.approx(0.95 - 1.959964 * 0.1))


@pytest.mark.parametrize("metric", ["pass@5", "pass@1", "pass^3", "toxic_frac", "ece"])
def test_of_whatever_is_a_share_by_its_name(snapshot, view, metric):
    about = {"headline_scorer": "verify", "headline_metric": metric}
    row = one(
        snapshot({"metrics": [logged(0.99, scorer="verify", metric=metric, stderr=0.02)], **about}), view
    )
    assert row["high"] == 1.0


@pytest.mark.parametrize("stderr", [None, 0.0, float("nan"), float("inf")])
def test_where_nothing_says_how_sure_a_score_is_there_is_no_interval(snapshot, view, stderr):
    row = one(snapshot({"metrics": [logged(0.6, stderr=stderr)]}), view)
    assert (row["low"], row["high"], row["interval"], row["level"]) == (None, None, None, None)


def test_a_value_that_is_not_the_mean_of_its_samples_has_none_of_theirs(snapshot, view):
    corrected = [logged(0.4, stderr=0.05)]
    row = one(snapshot(run([1, 0, 1, 0, 1, 1], metrics=corrected)), view, "?level=task")
    assert row["interval"] == "logged_stderr"
    assert row["high"] == pytest.approx(0.4 + 1.959964 * 0.05)


def test_samples_of_a_part_say_nothing_of_the_whole(snapshot, view):
    """A log of 5,000 wrong answers may keep ten of them, whose mean is 0 as well."""
    row = one(snapshot(run([0.0] * 10, metrics=[logged(0.0, n=5000)])), view, "?level=task")
    assert (row["low"], row["interval"], row["n"]) == (None, None, 5000)


@pytest.mark.parametrize("done", [5000, None])
def test_nor_do_they_where_the_log_has_no_n(snapshot, view, done):
    row = one(snapshot(run([0.0] * 10, metrics=[logged(0.0)], samples_done=done)), view, "?level=task")
    assert (row["low"], row["interval"], row["n"]) == (None, None, None)


def test_nor_of_a_category(snapshot, view):
    part = run([0.0] * 10, metrics=[logged(0.0), logged(0.0, "x")], samples_done=5000)
    row = one(snapshot(part), view)
    assert (row["category"], row["low"], row["n"]) == ("x", None, None)


def test_samples_that_an_error_ended_do_not_make_a_log_whole(snapshot, view):
    values = [{"id": f"s{i}", "scores": {"accuracy": 0.0}} for i in range(8)]
    broken = [{"id": f"e{i}", "error": "lost", "scores": {"accuracy": "error"}} for i in range(4)]
    one_more = snapshot({"metrics": [logged(0.0)], "samples": values + broken, "samples_done": 9})
    assert one(one_more, view, "?level=task")["n"] is None
    all_done = snapshot({"metrics": [logged(0.0)], "samples": values + broken, "samples_done": 8})
    assert one(all_done, view, "?level=task")["n"] == 8


def test_logs_that_count_epochs_as_samples_are_understood(snapshot, view):
    again = [
        {"id": f"s{i}", "epoch": e, "scores": {"accuracy": float(i % 2)}} for i in range(8) for e in (1, 2)
    ]
    row = one(snapshot({"metrics": [logged(0.5, n=16)], "samples": again}), view)
    assert row["high"] == pytest.approx(proportion_confint(4, 8, method="wilson")[1])
    assert row["n"] == 8  # samples, however many tries the log counts


def test_a_logged_value_is_rounded_to_four_digits_and_still_the_mean(snapshot, view):
    row = one(snapshot(run([1, 0, 0], metrics=[logged(0.3333)])), view, "?level=task")
    assert (row["interval"], row["n"]) == ("wilson", 3)
    far = one(snapshot(run([1, 0, 0], metrics=[logged(0.3330)])), view, "?level=task")
    assert far["interval"] is None


@pytest.mark.parametrize(
    ("values", "method", "low", "high"),
    [
        ([1.0], "wilson", 0.20654931, 1.0),  # of one success: proportion_confint(1, 1)
        ([0.5], None, None, None),
        ([0.5, 0.5, 0.5], "constant", None, None),
        ([1.0, "error", "unscored"], "wilson", 0.20654931, 1.0),
        ([0.2, "error", 0.6], "t", 0.0, 1.0),  # 0.4 ± 12.7 · 0.2, of a share
    ],
)
def test_little_is_said_of_little(snapshot, view, values, method, low, high):
    row = one(snapshot(run(values)), view, "?level=task")
    assert row["interval"] == method
    assert row["low"] == (None if low is None else pytest.approx(low, abs=1e-6))
    assert row["high"] == (None if high is None else pytest.approx(high, abs=1e-6))
    assert row["n"] == sum(not isinstance(v, str) for v in values)


def test_scores_too_large_for_a_spread_have_no_interval(snapshot, view):
    row = one(snapshot(run([1e300, 2e300, -1e300, 5.0])), view, "?level=task")
    assert (row["low"], row["high"], row["level"]) == (None, None, None)


def test_what_a_score_is_not_over_is_counted(snapshot, view):
    row = one(snapshot(run([1, 0, "error", "unscored", "invalid"])), view, "?level=task")
    assert (row["n"], row["n_without"]) == (2, 3)
    assert one(snapshot({"metrics": [logged(0.6, stderr=0.1)]}), view)["n_without"] is None


def test_a_score_that_is_no_number_counts_nowhere(snapshot, view):
    row = one(snapshot(run([1, 0, "invalid", 1])), view, "?level=task")
    assert (row["n"], row["value"]) == (3, pytest.approx(2 / 3))
    assert row["low"] == pytest.approx(proportion_confint(2, 3, method="wilson")[0])


def test_a_scorer_of_one_run_gives_no_interval_to_the_other(snapshot, view):
    with_judge = run([1, 0, 1, 1], model="a")
    without = {"model": "b", "metrics": [logged(0.75)]}
    found = by_model(scores.bars(snapshot(with_judge, without), view("?level=task")))
    assert (found["a"]["interval"], found["b"]["interval"]) == ("wilson", None)


def test_less_is_better_changes_no_interval(snapshot, view):
    wer = [{"scorer": "wer", "metric": "mean", "value": 0.25}]
    samples = [{"id": f"s{i}", "scores": {"wer": v}} for i, v in enumerate([0.0, 0.5, 0.1, 0.4])]
    about = {"headline_scorer": "wer", "headline_metric": "mean"}
    row = one(snapshot({"metrics": wer, "samples": samples, **about}), view)
    expected = stats.ttest_1samp([0.0, 0.5, 0.1, 0.4], 0).confidence_interval(0.95)
    assert (row["low"], row["high"], row["direction"]) == (
        max(0, expected.low),
        pytest.approx(expected.high),
        -1,
    )


def test_many_categories_of_many_models_each_have_their_own(snapshot, view):
    """200 categories x 50 models: every tenth is worked out anew."""
    rng = np.random.default_rng(5)
    right = rng.random((50, 200, 4)) < 0.6
    runs = [
        {
            "model": f"m{m:02}", "metrics": [logged(float(right[m, c].mean()), f"c{c}") for c in range(200)],
            "samples": [{"id": f"{c}-{i}", "category": f"c{c}", "scores": {"accuracy": float(right[m, c, i])}}
                        for c in range(200) for i in range(4)],
        }
        for m in range(50)
    ]  # fmt: skip
    found = scores.bars(snapshot(*runs), view("?per_page=all"))
    assert found.height == 10_000
    for row in found.gather_every(10).iter_rows(named=True):
        k = int(right[int(row["model"][1:]), int(row["category"][1:])].sum())
        expected = proportion_confint(k, 4, method="wilson")
        assert (row["low"], row["high"]) == pytest.approx(expected, abs=1e-9)


def average(s, view, query=""):
    (row,) = scores.averages(s, view(query)).to_dicts()
    return row


X, Y = [0.2, 0.4, 0.9, 0.5, 0.1], [0.7, 0.9, 0.8]


@pytest.fixture
def two_categories(snapshot):
    samples = run(X, "x")["samples"] + run(Y, "y")["samples"]
    return snapshot({"metrics": [logged(np.mean(X), "x"), logged(np.mean(Y), "y")], "samples": samples})


def test_the_macro_mean_of_two_categories_is_as_sure_as_welch_says(two_categories, view):
    """(x + y) / 2 spreads as (x - (-y)) / 2 does."""
    row = average(two_categories, view)
    low, high = stats.ttest_ind(X, [-y for y in Y], equal_var=False).confidence_interval(0.95)
    assert row["macro"] == pytest.approx((np.mean(X) + np.mean(Y)) / 2)
    assert (row["macro_low"], row["macro_high"]) == (pytest.approx(low / 2), pytest.approx(high / 2))
    assert (row["over"], row["categories"], row["of"], row["n"]) == ("categories", 2, 2, 8)


def test_the_weighted_mean_weighs_the_errors_too(two_categories, view):
    row = average(two_categories, view)
    low, high = stats.ttest_ind([x * 5 / 8 for x in X], [-y * 3 / 8 for y in Y], equal_var=False).confidence_interval(0.95)  # fmt: skip
    assert row["weighted"] == pytest.approx(np.mean(X + Y))
    assert (row["weighted_low"], row["weighted_high"]) == (pytest.approx(low), pytest.approx(high))


def test_an_average_of_one_is_as_sure_as_that_one(snapshot, view):
    row = average(snapshot(run([1, 0, 1, 1])), view)
    expected = proportion_confint(3, 4, method="wilson")
    assert (row["macro_low"], row["macro_high"]) == pytest.approx(expected)


def test_one_category_without_an_interval_leaves_none_to_the_average(snapshot, view):
    s = snapshot({**run(X), "metrics": [logged(np.mean(X), "x"), logged(0.5, "y", n=4)]})
    row = average(s, view)
    assert (row["macro_low"], row["weighted_low"]) == (None, None)
    assert row["weighted"] == pytest.approx((sum(X) + 0.5 * 4) / 9)


def test_logged_errors_alone_make_a_normal_interval(snapshot, view):
    s = snapshot({"metrics": [logged(0.4, "x", stderr=0.03, n=50), logged(0.6, "y", stderr=0.04, n=50)]})
    row = average(s, view)
    assert row["macro_high"] - 0.5 == pytest.approx(stats.norm.ppf(0.975) * 0.05 / 2)


def test_nothing_has_no_intervals(snapshot, view):
    s = snapshot({"metrics": {}})
    assert scores.averages(s, view("")).height == 0
    empty = scores.cells(s, view(""))
    assert set(uncertainty.INTERVAL) <= set(uncertainty.of(s, view(""), empty).columns)


RATES = [0.0, 0.0, 0.0, 0.0, 0.2, 0.9]


def wer(values, model="a", **more):
    samples = [{"id": str(i), "scores": {"wer": v}} for i, v in enumerate(values)]
    said = {"value": sum(values) / len(values), "scorer": "wer", "metric": "mean", "category": None} | more
    return {"model": model, "metrics": [said], "samples": samples,
            "headline_scorer": "wer", "headline_metric": "mean"}  # fmt: skip


def test_an_error_rate_has_no_interval_below_0(snapshot, view):
    below, high = stats.ttest_1samp(RATES, 0).confidence_interval(0.95)
    s = snapshot(wer(RATES))
    assert below < 0
    for query, times in (("", 1), ("?scale=100", 1)):
        row = one(s, view, query)
        assert (row["low"], row["high"]) == (0, pytest.approx(high * times))
        (mean,) = scores.averages(s, view(query)).to_dicts()
        assert (mean["macro_low"], mean["macro_high"]) == (0, pytest.approx(high * times))


def test_shares_that_are_graded_have_none_beyond_0_and_1(snapshot, view):
    s = snapshot(run([1.0, 1.0, 1.0, 0.5, 1.0, 1.0]))
    for query, most in (("?level=task", 1), ("?level=task&scale=100", 100)):
        assert one(s, view, query)["high"] == most


def test_means_of_error_rates_are_not_below_0_either(snapshot, view):
    s = snapshot(*({**wer(RATES), "task": t} for t in ("t1", "t2")))
    (mean,) = scores.averages(s, view("")).to_dicts()
    assert mean["macro_low"] >= 0
    assert mean["macro_high"] > mean["macro"]


def test_an_unknown_metric_may_be_below_0(snapshot, view):
    values = [0.0, 0.0, 0.0, 0.0, 0.2, 0.9]
    samples = [{"id": str(i), "scores": {"judge": v}} for i, v in enumerate(values)]
    said = {"value": sum(values) / 6, "scorer": "judge", "metric": "mean", "category": None}
    s = snapshot(
        {"metrics": [said], "samples": samples, "headline_scorer": "judge", "headline_metric": "mean"}
    )
    assert one(s, view)["low"] < 0


def test_a_logged_error_of_an_error_rate_reaches_no_further_than_0(snapshot, view):
    said = {"value": 0.1, "stderr": 0.2, "scorer": "wer", "metric": "mean", "category": None}
    s = snapshot({"metrics": [said], "headline_scorer": "wer", "headline_metric": "mean"})
    assert one(s, view)["low"] == 0
