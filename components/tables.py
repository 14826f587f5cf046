"""Frames to tables that sort, filter and lead on. Text from logs stays text: no cell is ever HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_ag_grid as dag
import polars as pl
from dash.development.base_component import Component

from components import ids
from components.page import View
from components.text import name

ROW_HEIGHT = 30
MOST_ROWS = 5_000
"""A grid that holds its rows in the browser takes 1.4 MB for 10,000 of eight columns; beyond this many rows a
table says that it is cut, and the download has them all."""

THEME = """themeQuartz.withParams({fontFamily: 'inherit', fontSize: 13, headerFontWeight: 600, wrapperBorderRadius: 6,
backgroundColor: 'var(--eb-card)', foregroundColor: 'var(--eb-ink)', borderColor: 'var(--eb-line)',
accentColor: 'var(--eb-accent)', headerBackgroundColor: 'var(--eb-head)', cellHorizontalPadding: 10})"""
HREFS = "_href"
NOTES = "_note"
"""Hidden fields of a row: column -> where its cell leads, and what is said beside it."""


@dataclass(frozen=True, slots=True)
class Column:
    field: str
    kind: str = "text"
    """text, number, integer, percent, delta, date, seconds, status, heat, prose (wrapped, as high as it needs)"""
    width: int | None = None
    flex: int | None = None
    pinned: bool = False
    hide: bool = False
    header: str | None = None
    """Words of its own instead of the ones for the field: a model's name, say."""


def grid(
    id: ids.Id,
    df: pl.DataFrame,
    columns: Sequence[Column],
    view: View,
    hrefs: Sequence[Mapping[str, str]] = (),
    height: int | None = None,
    notes: Sequence[Mapping[str, str]] = (),
) -> Component:
    """`hrefs` and `notes` have a mapping for each row: column -> where its cell leads, what is said beside it."""
    shown = df.head(MOST_ROWS)
    rows = (
        shown.select(c.field for c in columns if c.field in df.columns).with_columns(_dates(shown)).to_dicts()
    )
    for extra, key in ((hrefs, HREFS), (notes, NOTES)):
        for row, more in zip(rows, extra, strict=False):
            row[key] = more
    sorting = view.state.sorting(id["name"])
    defs = [_definition(c, shown, view.locale, sorting.get(c.field)) for c in columns]
    tall = height or min(520, 34 + ROW_HEIGHT * max(1, len(rows)) + 18)
    return dag.AgGrid(
        id=id,
        rowData=rows,
        columnDefs=defs,
        defaultColDef={
            "resizable": True,
            "sortable": True,
            "filter": True,
            "minWidth": 70,
            "tooltipComponent": "agTooltipComponent",
        },
        dashGridOptions={
            "suppressFieldDotNotation": True,  # a model called gpt-4.1 is a name, not a path
            "rowHeight": ROW_HEIGHT,
            "headerHeight": 34,
            "animateRows": False,
            "tooltipShowDelay": 300,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "theme": {"function": THEME},
        },
        style={"height": f"{tall}px"},
        className="grid",
    )


def _dates(df: pl.DataFrame) -> list[pl.Expr]:
    return [
        pl.col(c).dt.strftime("%Y-%m-%d %H:%M") for c, t in df.schema.items() if isinstance(t, pl.Datetime)
    ] + [pl.col(c).list.join(", ") for c, t in df.schema.items() if isinstance(t, pl.List)]


NUMERIC = {"number", "integer", "percent", "delta", "seconds", "heat"}
WRITTEN = {"heat": "number"}
"""Kinds that are written like another one."""


def _definition(c: Column, df: pl.DataFrame, locale: str, sorted_: tuple[str, int] | None) -> dict[str, Any]:
    definition: dict[str, Any] = {
        "field": c.field,
        "headerName": c.header or name(locale, "columns", c.field),
        "headerTooltip": c.header or name(locale, "column_help", c.field),
        "tooltipField": c.field,
        "cellRenderer": "Cell",
        "cellRendererParams": {"kind": c.kind},
        "hide": c.hide,
    }
    if c.kind in NUMERIC:
        written = f"{WRITTEN.get(c.kind, c.kind)}(params.value, {digits(df, c.field)})"
        definition |= {
            "type": "rightAligned",
            "filter": "agNumberColumnFilter",
            "valueFormatter": {"function": written},
        }
    if c.kind == "prose":
        definition |= {"wrapText": True, "autoHeight": True, "cellClass": "prose"}
    if c.kind == "heat":
        definition["cellStyle"] = {"function": "heat(params)"}
    if c.header:  # a name of any length: better two lines than half of it
        definition |= {"wrapHeaderText": True, "autoHeaderHeight": True}
    if c.width:
        definition["width"] = c.width
    if c.flex:
        definition |= {"flex": c.flex, "minWidth": c.width or 120}
    if c.pinned:
        definition["pinned"] = "left"
    if sorted_:
        definition |= {"sort": sorted_[0], "sortIndex": sorted_[1]}
    return definition


def digits(df: pl.DataFrame, column: str) -> int:
    """Decimals of a whole column, so that its numbers stand under each other: three digits of the largest, none where
    all are whole.

    >>> [digits(pl.DataFrame({"a": x}), "a") for x in ([0.5, 1.0], [82.5, 70.0], [3.0, 4.0], [None])]
    [3, 1, 0, 0]
    """
    if column not in df.columns or not df.schema[column].is_float():
        return 0
    known = df[column].drop_nulls()
    known = known.filter(known.is_finite())
    if known.is_empty() or (known == known.round()).all():
        return 0
    most = float(known.abs().max() or 0)  # type: ignore[arg-type]
    return max(0, 3 - (len(str(int(most))) if most > 1 else 0))


def wide_enough(header: str, least: int = 110, most: int = 240) -> int:
    """The width that a column needs for a long name in its header."""
    return min(most, max(least, 40 + 8 * len(header)))


def cut(df: pl.DataFrame) -> bool:
    """Whether `grid` leaves rows of this out."""
    return df.height > MOST_ROWS


def hrefs(df: pl.DataFrame, make: Mapping[str, Any]) -> list[dict[str, str]]:
    """For each row, where its cells lead: column -> function of the row, as far as shown."""
    return [
        {c: to for c, f in make.items() if (to := f(row))} for row in df.head(MOST_ROWS).iter_rows(named=True)
    ]
