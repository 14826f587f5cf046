"""What stands beside a delta, against scipy and statsmodels on the same samples."""

import json

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from data.queries import baseline, conclusions, flips
from data.statistics.power import minimum_detectable_binary

RNG = np.random.default_rng(7)
N = 60
BINARY = {m: RNG.integers(0, 2, N).astype(float) for m in ("a", "b", "c")}
GRADED = {m: RNG.integers(0, 11, N) / 10 for m in ("a", "b", "c")}


def run(model, values, *, category=lambda i: None, metadata=lambda i: None, asked=lambda i: 100 + i, **more):
    samples = [
        {
            "id": str(i),
            "scores": {"accuracy": v},
            "category": category(i),
            "metadata": metadata(i),
            "input_hash": asked(i) | 1,
            "question_hash": asked(i) | 1,
        }
        for i, v in enumerate(values)
        if v is not None
    ]
    known = [v for v in values if isinstance(v, (int, float))]
    metrics = {"": float(np.mean(known))} if known else {}
    return {"model": model, "metrics": metrics, "samples": samples, "run_id": model} | more


def of_models(scores, **more):
    return [run(m, values.tolist(), **more) for m, values in scores.items()]


def by_candidate(found):
    return {row["candidate"]: row for row in found.iter_rows(named=True)}


def table(a, b):
    return [[((a == x) & (b == y)).sum() for y in (1, 0)] for x in (1, 0)]


def test_right_and_wrong_are_compared_by_mcnemar(snapshot, view):
    found = by_candidate(baseline.ranking(snapshot(*of_models(BINARY)), view("?baseline=a")))
    for name in ("b", "c"):
        a, b, row = BINARY["a"], BINARY[name], found[name]
        discordant = (a != b).sum()
        expected = mcnemar(table(a, b), exact=discordant < 25, correction=False).pvalue
        assert row["p"] == pytest.approx(expected, abs=1e-9)
        assert row["paired_delta"] == pytest.approx(b.mean() - a.mean(), abs=1e-12)
        assert row["delta"] == pytest.approx(row["paired_delta"], abs=1e-12)
        assert (row["fixed"], row["broken"]) == (((a == 0) & (b == 1)).sum(), ((a == 1) & (b == 0)).sum())
        assert row["n_paired"] == N
        assert row["low"] < row["paired_delta"] < row["high"]


def test_graded_scores_are_compared_by_the_paired_t(snapshot, view):
    found = by_candidate(baseline.ranking(snapshot(*of_models(GRADED)), view("?baseline=a")))
    for name in ("b", "c"):
        test = stats.ttest_rel(GRADED[name], GRADED["a"])
        interval = test.confidence_interval(0.95)
        row = found[name]
        assert (row["test"], row["p"]) == ("paired_t", pytest.approx(test.pvalue, abs=1e-9))
        assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high), abs=1e-9)


