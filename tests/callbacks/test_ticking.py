"""What ticked rows lead to."""

import pytest

from callbacks.ticking import ticked
from components import ticking
from components.tables import TICK
from data.viewstate import ViewState


def said(n):
    found = ticking.onward([f"r{i:02}" for i in range(n)], ViewState(), "en")
    return found if isinstance(found, str) else found.href


@pytest.mark.parametrize(
    ("n", "words"), [(0, "two or more"), (1, "another"), (13, "at most 12"), (500, "at most 12")]
)
def test_too_few_or_too_many_say_so(n, words):
    assert words in said(n)


@pytest.mark.parametrize("n", [2, 12])
def test_some_lead_to_their_settings(n):
    assert said(n) == "compare?" + "&".join(f"run=r{i:02}" for i in range(n))


def test_a_row_that_stands_for_nothing_is_no_tick():
    assert ticked([{TICK: None}, {}, {TICK: "a"}]) == ["a"]
