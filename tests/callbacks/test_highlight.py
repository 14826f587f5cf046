"""A click on a name in a legend makes its model stand out, and a second click no longer."""

from callbacks.highlight import toggled
from data.viewstate import ViewState


def test_a_click_adds_and_a_second_takes_away():
    once = toggled(ViewState(), "b <x>")
    assert once.highlight == ("b <x>",)
    assert toggled(toggled(once, "a"), "b <x>").highlight == ("a",)


def test_nothing_else_of_the_view_changes():
    before = ViewState.from_query("?task=t&page=3&sort=name")
    assert toggled(toggled(before, "a"), "a") == before
