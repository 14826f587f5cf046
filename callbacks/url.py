"""The controls and the URL say the same thing. The only writer of either.

Two-way, because Back and Forward change the URL under a page that stays: with a one-way writer the controls keep
their old values, and the next edit brings the undone filter back. Dash allows such a cycle only within one
callback, hence one function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from components import controls, ids
from components.controls import as_value
from components.page import Page, View
from data.viewstate import ViewState
from data.workspaces import Workspaces


def next_search(search: str | None, edits: Mapping[str, Any]) -> str | None:
    """The URL after these edits, or None when nothing would look different.

    Dash calls us with unchanged values whenever a page is put on screen; None keeps that from becoming an entry in
    the browser's history.
    """
    before = ViewState.from_query(search)
    if before.edit(**edits) == before:
        return None
    return before.moved(**edits).to_query()


def control_values(search: str | None, fields: Sequence[str]) -> list[Any]:
    state = ViewState.from_query(search)
    return [as_value(state, field) for field in fields]


def register(app: Dash, pages: Sequence[Page], workspaces: Workspaces) -> None:
    every = ids.control(ALL, ALL, ALL)
    by_key = {page.key: page for page in pages}

    @app.callback(
        Output(ids.URL, "search"),
        Output(every, "value"),
        Input(ids.URL, "search"),
        Input(every, "value"),
        prevent_initial_call=True,
    )
    def sync(search, values):
        fields = [control["id"]["name"] for control in ctx.inputs_list[1]]
        if ctx.triggered_id == ids.URL:
            return no_update, control_values(search, fields)
        new = next_search(search, dict(zip(fields, values, strict=True)))
        if new is None:
            return no_update, [no_update] * len(fields)
        return new, control_values(new, fields)

    @app.callback(
        Output(ids.control(ALL, ALL, "options"), "options"),
        Input(ids.URL, "search"),
        Input(ids.DATA_VERSION, "data"),
        prevent_initial_call=True,
    )
    def offer(search, _version):
        view = View.of(search, workspaces)
        wanted = [output["id"] for output in ctx.outputs_list]
        return [controls.options(by_key[id["page"]], id["name"], view) for id in wanted]

    @app.callback(
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.RESET, "n_clicks"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def reset(clicks, search):
        cleared = ViewState.from_query(search).only().to_query()
        return cleared if clicks and search != cleared else no_update
