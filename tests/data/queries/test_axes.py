"""What may share an axis by how its epochs were reduced and by its scale, by hand-made logs."""

import polars as pl
import pytest

from data.queries import baseline, deltas, runs, scores, standing

NAMES = ["accuracy (beyond 0–1)", "accuracy"]


def rows(df, *columns):
    return [tuple(r[c] for c in columns) for r in df.to_dicts()]


def reduced(model, value, reducer, **more):
    """A log that says so of four samples, each asked twice: right in both, in one, in one and in none."""
    tries = ((1, 1), (1, 0), (0, 1), (0, 0))
    samples = [
        {
            "id": str(i),
            "epoch": e + 1,
            "scores": {"accuracy": float(right)},
            "metadata": {"kind": "ab"[i % 2]},
        }
        for i, of_sample in enumerate(tries)
        for e, right in enumerate(of_sample)
    ]
    about = {"run_id": model, "model": model, "epochs": 2, "samples": samples, "metadata_keys": ["kind"]}
    return about | {"metrics": [{"value": value, "reducer": reducer}]} | more


HEADLINES = [{"value": 0.5, "reducer": "mean"}, {"value": 0.75, "reducer": "max"}]


def test_the_headline_is_by_its_own_reducer(snapshot, view):
    s = snapshot(reduced("a", 0, "", metrics=HEADLINES, headline_reducer="max"))
    assert rows(runs.table(s, view("")), "metric", "value") == [("accuracy (max)", 0.75)]
    assert rows(scores.bars(s, view("")), "metric", "value") == [("accuracy (max)", 0.75)]


def test_a_metric_by_name_alone_is_the_headline_where_it_is_one(snapshot, view):
    s = snapshot(reduced("a", 0, "", metrics=HEADLINES, headline_reducer="max"))
    assert scores.bars(s, view("?metric=accuracy"))["value"].to_list() == [0.75]
    assert scores.bars(s, view("?metric=accuracy (mean)"))["value"].to_list() == [0.5]


def test_a_reducer_and_a_scale_are_told_in_the_list_of_runs(snapshot, view):
    s = snapshot(reduced("a", 0.5, "max"), {"run_id": "b", "metrics": {"": 81.5}})
    found = rows(runs.table(s, view("?scale=100")).sort("run_id"), "metric", "value")
    assert found == [("accuracy (max)", 50.0), ("accuracy (beyond 0–1)", 81.5)]


def test_a_headline_of_unknown_reducer_is_the_first(snapshot, view):
    s = snapshot(reduced("a", 0, "", metrics=HEADLINES))
    assert scores.bars(s, view(""))["value"].to_list() == [0.5]


@pytest.mark.parametrize("said", ["max", "max_score"])
def test_the_best_of_several_epochs_has_an_axis_of_its_own(snapshot, view, said):
    s = snapshot(reduced("a", 0.5, "mean"), reduced("b", 0.75, said))
    assert rows(scores.bars(s, view("")), "metric", "value") == [("accuracy", 0.5), ("accuracy (max)", 0.75)]
    assert baseline.ranking(s, view("?baseline=a")).is_empty()


@pytest.mark.parametrize("said", ["mean", "mean_score", None])
def test_means_over_epochs_share_the_axis_of_all(snapshot, view, said):
    s = snapshot(reduced("a", 0.5, said), {"task": "other", "metrics": {"": 0.25}})
    assert set(scores.bars(s, view(""))["metric"]) == {"accuracy"}


def test_the_best_of_one_epoch_is_its_mean(snapshot, view):
    s = snapshot(reduced("a", 0.5, "max", epochs=1), reduced("b", 0.75, "mean"))
    assert set(scores.bars(s, view(""))["metric"]) == {"accuracy"}


def test_two_maxima_are_compared(snapshot, view):
    s = snapshot(reduced("a", 0.5, "max"), reduced("b", 0.75, "max"))
    found = baseline.ranking(s, view("?baseline=a"))
    assert rows(found, "metric", "delta", "comparable") == [("accuracy (max)", 0.25, True)]


def test_a_maximum_is_a_share_too(snapshot, view):
    s = snapshot(reduced("a", 0.57, "max"))
    assert scores.bars(s, view("?scale=100"))["value"].to_list() == [57.0]
    (low, high) = rows(scores.bars(s, view("")), "low", "high")[0]
    assert low is None or (0 <= low <= high <= 1)


