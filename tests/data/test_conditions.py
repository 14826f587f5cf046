"""What the headers of tables ask, against filtering by hand."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.conditions import NUMBER, TEXT, Condition, kept

TABLE = pl.DataFrame(
    {
        "i": [0, 1, 2, 3],
        "name": ["GPT-4.1", "claude", None, "a.contains:b"],
        "value": [0.5, 1.0, None, -2.0],
        "tags": [["x", "y"], [], None, ["z"]],
        "on": [datetime(2026, 1, d, tzinfo=UTC) for d in (1, 2, 3, 4)],
        "gpt-4.1": [1.0, 2.0, 3.0, 4.0],
    }
)


@pytest.mark.parametrize(
    ("spelt", "rows"),
    [
        ("t.name.contains:gpt", [0]),
        ("t.name.notContains:gpt", [1, 2, 3]),
        ("t.name.equals:CLAUDE", [1]),
        ("t.name.notEqual:claude", [0, 2, 3]),
        ("t.name.startsWith:a.contains:", [3]),
        ("t.name.endsWith:e", [1]),
        ("t.name.blank:", [2]),
        ("t.name.notBlank:", [0, 1, 3]),
        ("t.name.contains:.", [0, 3]),  # no regular expression
        ("t.value.equals:1", [1]),
        ("t.value.notEqual:1", [0, 3]),
        ("t.value.greaterThan:0.5", [1]),
        ("t.value.greaterThanOrEqual:0.5", [0, 1]),
        ("t.value.lessThan:0.5", [3]),
        ("t.value.lessThanOrEqual:0.5", [0, 3]),
        ("t.value.inRange:-2;1", [0]),
        ("t.value.blank:", [2]),
        ("t.value.notBlank:", [0, 1, 3]),
        ("t.tags.contains:y", [0]),
        ("t.on.startsWith:2026-01-03", [2]),
        ("t.gpt-4.1.lessThan:2.5", [0, 1]),
        ("t.value.greaterThan:much", [0, 1, 2, 3]),
        ("t.value.contains:1", [0, 1, 2, 3]),
        ("t.nowhere.equals:1", [0, 1, 2, 3]),
    ],
)
def test_rows_that_a_header_leaves(spelt, rows):
    condition = Condition.parse(spelt)
    assert condition is not None
    assert kept(TABLE, [condition])["i"].to_list() == rows


def test_all_conditions_hold_together():
    asked = [Condition.parse("t.name.notBlank:"), Condition.parse("t.value.greaterThan:0")]
    assert kept(TABLE, asked)["i"].to_list() == [0, 1]


@pytest.mark.parametrize("text", ["", "t", "t.name", "t.name.like:x", "T.name.equals:x", ".name.equals:x"])
def test_what_is_no_condition(text):
    assert Condition.parse(text) is None


@given(st.text(min_size=1), st.sampled_from(sorted({**TEXT, **NUMBER})), st.text())
def test_any_value_is_read_as_it_was_spelt(column, operator, value):
    spelt = Condition("table", column, operator, value).spelt()
    found = Condition.parse(spelt)
    assert found is not None
    assert found.spelt() == spelt
