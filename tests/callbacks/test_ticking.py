"""What ticked rows lead to."""

import pytest

from callbacks.ticking import known
from components import ticking
from data.viewstate import ViewState


def said(n):
    found, *_ = ticking.onward([f"r{i:02}" for i in range(n)], ViewState(), "en")
    return found if isinstance(found, str) else found.href


@pytest.mark.parametrize(
    ("n", "words"), [(0, "two or more"), (1, "another"), (13, "at most 12"), (500, "at most 12")]
)
def test_too_few_or_too_many_say_so(n, words):
    assert words in said(n)


@pytest.mark.parametrize("n", [2, 12])
def test_some_lead_to_their_settings(n):
    assert said(n) == "compare?" + "&".join(f"run=r{i:02}" for i in range(n))


@pytest.mark.parametrize("n", [1, 2, 13])
def test_what_is_ticked_can_be_unticked_at_once(n):
    assert ticking.onward(["r"] * n, ViewState(), "en")[-1].className.split()[-1] == "untick"


def test_nothing_ticked_is_nothing_to_untick():
    assert len(ticking.onward([], ViewState(), "en")) == 1


def test_only_runs_that_are_there_count_whatever_was_remembered(snapshot):
    here = snapshot.runs["run_id"].to_list()[:2]
    assert known([here[1], "gone", here[0], 7, None, [], here[0]], snapshot) == here
    assert known(None, snapshot) == []
