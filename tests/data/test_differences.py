"""What differs between two texts."""

import random
from difflib import SequenceMatcher

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.differences import MOST_LINE_PAIRS, MOST_LINES, cut, differences

LINES = st.text(alphabet="ab \n", max_size=60)


@given(LINES, LINES, st.sampled_from(["word", "line"]))
def test_either_text_can_be_put_together_again(left, right, by):
    rows = differences(left, right, by)
    for side, text in (("left", left), ("right", right)):
        lines = rows.filter(rows[f"{side}_line"].is_not_null())
        assert lines[f"{side}_line"].to_list() == list(range(1, lines.height + 1))
        assert "\n".join(lines[side]) == text


@given(LINES, LINES)
def test_what_is_not_marked_is_the_same_on_both_sides(left, right):
    for row in differences(left, right).filter(kind="changed").iter_rows(named=True):
        assert unmarked(row["left"], row["left_marks"]) == unmarked(row["right"], row["right_marks"])


def unmarked(text, marks):
    kept, done = [], 0
    for mark in filter(None, marks.split(",")):
        start, end = map(int, mark.split("-"))
        kept.append(text[done:start])
        done = end
    return "".join([*kept, text[done:]])


def test_words_are_marked_by_characters_not_bytes():
    row = differences("🙂 the cat", "🙂 the dog").row(0, named=True)
    assert (row["left_marks"], row["right_marks"]) == ("6-9", "6-9")


def test_by_line_a_changed_line_is_marked_whole():
    row = differences("the cat", "the dog", "line").row(0, named=True)
    assert (row["left_marks"], row["right_marks"]) == ("0-7", "0-7")


@pytest.mark.parametrize(("left", "right"), [("", ""), ("same", "same"), ("a\nb", "a\nb")])
def test_equal_texts_have_no_difference(left, right):
    assert set(differences(left, right)["kind"]) <= {"same"}


def test_a_text_against_none_is_all_added():
    assert differences("", "a\nb")["kind"].to_list() == ["added", "added"]


def test_long_texts_are_cut_before_they_are_compared():
    assert differences("a\n" * 10_000, "a\n" * 10_000).height == MOST_LINES
    assert len(cut("x" * 10**6)) == 200_000


def test_lines_of_too_many_words_and_those_after_too_much_work_differ_as_a_whole(monkeypatch):
    long = " ".join("a" * 400)
    assert differences(long, long + " b")["left_marks"].to_list() == [f"0-{len(long)}"]
    monkeypatch.setattr("data.differences.MOST_PAIRS", 25)
    rows = differences("the cat sat\nthe cat sat", "the dog sat\nthe dog sat")
    assert rows["left_marks"].to_list() == ["4-7", "0-11"]


def test_lines_that_are_repeated_without_end_are_no_places_to_meet(monkeypatch):
    asked = []

    class Matcher(SequenceMatcher):
        def __init__(self, junk, a, b, **more):
            asked.append(sum(not junk(line) and b.count(line) for line in a))
            super().__init__(junk, a, b, **more)

    monkeypatch.setattr("data.differences.SequenceMatcher", Matcher)
    rng = random.Random(3)
    left, right = ("\n".join(str(rng.randrange(100)) for _ in range(MOST_LINES)) for _ in "ab")
    rows = differences(left, right, "line")
    assert asked == [pytest.approx(MOST_LINE_PAIRS, rel=0.2)]
    assert "\n".join(rows["left"].drop_nulls()) == left
    assert "\n".join(rows["right"].drop_nulls()) == right


def test_what_texts_begin_and_end_with_costs_nothing(monkeypatch):
    monkeypatch.setattr("data.differences.MOST_LINE_PAIRS", 0)
    same = "\n".join(["x", "y"] * 500)
    rows = differences(f"{same}\na\n{same}", f"{same}\nb\n{same}")
    assert rows.filter(pl.col("kind") != "same").select("kind", "left_line", "left", "right").rows() == [
        ("changed", 1001, "a", "b")
    ]
