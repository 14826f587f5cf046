"""A point was clicked: go where its panel says. A click is just another URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from components import ids
from components.page import Page, Panel, View
from data.workspaces import Workspaces


def panel_of(pages: Sequence[Page], graph: Mapping[str, Any]) -> Panel | None:
    """The panel that a graph is drawn in. One that draws several numbers them: bars-0, bars-1."""
    page = next((p for p in pages if p.key == graph["page"]), None)
    name = str(graph["name"])
    return (page.panel(name) or page.panel(name.rsplit("-", 1)[0])) if page else None


def first_point(values: Sequence[Any]) -> Mapping[str, Any] | None:
    return next((v["points"][0] for v in values if v and v.get("points")), None)


def register(app: Dash, pages: Sequence[Page], workspaces: Workspaces) -> None:
    @app.callback(
        Output(ids.URL, "href", allow_duplicate=True),
        Input(ids.graph(ALL, ALL), "clickData"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def go(_clicks, search):
        if not isinstance(ctx.triggered_id, Mapping) or not ctx.triggered:
            return no_update
        point = first_point([ctx.triggered[0]["value"]])
        panel = panel_of(pages, ctx.triggered_id)
        if point is None or panel is None or panel.goto is None:
            return no_update
        clicked = {**point, "graph": ctx.triggered_id["name"]}
        href = panel.goto(View.of(search, workspaces), clicked)
        return href or no_update
