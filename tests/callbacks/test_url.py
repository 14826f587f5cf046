"""The controls and the URL say the same thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pages import PAGES
from callbacks.url import control_values, next_search
from data.viewstate import KEYS, ViewState

FIELDS = sorted(KEYS)


def test_same_view_no_history_entry():
    assert next_search("?model=a", {"models": ["a"], "metric": None}) is None


@pytest.mark.parametrize("search", ["?utm_source=x", "?scale=7", "?page=1", "", None, "?model="])
def test_putting_a_page_on_screen_is_no_edit(search):
    for page in PAGES:
        fields = [*page.filters, *page.controls]
        assert next_search(search, dict(zip(fields, control_values(search, fields), strict=True))) is None


def test_an_edit_keeps_the_rest():
    assert next_search("?model=a&sort=name", {"tasks": ["t"]}) == "?model=a&sort=name&task=t"


def test_clearing_a_control_clears_the_url():
    assert next_search("?model=a", {"models": []}) == ""
    assert next_search("?metric=f1", {"metric": None}) == ""


def test_an_edit_leads_back_to_the_first_page():
    assert next_search("?page=3&task=t", {"tasks": ["u"]}) == "?task=u"
    assert next_search("?block=3&task=t", {"tasks": ["u"]}) == "?task=u"


def test_turning_the_page_is_an_edit_of_its_own():
    assert next_search("?page=3&task=t", {"page": 4}) == "?page=4&task=t"
    assert next_search("?page=3&task=t", {"page": 4, "tasks": ["t"]}) == "?page=4&task=t"


def test_controls_follow_the_url():
    assert control_values("?model=b&model=a&threshold=0.5", ["models", "metric", "threshold", "scale"]) == [
        ["a", "b"],
        None,
        0.5,
        "1",
    ]


@given(
    st.dictionaries(
        st.sampled_from(FIELDS),
        st.none() | st.text(max_size=8) | st.integers(0, 200) | st.lists(st.text(max_size=5), max_size=3),
    )
)
def test_what_the_controls_say_is_what_the_url_says(edits):
    search = next_search("", edits)
    shown = ViewState.from_query(search)
    values = dict(zip(FIELDS, control_values(search, FIELDS), strict=True))
    assert ViewState().edit(**values) == shown
    assert next_search(search, values) is None
