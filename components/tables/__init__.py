"""Frames to tables that sort, filter and lead on. Text from logs stays text: no cell is ever HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids
from components.page import View, arranged
from components.pager import pager
from components.tables import ag_grid
from components.tables.column import Column, filled
from components.tables.rows import NOTHING, TICK, TIPS, Hidden, Of, rows
from components.tables.shades import downwards, end_of, goodness, top
from components.tables.sizes import LOWER, ROW_HEIGHT, SHORT, unbroken, wide_enough
from components.text import say
from data.viewstate import ViewState

__all__ = [
    "BLOCK", "LOWER", "ROW_HEIGHT", "SHORT", "TICK", "TIPS", "Column", "Of",
    "downwards", "end_of", "goodness", "grid", "top", "unbroken", "wide_enough",
]  # fmt: skip

BLOCK = 500
"""Rows that one page holds: a grid of 5,000 samples weighs 4 MB and takes the server a second to make."""


def grid(
    id: ids.Id,
    df: pl.DataFrame,
    columns: Sequence[Column],
    view: View,
    hrefs: Of = NOTHING,
    notes: Of = NOTHING,
    height: int | None = None,
    tick: str | None = None,
    tips: Of = NOTHING,
    shades: Of = NOTHING,
    told: Callable[[pl.DataFrame], pl.Series] | None = None,
) -> Component:
    """A table of one block of rows, as high as they are or else `height` pixels, and the way to the other blocks. `hrefs`
    says where a column's cells lead, `notes` what is said beside them, `tips` what on hover if not the whole value,
    `shades` how dark a cell of prose is, from 0 to 1. Rows can be ticked where `tick` names the column that says what a
    ticked row stands for; columns that hold nothing are left out; `told` makes the texts of tips from the rows of the block."""
    columns = filled(columns, df, _asked_for(id["name"], view.state))
    df = arranged(df, id["name"], view.state)
    block = _block(df, view)
    if told:
        block = block.with_columns(told(block))
    made = rows(block, columns, Hidden(hrefs, notes, tips, shades, tick))
    table = ag_grid.table(id, made, block, columns, view, height, ticked=tick is not None)
    more = [_blocks(df.height, view)] if df.height > BLOCK else []
    # AG Grid is fetched when first needed; what stands below must not jump when it has come.
    room = {"minHeight": table.style.get("minHeight", table.style["height"])}
    return html.Div([table, *more], className="room", style=room)


def _asked_for(name: str, state: ViewState) -> set[str]:
    """Columns that a reader chose, sorts by or asks something of."""
    return {*state.columns, *state.sorting(name), *(c.column for c in state.conditions(name))}


def _block(df: pl.DataFrame, view: View) -> pl.DataFrame:
    last = max(0, (df.height - 1) // BLOCK)
    return df.slice(min(view.state.block - 1, last) * BLOCK, BLOCK)


def _blocks(height: int, view: View) -> Component:
    """Which rows these are, and links to the ones before and after."""
    last = (height - 1) // BLOCK + 1
    at = min(view.state.block, last)
    said = say(
        view.locale,
        "notices",
        "rows",
        first=f"{(at - 1) * BLOCK + 1:,}",
        last=f"{min(at * BLOCK, height):,}",
        total=f"{height:,}",
    )
    # A query alone stays on the page that it is followed from.
    return pager(said, at, last, lambda n: view.state.edit(block=n).to_query() or "?", view.locale)
