"""Scores by a reducer that the reader chose: what inspect_ai makes of the demo's epochs, and who is left out."""

import numpy as np
import pytest

from data.queries import choices, computed, deltas, heatmap, scores
from data.queries.computed import LeftOut

REDUCERS = {
    "pass_at_2": ("pass_at", {"k": 2}),
    "at_least_2": ("at_least", {"k": 2}),
    "pass_k_2": ("pass_k", {"k": 2}),
    "pass_at_3": ("pass_at", {"k": 3}),
    "max": ("max_score", {}),
    "median": ("median_score", {}),
    "mode": ("mode_score", {}),
}


def by_model(df):
    return {row["model"]: row for row in df.to_dicts()}


@pytest.fixture(scope="module")
def expected(epochs_told, inspect_says):
    """(reducer, model) -> the mean over samples of what inspect_ai reduces their epochs to."""
    of_task = {model: s for (task, scorer, model), s in epochs_told.items() if scorer == "points"}
    asked = [
        ((name, model), {"ask": ask, "arguments": arguments, "reducer": True, "values": values})
        for name, (ask, arguments) in REDUCERS.items()
        for model, samples in of_task.items()
        for values, _ in samples.values()
    ]
    found = {}
    for (key, _), says in zip(asked, inspect_says([question for _, question in asked]), strict=True):
        found.setdefault(key, []).append(says)
    return {key: np.mean(values) for key, values in found.items()}


@pytest.mark.parametrize("name", REDUCERS)
def test_a_reducer_that_is_chosen_is_really_shown(demo, view, expected, name):
    found = by_model(scores.bars(demo, view(f"?task=explain_why&level=task&reducer={name}")))
    assert len(found) == 4
    for model, row in found.items():
        assert row["value"] == pytest.approx(expected[name, model], abs=1e-9)
        assert (row["source"], row["reducer"], row["n"]) == ("samples", name, 12)


def test_by_category_too_and_in_every_delta(demo, view):
    query = "?task=tw_life&reducer=pass_k_2&per_page=all&baseline=acme/aurora-70b&candidate=acme/aurora-8b"
    bars = scores.bars(demo, view(query))
    value = {(r["model"], r["category"]): r["value"] for r in bars.to_dicts()}
    plain = scores.bars(demo, view("?task=tw_life&per_page=all"))
    assert any(value.get((r["model"], r["category"])) not in (None, r["value"]) for r in plain.to_dicts())
    for row in deltas.deltas(demo, view(query)).to_dicts():
        assert row["candidate_score"] == value[row["candidate"], row["category"]]
        assert row["delta"] == pytest.approx(
            row["candidate_score"] - value["acme/aurora-70b", row["category"]]
        )


def test_the_usual_reducer_leaves_scores_as_logged(demo, view):
    assert set(scores.bars(demo, view("?reducer=mean"))["source"]) == {"logged"}
    assert computed.left_out(demo, view("?reducer=mean")) == LeftOut()


def test_the_logged_average_stays_the_logs_own(demo, view):
    mean = by_model(scores.averages(demo, view("?task=explain_why")))
    most = by_model(scores.averages(demo, view("?task=explain_why&reducer=max")))
    for model, row in most.items():
        assert row["logged"] == mean[model]["logged"]
        assert row["macro"] > mean[model]["macro"]


def epochs(values, **more):
    """A sample a row, a value an epoch."""
    samples = [
        {"id": f"s{i}", "epoch": e + 1, "scores": {"accuracy": v}}
        for i, row in enumerate(values)
        for e, v in enumerate(row)
    ]
    return {"metrics": {"": 0.5}, "samples": samples, **more}


