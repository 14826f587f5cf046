"""Deltas by hand-made numbers."""

import numpy as np
import pytest

from data.queries import baseline, conclusions, sides


def of(model, metrics, **more):
    return {"model": model, "metrics": metrics, **more}


def test_scores_that_differ_by_rounding_alone_are_a_tie(snapshot, view):
    s = snapshot(of("a", {"x": 0.1 + 0.2}), of("b", {"x": 0.3}))
    row = baseline.summary(s, view("")).row(0, named=True)
    assert (row["win"], row["lose"], row["tie"], row["mean_delta"]) == (0, 0, 1, 0.0)


LENGTHS = [1_000 + i**3 / 7 for i in range(10, 60)]


def rated(model, values, **more):
    """Judged on a scale that has no end."""
    about = {"headline_scorer": "length", "headline_metric": "mean"}
    mean = float(np.cumsum(values)[-1]) / len(values)  # Python's own sum is the same in any order
    metric = [{"scorer": "length", "metric": "mean", "value": mean, "n": len(values)}]
    each = [{"id": f"{v}", "input_hash": int(v), "scores": {"length": v}} for v in values]
    return of(model, metric, samples=each, **about | more)


def test_scores_of_any_size_that_differ_by_rounding_alone_are_a_tie(snapshot, view):
    other = sorted(LENGTHS, key=str)
    assert np.cumsum(LENGTHS)[-1] != np.cumsum(other)[-1]
    s = snapshot(rated("a", LENGTHS), rated("b", other), rated("c", [v + 1e-6 for v in LENGTHS]))
    found = baseline.summary(s, view("?baseline=a")).select("candidate", "win", "lose", "tie", "parted")
    assert found.rows() == [("c", 1, 0, 0, 0), ("b", 0, 0, 1, 0)]


def test_candidates_that_improve_alike_but_for_rounding_come_by_name(snapshot, view):
    a, b, c = {"x": 50_000.1, "y": 0.1}, {"x": 50_000.2, "y": 0.1}, {"x": 50_000.1, "y": 0.2}
    s = snapshot(*(of(m, x) for m, x in zip("abc", (a, b, c), strict=True)))
    assert baseline.order(s, view("?baseline=a"))["candidate"].to_list() == ["b", "c"]


def test_infinite_scores_tie_with_each_other_alone(snapshot, view):
    inf = float("inf")
    s = snapshot(of("a", {"x": inf, "y": 0.5, "z": inf}), of("b", {"x": inf, "y": inf, "z": 0.5}))
    row = baseline.summary(s, view("?baseline=a")).row(0, named=True)
    assert (row["win"], row["lose"], row["tie"]) == (1, 1, 1)


def test_a_smallest_delta_typed_as_shown_includes_its_own_difference(snapshot, view):
    s = snapshot(of("a", {"x": 0.2}), of("b", {"x": 0.3}))  # 0.3 - 0.2 is 0.09999999999999998
    assert baseline.ranking(s, view("?min_delta=0.1")).height == 1
    assert baseline.ranking(s, view("?min_delta=10&scale=100")).height == 1
    assert baseline.ranking(s, view("?min_delta=0.11")).height == 0


def test_where_less_is_better_the_lower_score_wins(snapshot, view):
    wer = {"headline_scorer": "wer", "headline_metric": "mean"}
    rows = [
        [{"scorer": "wer", "metric": "mean", "category": c, "value": v} for c, v in values.items()]
        for values in ({"x": 0.3, "y": 0.3}, {"x": 0.1, "y": 0.4})
    ]
    s = snapshot(of("a", rows[0], **wer), of("b", rows[1], **wer))
    row = baseline.summary(s, view("")).row(0, named=True)
    assert (row["win"], row["lose"], row["direction"]) == (1, 1, -1)
    assert row["mean_delta"] == pytest.approx(-0.05)
    gains = dict(baseline.ranking(s, view("")).select("category", "gain").rows())
    assert gains == {"x": pytest.approx(0.2), "y": pytest.approx(-0.1)}


def test_the_lower_score_wins_where_a_log_says_that_less_is_better(snapshot, view):
    """Also of a metric that nobody has heard of, and of the samples that it is over."""
    about = {"headline_scorer": "surprise", "headline_metric": "surprise"}
    metric = {"scorer": "surprise", "metric": "surprise", "direction": -1}

    def model(name, value):
        samples = [{"id": str(i), "input_hash": i + 1, "scores": {"surprise": value}} for i in range(10)]
        return of(name, [metric | {"value": value}], samples=samples, **about)

    s = snapshot(model("a", 0.3), model("b", 0.1))
    row = baseline.summary(s, view("")).row(0, named=True)
    assert (row["win"], row["lose"], row["direction"]) == (1, 0, -1)
    assert baseline.ranking(s, view(""))["verdict"].to_list() == ["better"]
    samples = baseline.summary(s, view("?level=sample")).row(0, named=True)
    assert (samples["win"], samples["lose"], samples["direction"]) == (10, 0, -1)


