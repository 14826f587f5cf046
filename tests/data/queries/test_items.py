"""What samples tell about models, against pandas and by hand."""

import numpy as np
import pandas as pd
import pytest

from data.queries import heatmap, items


def sample(id, value, epoch=1, **more):
    return {"id": id, "epoch": epoch, "scores": {"accuracy": value}, **more}


def run(model, values, **more):
    """Values by sample id; a list has one an epoch."""
    samples = [
        sample(id, v, epoch + 1, **more)
        for id, value in values.items()
        for epoch, v in enumerate(value if isinstance(value, list) else [value])
    ]
    return {"model": model, "samples": samples}


def row(df, id):
    return next(r for r in df.to_dicts() if r["sample_id"] == id)


def wide(demo, state):
    """Models by samples, from the cells."""
    df = heatmap.cells(demo, state).to_pandas()
    return df.pivot(index="model", columns="sample_id", values="value")


@pytest.mark.parametrize("task", ["general_knowledge", "mental_arithmetic", "explain_why"])
def test_discrimination_is_what_pandas_correlates_with_the_rest(demo, view, task):
    state = view(f"?task={task}")
    values = wide(demo, state)
    found = items.items(demo, state)
    assert found.height == values.shape[1] > 5
    for r in found.to_dicts():
        rest = values.drop(columns=r["sample_id"]).mean(axis=1)
        column = values[r["sample_id"]]
        expected = column.corr(rest) if column.nunique() > 1 else None
        assert r["discrimination"] == pytest.approx(expected, abs=1e-9)
        assert r["mean"] == pytest.approx(column.mean())
        assert r["share_right"] == pytest.approx((column[column.notna()] == 1).mean())
        assert r["n_models"] == column.notna().sum()


def test_all_at_once_they_are_what_corrwith_has(demo, view):
    state = view("?task=general_knowledge")
    values = wide(demo, state)
    rest = pd.DataFrame({c: values.drop(columns=c).mean(axis=1) for c in values})
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = values.corrwith(rest)
    found = items.items(demo, state).to_pandas().set_index("sample_id")["discrimination"]
    pd.testing.assert_series_equal(found.sort_index(), expected.sort_index(), check_names=False, atol=1e-9)


THREE = [
    run("a", {"p": 1.0, "q": 1.0, "r": 0.0, "s": 0.5, "t": 0.0}),
    run("b", {"p": 1.0, "q": 0.0, "r": 0.0, "s": 0.5, "t": 0.0}),
    run("c", {"p": 1.0, "q": 0.0, "r": 0.0, "s": 0.5, "t": 1.0}),
]


def test_what_separates_nobody_is_said_by_how_it_does_not(snapshot, view):
    df = items.items(snapshot(*THREE), view(""))
    said = {r["sample_id"]: r["findings"] for r in df.to_dicts()}
    assert (said["p"], said["r"], said["s"]) == ("all right", "all wrong", "all same")
    found = items.summary(snapshot(*THREE), view(""))
    assert (found.dead, found.samples, found.models) == (3, 5, 3)
    assert found.headroom == pytest.approx(1 - 2.5 / 5)


def test_where_less_is_better_the_lowest_score_is_the_right_one(snapshot, view):
    """The scorer is called toxicity."""

    def judged(model, **values):
        samples = [{"id": id, "scores": {"toxicity": v}} for id, v in values.items()]
        return {"model": model, "samples": samples, "headline_scorer": "toxicity", "headline_metric": "mean"}

    s = snapshot(judged("a", p=0.0, q=1.0, r=0.0), judged("b", p=0.0, q=1.0, r=1.0))
    df = items.items(s, view(""))
    assert (row(df, "p")["findings"], row(df, "q")["findings"]) == ("all right", "all wrong")
    assert (row(df, "p")["share_right"], row(df, "q")["share_right"]) == (1.0, 0.0)
    assert items.summary(s, view("")).headroom == pytest.approx(1 / 3)


def test_a_wrong_answer_key_stands_first(snapshot, view):
    good = {f"s{i}": 1.0 for i in range(6)}
    runs = [run("good", good | {"key": 0.0}), run("fair", good | {"s0": 0.0, "s1": 0.0, "key": 0.0}),
            run("poor", dict.fromkeys(good, 0.0) | {"key": 1.0})]  # fmt: skip
    df = items.items(snapshot(*runs), view(""))
    assert (df["sample_id"][0], df["findings"][0]) == ("key", "negative")
    assert df["discrimination"][0] < -0.5


def test_two_models_have_no_discrimination_and_one_no_dead_samples(snapshot, view):
    two = items.items(snapshot(*THREE[:2]), view(""))
    assert two["discrimination"].null_count() == two.height
    assert not items.summary(snapshot(*THREE[:2]), view("")).judged
    one = items.summary(snapshot(THREE[0]), view(""))
    assert (one.dead, one.reliability) == (0, None)
    assert items.items(snapshot(THREE[0]), view(""))["disagreement"].null_count() == 5


@pytest.mark.parametrize(
    "values", [{"p": 1.0}, {"p": "error"}, {"p": float("inf"), "q": 1.0}, {"p": "invalid", "q": 0.0}]
)
def test_too_little_is_no_accident(snapshot, view, values):
    df = items.items(snapshot(*(run(m, values) for m in "abc")), view(""))
    assert df.height == len(values)
    assert df["discrimination"].null_count() == df.height


def test_nothing_has_no_rows_and_no_summary(snapshot, view):
    s = snapshot({"metrics": {"": 0.5}})
    assert (items.items(s, view("")).columns, items.summary(s, view(""))) == (list(items.ITEMS), None)


def test_flaky_is_right_in_some_epochs_and_wrong_in_others(snapshot, view):
    s = snapshot(run("a", {"p": [1.0, 0.0], "q": [1.0, 1.0]}), run("b", {"p": [0.0, 1.0], "q": [0.0, 0.0]}))
    df = items.items(s, view(""))
    assert (row(df, "p")["flaky"], row(df, "q")["flaky"]) == (2, 0)
    assert row(df, "p")["findings"] == "all same, flaky"
    assert row(df, "q")["findings"] is None


def test_samples_that_ask_the_same_are_duplicates_and_unknown_ones_are_not(snapshot, view):
    hashes = {"p": 77, "q": 77, "r": 78, "s": None}
    asked = [
        sample(id, float(i % 2), input_hash=h, question_hash=h) for i, (id, h) in enumerate(hashes.items())
    ]
    s = snapshot(*({"model": m, "samples": asked} for m in "ab"))
    df = items.items(s, view(""))
    assert {r["sample_id"]: r["same_input"] for r in df.to_dicts()} == {"p": 2, "q": 2, "r": 1, "s": None}
    found = items.summary(s, view(""))
    assert (found.counts["duplicate"], found.repeated) == (2, 1)


def test_on_a_scale_without_a_right_answer_nothing_is_right(snapshot, view):
    s = snapshot(*(run(m, {"p": 8.0, "q": 1.0 + i}) for i, m in enumerate("abc")))
    df = items.items(s, view("?scale=100"))
    assert df["share_right"].null_count() == df.height
    assert (row(df, "p")["findings"], row(df, "p")["mean"]) == ("all same", 8.0)
    assert items.summary(s, view("")).headroom is None


def test_what_is_picked_out_of_the_heatmap_does_not_change_what_a_sample_is(snapshot, view):
    s = snapshot(*THREE)
    assert items.items(s, view("?only=disagree")).equals(items.items(s, view("")))
