"""All samples of one task in codes: nothing lost, nothing merged, the same from disk."""

import random
import re

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data import pairing, parts
from data.parts import RunSamples
from data.schema import Mark
from tests.fixtures import toy


def run(run_id, *samples):
    made = toy.tables([{"samples": samples}])
    return RunSamples(run_id, made.samples, made.scores)


def sample(id, value=1.0, epoch=1, **more):
    return {"id": id, "epoch": epoch, "scores": {"s": value}, **more}


def logged(part):
    """{(run, sample, epoch, scorer): (value, mark)} in names, from the long table."""
    return {
        (part.runs[r["run"]], part.ids["sample_id"][r["sample"]], r["epoch"], part.scorers[r["scorer"]]): (r["value"], Mark(r["mark"]).name)
        for r in part.scores.collect().to_dicts()
    }  # fmt: skip


TWO = (
    run("a", sample("p", 0.5), sample("q", "error"), sample("p", 0.25, 2)),
    run("b", {"id": "q", "scores": {"s": 1.0, "z": 3.0}}),
)


def test_codes_lead_back_to_what_was_logged():
    assert logged(parts.build("t", TWO)) == {
        ("a", "p", 1, "s"): (0.5, "VALUE"),
        ("a", "p", 2, "s"): (0.25, "VALUE"),
        ("a", "q", 1, "s"): (None, "ERROR"),
        ("b", "q", 1, "s"): (1.0, "VALUE"),
        ("b", "q", 1, "z"): (3.0, "VALUE"),
    }


def test_cubes_say_the_same_as_the_long_table():
    part = parts.build("t", TWO)
    assert part.cubes["s"].value.shape == (2, 2, 2)
    np.testing.assert_equal(part.cubes["s"].value[:, 0, :], [[0.5, np.nan], [0.25, np.nan]])
    np.testing.assert_equal(part.cubes["z"].value[0], [[np.nan, np.nan], [np.nan, 3.0]])


def test_scores_are_sorted_by_their_codes():
    rows = parts.build("t", TWO[::-1]).scores.select("run", "sample", "epoch", "scorer").collect().rows()
    assert rows == sorted(rows)


def counted(text):
    """The texts and numbers of an id in turn, as a person reads them."""
    pieces = re.findall(r"[0-9]{1,15}|[^0-9]+|[0-9]+", text)
    return [
        (not p[0].isascii() or not p[0].isdigit(), int(p) if p.isascii() and p.isdigit() else 0, p)
        for p in pieces
    ]


@pytest.mark.parametrize("seed", range(20))
def test_ids_of_any_shape_are_in_that_order(seed):
    made = random.Random(seed)
    ids = {"".join(made.choices("ab-/ 01239é😀\0", k=made.choice((0, 1, 3, 8, 40)))) for _ in range(60)}
    ids |= {f"q/{made.randrange(3)}/{made.randrange(2000)}" for _ in range(40 * (seed % 2))}
    found = [list(ids)[i] for i in parts.in_natural_order(pl.Series(list(ids)))]
    assert found == sorted(ids, key=counted)


def test_ids_are_in_the_order_in_which_people_count():
    part = parts.build("t", [run("a", *(sample(i) for i in ("10", "9", "q10", "q9", "1.10", "1.9", "")))])
    assert part.ids["sample_id"].to_list()[1:5] == ["1.9", "1.10", "9", "10"]
    assert part.ids["sample_id"].to_list().index("q9") < part.ids["sample_id"].to_list().index("q10")


@pytest.mark.parametrize("id", ["9" * 400, "007", "7", "²", "٣", "", "a" * 5000, "\x00", "🙂"])
def test_any_id_is_kept_as_it_is(id):
    assert parts.build("t", [run("a", sample(id))]).ids["sample_id"].to_list() == [id]


def test_ids_that_differ_in_zeros_or_case_stay_apart():
    part = parts.build("t", [run("a", sample("7"), sample("07"), sample("x"), sample("X"))])
    assert part.ids.height == 4


def test_a_sample_logged_twice_counts_once_and_the_later_one_wins():
    part = parts.build("t", [run("a", sample("p", 0.0), sample("p", 1.0))])
    assert logged(part) == {("a", "p", 1, "s"): (1.0, "VALUE")}
    assert part.cubes["s"].value.ravel().tolist() == [1.0]


