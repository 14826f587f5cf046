"""Parts of a difference that add up to it."""

import pytest

from data.queries import contributions


def run(model, values, **more):
    """values: {category: {sample: score}}"""
    samples = [
        {"id": f"{c}{i}", "category": c, "metadata": {"half": str(i % 2)}, "scores": {"accuracy": v}}
        for c, of in values.items()
        for i, v in of.items()
    ]
    every = [s["scores"]["accuracy"] for s in samples]
    known = [v for v in every if not isinstance(v, str)]
    return {"model": model, "metrics": {"": sum(known) / len(known)}, "samples": samples, **more}


def listed(values):
    return dict(enumerate(values))


def found(s, view, query="?baseline=a&candidate=b"):
    return contributions.contributions(s, view(query)).to_dicts()


OLD = {"x": listed([1, 0, 0, 1]), "y": listed([1, 1, 1, 0, 0, 0])}
NEW = {"x": listed([1, 1, 1, 1]), "y": listed([1, 1, 0, 0, 0, 0])}


def test_contributions_are_shares_times_deltas_and_sum_to_the_whole(snapshot, view):
    x, y = found(snapshot(run("a", OLD), run("b", NEW)), view)
    assert (x["category"], x["delta"], x["share"]) == ("x", 0.5, 0.4)
    assert (y["category"], y["delta"], y["share"]) == ("y", pytest.approx(-1 / 6), 0.6)
    assert (x["contribution"], y["contribution"]) == (pytest.approx(0.2), pytest.approx(-0.1))
    assert x["whole"] == y["whole"] == pytest.approx(0.1)
    assert (x["composition"], y["composition"]) == (0.0, 0.0)


def test_on_demo_logs_they_sum_exactly_by_any_key(demo, view):
    for query in (
        "?task=tw_life",
        "?task=mental_arithmetic&group=difficulty",
        "?task=world_basics&scale=100",
    ):
        rows = found(demo, view, query + "&baseline=acme/aurora-70b&candidate=acme/aurora-8b")
        assert len(rows) > 2
        whole = {r["whole"] for r in rows}
        assert len(whole) == 1
        assert sum(r["contribution"] for r in rows) == pytest.approx(whole.pop(), abs=1e-12)


def test_samples_of_one_side_alone_are_composition_and_no_pairs(snapshot, view):
    """b was asked more of the easy x: its own mean is higher for that."""
    more = {"x": listed([1, 0, 0, 1, 1, 1, 1, 1]), "y": OLD["y"]}
    x, y = sorted(found(snapshot(run("a", OLD), run("b", more)), view), key=lambda r: r["category"])
    assert (x["n_paired"], x["baseline_n"], x["candidate_n"]) == (4, 4, 8)
    assert x["whole"] == 0.0
    assert x["unpaired"] == pytest.approx(9 / 14 - 5 / 10)
    parts = [r[c] for r in (x, y) for c in ("within", "composition")]
    assert sum(parts) == pytest.approx(x["unpaired"], abs=1e-12)
    # Kitagawa by hand: within x is (4/10 + 8/14)/2 * (6/8 - 2/4), and y scores the same in both.
    assert x["within"] == pytest.approx((0.4 + 8 / 14) / 2 * 0.25)
    assert y["within"] == 0.0


def test_samples_in_no_category_are_a_part_too(snapshot, view):
    a, b = run("a", OLD), run("b", NEW)
    for made, score in ((a, 0), (b, 1)):
        made["samples"].append({"id": "lost", "scores": {"accuracy": score}})
        made["metrics"] = {"": 0.5}
    rows = found(snapshot(a, b), view)
    none = next(r for r in rows if r["category"] is None)
    assert (none["n_paired"], none["contribution"]) == (1, pytest.approx(1 / 11))
    assert sum(r["contribution"] for r in rows) == pytest.approx(rows[0]["whole"])


def test_errors_are_no_pairs(snapshot, view):
    broken = {"x": {**NEW["x"], 1: "error"}, "y": NEW["y"]}
    rows = found(snapshot(run("a", OLD), run("b", broken)), view)
    assert sum(r["n_paired"] for r in rows) == 9


@pytest.mark.parametrize(
    "other",
    [
        {"model": "b", "metrics": {"": 0.5}},
        run("b", {"x": {9: 1}, "z": {9: 0}}),
        run("b", NEW, task="elsewhere"),
    ],
    ids=["no samples", "no samples in common", "another task"],
)
def test_without_pairs_there_is_nothing_to_split(snapshot, view, other):
    assert found(snapshot(run("a", OLD), other), view) == []


def test_a_task_without_categories_is_split_by_a_key_when_asked(snapshot, view):
    runs = [run("a", OLD), run("b", NEW)]
    for made in runs:
        for sample in made["samples"]:
            del sample["category"]
    s = snapshot(*runs)
    assert found(s, view) == []
    halves = found(s, view, "?baseline=a&candidate=b&group=half")
    assert sorted(r["category"] for r in halves) == ["0", "1"]
    assert sum(r["contribution"] for r in halves) == pytest.approx(0.1)


def test_a_category_of_fewer_than_six_pairs_has_no_interval_and_no_difference_of_shares_is_beyond_1(
    snapshot, view
):
    half = {"few": listed([0.5, 0, 0.5, 0]), "six": listed([0, 0, 0.5, 0, 0, 0])}
    full = {"few": listed([1, 1, 0.5, 1]), "six": listed([1, 1, 0.5, 1, 1, 0.4])}
    rows = {r["category"]: r for r in found(snapshot(run("a", half), run("b", full)), view)}
    assert [rows["few"][c] for c in ("low", "high", "interval", "level")] == [None] * 4
    assert rows["six"]["high"] == 1
    assert rows["six"]["interval"] == "paired_t"
