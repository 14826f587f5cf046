"""A number says that two questions are the same only if they are."""

import pytest

from data.formats import inputs


def number(text, partly=False):
    return inputs.hashes([text], [partly])[0]


@pytest.mark.parametrize(
    "other", ["What is\n2 + 2?\n", "What is\n2 + 2?  \t\n", "\n\nWhat is\n2 + 2?", "What is\r\n2 + 2?"]
)
def test_how_texts_are_joined_makes_no_difference(other):
    assert number(other) == number("What is\n2 + 2?")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("if a:\n    b", "if a:\n  b"),
        ("  return 1", "return 1"),
        ("one two", "one  two"),
        ("Is it?", "is it?"),
        ("2", "2."),
        ("a\nb", "a b"),
        ("é", "e"),
    ],
)
def test_what_may_have_a_meaning_makes_one(one, other):
    assert number(one) != number(other)


@pytest.mark.parametrize("nothing", [None, "", "  \n", "\r\n"])
def test_nothing_asked_is_not_known(nothing):
    assert number(nothing) is None


def test_the_last_bit_says_whether_it_is_of_the_whole():
    assert number("x") & inputs.WHOLE
    assert not number("x", partly=True) & inputs.WHOLE
    assert number("x") ^ number("x", partly=True) == inputs.WHOLE


def test_only_whole_questions_are_compared_across_formats():
    hashed = inputs.hashes(["a", "b", None, "d"], [False, True, False, False])
    assert inputs.where(hashed, [True, True, True, False]).to_list() == [number("a"), None, None, None]


def test_no_texts():
    assert inputs.hashes([]).to_list() == []