def test_clusters_of_samples_widen_the_interval_as_a_regression_has_it(snapshot, view):
    key = [f"passage {i // 5}" for i in range(N)]
    more = {"metadata": lambda i: json.dumps({"passage": key[i]}), "metadata_keys": ["passage"]}
    found = by_candidate(
        baseline.ranking(snapshot(*of_models(GRADED, **more)), view("?baseline=a&cluster=passage"))
    )
    d = GRADED["b"] - GRADED["a"]
    fit = sm.OLS(d, np.ones(N)).fit(
        cov_type="cluster", cov_kwds={"groups": np.unique(key, return_inverse=True)[1]}, use_t=True
    )
    row = found["b"]
    assert (row["clusters"], row["test"]) == (N // 5, "paired_clustered_t")
    assert row["stderr"] == pytest.approx(fit.bse[0], abs=1e-9)
    assert (row["low"], row["high"]) == pytest.approx(tuple(fit.conf_int()[0]), abs=1e-9)
    assert row["p"] == pytest.approx(fit.pvalues[0], abs=1e-9)


@pytest.mark.parametrize(("adjust", "method"), [("bh", "fdr_bh"), ("by", "fdr_by"), ("holm", "holm")])
def test_all_that_a_view_shows_is_adjusted_together(snapshot, view, adjust, method):
    found = baseline.ranking(snapshot(*of_models(GRADED)), view(f"?baseline=a&adjust={adjust}"))
    expected = multipletests(found["p"].to_list(), method=method)[1]
    assert found["p_adjusted"].to_list() == pytest.approx(list(expected), abs=1e-12)


def test_what_min_delta_hides_is_adjusted_for_all_the_same(snapshot, view):
    s = snapshot(*of_models(GRADED))
    everything = by_candidate(baseline.ranking(s, view("?baseline=a")))
    shown = baseline.ranking(s, view("?baseline=a&min_delta=0.0001"))
    for row in shown.iter_rows(named=True):
        assert row["p_adjusted"] == everything[row["candidate"]]["p_adjusted"]


def test_by_category_each_part_has_its_own_test(snapshot, view):
    parts = {"category": lambda i: f"c{i % 3}"}
    s = snapshot(
        *(
            r | {"metrics": {f"c{k}": float(GRADED[r["model"]][k::3].mean()) for k in range(3)}}
            for r in of_models(GRADED, **parts)
        )
    )
    found = baseline.ranking(s, view("?baseline=a&candidate=b&level=category"))
    for row in found.iter_rows(named=True):
        k = int(row["category"][1:])
        expected = stats.ttest_rel(GRADED["b"][k::3], GRADED["a"][k::3])
        assert (row["n_paired"], row["p"]) == (N // 3, pytest.approx(expected.pvalue, abs=1e-9))


def test_the_scale_of_the_view_scales_the_interval_and_not_the_test(snapshot, view):
    s = snapshot(*of_models(BINARY))
    one = by_candidate(baseline.ranking(s, view("?baseline=a")))["b"]
    hundred = by_candidate(baseline.ranking(s, view("?baseline=a&scale=100")))["b"]
    assert hundred["p"] == one["p"]
    for column in ("delta", "paired_delta", "low", "high", "stderr", "detectable"):
        assert hundred[column] == pytest.approx(100 * one[column])


def test_a_missing_score_is_no_pair_and_an_error_is_said(snapshot, view):
    a, b = BINARY["a"].tolist(), BINARY["b"].tolist()
    b[0], b[1] = None, "error"
    row = by_candidate(baseline.ranking(snapshot(run("a", a), run("b", b)), view("?baseline=a")))["b"]
    assert (row["n_paired"], row["baseline_only"], row["candidate_only"]) == (N - 2, 2, 0)
    assert row["errored"] == 1


def test_samples_with_equal_ids_and_different_questions_are_no_pairs(snapshot, view):
    other = run("b", BINARY["b"].tolist(), asked=lambda i: 100 + i if i < 40 else 9000 + 2 * i)
    found = baseline.ranking(snapshot(run("a", BINARY["a"].tolist()), other), view("?baseline=a"))
    row = by_candidate(found)["b"]
    assert (row["n_paired"], row["baseline_only"], row["candidate_only"]) == (40, 20, 20)
    assert row["paired_delta"] == pytest.approx((BINARY["b"][:40] - BINARY["a"][:40]).mean())


def test_a_log_without_samples_says_why_nothing_is_said(snapshot, view):
    found = baseline.ranking(
        snapshot(run("a", BINARY["a"].tolist()), {"model": "b", "metrics": {"": 0.5}}), view("?baseline=a")
    )
    row = by_candidate(found)["b"]
    assert (row["without"], row["p"], row["low"], row["n_paired"]) == ("no_samples", None, None, None)


def test_a_metric_that_is_no_mean_of_the_samples_gets_no_interval(snapshot, view):
    harsh = run("b", BINARY["b"].tolist()) | {"metrics": {"": 0.123}}
    row = by_candidate(
        baseline.ranking(snapshot(run("a", BINARY["a"].tolist()), harsh), view("?baseline=a"))
    )["b"]
    assert (row["without"], row["p"], row["low"]) == ("not_a_mean", None, None)


def test_a_log_that_keeps_a_few_of_its_samples_gets_no_interval(snapshot, view):
    whole = [{"scorer": "accuracy", "metric": "accuracy", "value": 0.0, "n": 5000}]
    kept = [run(m, [0.0] * 10) | {"metrics": whole} for m in ("a", "b")]
    row = by_candidate(baseline.ranking(snapshot(*kept), view("?baseline=a")))["b"]
    assert (row["without"], row["p"], row["n"]) == ("not_a_mean", None, 5000)


@pytest.mark.parametrize("done", [5000, None])
def test_nor_does_one_that_does_not_say_how_many_its_score_is_over(snapshot, view, done):
    whole = [{"scorer": "accuracy", "metric": "accuracy", "value": 0.0}]
    kept = [run(m, [0.0] * 10) | {"metrics": whole, "samples_done": done} for m in ("a", "b")]
    row = by_candidate(baseline.ranking(snapshot(*kept), view("?baseline=a")))["b"]
    assert (row["without"], row["p"], row["low"], row["verdict"], row["n"]) == ("not_a_mean", *[None] * 4)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_too_few_pairs_get_no_p_and_say_so(snapshot, view, n):
    s = snapshot(run("a", [0.0] * n), run("b", [1.0] * n))
    row = by_candidate(baseline.ranking(s, view("?baseline=a")))["b"]
    assert (row["p"], row["verdict"]) == (None, "too_few")


def test_equal_scores_are_no_change_with_a_width(snapshot, view):
    s = snapshot(run("a", BINARY["a"].tolist()), run("b", BINARY["a"].tolist()))
    row = by_candidate(baseline.ranking(s, view("?baseline=a")))["b"]
    assert (row["p"], row["verdict"], row["paired_delta"]) == (1.0, "no_detectable_change", 0.0)
    assert row["low"] < 0 < row["high"]


def test_samples_without_the_chosen_key_stand_for_themselves(snapshot, view):
    s = snapshot(*of_models(BINARY, metadata_keys=["passage"]))
    row = by_candidate(baseline.ranking(s, view("?baseline=a&cluster=passage")))["b"]
    alone = by_candidate(baseline.ranking(s, view("?baseline=a")))["b"]
    assert (row["cluster"], row["interval"], row["p"]) == (None, "bonett_price", alone["p"])


def test_ratings_have_no_right_and_wrong(snapshot, view):
    rated = {"a": RNG.integers(1, 11, N).astype(float), "b": RNG.integers(1, 11, N).astype(float)}
    row = by_candidate(baseline.ranking(snapshot(*of_models(rated)), view("?baseline=a")))["b"]
    assert [row[c] for c in ("fixed", "broken", "both_right", "both_wrong")] == [None] * 4
    assert row["n_paired"] == N


def test_each_row_says_how_its_numbers_came_about(snapshot, view):
    s = snapshot(*of_models(GRADED), {"model": "d", "metrics": {"": 0.5}})
    rows = by_candidate(baseline.ranking(s, view("?baseline=a&alpha=0.01&adjust=holm&margin=0.2")))
    for row in rows.values():
        said = [row[c] for c in ("level", "alpha", "adjusted_by", "margin", "reducer", "cluster")]
        assert said == [0.95, 0.01, "holm", 0.2, "mean", None]
    assert [rows[c]["tests"] for c in ("b", "c", "d")] == [2, 2, None]


def test_what_could_be_detected_is_on_the_scale_of_the_view_for_right_and_wrong_too(snapshot, view):
    s = snapshot(*of_models(BINARY))
    a, b = BINARY["a"], BINARY["b"]
    one, hundred = (
        by_candidate(baseline.ranking(s, view(f"?baseline=a&candidate=b&scale={n}")))["b"]["detectable"]
        for n in (1, 100)
    )
    assert one == pytest.approx(float(minimum_detectable_binary(N, (a != b).sum())), rel=1e-9)
    assert hundred == pytest.approx(100 * one, rel=1e-9)


def test_top_and_bottom_have_what_stands_beside_every_delta(snapshot, view):
    s, v = snapshot(*of_models(GRADED)), view("?baseline=a")
    rows = by_candidate(baseline.ranking(s, v))
    for row in baseline.extremes(s, v, largest=True).iter_rows(named=True):
        assert all(
            row[c] == rows[row["candidate"]][c] for c in ("low", "high", "p_adjusted", "n_paired", "verdict")
        )


def test_a_mean_delta_has_the_interval_of_independent_means(snapshot, view):
    parts = {"category": lambda i: f"c{i % 3}"}
    s = snapshot(
        *(
            r | {"metrics": {f"c{k}": float(GRADED[r["model"]][k::3].mean()) for k in range(3)}}
            for r in of_models(GRADED, **parts)
        )
    )
    (row,) = baseline.summary(s, view("?baseline=a&candidate=b&level=category")).to_dicts()
    tests = [stats.ttest_rel(GRADED["b"][k::3], GRADED["a"][k::3]) for k in range(3)]
    deltas = [GRADED["b"][k::3].mean() - GRADED["a"][k::3].mean() for k in range(3)]
    half = (
        np.sqrt(sum((t.confidence_interval().high - d) ** 2 for t, d in zip(tests, deltas, strict=True))) / 3
    )
    assert row["mean_delta"] == pytest.approx(np.mean(deltas))
    assert (row["mean_low"], row["mean_high"]) == pytest.approx(
        (np.mean(deltas) - half, np.mean(deltas) + half)
    )


def test_a_mean_of_deltas_that_are_not_all_of_pairs_has_no_interval(snapshot, view):
    a, b = GRADED["a"].tolist(), GRADED["b"].tolist()
    b[0] = None
    (row,) = baseline.summary(snapshot(run("a", a), run("b", b)), view("?baseline=a")).to_dicts()
    assert (row["mean_low"], row["mean_high"]) == (None, None)
    assert row["mean_delta"] is not None


def test_a_margin_says_how_many_pairs_would_show_it(snapshot, view):
    from statsmodels.stats.power import TTestPower

    s = snapshot(*of_models({m: GRADED[m] for m in ("a", "b")}))
    (row,) = conclusions.conclusions(s, view("?baseline=a&margin=0.02")).to_dicts()
    d = GRADED["b"] - GRADED["a"]
    assert TTestPower().power(0.02 / d.std(ddof=1), row["pairs_needed"], 0.05) == pytest.approx(0.8, abs=1e-3)
    (row,) = conclusions.conclusions(s, view("?baseline=a")).to_dicts()
    assert row["pairs_needed"] is None


def test_a_margin_asks_for_equivalence(snapshot, view):
    s = snapshot(run("a", [0.0, 1.0] * 300), run("b", [0.0, 1.0] * 300))
    row = by_candidate(baseline.ranking(s, view("?baseline=a&margin=0.05")))["b"]
    assert row["verdict"] == "equivalent"


def test_less_is_better_turns_the_verdict(snapshot, view):
    wer = {"headline_scorer": "wer", "headline_metric": "mean"}

    def of_wer(model, values):
        made = run(model, values, **wer)
        for s in made["samples"]:
            s["scores"] = {"wer": s["scores"]["accuracy"]}
        return made | {"metrics": [{"scorer": "wer", "metric": "mean", "value": float(np.mean(values))}]}

    low, high = (RNG.random(40) * 0.1).tolist(), (0.5 + RNG.random(40) * 0.1).tolist()
    row = by_candidate(baseline.ranking(snapshot(of_wer("a", high), of_wer("b", low)), view("?baseline=a")))[
        "b"
    ]
    assert (row["verdict"], row["delta"] < 0) == ("better", True)


def test_agreement_beyond_chance_stands_in_the_download(snapshot, view):
    from statsmodels.stats.inter_rater import cohens_kappa

    row = by_candidate(baseline.ranking(snapshot(*of_models(BINARY)), view("?baseline=a")))["b"]
    expected = cohens_kappa(np.array(table(BINARY["a"], BINARY["b"])), return_results=False)
    assert row["kappa"] == pytest.approx(expected)
    graded = by_candidate(
        baseline.ranking(snapshot(run("a", [1.0, 4.0] * 5), run("b", [3.0, 1.0] * 5)), view("?baseline=a"))
    )
    assert graded["b"]["kappa"] is None


def test_fixed_and_broken_samples_are_listed(snapshot, view):
    s = snapshot(run("a", [0.0, 1.0, 1.0, 0.0]), run("b", [1.0, 0.0, 1.0, 0.0]))
    listed = flips.flips(s, view("?baseline=a")).select("sample_id", "change").rows()
    assert listed == [("0", "fixed"), ("1", "broken")]
    every = flips.flips(s, view("?baseline=a&change=both_right&change=both_wrong"))
    assert every.select("sample_id", "change").rows() == [("2", "both_right"), ("3", "both_wrong")]


def test_conclusions_count_what_is_real(snapshot, view):
    sure = run("b", [1.0] * 30), run("a", [0.0] * 30)
    vague = [r | {"task": "u", "run_id": r["run_id"] + "u"} for r in of_models(BINARY) if r["model"] != "c"]
    (row,) = conclusions.conclusions(snapshot(*sure, *vague), view("?baseline=a")).to_dicts()
    assert (row["shown"], row["tested"], row["better"], row["no_detectable_change"]) == (2, 2, 1, 1)
    assert row["verdict"] is None


def test_a_conclusion_about_one_task_is_over_all_its_samples(snapshot, view):
    (b, c) = (
        conclusions.conclusions(snapshot(*of_models(GRADED)), view("?baseline=a"))
        .sort("candidate")
        .to_dicts()
    )
    assert (b["n_paired"], b["axis"], c["axis"]) == (N, "t", "t")
    assert b["paired_delta"] == pytest.approx(GRADED["b"].mean() - GRADED["a"].mean())


def test_no_interval_of_a_difference_of_shares_is_beyond_1(snapshot, view):
    a, b = [0.5, 0.0, 0.0, 0.0], [0.5, 1.0, 1.0, 0.5]
    low, high = stats.ttest_rel(b, a).confidence_interval(0.95)
    for query, times in (("", 1), ("&scale=100", 100)):
        s = snapshot(run("a", a), run("b", b))
        (row,) = baseline.ranking(s, view(f"?baseline=a&candidate=b{query}")).to_dicts()
        assert high > 1
        assert (row["low"], row["high"]) == (pytest.approx(low * times), times)


def test_a_mean_of_deltas_that_are_not_all_of_pairs_has_one_over_the_pairs(snapshot, view):
    """With the interval of Student's t of the differences of the 59 pairs."""
    a, b = GRADED["a"].tolist(), GRADED["b"].tolist()
    b[0] = None
    (row,) = baseline.summary(snapshot(run("a", a), run("b", b)), view("?baseline=a")).to_dicts()
    test = stats.ttest_rel(GRADED["b"][1:], GRADED["a"][1:])
    assert row["paired_mean"] == pytest.approx(np.mean(GRADED["b"][1:] - GRADED["a"][1:]))
    assert (row["paired_mean_low"], row["paired_mean_high"]) == pytest.approx(test.confidence_interval())
    assert (row["paired_over"], row["parted"], row["common"]) == (1, 1, 1)
    assert row["paired_mean"] != pytest.approx(row["mean_delta"], abs=1e-9)


def test_a_mean_over_the_pairs_leaves_out_what_has_no_interval_and_says_of_how_many_it_is(snapshot, view):
    """Of two tasks one has no samples."""
    bare = [
        {"model": m, "run_id": f"{m}2", "task": "u", "metrics": {"": x}} for m, x in (("a", 0.5), ("b", 0.9))
    ]
    graded = [run(m, GRADED[m].tolist()) for m in "ab"]
    (row,) = baseline.summary(snapshot(*graded, *bare), view("?baseline=a")).to_dicts()
    delta = (GRADED["b"] - GRADED["a"]).mean()
    assert row["mean_delta"] == pytest.approx((delta + 0.4) / 2)
    assert row["paired_mean"] == pytest.approx(delta)
    assert (row["paired_over"], row["parted"], row["common"]) == (1, 0, 2)
    assert (row["mean_low"], row["level"]) == (None, 0.95)
