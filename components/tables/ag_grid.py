"""Rows and columns as an AG Grid, as high as its rows are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
import polars as pl

from components import ids
from components.page import View
from components.tables.column import Column
from components.tables.decimals import places
from components.tables.definitions import definition
from components.tables.sizes import HEAD, MOST_LINES, ROW_HEIGHT, TALLEST, head_height, lines, row_height
from data.conditions import Condition

SCROLLBAR, BORDERS = 16, 2
USUAL_WIDTH, ROOM = 120, 1100
"""Pixels of a column that names none, and of a table on a usual screen: beyond it scrolls sideways."""
THEME = """themeQuartz.withParams({fontFamily: 'inherit', fontSize: 13, headerFontWeight: 600, wrapperBorderRadius: 6,
backgroundColor: 'var(--eb-card)', foregroundColor: 'var(--eb-ink)', borderColor: 'var(--eb-line)',
accentColor: 'var(--eb-accent)', headerBackgroundColor: 'var(--eb-head)', cellHorizontalPadding: 10})"""
ASKED_AT_ONCE = {"maxNumConditions": 1, "buttons": ["apply", "reset"], "closeOnApply": True}
"""A filter changes the address, and with it the page: not at every letter that is typed."""
EVERY_COLUMN = {
    "resizable": True,
    "sortable": True,
    "comparator": {"function": "nullsLast"},
    "filter": "agTextColumnFilter",
    "filterParams": ASKED_AT_ONCE,
    "minWidth": 70,
    "tooltipComponent": "agTooltipComponent",
}
OPTIONS = {
    "suppressFieldDotNotation": True,  # a model called gpt-4.1 is a name, not a path
    "rowHeight": ROW_HEIGHT,
    "headerHeight": HEAD,
    "animateRows": False,
    "tooltipShowDelay": 300,
    "enableCellTextSelection": True,
    "ensureDomOrder": True,
    "theme": {"function": THEME},
}
FEW_ROWS = 40
"""As many as are drawn all at once."""
ALL_ROWS = {"domLayout": "autoHeight"}
TICKS = {
    "rowSelection": {
        "mode": "multiRow",
        "checkboxes": True,
        "headerCheckbox": False,
        "enableClickSelection": False,
    }
}
TICKED = {"selectionChanged": ["keepTicks(params)"]}
LISTENERS = {
    "sortChanged": ["toldSort(params, setEventData)"],
    "filterChanged": ["toldFilter(params, setEventData)"],
}


def table(
    id: ids.Id,
    rows: Sequence[dict[str, Any]],
    df: pl.DataFrame,
    columns: Sequence[Column],
    view: View,
    height: int | None,
    *,
    ticked: bool,
) -> dag.AgGrid:
    """`rows` are of the frame, which says of what type its columns are and how large their numbers."""
    high, most = tall(rows, columns), height or TALLEST
    fits = high <= most and _is_short(rows, columns)
    return dag.AgGrid(
        id=id,
        rowData=rows,
        columnDefs=_definitions(df, columns, view, id["name"]),
        defaultColDef=EVERY_COLUMN,
        dashGridOptions=OPTIONS | (TICKS if ticked else {}) | (ALL_ROWS if fits else {}),
        filterModel=_asked(view.state.conditions(id["name"]), df),
        eventListeners=LISTENERS | (TICKED if ticked else {}),
        **({"selectedRows": {"function": "isTicked(params.data)"}} if ticked else {}),
        style=_room(len(rows)) if fits else {"height": f"{min(high, most)}px"},
        className="grid",
    )


def _definitions(df: pl.DataFrame, columns: Sequence[Column], view: View, name: str) -> list[dict[str, Any]]:
    sorting, decimals = view.state.sorting(name), places(df, columns)
    return [definition(c, df, view.locale, sorting.get(c.field), decimals.get(c.field, 0)) for c in columns]


def tall(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> int:
    """About how many pixels a table takes that shows all its rows."""
    wide = sum(c.width or USUAL_WIDTH for c in columns if not c.hide) > ROOM
    body = sum(row_height(row, columns) for row in rows) or ROW_HEIGHT
    return head_height(columns) + body + BORDERS + (SCROLLBAR if wide else 0)


def _is_short(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> bool:
    """Whether all rows can be drawn at once, in full."""
    return 0 < len(rows) <= FEW_ROWS and all(lines(row, columns) <= MOST_LINES for row in rows)


def _room(rows: int) -> dict[str, str]:
    """Of a table that is as high as its rows turn out to be, which only the browser knows: how wide its letters are, and
    whether its scrollbar takes room. As much as it takes at the least is kept free until then."""
    return {"height": "auto", "minHeight": f"{HEAD + ROW_HEIGHT * rows + BORDERS}px"}


def _asked(conditions: Sequence[Condition], df: pl.DataFrame) -> dict[str, Any]:
    """Conditions as AG Grid's filter model."""
    return {
        c.column: _question(c, df.schema[c.column].is_numeric()) for c in conditions if c.column in df.columns
    }


def _question(c: Condition, is_number: bool) -> dict[str, Any]:
    asked: dict[str, Any] = {"filterType": "number" if is_number else "text", "type": c.operator}
    if c.operator in ("blank", "notBlank"):
        return asked
    if not is_number:
        return asked | {"filter": c.value}
    ends = [float(x) for x in c.value.split(";")]
    return asked | dict(zip(("filter", "filterTo"), ends, strict=False))
