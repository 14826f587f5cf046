"""Rows of a table were ticked: say where they lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import MATCH, Dash, Input, Output, State

from components import ids, ticking
from components.tables import TICK
from components.text import USUAL
from data.viewstate import ViewState


def ticked(rows: Sequence[Mapping[str, Any]] | None) -> list[str]:
    """What the ticked rows stand for.

    >>> ticked([{"_tick": "a"}, {"_tick": "b"}]), ticked(None)
    (['a', 'b'], [])
    """
    return [row[TICK] for row in rows or () if row.get(TICK)]


def register(app: Dash) -> None:
    @app.callback(
        Output(ids.ticked(MATCH, MATCH), "children"),
        Input(ids.grid(MATCH, MATCH), "selectedRows"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def lead(rows, search):
        return ticking.onward(ticked(rows), ViewState.from_query(search), USUAL)
