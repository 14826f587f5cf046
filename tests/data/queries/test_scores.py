"""Scores by hand-made numbers: what a real log does not have."""

import pytest

from data.queries import scores


def rows(df, *columns):
    return [tuple(r[c] for c in columns) for r in df.to_dicts()]


def test_two_metrics_never_share_an_axis(snapshot, view):
    ratings = {"task": "b", "headline_scorer": "judge", "headline_metric": "mean"}
    judge = [{"scorer": "judge", "metric": "mean", "value": 7.5}]
    s = snapshot({"task": "a", "metrics": {"": 0.5}}, {**ratings, "metrics": judge})
    assert rows(scores.bars(s, view("")), "task", "metric") == [("a", "accuracy"), ("b", "judge/mean")]


def test_accuracies_share_an_axis_whoever_judged(snapshot, view):
    other = [{"scorer": "match", "metric": "accuracy", "value": 0.7}]
    s = snapshot(
        {"task": "a", "metrics": {"": 0.5}}, {"task": "b", "headline_scorer": "match", "metrics": other}
    )
    assert set(scores.bars(s, view(""))["metric"]) == {"accuracy"}


def test_two_scorers_of_one_task_do_not_share_an_axis(snapshot, view):
    by_choice = [{"scorer": "choice", "value": 0.7}]
    s = snapshot(
        {"model": "a", "metrics": {"": 0.5}},
        {"model": "b", "headline_scorer": "choice", "metrics": by_choice},
    )
    assert sorted(set(scores.bars(s, view(""))["metric"])) == ["accuracy", "choice/accuracy"]


def test_spreads_are_never_shown_as_scores(snapshot, view):
    both = [{"value": 0.5}, {"metric": "stderr", "value": 0.1}, {"metric": "std", "value": 0.2}]
    s = snapshot({"metrics": both})
    assert len(scores.bars(s, view("?metric=stderr"))) == 0


def test_only_shares_are_scaled(snapshot, view):
    judge = [{"scorer": "judge", "metric": "mean", "value": 7.5}]
    s = snapshot(
        {"task": "a", "metrics": {"": 0.5}},
        {"task": "b", "headline_scorer": "judge", "headline_metric": "mean", "metrics": judge},
    )
    assert rows(scores.bars(s, view("?scale=100")), "task", "value") == [("a", 50.0), ("b", 7.5)]


def test_what_is_scaled_is_written_as_short_as_it_was_logged(snapshot, view):
    """0.57 * 100 is 56.99999999999999."""
    s = snapshot({"metrics": {"x": 0.57}})
    assert scores.pivot(scores.shown(s, view("?scale=100"))).rows() == [("x", 57.0)]


@pytest.mark.parametrize(("op", "value", "typed"), [("ge", 0.57, 57), ("le", 0.07, 7)])
def test_a_threshold_typed_as_shown_includes_its_own_score(snapshot, view, op, value, typed):
    """0.57 * 100 is 56.99999999999999, and 0.07 * 100 is 7.000000000000001."""
    s = snapshot({"metrics": {"x": value}})
    assert scores.bars(s, view(f"?scale=100&threshold={typed}&threshold_op={op}")).height == 1


TWICE = (
    {"model": "a", "metrics": {"": 0.9}, "created": "2026-01-02T03:04:00"},
    {"model": "a", "metrics": {"": 0.8}, "created": "2026-01-03T03:04:00"},
    {"model": "b", "metrics": {"": 0.3}},
)


@pytest.mark.parametrize(("name", "kept"), [("a", 3), ("a @ 20260103_0304", 3), ("b", 0), ("gone", 0)])
def test_a_threshold_of_a_model_holds_when_a_second_run_of_it_comes(snapshot, view, name, kept):
    state = view("?threshold=0.5").edit(threshold_model=name)
    assert scores.bars(snapshot(*TWICE), state).height == kept
    assert scores.bars(snapshot(TWICE[1], TWICE[2]), state).height == (2 if kept else 0)


ALIKE = (
    {"task": "a", "metrics": {"b / c": 1.0, "z": 0.25}},
    {"task": "a / b", "metrics": {"c": 0.0, "z": 0.25}},
    {"task": "a / b / z", "metrics": {"": 0.5}},
)
"""Categories that a reader would call alike, and that are not the same."""


def test_categories_that_are_called_alike_stay_apart(snapshot, view):
    s = snapshot(*ALIKE)
    state = view("?level=category&sort=name")
    found = rows(scores.bars(s, state), "axis", "task", "category", "value")
    assert found == [
        ("a / b / z", "a / b / z", None, 0.5),
        ("a / b › c", "a / b", "c", 0.0),
        ("a / b › z", "a / b", "z", 0.25),
        ("a / z", "a", "z", 0.25),
        ("a › b / c", "a", "b / c", 1.0),
    ]  # fmt: skip
    assert scores.pivot(scores.bars(s, state))["m"].to_list() == [0.5, 0.0, 0.25, 0.25, 1.0]
    (average,) = scores.averages(s, state).to_dicts()
    assert (average["categories"], average["of"], average["macro"]) == (5, 5, pytest.approx(0.4))


