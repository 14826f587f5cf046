"""Ingest published something newer: tell the page once. And how far it is, while it goes on."""

from __future__ import annotations

from dash import Dash, Input, Output, State, no_update

from components import frame, ids
from components.text import USUAL
from data.store import Store


def register(app: Dash, store: Store) -> None:
    @app.callback(
        Output(ids.DATA_VERSION, "data"),
        Output(ids.STATUS, "children"),
        Input(ids.TICK, "n_intervals"),
        State(ids.DATA_VERSION, "data"),
    )
    def notice(_n, shown):
        snapshot, progress = store.snapshot, store.progress
        version = no_update if shown == snapshot.version else snapshot.version
        return version, frame.status(snapshot, progress, USUAL)