def test_a_candidate_that_improves_by_less_errors_is_above_one_that_worsens(snapshot, view):
    wer = {"headline_scorer": "wer", "headline_metric": "mean"}
    a, b, c = ([{"scorer": "wer", "metric": "mean", "value": v}] for v in (0.3, 0.4, 0.2))
    s = snapshot(of("a", a, **wer), of("b", b, **wer), of("c", c, **wer))
    assert baseline.summary(s, view(""))["candidate"].to_list() == ["c", "b"]


def test_deltas_of_different_measures_are_never_averaged(snapshot, view):
    judge = {"task": "u", "headline_scorer": "judge", "headline_metric": "mean"}
    runs = [of(m, {"": v}) for m, v in (("a", 0.5), ("b", 0.6))]
    runs += [
        of(m, [{"scorer": "judge", "metric": "mean", "value": v}], **judge)
        for m, v in (("a", 5.0), ("b", 9.0))
    ]
    found = baseline.summary(snapshot(*runs), view("")).select("metric", "mean_delta").rows()
    assert found == [("accuracy", pytest.approx(0.1)), ("judge/mean", pytest.approx(4.0))]


def test_a_missing_score_is_no_delta_and_no_loss(snapshot, view):
    s = snapshot(of("a", {"x": 0.5, "y": 0.5}), of("b", {"x": 0.6, "z": 0.1}))
    row = baseline.summary(s, view("")).row(0, named=True)
    assert (row["win"], row["lose"], row["common"], row["total"]) == (1, 0, 1, 3)


def test_total_counts_what_any_model_of_the_view_has(snapshot, view):
    s = snapshot(of("a", {"x": 0.5}), of("b", {"x": 0.6}), of("c", {"x": 0.1, "y": 0.1}))
    assert baseline.summary(s, view("?candidate=b"))["total"].to_list() == [2]
    assert baseline.summary(s, view("?model=a&model=b"))["total"].to_list() == [1]


def test_models_without_a_category_in_common_have_no_delta(snapshot, view):
    s = snapshot(of("a", {"x": 0.5}), of("b", {"y": 0.6}))
    assert baseline.ranking(s, view("")).height == 0
    assert baseline.summary(s, view("")).height == 0


def test_a_baseline_that_is_not_there_is_never_replaced_by_another(snapshot, view):
    s = snapshot(of("a", {"x": 0.5}), of("b", {"x": 0.6}))
    assert baseline.ranking(s, view("?baseline=gone")).is_empty()
    assert baseline.ranking(s, view(""))["baseline"].to_list() == ["a"]


def samples(**scores):
    return [{"id": i, "scores": {"accuracy": value}} for i, value in scores.items()]


def test_by_sample_a_delta_is_between_the_scores_of_one_sample(snapshot, view):
    s = snapshot(
        of("a", {"": 0.5}, samples=samples(p=1.0, q=0.0, r="error")),
        of("b", {"": 0.5}, samples=samples(p=1.0, q=1.0, r=1.0)),
    )
    found = dict(baseline.ranking(s, view("?level=sample")).select("category", "delta").rows())
    assert found == {"q": 1.0, "p": 0.0}
    row = baseline.summary(s, view("?level=sample")).row(0, named=True)
    assert (row["win"], row["tie"], row["common"], row["total"]) == (1, 1, 2, 3)


def test_by_sample_epochs_are_averaged_first(snapshot, view):
    epochs = [
        {"id": "p", "epoch": e, "scores": {"accuracy": x}} for e, x in ((1, 1.0), (2, 0.0), (3, "error"))
    ]
    s = snapshot(of("a", {"": 0.5}, samples=epochs), of("b", {"": 0.5}, samples=samples(p=1.0)))
    assert baseline.ranking(s, view("?level=sample"))["delta"].to_list() == [0.5]


def test_a_link_may_name_the_baseline_by_its_model_alone(snapshot, view):
    s = snapshot(of("a", {"x": 0.5}), of("b", {"x": 0.75}))
    assert baseline.ranking(s, view("?baseline=b"))["delta"].to_list() == [-0.25]
    assert sides.candidates(s, view("?baseline=b&candidate=nobody")) == []


def known(*runs):
    """label, task -> a run of one score."""
    return [of(model, {"": 0.5}, task=task, samples_done=n) for model, task, n in runs]


