"""A column as AG Grid is told of it."""

from __future__ import annotations

from typing import Any

import polars as pl

from components.plain import LABEL, brief
from components.tables.column import NAMES, NUMERIC, Column
from components.tables.shades import top
from components.tables.sizes import breakable
from components.text import name

WRITTEN = {"heat": "number"}
"""Kinds that are written like another one."""


def help_of(field: str, locale: str) -> str:
    """What a column is, in plain words, or else its name."""
    told = name(locale, "column_help", field)
    return told if told != field else name(locale, "columns", field)


def definition(
    c: Column, df: pl.DataFrame, locale: str, sorted_: tuple[str, int] | None, decimals: int
) -> dict[str, Any]:
    """`sorted_` is how the table is sorted by it, and its rank among the columns that sort."""
    return {
        **_named(c, locale),
        "cellRenderer": "Cell",
        "cellRendererParams": {"kind": c.kind}
        | ({"ends": True} if c.field in NAMES and c.kind != "prose" else {}),
        "hide": c.hide,
        **_told(c, df),
        **_written(c, df, decimals),
        **_filtered(c, df),
        **_laid_out(c),
        **({"sort": sorted_[0], "sortIndex": sorted_[1]} if sorted_ else {}),
    }


def _named(c: Column, locale: str) -> dict[str, Any]:
    own = brief(c.header or "", LABEL)
    return {
        "field": c.field,
        "headerName": breakable(own) or name(locale, "columns", c.name or c.field),
        "headerTooltip": own or help_of(c.name or c.field, locale),
    }


def _told(c: Column, df: pl.DataFrame) -> dict[str, Any]:
    """What is said of a cell under the pointer."""
    if c.tip in df.columns:
        return {"tooltipField": c.tip}
    return {"tooltipValueGetter": {"function": "tip(params)"}}


def _written(c: Column, df: pl.DataFrame, decimals: int) -> dict[str, Any]:
    if c.kind == "prose":
        return {"cellStyle": {"function": "shade(params)"}}
    if c.kind not in NUMERIC:
        return {}
    values = f"params.value, params.data.{c.to}" if c.to else "params.value"
    written = f"{WRITTEN.get(c.kind, c.kind)}({values}, {decimals})"
    heat = {"cellStyle": {"function": f"heat(params, {top(df, c.field)})"}} if c.kind == "heat" else {}
    return {"type": "rightAligned", "valueFormatter": {"function": written}, **heat}


def _filtered(c: Column, df: pl.DataFrame) -> dict[str, Any]:
    asked = {"filter": "agNumberColumnFilter"} if c.kind in NUMERIC else {}
    # Else AG Grid takes a Boolean for a kind whose filter knows none of our conditions, and unsays the link's.
    return asked | ({"cellDataType": False} if df.schema.get(c.field) == pl.Boolean else {})


def _laid_out(c: Column) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if c.kind in ("prose", "difference"):
        out |= {"wrapText": True, "autoHeight": True, "cellClass": c.kind}
    if c.header:  # a name of any length: better two lines than half of it
        out |= {"wrapHeaderText": True, "autoHeaderHeight": True}
    if c.width:
        out["width"] = c.width
    if c.flex:
        out |= {"flex": c.flex, "minWidth": c.width or 120}
    return out | ({"pinned": "left"} if c.pinned else {})
