"""Rows of a table were ticked: say where they lead."""

from __future__ import annotations

from collections.abc import Sequence

from dash import MATCH, Dash, Input, Output, State

from components import ids, ticking
from components.page import View
from data.store import Snapshot
from data.workspaces import Workspaces


def known(ticks: Sequence[object] | None, s: Snapshot) -> list[str]:
    """Those that are still there: what was ticked is remembered longer than a workspace may last. In the snapshot's order."""
    ticked = {t for t in ticks or () if isinstance(t, str)}
    return [run for run in s.runs["run_id"] if run in ticked]


def register(app: Dash, workspaces: Workspaces) -> None:
    @app.callback(
        Output(ids.ticked(MATCH, MATCH), "children"),
        Input(ids.TICKS, "data"),
        Input(ids.ticked(MATCH, MATCH), "className"),
        State(ids.URL, "search"),
    )
    def lead(ticks, _drawn, search):
        view = View.of(search, workspaces)
        return ticking.onward(known(ticks, view.snapshot), view.state, view.locale)
