"""Tables show the rows of a frame as text, and the blocks of a long one."""

from datetime import UTC, datetime

import polars as pl
import pytest

from components import ids, tables
from components.page import View
from components.tables import BLOCK, Column
from data.store import Snapshot
from data.viewstate import ViewState

ID = ids.grid("page", "table")


def grid_of(made):
    return made.children[0]


def grid(df, *columns, query="", **more):
    made = tables.grid(
        ID,
        df,
        [Column(c) if isinstance(c, str) else c for c in columns],
        View(Snapshot(), ViewState.from_query(query)),
        **more,
    )
    return grid_of(made)


def test_a_row_has_the_fields_of_its_columns_only():
    (row,) = grid(pl.DataFrame({"a": [1], "b": [2]}), "a").rowData
    assert {k: v for k, v in row.items() if not k.startswith("_")} == {"a": 1}


def test_a_name_with_dots_is_a_name_and_no_path():
    made = grid(pl.DataFrame({"gpt-4.1": [0.5]}), "gpt-4.1")
    assert made.rowData[0]["gpt-4.1"] == 0.5
    assert made.dashGridOptions["suppressFieldDotNotation"] is True


def test_times_and_lists_are_text():
    df = pl.DataFrame({"t": [datetime(2026, 1, 2, 3, 4, tzinfo=UTC)], "l": [["a", "b"]]})
    (row,) = grid(df, "t", "l").rowData
    assert (row["t"], row["l"]) == ("2026-01-02 03:04", "a, b")


def test_a_cell_leads_where_its_row_says():
    made = grid(
        pl.DataFrame({"a": ["x", "y"]}), "a", hrefs={"a": lambda r: f"to-{r['a']}" if r["a"] == "x" else None}
    )
    assert [row["_href"] for row in made.rowData] == [{"a": "to-x"}, {}]


def test_text_of_a_log_is_a_value_and_no_markup():
    made = grid(pl.DataFrame({"a": ["<img src=x onerror=alert(1)>"]}), "a")
    assert made.rowData[0]["a"] == "<img src=x onerror=alert(1)>"
    assert "markdown" not in str(made.columnDefs).lower()


LONG = pl.DataFrame({"i": range(BLOCK * 2 + 5)})


@pytest.mark.parametrize(
    ("block", "first", "rows"), [(1, 0, BLOCK), (2, BLOCK, BLOCK), (3, BLOCK * 2, 5), (99, BLOCK * 2, 5)]
)
def test_a_long_table_comes_in_blocks_and_one_past_the_end_is_the_last(block, first, rows):
    made = grid(LONG, "i", query=f"?block={block}")
    assert (made.rowData[0]["i"], len(made.rowData)) == (first, rows)


def test_a_long_table_is_sorted_over_all_its_blocks():
    assert grid(LONG, "i", query="?by=table.i.desc").rowData[0]["i"] == BLOCK * 2 + 4


def test_a_table_is_sorted_as_the_url_says():
    (column,) = grid(pl.DataFrame({"i": [1]}), "i", query="?by=table.i.desc").columnDefs
    assert (column["sort"], column["sortIndex"]) == ("desc", 0)


@pytest.mark.parametrize("by", ["table.none.desc", "table.i", "table", "i.desc", "table.i.sideways", "..."])
def test_sorting_by_what_is_not_there_changes_nothing(by):
    assert grid(LONG, "i", query=f"?by={by}").rowData[0]["i"] == 0


def test_no_rows_are_an_empty_table():
    assert grid(pl.DataFrame({"a": []}), "a").rowData == []


def test_cells_and_headers_show_what_nobody_sees_and_have_an_end():
    df = pl.DataFrame({"a": ["x\u202ey", "z" * 9_000]})
    made = grid(df, Column("a", header="m\u200b"), notes={"a": lambda row: row["a"]}, tick="a")
    first, long = made.rowData
    assert (first["a"], first["_note"]["a"], made.columnDefs[0]["headerName"]) == (
        "x⟨U+202E⟩y",
        "x⟨U+202E⟩y",
        "m⟨U+200B⟩",
    )
    assert first["_tick"] == "x\u202ey"
    assert len(long["a"]) < 5_000


def test_lines_that_differ_are_whole():
    df = pl.DataFrame({"a": ["z" * 9_000]})
    assert len(grid(df, Column("a", "difference")).rowData[0]["a"]) == 9_000


def fields(made):
    return [c["field"] for c in made.columnDefs]


EMPTY = pl.DataFrame({"a": [1, 2], "b": [None, None], "c": ["", None]}, schema_overrides={"b": pl.String})


def test_a_column_that_holds_nothing_is_left_out():
    assert fields(grid(EMPTY, "a", "b", "c")) == ["a"]


@pytest.mark.parametrize("query", ["?column=b", "?by=table.b.asc", "?where=table.b.blank:"])
def test_a_column_that_a_reader_asked_for_is_shown_whatever_it_holds(query):
    assert fields(grid(EMPTY, "a", "b", query=query)) == ["a", "b"]


def test_a_model_without_a_score_has_its_column_and_a_table_without_rows_has_all():
    assert fields(grid(EMPTY, "a", Column("b", header="a model"))) == ["a", "b"]
    assert fields(grid(EMPTY.clear(), "a", "b")) == ["a", "b"]


def test_a_table_whose_rows_can_all_be_drawn_is_as_high_as_they_are():
    few, many = grid(EMPTY, "a"), grid(LONG, "i")
    room = tables.grid(ID, EMPTY, [Column("a")], View(Snapshot(), ViewState())).style
    assert room["minHeight"] == few.style["minHeight"]
    assert (few.dashGridOptions["domLayout"], few.style["height"]) == ("autoHeight", "auto")
    assert ("domLayout" in many.dashGridOptions, many.style["height"]) == (False, "560px")


def test_a_table_with_a_text_of_many_lines_scrolls():
    made = grid(pl.DataFrame({"a": ["long " * 500]}), Column("a", "prose", width=300))
    assert "domLayout" not in made.dashGridOptions


def test_of_a_name_that_does_not_fit_the_end_is_shown_too():
    names, numbers = grid(pl.DataFrame({"model": ["m"], "a": [1]}), "model", Column("a", "number")).columnDefs
    assert names["cellRendererParams"]["ends"]
    assert "ends" not in numbers["cellRendererParams"]
