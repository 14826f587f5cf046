"""What is done to a table or a figure itself is part of the view."""

import pytest

from callbacks.direct import sorted_by, whole_cells, zoomed
from data.viewstate import ViewState


def column(name, sort=None, index=None):
    return {"colId": name, "sort": sort, "sortIndex": index}


def test_a_table_sorted_by_its_header_is_part_of_the_url():
    state = sorted_by(ViewState(), "table", [column("model"), column("value", "desc", 0)])
    assert ViewState.from_query(state.to_query()).sorting("table") == {"value": ("desc", 0)}


def test_the_first_column_sorted_by_counts_most():
    state = sorted_by(ViewState(), "table", [column("a", "asc", 1), column("b", "desc", 0)])
    assert state.sorting("table") == {"b": ("desc", 0), "a": ("asc", 1)}


def test_two_tables_are_sorted_apart():
    state = sorted_by(ViewState(), "one", [column("x", "asc", 0)])
    state = sorted_by(state, "two", [column("x", "desc", 0)])
    assert (state.sorting("one"), state.sorting("two")) == ({"x": ("asc", 0)}, {"x": ("desc", 0)})


def test_a_table_no_longer_sorted_leaves_the_url():
    state = sorted_by(ViewState(), "one", [column("x", "asc", 0)])
    assert sorted_by(state, "one", [column("x")]) == ViewState()


@pytest.mark.parametrize("name", ["gpt-4.1", "a.b.asc", "x y", "é"])
def test_columns_with_any_name_sort(name):
    state = sorted_by(ViewState(), "t", [column(name, "asc", 0)])
    assert state.sorting("t") == {name: ("asc", 0)}


MOVED = {"xaxis.range[0]": -0.5, "xaxis.range[1]": 9.5, "yaxis.range[0]": 4.5, "yaxis.range[1]": -0.5}


def test_a_zoom_is_part_of_the_url_and_comes_back():
    state = ViewState.from_query(zoomed(ViewState(), MOVED).to_query())
    assert state.window == (-0.5, 9.5, 4.5, -0.5)


@pytest.mark.parametrize(
    ("dragged", "shown"),
    [((0.2, 3.9), (0.5, 3.5)), ((3.9, 0.2), (3.5, 0.5)), ((0.0, 3.0), (-0.5, 3.5)), ((1.1, 1.3), (0.5, 1.5)),
     ((1.6, 1.9), (1.5, 2.5)), ((-3.0, 2.2), (-3.5, 2.5))],
)  # fmt: skip
def test_a_zoom_ends_between_cells_around_one_at_least(dragged, shown):
    assert whole_cells(*dragged) == shown


def test_zooming_begins_a_list_at_its_first_page():
    assert zoomed(ViewState.from_query("?block=4"), MOVED).block == 1


@pytest.mark.parametrize("reset", [{"xaxis.autorange": True}, {"yaxis.autorange": True}])
def test_showing_all_again_leaves_the_url(reset):
    assert zoomed(zoomed(ViewState(), MOVED), reset) == ViewState()


@pytest.mark.parametrize("moved", [{}, {"autosize": True}, {"xaxis.range[0]": 1}, {"dragmode": "pan"}])
def test_other_news_of_a_figure_changes_nothing(moved):
    state = zoomed(ViewState(), MOVED)
    assert zoomed(state, moved) == state
