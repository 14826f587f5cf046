"""A click on a name in a legend makes its model stand out, and a second click no longer."""

from callbacks.highlight import toggled
from components.page import View
from data.cache import Cache
from data.store import Snapshot
from data.viewstate import ViewState
from tests.fixtures import toy

EMPTY = Snapshot()


def click(state, model, snapshot=EMPTY):
    return toggled(View(snapshot, state), model)


def test_a_click_adds_and_a_second_takes_away():
    once = click(ViewState(), "b <x>")
    assert once.highlight == ("b <x>",)
    assert click(click(once, "a"), "b <x>").highlight == ("a",)


def test_nothing_else_of_the_view_changes():
    before = ViewState.from_query("?task=t&page=3&sort=name")
    assert click(click(before, "a"), "a") == before


def test_a_click_on_one_of_several_runs_takes_away_that_one_of_the_model_that_a_link_names(tmp_path):
    runs = [{"model": "a", "created": f"2026-01-0{day}T03:04:00", "metrics": {"": 0.5}} for day in (2, 3)]
    s = toy.snapshot(Cache(tmp_path / "cache"), *runs)
    once = click(ViewState().edit(highlight=["a"]), "a @ 20260103_0304", s)
    assert once.highlight == ("a @ 20260102_0304",)