def test_a_threshold_and_a_page_keep_categories_apart_that_are_called_alike(snapshot, view):
    s = snapshot(*ALIKE)
    above = scores.bars(s, view("?level=category&threshold=0.9"))
    assert rows(above, "task", "category") == [("a", "b / c")]
    assert scores.pages(scores.shown(s, view("?level=category")), view("?per_page=10")) == 1
    assert scores.places(scores.shown(s, view("?level=category"))) == 5


def test_two_scores_of_one_name_are_two_rows(snapshot, view):
    nameless = ({"model": None, "metrics": {"x": value}} for value in (0.2, 0.8))
    found = scores.pivot(scores.bars(snapshot(*nameless), view("")))
    assert sorted(found["–"]) == [0.2, 0.8]


def test_models_that_lack_a_category_do_not_pull_its_mean_down(snapshot, view):
    s = snapshot({"model": "a", "metrics": {"x": 0.5, "y": 0.6}}, {"model": "b", "metrics": {"x": 0.5}})
    assert scores.bars(s, view(""))["category"].unique(maintain_order=True).to_list() == ["y", "x"]


def test_categories_of_equal_mean_come_by_name(snapshot, view):
    s = snapshot({"metrics": {"c": 0.5, "a": 0.5, "b": 0.5}})
    assert scores.bars(s, view(""))["category"].to_list() == ["a", "b", "c"]
    assert scores.bars(s, view("?order=asc"))["category"].to_list() == ["a", "b", "c"]


def test_the_order_of_the_log_is_kept_when_asked_for(snapshot, view):
    s = snapshot({"metrics": {"c": 0.5, "a": 0.1, "b": 0.9}})
    assert scores.bars(s, view("?sort=none"))["category"].to_list() == ["c", "a", "b"]


def test_several_runs_of_a_model_are_named_by_their_time(snapshot, view):
    s = snapshot(
        {"metrics": {"": 0.5}, "created": "2026-01-02T03:04:00"},
        {"metrics": {"": 0.6}, "created": "2026-01-03T03:04:00"},
    )
    assert sorted(scores.bars(s, view(""))["model"]) == ["m @ 20260102_0304", "m @ 20260103_0304"]


def test_runs_of_a_model_in_one_minute_are_numbered(snapshot, view):
    when = {"created": "2026-01-02T03:04:00"}
    s = snapshot({"metrics": {"": 0.5}, **when}, {"metrics": {"": 0.6}, **when, "run_id": "other"})
    assert sorted(scores.bars(s, view(""))["model"]) == ["m @ 20260102_0304 #1", "m @ 20260102_0304 #2"]


def test_a_model_without_repetition_keeps_its_name(snapshot, view):
    s = snapshot({"metrics": {"": 0.5}, "created": "2026-01-02T03:04:00"})
    assert scores.bars(s, view(""))["model"].to_list() == ["m"]


@pytest.mark.parametrize("status", ["error", "cancelled", "started"])
def test_runs_without_success_count_only_when_asked_for(snapshot, view, status):
    s = snapshot({"metrics": {"": 0.5}, "status": status})
    assert scores.bars(s, view("")).height == 0
    assert scores.bars(s, view(f"?status={status}")).height == 1


def test_a_run_asked_for_by_its_id_counts_whatever_became_of_it(snapshot, view):
    s = snapshot({"run_id": "r1", "metrics": {"": 0.5}, "status": "error"})
    assert scores.bars(s, view("?run=r1")).height == 1


def test_a_metric_may_be_named_whole_or_by_a_part(snapshot, view):
    both = [{"scorer": "judge", "metric": "mean", "value": 7.0}, {"value": 0.5}]
    s = snapshot({"metrics": both})
    for name in ("judge/mean", "judge", "mean"):
        assert scores.bars(s, view(f"?metric={name}"))["value"].to_list() == [7.0]
    assert scores.bars(s, view(""))["value"].to_list() == [0.5]


def test_a_metric_that_nothing_has_shows_nothing(snapshot, view):
    assert scores.bars(snapshot({"metrics": {"": 0.5}}), view("?metric=nope")).height == 0


def test_averages_weigh_by_samples_only_where_all_are_counted(snapshot, view):
    counted = [{"category": "x", "value": 0.2, "n": 30}, {"category": "y", "value": 0.8, "n": 10}]
    partly = [{"category": "x", "value": 0.2, "n": 30}, {"category": "y", "value": 0.8}]
    s = snapshot({"model": "a", "metrics": counted}, {"model": "b", "metrics": partly})
    found = {r["model"]: r for r in scores.averages(s, view("")).to_dicts()}
    assert found["a"]["macro"] == pytest.approx(0.5)
    assert found["a"]["weighted"] == pytest.approx((0.2 * 30 + 0.8 * 10) / 40)
    assert found["b"]["macro"] == pytest.approx(0.5)
    assert found["b"]["weighted"] is None