@pytest.mark.parametrize("query", ["group=kind", "reducer=median", "level=sample"])
def test_what_is_computed_from_samples_is_compared_however_the_logs_reduced(snapshot, view, query):
    s = snapshot(reduced("a", 0.5, "mean"), reduced("b", 0.75, "max"))
    found = baseline.ranking(s, view(f"?baseline=a&{query}"))
    assert found["comparable"].any()
    assert found["comparable"].all()
    assert set(found["metric"]) == {"accuracy"}
    told = deltas.aspects(s, view(f"?baseline=a&{query}")).filter(pl.col("aspect") == "epochs")
    assert told["outcome"].to_list() == ["differs"]


def test_standings_are_of_samples_however_the_logs_reduced(snapshot, view):
    s = snapshot(reduced("a", 0.5, "mean"), reduced("b", 0.75, "max"))
    assert rows(standing.standing(s, view("")), "model", "mean") == [("a", 0.5), ("b", 0.5)]


def percent(**more):
    return {"model": "b", "metrics": {"x": 50.0, "y": 0.5}, **more}


def test_percentages_do_not_share_the_axis_of_shares(snapshot, view):
    s = snapshot({"model": "a", "metrics": {"x": 0.5, "y": 0.7}}, percent())
    found = scores.bars(s, view("?sort=name&order=asc"))
    assert rows(found, "metric", "model") == [("accuracy", "a")] * 2 + [("accuracy (beyond 0–1)", "b")] * 2
    assert baseline.ranking(s, view("?baseline=a")).is_empty()


def test_percentages_are_not_averaged_with_shares(snapshot, view):
    s = snapshot({"task": "t1", "metrics": {"": 0.8}}, {"task": "t2", "metrics": {"": 81.5}})
    found = scores.averages(s, view("?scale=100"))
    assert rows(found, "metric", "macro") == [("accuracy", 80.0), ("accuracy (beyond 0–1)", 81.5)]


def test_only_the_shares_of_a_task_are_scaled(snapshot, view):
    s = snapshot({"model": "a", "metrics": {"x": 0.57}}, percent())
    found = rows(scores.bars(s, view("?scale=100")), "model", "category", "value")
    assert sorted(found) == [("a", "x", 57.0), ("b", "x", 50.0), ("b", "y", 0.5)]


@pytest.mark.parametrize(("others", "axis"), [(0.5, NAMES[1]), (50.0, NAMES[0]), (0.0, NAMES[1])])
def test_nothing_right_is_0_on_either_scale(snapshot, view, others, axis):
    s = snapshot({"model": "a", "metrics": {"": 0.0}}, {"model": "b", "metrics": {"": others}})
    assert set(scores.bars(s, view(""))["metric"]) == {axis}


@pytest.mark.parametrize(
    ("scorer", "metric", "value", "axis"),
    [
        ("judge", "mean", 7.5, "judge/mean"),  # no share by its name
        ("wer", "accuracy", 0.5, "accuracy"),
        ("accuracy", "accuracy", 1 + 1e-15, "accuracy"),
        ("accuracy", "accuracy", -0.5, "accuracy (beyond 0–1)"),
    ],
)
def test_what_is_on_the_axis_of_its_name(snapshot, view, scorer, metric, value, axis):
    metrics = [{"scorer": scorer, "metric": metric, "value": value}]
    s = snapshot({"headline_scorer": scorer, "headline_metric": metric, "metrics": metrics})
    assert scores.bars(s, view(""))["metric"].to_list() == [axis]


def test_what_is_predicted_decides_no_scale(snapshot, view):
    metrics = [{"value": 0.5}, {"value": 1.02, "source": "predicted"}]
    s = snapshot({"metrics": metrics})
    assert rows(scores.bars(s, view("?scale=100")), "metric", "value") == [("accuracy", 50.0)]


def test_what_is_computed_from_percentages_is_beyond_too(snapshot, view):
    graded = [
        {"id": k, "scores": {"accuracy": v}, "metadata": {"kind": k}} for k, v in (("a", 80), ("b", 83))
    ]
    s = snapshot({"samples": graded, "metrics": {"": 81.5}, "metadata_keys": ["kind"]})
    found = scores.bars(s, view("?group=kind&scale=100"))
    assert sorted(rows(found, "metric", "value")) == [(NAMES[0], 80.0), (NAMES[0], 83.0)]