def test_a_later_error_wins_over_an_earlier_score():
    part = parts.build("t", [run("a", sample("p", 1.0), sample("p", "error"))])
    assert logged(part) == {("a", "p", 1, "s"): (None, "ERROR")}
    assert np.isnan(part.cubes["s"].value).all()


def test_samples_without_scores_are_kept():
    part = parts.build("t", [run("a", {"id": "p", "input": "?"})])
    assert part.scorers == ()
    assert part.samples.collect()["input"].to_list() == ["?"]


def test_a_category_is_taken_from_whichever_run_has_it():
    part = parts.build("t", [run("a", sample("p")), run("b", sample("p", category="x"))])
    assert part.ids["category"].to_list() == ["x"]


def test_rows_are_in_the_order_asked_for_without_those_that_are_not_there():
    assert parts.build("t", TWO).rows(["b", "none", "a"]).tolist() == [1, 0]


def test_what_is_saved_is_loaded_as_it_was(tmp_path):
    part = parts.build("t", TWO)
    parts.save(part, tmp_path / "part")
    again = parts.load(tmp_path / "part")
    assert (again.task, again.runs, again.scorers) == (part.task, part.runs, part.scorers)
    assert_frame_equal(again.ids, part.ids)
    assert_frame_equal(again.samples.collect(), part.samples.collect())
    assert_frame_equal(again.scores.collect(), part.scores.collect())
    for name, cube in part.cubes.items():
        np.testing.assert_array_equal(again.cubes[name].level, cube.level)
        np.testing.assert_array_equal(again.cubes[name].value, cube.value)
        assert (again.cubes[name].low, again.cubes[name].high) == (cube.low, cube.high)
    assert again.home == tmp_path / "part"


def test_nothing_that_is_loaded_can_be_written(tmp_path):
    parts.save(parts.build("t", TWO), tmp_path / "part")
    with pytest.raises(ValueError, match="read-only"):
        parts.load(tmp_path / "part").cubes["s"].value[0, 0, 0] = 7


def test_scorers_with_any_name_are_saved(tmp_path):
    names = ("a/b", "..", "", "🙂", "0")
    parts.save(parts.build("t", [run("a", {"id": "p", "scores": dict.fromkeys(names, 0.5)})]), tmp_path / "p")
    assert set(parts.load(tmp_path / "p").cubes) == set(names)


def test_saving_fails_whole(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(OSError, match="No space"):
        parts.save(parts.build("t", TWO), tmp_path / "here" / "part")
    assert list((tmp_path / "here").iterdir()) == []


def test_two_tasks_with_equal_ids_never_merge(snapshot):
    s = snapshot({"task": "t", "samples": [sample("1", 0.25)]}, {"task": "u", "samples": [sample("1", 0.75)]})
    assert {t: p.cubes["s"].value.ravel().tolist() for t, p in s.parts.items()} == {"t": [0.25], "u": [0.75]}


def test_a_run_without_samples_is_in_no_part(snapshot):
    s = snapshot({"run_id": "full", "samples": [sample("1")]}, {"run_id": "empty"}, {"task": "u"})
    assert {t: p.runs for t, p in s.parts.items()} == {"t": ("full",)}
    assert s.runs.height == 3


def test_only_finite_or_infinite_numbers_are_values(snapshot):
    s = snapshot({"samples": [sample("p", float("inf")), sample("q", "unscored")]})
    values = s.parts["t"].scores.collect()["value"]
    assert values.to_list() == [float("inf"), None]
    assert values.dtype == pl.Float64


def test_what_was_asked_is_kept_as_numbers_and_comes_back_from_disk(tmp_path):
    asked = {"input_hash": 3, "question_hash": 5}
    part = parts.build("t", [run("a", sample("p", **asked), sample("q")), run("b", sample("q", **asked))])
    parts.save(part, tmp_path / "part")
    for one in (part, parts.load(tmp_path / "part")):
        assert one.inputs.tolist() == [[3, pairing.UNKNOWN], [pairing.ABSENT, 3]]
        assert one.questions.tolist() == [[5, pairing.UNKNOWN], [pairing.ABSENT, 5]]
        assert one.pair(0, 1).n_input_unknown == 1


@pytest.mark.parametrize("gone", ["inputs.npy", "questions.npy"])
def test_a_part_without_its_numbers_is_built_anew(tmp_path, gone):
    parts.save(parts.build("t", TWO), tmp_path / "part")
    (tmp_path / "part" / gone).unlink()
    with pytest.raises(FileNotFoundError, match=gone):
        parts.load(tmp_path / "part")
