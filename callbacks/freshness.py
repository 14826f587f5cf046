"""Ingest published something newer: tell the page once. And how far it is, while it goes on."""

from __future__ import annotations

from dash import Dash, Input, Output, State, no_update

from components import frame, ids
from components.text import USUAL
from data.viewstate import ViewState
from data.workspaces import Workspaces


def register(app: Dash, workspaces: Workspaces) -> None:
    @app.callback(
        Output(ids.DATA_VERSION, "data"),
        Output(ids.STATUS, "children"),
        Input(ids.TICK, "n_intervals"),
        State(ids.DATA_VERSION, "data"),
        State(ids.URL, "search"),
    )
    def notice(_n, shown, search):
        state = ViewState.from_query(search)
        now = workspaces.shown(state)
        version = no_update if shown == now.version else now.version
        return version, frame.status(now.snapshot, now.progress, USUAL, state)
