"""Frames to tables that sort, filter and lead on. Text from logs stays text: no cell is ever HTML."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_ag_grid as dag
import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids
from components.page import View, arranged
from components.pager import pager
from components.plain import CELL, LABEL, brief
from components.text import name, say
from data.conditions import Condition, as_text

HEAD, ROW_HEIGHT = 34, 30
LETTER, HEAD_LINES = 9, 3
"""Pixels of a letter of a header, and how many lines of one are shown."""
LINE, MOST_LINES = 16, 8
"""Pixels of each further line of prose; a row that has more of them scrolls with its table."""
BLOCK = 500
"""Rows that one page holds: a grid of 5,000 samples weighs 4 MB and takes the server a second to make."""

TALLEST, FEW_ROWS = 560, 40
"""Pixels of a table beyond which it scrolls within itself, and rows that are drawn all at once."""
SCROLLBAR, BORDERS = 16, 2
USUAL_WIDTH, ROOM = 120, 1100
"""Pixels of a column that names none, and of a table on a usual screen: beyond it scrolls sideways."""

THEME = """themeQuartz.withParams({fontFamily: 'inherit', fontSize: 13, headerFontWeight: 600, wrapperBorderRadius: 6,
backgroundColor: 'var(--eb-card)', foregroundColor: 'var(--eb-ink)', borderColor: 'var(--eb-line)',
accentColor: 'var(--eb-accent)', headerBackgroundColor: 'var(--eb-head)', cellHorizontalPadding: 10})"""
HREFS = "_href"
NOTES = "_note"
TIPS = "_tip"
SHADES = "_shade"
TICK = "_tick"
"""Hidden fields of a row: column -> where its cell leads, what is said beside it, what on hover, how dark it is; what the
row stands for when it is ticked."""
TICKS = {"mode": "multiRow", "checkboxes": True, "headerCheckbox": False, "enableClickSelection": False}
ASKED_AT_ONCE = {"maxNumConditions": 1, "buttons": ["apply", "reset"], "closeOnApply": True}
"""A filter changes the address, and with it the page: not at every letter that is typed."""
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Column:
    field: str
    kind: str = "text"
    """text, number, integer, percent, delta, interval (of deltas, from the field to the one in `to`), p, date, seconds,
    status, heat, prose (wrapped, as high as it needs), difference (prose, with what the column's `_marks` say differs marked)"""
    width: int | None = None
    flex: int | None = None
    pinned: bool = False
    hide: bool = False
    header: str | None = None
    """Words of its own instead of the ones for the field: a model's name, say."""
    name: str | None = None
    """The key of its words, where they are not those of its field."""
    to: str | None = None
    """The field of the upper end of an interval, which is sorted and filtered by its lower one."""
    tip: str | None = None
    """The field whose text is told of a cell under the pointer: how a number came about. Its own value if there is none."""


Of = Mapping[str, Callable[[Mapping[str, Any]], str | None]]
"""Column -> what a function makes of a row, if anything."""


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
    ticked row stands for; `told` makes the texts of tips from the rows of the block."""
    df = arranged(df, id["name"], view.state)
    block = _block(df, view)
    if told:
        block = block.with_columns(told(block))
    named = dict.fromkeys(f for c in columns for f in (c.field, c.to, c.tip) if f)
    fields = [f for f in named if f in block.columns]
    most = (
        None if any(c.kind == "difference" for c in columns) else CELL
    )  # its marks count to the end of a line
    rows = [
        _seen(row, most) for row in block.with_columns(_texts(block)).select(fields).iter_rows(named=True)
    ]
    for row, source in zip(rows, block.iter_rows(named=True), strict=True):
        row[HREFS], row[NOTES] = _made(hrefs, source), _seen(_made(notes, source))
        if tips:
            row[TIPS] = _seen(_made(tips, source))
        if shades:
            row[SHADES] = _made(shades, source)
        if tick:
            row[TICK] = source[tick]
    table = _grid(id, rows, block, columns, view, height, {"rowSelection": TICKS} if tick else {})
    return table if df.height <= BLOCK else html.Div([table, _blocks(df.height, view)])


DOWN = "↓"
"""Beside the name of a metric of which less is better."""


def downwards(is_down: Callable[[Mapping[str, Any]], bool]) -> Callable[[Mapping[str, Any]], str | None]:
    """A note for the cell of a metric of which less is better."""
    return lambda row: DOWN if is_down(row) else None


def goodness(value: float | None, most: float) -> str | None:
    """How dark a score is of which less is better, 0 being best: as dark as a score that is as good in a metric of which
    more is. `most` is the end of the scale that it is on.

    >>> goodness(0.25, 1), goodness(3.0, 1), goodness(None, 1)
    ('0.75', '0', None)
    """
    if value is None or not math.isfinite(value) or most <= 0:
        return None
    return f"{min(1.0, max(0.0, 1 - value / most)):g}"


def _seen(row: Mapping[str, Any], most: int | None = CELL) -> dict[str, Any]:
    return {field: brief(value, most) if isinstance(value, str) else value for field, value in row.items()}


def _made(of: Of, row: Mapping[str, Any]) -> dict[str, str]:
    return {column: text for column, make in of.items() if (text := make(row))}


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


def _grid(
    id: ids.Id,
    rows: list[dict[str, Any]],
    df: pl.DataFrame,
    columns: Sequence[Column],
    view: View,
    height: int | None,
    options: Mapping[str, Any],
) -> Component:
    sorting = view.state.sorting(id["name"])
    decimals = places(df, columns)
    defs = [_definition(c, df, view.locale, sorting.get(c.field), decimals.get(c.field, 0)) for c in columns]
    wide = sum(c.width or USUAL_WIDTH for c in columns if not c.hide) > ROOM
    body = sum(row_height(row, columns) for row in rows) or ROW_HEIGHT
    tall = head_height(columns) + body + BORDERS + (SCROLLBAR if wide else 0)
    fits = 0 < len(rows) <= FEW_ROWS and tall <= (height or TALLEST)
    return dag.AgGrid(
        id=id,
        rowData=rows,
        columnDefs=defs,
        defaultColDef={
            "resizable": True,
            "sortable": True,
            "comparator": {"function": "nullsLast"},
            "filter": "agTextColumnFilter",
            "filterParams": ASKED_AT_ONCE,
            "minWidth": 70,
            "tooltipComponent": "agTooltipComponent",
        },
        dashGridOptions={
            "suppressFieldDotNotation": True,  # a model called gpt-4.1 is a name, not a path
            "rowHeight": ROW_HEIGHT,
            "headerHeight": HEAD,
            "animateRows": False,
            "tooltipShowDelay": 300,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "theme": {"function": THEME},
            **({"domLayout": "autoHeight"} if fits else {}),
            **options,
        },
        filterModel=_asked(view.state.conditions(id["name"]), df),
        eventListeners={
            "sortChanged": ["toldSort(params, setEventData)"],
            "filterChanged": ["toldFilter(params, setEventData)"],
        },
        style=_room(len(rows)) if fits else {"height": f"{min(tall, height or TALLEST)}px"},
        className="grid",
    )


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


def _texts(df: pl.DataFrame) -> list[pl.Expr]:
    return [text for c, t in df.schema.items() if (text := as_text(c, t)) is not None]


def help_of(field: str, locale: str) -> str:
    """What a column is, in plain words, or else its name."""
    told = name(locale, "column_help", field)
    return told if told != field else name(locale, "columns", field)


MAY_BREAK = re.compile(r"(?<=[/_.:-])(?=[^/_.:-])")


def breakable(header: str) -> str:
    """A name that breaks after / - _ . : and in no word; where, is said by characters that nobody sees.

    >>> breakable("open/lynx-13b").split("\u200b")
    ['open/', 'lynx-', '13b']
    """
    return MAY_BREAK.sub("\u200b", header)


MOST_DIGITS = 4
NUMERIC = {"number", "integer", "percent", "delta", "interval", "seconds", "heat", "p"}
NAMES = {
    "model", "candidate", "baseline", "task", "axis", "category", "category_raw", "metric", "sample_id", "run_id", "dataset",
    "location", "where", "file",
}  # fmt: skip
"""Columns of names, of which the end is shown too where they do not fit."""
FAMILIES = ({"heat"}, {"number"}, {"delta", "interval"})
"""Kinds whose shares are written with as many decimals as each other."""
WRITTEN = {"heat": "number"}
"""Kinds that are written like another one."""


def _definition(
    c: Column, df: pl.DataFrame, locale: str, sorted_: tuple[str, int] | None, decimals: int
) -> dict[str, Any]:
    definition: dict[str, Any] = {
        "field": c.field,
        "headerName": breakable(brief(c.header or "", LABEL)) or name(locale, "columns", c.name or c.field),
        "headerTooltip": brief(c.header or "", LABEL) or help_of(c.name or c.field, locale),
        **(
            {"tooltipField": c.tip}
            if c.tip in df.columns
            else {"tooltipValueGetter": {"function": "tip(params)"}}
        ),
        "cellRenderer": "Cell",
        "cellRendererParams": {"kind": c.kind} | ({"ends": True} if c.field in NAMES and c.kind != "prose" else {}),
        "hide": c.hide,
    }
    if c.kind in NUMERIC:
        values = f"params.value, params.data.{c.to}" if c.to else "params.value"
        written = f"{WRITTEN.get(c.kind, c.kind)}({values}, {decimals})"
        definition |= {
            "type": "rightAligned",
            "filter": "agNumberColumnFilter",
            "valueFormatter": {"function": written},
        }
    if df.schema.get(c.field) == pl.Boolean:
        # Else AG Grid takes it for a kind whose filter knows none of our conditions, and unsays the link's.
        definition["cellDataType"] = False
    if c.kind in ("prose", "difference"):
        definition |= {"wrapText": True, "autoHeight": True, "cellClass": c.kind}
    if c.kind == "prose":
        definition["cellStyle"] = {"function": "shade(params)"}
    if c.kind == "heat":
        definition["cellStyle"] = {"function": f"heat(params, {top(df, c.field)})"}
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


def places(df: pl.DataFrame, columns: Sequence[Column]) -> dict[str, int]:
    """Decimals of each column of numbers. Columns of one kind that hold shares have as many as each other."""
    each = {c.field: max(digits(df, f) for f in _fields(c)) for c in columns if c.kind in NUMERIC}
    for family in FAMILIES:
        most_size = 2 if "delta" in family else 1
        small = [
            c.field
            for c in columns
            if c.kind in family
            and c.field in df.columns
            and all(_is_small(df[f], most_size) for f in _fields(c))
        ]
        most = max((each[f] for f in small), default=0)
        each |= dict.fromkeys(small, most)
    return each


def _fields(c: Column) -> list[str]:
    return [c.field, c.to] if c.to else [c.field]


def _is_small(values: pl.Series, most: float) -> bool:
    """Of shares, which are 1 at most; their differences have ends of intervals that reach a little further."""
    return values.dtype.is_float() and float(values.abs().max() or 3) <= most  # type: ignore[arg-type]


def digits(df: pl.DataFrame, column: str) -> int:
    """Decimals of a whole column, so that its numbers stand under each other: three digits of the largest, two of the
    smallest since a column may hold different measures, none where all are whole.

    >>> [digits(pl.DataFrame({"a": x}), "a") for x in ([0.5, 1.0], [82.5, 70.0], [3.0, 4.0], [None], [37.5, 0.0486])]
    [3, 1, 0, 0, 3]
    """
    if column not in df.columns or not df.schema[column].is_float():
        return 0
    known = df[column].drop_nulls()
    known = known.filter(known.is_finite())
    if known.is_empty() or (known == known.round()).all():
        return 0
    size = known.abs()
    most, least = float(size.max() or 0), float(size.filter(size > 0).min() or 1)  # type: ignore[arg-type]
    of_most = 3 - (len(str(int(most))) if most > 1 else 0)
    of_least = 1 - math.floor(math.log10(least))
    return max(0, of_most, min(of_least, MOST_DIGITS))


def head_height(columns: Sequence[Column]) -> int:
    """Of the header row, in pixels: as many lines as the longest name takes in its column.

    >>> head_height([Column("a")]), head_height([Column("a", width=100, header="a-model-of-some-length")])
    (34, 64)
    """
    lines = max((_lines(c.header, max((c.width or 130) - 24, 40)) for c in columns if c.header), default=1)
    return HEAD + 15 * (min(lines, HEAD_LINES) - 1)


def _lines(header: str, room: int) -> int:
    """How many it takes when it breaks where it may."""
    lines, left = 1, room
    for part in breakable(header).split("\u200b"):
        if LETTER * len(part) > left:
            lines, left = lines + 1, room
        left -= LETTER * len(part)
    return lines


def row_height(row: Mapping[str, Any], columns: Sequence[Column]) -> int:
    """Of one row, in pixels: as many lines as its longest prose takes in its column.

    >>> row_height({"a": "short"}, [Column("a", "prose")]), row_height({"a": "long " * 12}, [Column("a", "prose")])
    (30, 78)
    """
    prose = [c for c in columns if c.kind in ("prose", "difference") and row.get(c.field)]
    lines = max((-(-7 * len(str(row[c.field])) // max((c.width or 150) - 20, 40)) for c in prose), default=1)
    return ROW_HEIGHT + LINE * (min(lines, MOST_LINES) - 1)


def top(df: pl.DataFrame, column: str) -> float:
    """The value of the darkest shade of a column: the end of the scale that its numbers are on.

    >>> [top(pl.DataFrame({"a": x}), "a") for x in ([0.2, 0.9], [0.8, 64.0], [3.0, 9.0], [120.0])]
    [1.0, 100.0, 9.0, 120.0]
    """
    known = df[column].drop_nulls() if column in df.columns else pl.Series([], dtype=pl.Float64)
    return end_of(float(known.max() or 0))  # type: ignore[arg-type]


def end_of(most: float) -> float:
    """The end of the scale of numbers of which this is the largest."""
    return next((end for end in (1.0, 10.0, 100.0) if most <= end), most) if most <= 1 or most > 10 else most


def wide_enough(header: str, least: int = 110, most: int = 240) -> int:
    """The width that a column needs for a long name, in its header or below."""
    return min(most, max(least, 40 + 8 * len(header)))


def unbroken(header: str, least: int = 116, most: int = 200) -> int:
    """The width in which no word of a name has to break.

    >>> unbroken("open/lynx-13b"), unbroken("huggingface/a-model"), unbroken("x" * 90)
    (116, 152, 200)
    """
    return min(most, max(least, 44 + LETTER * max(map(len, breakable(header).split("\u200b")))))
