"""A name in a chart's legend was clicked: that model stands out, or no longer does."""

from __future__ import annotations

from dash import ALL, Dash, Input, Output, State, no_update

from components import ids
from components.page import View
from data.queries import sides
from data.viewstate import ViewState
from data.workspaces import Workspaces


def toggled(view: View, model: str) -> ViewState:
    """Names that a link has for several runs are those of the runs from here on, so that one of them can go."""
    lit = [
        label
        for name in view.state.highlight
        for label in sides.called(view.snapshot, view.state, name) or [name]
    ]
    others = [name for name in lit if name != model]
    return view.state.edit(highlight=others if len(others) < len(lit) else [*others, model])


def register(app: Dash, workspaces: Workspaces) -> None:
    _wire(app)

    @app.callback(
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.CLICKED_NAME, "data"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def highlight(clicked, search):
        return (
            toggled(View.of(search, workspaces), str(clicked["model"])).to_query() if clicked else no_update
        )


def _wire(app: Dash) -> None:
    """Plotly tells only the number of the trace, and hides it. Who that is the browser knows: the figure stays there.
    The time makes two clicks on one name two events."""
    app.clientside_callback(
        """function (told, figures) {
            var ctx = dash_clientside.callback_context, none = dash_clientside.no_update;
            if (!ctx.triggered.length) { return none; }
            var id = ctx.triggered[0].prop_id.replace(/\\.restyleData$/, ""), key = JSON.parse(id).name;
            var at = ctx.inputs_list[0].findIndex(function (x) { return x.id.name === key; });
            var change = told[at], figure = figures[at];
            if (!change || !("visible" in change[0]) || !figure) { return none; }
            if (!figure.layout.meta || figure.layout.meta.answers !== "legend") { return none; }
            var trace = figure.data[change[1][0]];
            var first = trace && trace.customdata && trace.customdata[0];
            return first ? {model: first[0], at: Date.now()} : none;
        }""",
        Output(ids.CLICKED_NAME, "data", allow_duplicate=True),
        Input(ids.graph(ALL, ALL), "restyleData"),
        State(ids.graph(ALL, ALL), "figure"),
        prevent_initial_call=True,
    )