def test_a_category_called_like_one_of_another_task_stays_its_own(snapshot, view):
    s = snapshot({"task": "a", "metrics": {"x": 0.1}}, {"task": "b", "metrics": {"x": 0.9}})
    found = scores.bars(s, view("?level=category"))
    assert rows(found, "axis", "value") == [("b / x", 0.9), ("a / x", 0.1)]


def samples(group, values):
    return [
        {"id": f"{group}{i}", "metadata": {"topic": group}, "scores": {"accuracy": v}}
        for i, v in enumerate(values)
    ]


def test_grouped_by_metadata_a_score_is_the_mean_of_the_group(snapshot, view):
    s = snapshot(
        {"metrics": {"": 0.6}, "samples": samples("art", [1, 0, 1]) + samples("law", [1, "error"]),
         "metadata_keys": ["topic"]},
    )  # fmt: skip
    found = scores.bars(s, view("?group=topic"))
    assert rows(found, "category", "value", "n") == [("law", 1.0, 1), ("art", pytest.approx(2 / 3), 3)]


def test_a_run_that_a_key_cannot_divide_is_shown_whole_and_does_not_vanish(snapshot, view):
    s = snapshot({"metrics": {"": 0.5}, "samples": samples("art", [1, 0])})
    assert scores.bars(s, view("?group=none"))["category"].to_list() == [None]


def test_a_model_called_like_a_column_keeps_its_own(snapshot, view):
    names = ("category", "metric", "axis", "model", "value")
    s = snapshot(*({"model": m, "metrics": {"x": i / 10}} for i, m in enumerate(names)))
    found = scores.pivot(scores.bars(s, view("")))
    assert found.row(0, named=True) == {
        "category": "x", "axis (model)": 0.2, "category (model)": 0.0, "metric (model)": 0.1, "model": 0.3, "value": 0.4,
    }  # fmt: skip


def test_what_is_chosen_does_not_decide_what_is_a_share(snapshot, view):
    """A rating of 0.5 of 10 is 0.5 on every page, whatever stands beside it."""
    judge = [
        {"scorer": "judge", "metric": "mean", "category": c, "value": v} for c, v in (("x", 0.5), ("y", 9.0))
    ]
    s = snapshot({"headline_scorer": "judge", "headline_metric": "mean", "metrics": judge})
    assert dict(rows(scores.bars(s, view("?scale=100")), "category", "value")) == {"x": 0.5, "y": 9.0}
    assert rows(scores.bars(s, view("?scale=100&category=x")), "value") == [(0.5,)]


def test_a_log_has_one_number_on_all_its_tasks(snapshot, view):
    """Two results files of one model and minute: #1 is the same file everywhere."""
    when = {"model": "m", "created": "2026-01-02T03:04:00"}
    ids = {("x", t): f"r{9 - i}" for i, t in enumerate("abc")} | {
        ("y", t): f"r{i}" for i, t in enumerate("abc")
    }
    s = snapshot(
        *(
            {"run_id": ids[file, task], "task": task, "location": file, "metrics": {"": value}, **when}
            for task in "abc"
            for file, value in (("x", 0.9), ("y", 0.1))
        )
    )
    found = scores.bars(s, view("?level=task"))
    assert {(m[-2:], v) for m, v in found.select("model", "value").rows()} == {("#1", 0.9), ("#2", 0.1)}


def test_a_model_is_called_the_same_whatever_the_filters_leave(snapshot, view):
    times = ("2026-01-02T03:04:00", "2026-02-02T03:04:00")
    s = snapshot(*({"run_id": t, "created": t, "metrics": {"": 0.5}} for t in times))
    assert scores.bars(s, view("?since=2026-02-01"))["model"].to_list() == ["m @ 20260202_0304"]


def test_averages_have_the_best_first_whichever_way_is_better(snapshot, view):
    def run(model, value, metric):
        said = {"value": value, "scorer": metric, "metric": metric, "category": None}
        return {
            "model": model,
            "metrics": [said],
            "headline_scorer": metric,
            "headline_metric": metric,
            "task": metric,
        }

    s = snapshot(
        *(run(m, x, k) for k in ("wer", "accuracy") for m, x in zip("abc", (0.2, 0.1, 0.3), strict=True))
    )
    found = scores.averages(s, view("")).select("metric", "model", "direction").rows()
    assert found == [("accuracy", m, 1) for m in "cab"] + [("wer", m, -1) for m in "bac"]