def test_runs_without_what_the_reducer_needs_are_counted_by_reason(snapshot, view):
    judge = {"headline_scorer": "judge", "headline_metric": "mean", "task": "u"}
    rating = [{"scorer": "judge", "metric": "mean", "value": 7.0}]
    rated = [{"id": "s", "epoch": e, "scores": {"judge": 7.0}} for e in (1, 2)]
    s = snapshot(
        epochs([[1, 0], [1, 1]], model="a"),
        epochs([[1], [0]], model="b"),
        {"model": "c", "metrics": {"": 0.5}},
        {"model": "a", "metrics": rating, "samples": rated, **judge},
    )
    v = view("?reducer=pass_at_2")
    assert scores.cells(s, v)["model"].to_list() == ["a"]
    assert computed.left_out(s, v) == LeftOut(no_samples=1, few_epochs=1, no_right=1)


def test_where_less_is_better_nothing_is_right(snapshot, view):
    wer = {"metrics": [{"scorer": "wer", "metric": "mean", "value": 0.5}], "headline_scorer": "wer",
           "headline_metric": "mean", "samples": [{"id": "s", "epoch": e, "scores": {"wer": e / 2}} for e in (1, 2)]}  # fmt: skip
    s = snapshot(wer)
    assert computed.left_out(s, view("?reducer=pass_k_2")) == LeftOut(no_right=1)
    (row,) = scores.cells(s, view("?reducer=min")).to_dicts()
    assert row["value"] == 0.5


def test_a_metric_that_is_no_mean_of_its_samples_is_not_made_one(snapshot, view):
    f1 = [{"scorer": "f1", "metric": "f1", "value": 0.9}]
    about = {"metrics": f1, "headline_scorer": "f1", "headline_metric": "f1"}
    far = {
        "samples": [{"id": f"s{i}", "epoch": e, "scores": {"f1": 0.1 * e}} for i in range(3) for e in (1, 2)]
    }
    s = snapshot(about | far)
    assert scores.cells(s, view("?reducer=max")).height == 0
    assert computed.left_out(s, view("?reducer=max")) == LeftOut(not_a_mean=1)
    near = {
        "samples": [{"id": f"s{i}", "epoch": e, "scores": {"f1": 0.6 * e}} for i in range(3) for e in (1, 2)]
    }
    (row,) = scores.cells(snapshot(about | near), view("?reducer=max")).to_dicts()
    assert row["value"] == pytest.approx(1.2)


def test_a_sample_with_too_few_epochs_has_no_score_and_says_how_many_it_has(snapshot, view):
    s = snapshot(epochs([[1, 0], [1, "error"]]))
    cells = {r["sample_id"]: r for r in heatmap.cells(s, view("?reducer=pass_at_2")).to_dicts()}
    assert (cells["s0"]["value"], cells["s0"]["mark"]) == (1.0, "value")
    assert (cells["s1"]["value"], cells["s1"]["mark"], cells["s1"]["epochs"]) == (None, "unscored", 1)
    (row,) = scores.cells(s, view("?reducer=pass_at_2")).to_dicts()
    assert (row["value"], row["n"]) == (1.0, 1)


def test_only_single_epochs_leave_nothing_of_a_high_k(snapshot, view):
    s = snapshot(epochs([[1], [0]]))
    for name in ("pass_at_9999", "at_least_2", "pass_k_2"):
        assert scores.cells(s, view(f"?reducer={name}")).height == 0


def test_k_is_offered_up_to_the_epochs_that_there_are(snapshot, view):
    s = snapshot(epochs([[1, 0, 1]], task="t"), epochs([[1]], task="u"))
    offered = choices.of(s, view(""), "reducer")
    assert offered[:5] == ["mean", "median", "mode", "max", "min"]
    assert [n for n in offered if n.startswith("pass_at")] == ["pass_at_1", "pass_at_2", "pass_at_3"]
    assert not [n for n in choices.of(s, view("?task=u"), "reducer") if n.startswith("pass")]
    assert "pass_at_7" in choices.of(s, view("?reducer=pass_at_7"), "reducer")


@pytest.mark.parametrize(
    "strange", ["pass_at_0", "pass_at_x", "pass@2", "pass_at_99999", "pass_at_-1", "MEAN", "", "at_least_2.0"]
)
def test_strange_reducers_fall_back_to_the_usual_one(view, strange):
    assert view(f"?reducer={strange}").reducer == "mean"
    assert view(f"?reducer={strange}").to_query() == ""
