"""What may I add to the logs that are here, and what became of what I added?

A page and not a drawer over the others: its files are a panel like any, so they can be sorted, downloaded and asked for
over HTTP, and it has an address. Files may be dropped on every page all the same.
"""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, notices, tables, uploads
from components.page import Page, Panel, View
from components.tables import Column
from components.text import say
from data.queries import uploads as queries


def add(view: View) -> pl.DataFrame:
    return queries.holdings(view.workspace)


def draw_add(df: pl.DataFrame, view: View) -> Component:
    if not view.workspace.limits.file:
        return notices.empty(view.locale, "no_uploads")
    is_open = view.workspace.folder is not None
    return html.Div([uploads.zone(view), *([uploads.share(view)] if is_open else [])], className="adding")


def files(view: View) -> pl.DataFrame:
    return queries.files(view.snapshot, view.workspace)


COLUMNS = (
    Column("file", width=240, flex=2),
    Column("outcome", "prose", width=300, flex=3),
    Column("runs", "integer", width=80),
    Column("format", width=130),
    Column("bytes", "integer", width=120),
    Column("added", "date", width=140),
)


def draw_files(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "nothing_uploaded")
    said = [outcome(row, view.locale) for row in df.iter_rows(named=True)]
    shown = df.with_columns(pl.Series("outcome", said, pl.String))
    return tables.grid(ids.grid("workspace", "files"), shown, COLUMNS, view)


def outcome(row: dict[str, object], locale: str) -> str:
    """
    >>> outcome({"outcome": "read", "format": "twinkle"}, "en")
    'Read as twinkle'
    """
    if row["outcome"] != queries.PROBLEM:
        return say(locale, "outcomes", str(row["outcome"]), format=row["format"])
    what = say(locale, "problems", str(row["code"]), where=row["file"], detail=row["detail"])
    return what + (say(locale, "outcomes", "more", n=row["more"]) if row["more"] else "")


PAGE = Page(
    key="workspace",
    path=uploads.PATH,
    order=20,
    filters=(),
    controls=(),
    panels=(Panel("add", add, draw_add), Panel("files", files, draw_files)),
    menu=False,
)
