"""Orders, margins, bands and regions of a heatmap, by hand and against other libraries."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from data.cubes import pooled
from data.queries import heatmap, items, regions
from data.statistics.items import apart

NAN = float("nan")
some = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(1, 9)), elements=st.sampled_from([0, 0.5, 1, NAN])
)


def sample(id, value, epoch=1, **more):
    return {"id": id, "epoch": epoch, "scores": {"accuracy": value}, **more}


def ids(df):
    return list(dict.fromkeys(df["sample_id"]))


def models(df):
    return list(dict.fromkeys(df["model"]))


@given(some)
def test_a_run_is_as_far_from_the_others_as_all_pairs_say(values):
    for i, found in enumerate(apart(values)):
        others = [np.abs(values[i] - values[j]) for j in range(len(values)) if j != i]
        each = [np.nanmean(c) for c in np.transpose(others) if not np.isnan(c).all()] if others else []
        assert found == (pytest.approx(np.mean(each)) if each else pytest.approx(NAN, nan_ok=True))


@given(some, st.integers(1, 5))
def test_neighbours_under_one_pixel_are_their_mean(values, size):
    found = pooled(values, size)
    for k in range(0, values.shape[1], size):
        for row, mean in zip(values[:, k : k + size], found[:, k // size], strict=True):
            known = row[~np.isnan(row)]
            assert mean == pytest.approx(known.mean() if len(known) else NAN, nan_ok=True)


@pytest.mark.parametrize("order", ["desc", "asc"])
@pytest.mark.parametrize("sort", ["discrimination", "disagreement"])
def test_samples_stand_by_what_the_items_say_of_them(demo, view, sort, order):
    state = view(f"?task=general_knowledge&sort={sort}&order={order}")
    known = dict(items.items(demo, state).select("sample_id", sort).iter_rows())
    keys = [known[id] for id in ids(heatmap.cells(demo, state))]
    there = [k for k in keys if k is not None]
    assert there == sorted(there, reverse=order == "desc")
    assert None not in keys[: len(there)]
    assert len(there) > 3


def test_the_model_that_disagrees_most_stands_first(snapshot, view):
    runs = {"a": [1.0, 1.0, 0.0], "b": [1.0, 1.0, 0.0], "odd": [0.0, 0.0, 1.0]}
    s = snapshot(
        *({"model": m, "samples": [sample(f"{i}", v) for i, v in enumerate(vs)]} for m, vs in runs.items())
    )
    assert models(heatmap.cells(s, view("?sort_models=disagreement")))[0] == "odd"
    assert models(heatmap.cells(s, view("?sort_models=disagreement&order_models=asc")))[-1] == "odd"


def judged(scorer, runs):
    return [
        {"model": m, "headline_scorer": scorer, "headline_metric": "mean",
         "samples": [{"id": f"{i}", "scores": {scorer: v}} for i, v in enumerate(values)]}
        for m, values in runs.items()
    ]  # fmt: skip


@pytest.mark.parametrize(("scorer", "best"), [("accuracy", "high"), ("toxicity", "low")])
def test_by_likeness_the_better_end_comes_first_whichever_way_better_is(snapshot, view, scorer, best):
    runs = {"low": [0.0, 0.0, 0.0, 1.0], "middle": [0.0, 0.0, 1.0, 1.0], "high": [0.0, 1.0, 1.0, 1.0]}
    df = heatmap.cells(snapshot(*judged(scorer, runs)), view("?sort=similarity&sort_models=similarity"))
    assert models(df)[0] == best
    assert ids(df) == (["3", "2", "1", "0"] if best == "high" else ["0", "1", "2", "3"])


def test_an_infinite_score_stops_no_order(snapshot, view):
    runs = {m: [float("inf"), float(i), float("-inf")] for i, m in enumerate("abc")}
    s = snapshot(*judged("accuracy", runs))
    for sort in ("similarity", "discrimination", "disagreement"):
        df = heatmap.cells(s, view(f"?sort={sort}&sort_models=similarity&only=disagree"))
        assert ids(df) == ["1"]
    assert heatmap.models(s, view("")).height == 3


DISPUTED = [
    {"model": "a", "samples": [sample("p", 1.0), sample("q", 0.0), sample("r", 1.0), sample("s", 1.0)]},
    {"model": "b", "samples": [sample("p", 1.0), sample("q", 1.0), sample("r", "error")]},
]


@pytest.mark.parametrize(("which", "kept"), [("disagree", ["q"]), ("dead", ["p"]), ("flaky", [])])
def test_what_one_model_alone_answered_is_neither_disputed_nor_alike(snapshot, view, which, kept):
    assert ids(heatmap.cells(snapshot(*DISPUTED), view(f"?only={which}"))) == kept


def test_only_flaky_samples(snapshot, view):
    s = snapshot(
        {"samples": [sample("p", 1.0, 1), sample("p", 0.0, 2), sample("q", 0.0, 1), sample("q", 0.0, 2)]}
    )
    df = heatmap.cells(s, view("?only=flaky"))
    assert ids(df) == ["p"]
    assert df.select("value", "epochs", "epoch_min", "epoch_max", "flaky", "spread").row(0) == (
        0.5,
        2,
        0.0,
        1.0,
        True,
        1.0,
    )


def test_two_tasks_with_equal_ids_never_merge_their_epochs(snapshot, view):
    s = snapshot(
        {"task": "t", "samples": [sample("1", 1.0, 1), sample("1", 1.0, 2)]},
        {"task": "u", "samples": [sample("1", 0.0, 1), sample("1", 0.0, 2)]},
    )
    for task, value in (("t", 1.0), ("u", 0.0)):
        state = view(f"?task={task}")
        df = heatmap.cells(s, state)
        assert df.select("value", "epochs", "epoch_min", "epoch_max", "flaky").row(0) == (
            value,
            2,
            value,
            value,
            False,
        )
        assert heatmap.models(s, state)["mean"].to_list() == [value]
        assert items.items(s, state)["mean"].to_list() == [value]
        assert heatmap.cells(s, view(f"?task={task}&only=flaky")).height == 0


def test_the_mean_of_a_model_has_the_interval_that_scipy_gives_it(demo, view):
    state = view("?task=general_knowledge")
    cells = heatmap.cells(demo, state).to_pandas()
    rows = heatmap.models(demo, state).to_dicts()
    assert [r["model"] for r in rows] == models(heatmap.cells(demo, state))
    for r in rows:
        known = cells[cells["run_id"] == r["run_id"]]["value"].dropna()
        low, high = stats.binomtest(int(known.sum()), len(known)).proportion_ci(method="wilson")
        assert (r["mean"], r["n"], r["interval"]) == (pytest.approx(known.mean()), len(known), "wilson")
        assert (r["low"], r["high"]) == (pytest.approx(low), pytest.approx(high))


def test_margins_are_of_what_is_shown_and_in_its_order(demo, view):
    state = view("?task=mental_arithmetic&only=disagree&sort=disagreement&order_models=asc&scale=100")
    cells = heatmap.cells(demo, state)
    by_sample = heatmap.samples(demo, state)
    frame = cells.to_pandas()
    assert by_sample["sample_id"].to_list() == ids(cells)
    assert by_sample["mean"].to_list() == pytest.approx(
        frame.groupby("sample_id", sort=False)["value"].mean().to_list()
    )
    by_model = heatmap.models(demo, state)
    assert by_model["mean"].to_list() == pytest.approx(
        frame.groupby("model", sort=False)["value"].mean().to_list()
    )


def test_without_intervals_the_means_of_samples_are_the_same(demo, view):
    state = view("?task=explain_why")
    whole, quick = heatmap.samples(demo, state), heatmap.samples(demo, state, interval=False)
    assert quick["mean"].to_list() == pytest.approx(whole["mean"].to_list())
    assert quick["n"].to_list() == whole["n"].to_list()
    assert quick["low"].null_count() == quick.height


BANDED = {
    "samples": [
        sample("1", 0.0, category="b", metadata={"k": "x"}), sample("2", 1.0, category="b", metadata={"k": "y"}),
        sample("3", 0.5, category="a", metadata={"k": "x"}), sample("4", 1.0),
    ]
}  # fmt: skip


def test_samples_stand_by_band_and_are_sorted_within(snapshot, view):
    s = snapshot(BANDED)
    assert ids(heatmap.cells(s, view("?bands=1"))) == ["3", "2", "1", "4"]
    assert ids(heatmap.cells(s, view("?bands=1&order=asc"))) == ["3", "1", "2", "4"]
    assert heatmap.bands(s, view("?bands=1")).rows() == [("a", 0, 0), ("b", 1, 2), (None, 3, 3)]


def test_a_key_that_groups_makes_bands_unless_they_are_off(snapshot, view):
    s = snapshot(BANDED)
    assert heatmap.bands(s, view("?group=k")).rows() == [("x", 0, 1), ("y", 2, 2), (None, 3, 3)]
    assert heatmap.bands(s, view("?group=k&bands=0")).height == 0
    assert heatmap.bands(s, view("")).height == 0


def test_where_no_sample_has_a_category_there_are_no_bands(snapshot, view):
    s = snapshot({"samples": [sample("p", 1.0)]})
    assert heatmap.bands(s, view("?bands=1")).height == 0
    assert heatmap.bands(snapshot({"metrics": {"": 0.5}}), view("?bands=1")).height == 0


FOUR = {
    "samples": [sample(id, v, input=f"what is {id}?", answer=f"it is {id}") for id, v in zip("pqrs", (1.0, 0.75, 0.5, 0.25), strict=True)]
}  # fmt: skip


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("?zoom=0.5,2.5,0.5,-0.5", ["q", "r"]),
        ("?zoom=-9,0.4,0.5,-0.5", ["p"]),
        ("?zoom=2.9,99,0.5,-0.5", ["s"]),
        ("?zoom=0.5,2.5,0.5,-0.5&order=asc", ["r", "q"]),
        ("?zoom=-0.5,0.5,1.5,-0.5&orientation=vertical", ["p", "q"]),
        ("?zoom=50,60,0.5,-0.5", []),
        ("?zoom=0.1,0.2,0.5,-0.5", []),
        ("", []),
    ],
)
def test_what_is_listed_is_what_is_zoomed_into(snapshot, view, query, listed):
    df = regions.selection(snapshot(FOUR), view(query))
    assert df["sample_id"].to_list() == listed
    assert df["input"].to_list() == [f"what is {id}?" for id in listed]
    assert df["answer"].to_list() == [f"it is {id}" for id in listed]
    assert df.columns == list(regions.SELECTION)


def test_a_region_has_the_cells_of_the_heatmap_in_their_order(demo, view):
    whole = view("?task=mental_arithmetic&sort_models=similarity")
    part = whole.edit(zoom="2.5,9.5,3.5,0.5")
    cells = heatmap.cells(demo, whole)
    rows = models(cells)
    inside = [r for r in cells.to_dicts() if r["sample_id"] in ids(cells)[3:10] and r["model"] in rows[1:4]]
    found = regions.selection(demo, part).to_dicts()
    assert len(found) == 21
    assert [(r["sample_id"], r["model"], r["value"], r["mark"]) for r in found] == [
        (r["sample_id"], r["model"], r["value"], r["mark"]) for r in inside
    ]


def test_two_runs_of_one_name_stay_two_columns(view, snapshot):
    """Disagreement of pairs is over runs, and a heatmap never takes two for one because of their names."""
    s = snapshot(*({"run_id": f"r{i}", "model": "m", "created": "2026-01-02T03:04:05", "samples": [sample("p", float(i))]}
                   for i in range(2)))  # fmt: skip
    df = heatmap.cells(s, view("?attempts=all"))
    assert df["run_id"].n_unique() == 2
    assert [a != b for a, b in combinations(df["value"], 2)] == [True]