def test_the_baseline_of_all_logs_stays_when_a_filter_leaves_it_as_much_company_as_any(snapshot, view):
    """On t alone b has the most samples; over all it is a that shares tasks with both others."""
    s = snapshot(*known(("a", "t", 5), ("b", "t", 9), ("a", "u", 5), ("c", "u", 5)))
    assert sides.baseline(s, view("")) == "a"
    assert sides.pick(s, view("?task=t")) == ("a", 1, 1, "a", 1)


def test_a_baseline_that_a_filter_leaves_less_company_gives_way(snapshot, view):
    """Over all a meets b, c and d; among b, c, e and a, b meets two and a one."""
    s = snapshot(*known(("a", "t", 5), ("b", "t", 5), ("c", "t", 5), ("b", "u", 5), ("e", "u", 5), ("a", "w", 5),
                        ("d", "w", 5), ("f", "w", 5)))  # fmt: skip
    assert sides.pick(s, view("")) == ("a", 4, 5, "a", 4)
    assert sides.pick(s, view("?task=t&task=u")) == ("b", 3, 3, "a", 2)
    assert sides.pick(s, view("?task=u")) == ("b", 1, 1, "a", None)


def test_company_counts_each_other_model_once_however_many_tasks_it_shares(snapshot, view):
    s = snapshot(*known(("a", "t", 5), ("b", "t", 5), ("a", "u", 5), ("b", "u", 5), ("c", "w", 5)))
    assert sides.company(s, view("")) == {"a": 1, "b": 1, "c": 0}


def test_without_runs_there_is_no_baseline(snapshot, view):
    assert sides.pick(snapshot(*known(("a", "t", 5))), view("?task=nowhere")) is None


FOUR = (of("a", {"x": 0.5, "y": 0.5}), of("b", {"x": 0.4, "y": 0.5}), of("c", {"x": 0.9, "y": 0.4}),
        of("d", {"x": 0.1, "y": 0.2}))  # fmt: skip
ORDERS = {
    "": ["c", "b", "d"],
    "?order=asc": ["d", "b", "c"],
    "?sort=abs": ["d", "c", "b"],
    "?sort=abs&order=asc": ["b", "c", "d"],
    "?sort=name": ["b", "c", "d"],
    "?sort=name&order=asc": ["d", "c", "b"],
}


@pytest.mark.parametrize("query", ORDERS)
@pytest.mark.parametrize("asked", [baseline.ranking, baseline.summary, conclusions.conclusions])
def test_all_that_a_comparison_shows_has_its_candidates_in_one_order(snapshot, view, asked, query):
    """Means of the differences: b -0.05, c +0.15, d -0.35."""
    found = asked(snapshot(*FOUR), view(query))
    assert found["candidate"].unique(maintain_order=True).to_list() == ORDERS[query]


def test_a_smallest_delta_does_not_turn_the_order_of_the_candidates(snapshot, view):
    found = baseline.ranking(snapshot(*FOUR), view("?min_delta=0.1"))
    assert found["candidate"].unique(maintain_order=True).to_list() == ORDERS[""]


def test_of_two_metrics_each_has_its_candidates_in_its_own_order(snapshot, view):
    def judged(model, x, y):
        rows = [{"scorer": "judge", "metric": "mean", "value": y}]
        of_judge = of(model, rows, task="u", headline_scorer="judge", headline_metric="mean")
        return of(model, {"": x}), of_judge

    s = snapshot(*judged("a", 0.5, 3.0), *judged("b", 0.6, 2.0), *judged("c", 0.4, 5.0))
    for asked in (baseline.ranking, baseline.summary, conclusions.conclusions):
        found = asked(s, view("")).select("metric", "candidate").unique(maintain_order=True).rows()
        assert found == [("accuracy", "b"), ("accuracy", "c"), ("judge/mean", "c"), ("judge/mean", "b")]


def test_who_may_not_be_compared_comes_last(snapshot, view):
    def asked(model, values, inputs):
        samples = [{"id": str(i), "input_hash": h, "question_hash": h, "scores": {"accuracy": v}}
                   for i, (v, h) in enumerate(zip(values, inputs, strict=True))]  # fmt: skip
        return of(model, {"": sum(values) / len(values)}, samples=samples)

    same, other = range(101, 121, 2), range(501, 521, 2)
    s = snapshot(asked("a", [0.0] * 10, same), asked("b", [1.0] * 10, other), asked("c", [0.0] * 10, same))
    for found in (baseline.ranking(s, view("?baseline=a")), conclusions.conclusions(s, view("?baseline=a"))):
        assert found["candidate"].to_list() == ["c", "b"]
