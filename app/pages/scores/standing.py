"""Who is ahead of whom, and whom nothing tells apart."""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import about, ids, links, notices, tables
from components import standings as rankings
from components.page import View
from components.tables import Column
from components.text import counted
from data.queries import standing as standings


def frame(view: View) -> pl.DataFrame:
    return standings.standing(view.snapshot, view.state)


STANDING = (
    Column("rank", "integer", width=76),
    Column("model", "link", width=180, flex=2),
    Column("tied", "integer", width=104),
    Column("rank_low", "integer", width=100),
    Column("rank_high", "integer", width=108),
    Column("mean", "number", width=84),
    Column("low", "number", width=98),
    Column("high", "number", width=100),
    Column("p_above_adjusted", "p", width=118),
    Column("n", "integer", width=84),
)


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_standing")
    hrefs = {"model": lambda row: links.run(row["run_id"], view.state)}
    found = standings.standings(view.snapshot, view.state)
    remarks = [rankings.method(df, view, found.unranked)]
    remarks += [counted(view.locale, "standing", "elsewhere", found.others)] if found.others else []
    return html.Div(
        [
            *about.task("standing", "/scores", found.tasks, view),
            html.P(" ".join(rankings.sentences(df, view, found.unranked)), className="said"),
            tables.grid(ids.grid("scores", "standing"), df, STANDING, view, hrefs, height=tables.LOWER),
            *map(notices.remark, remarks),
        ]
    )
