"""The pointer rests on a mark: the server says what a figure of a million cells cannot carry."""

from __future__ import annotations

from collections.abc import Sequence

from dash import MATCH, Dash, Input, Output, State, ctx, no_update

from callbacks.drill import first_point, panel_of
from components import ids
from components.page import Page, View
from data.workspaces import Workspaces


def register(app: Dash, pages: Sequence[Page], workspaces: Workspaces) -> None:
    @app.callback(
        Output(ids.hover(MATCH, MATCH), "show"),
        Output(ids.hover(MATCH, MATCH), "children"),
        Input(ids.graph(MATCH, MATCH), "hoverData"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def tell(hovered, search):
        point = first_point([hovered])
        panel = panel_of(pages, ctx.triggered_id) if ctx.triggered_id else None
        if point is None or panel is None or panel.hover is None:
            return False, no_update
        pointed = {**point, "graph": ctx.triggered_id["name"]}
        said = panel.hover(View.of(search, workspaces), pointed)
        return said is not None, said

    # Beside what it is about, on the side where there is room; a figure may have been scrolled within its box.
    app.clientside_callback(
        """function (said, hovered) {
            var id = dash_clientside.callback_context.states_list[0].id, none = dash_clientside.no_update;
            var point = hovered && hovered.points && hovered.points[0];
            var graph = document.getElementById(JSON.stringify(id, Object.keys(id).sort()));
            if (!said || !point || !point.bbox || !graph) { return [none, none]; }
            var box = graph.closest(".scroll") || graph, at = point.bbox, left = box.scrollLeft;
            var side = at.x0 + at.x1 - 2 * left > box.clientWidth ? "left" : "right";
            var off = graph.closest(".tipped") ? left : 0;
            return [{x0: at.x0 - off, x1: at.x1 - off, y0: at.y0, y1: at.y1}, side];
        }""",
        Output(ids.hover(MATCH, MATCH), "bbox"),
        Output(ids.hover(MATCH, MATCH), "direction"),
        Input(ids.hover(MATCH, MATCH), "children"),
        State(ids.graph(MATCH, MATCH), "hoverData"),
        prevent_initial_call=True,
    )
