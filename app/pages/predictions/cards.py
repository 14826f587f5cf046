"""What was claimed of predictions, and what did trying it come to?"""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import claims, ids, notices, tables
from components.page import View
from components.tables import Column
from data.queries import cards


def claimed(view: View) -> pl.DataFrame:
    return cards.cards(view.snapshot, view.state)


CARDS = (
    Column("title", width=220, flex=3),
    Column("result", width=120),
    Column("claim", width=240, flex=3),
    Column("predictor", width=110),
    Column("cells", "integer", width=76),
    *(Column(c, "integer", width=104) for c in ("verified", "falsified", "inconclusive")),
    Column("share", "number", width=84),
    Column("threshold", "number", width=96),
    Column("strategy", width=96),
    Column("metrics", width=200, flex=2),
    Column("created", "date", width=140),
)


def draw_cards(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_cards")
    unfolded = [
        claims.card(row, view.locale, is_open=False) for row in df.head(claims.MOST).iter_rows(named=True)
    ]
    return html.Div(
        [
            tables.grid(ids.grid("predictions", "cards"), df.drop("about"), CARDS, view),
            html.Div(unfolded, className="config"),
        ]
    )


def verdicts(view: View) -> pl.DataFrame:
    return cards.verdicts(view.snapshot, view.state)


def draw_verdicts(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_cards")
    return tables.grid(
        ids.grid("predictions", "verdicts"), df, [_verdict(c, t) for c, t in df.schema.items()], view
    )


def _verdict(name: str, dtype: pl.DataType) -> Column:
    """Its symbols have the names that the card gives them."""
    own = {"card": 200, "cell": 130, "status": 110, "output": 240, "timestamp": 190}
    if name in own:
        return Column(name, width=own[name], flex=2 if name in ("card", "output") else None)
    return Column(name, "number" if dtype.is_numeric() else "text", width=120, header=name)
