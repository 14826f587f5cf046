"""Addresses within the app are relative, and survive any name."""

from urllib.parse import urlsplit

import pytest

from components import links
from data.viewstate import ViewState

NAMES = ["a b", "a/b", "#", "?", "100%", "<b>", "🙂", "..", "//evil", "javascript:alert(1)", "&x=1"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_survives_a_link(name):
    parts = urlsplit(links.sample(name, name, 2, ViewState()))
    state = ViewState.from_query(parts.query)
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("", "", "sample", "")
    assert (state.runs, state.sample, state.epoch) == ((name,), name, 2)


@pytest.mark.parametrize("path", ["/", "/runs", "/scores"])
def test_links_hold_under_any_prefix(path):
    assert not links.to(path, ViewState()).startswith("/")


def test_filters_travel_and_the_look_of_one_page_stays():
    state = ViewState.from_query("?task=t&model=m&scale=100&page=3&orientation=vertical")
    assert links.keeping("/heatmap", state) == "heatmap?model=m&scale=100&task=t"


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_a_download_is_of_the_view_that_it_stands_in(kind):
    assert (
        links.api("scores", "bars", kind, ViewState.from_query("?task=t")) == f"api/scores/bars.{kind}?task=t"
    )
