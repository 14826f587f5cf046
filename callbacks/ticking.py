"""Rows of a table were ticked: say where they lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import MATCH, Dash, Input, Output

from components import ids, ticking
from components.tables import TICK
from components.text import USUAL


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
        prevent_initial_call=True,
    )
    def lead(rows):
        return ticking.onward(ticked(rows), USUAL)
