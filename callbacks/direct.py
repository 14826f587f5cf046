"""A table was sorted or filtered by its headers, or a figure zoomed: that is part of the view, and so of the URL."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from components import ids
from data.conditions import Condition
from data.viewstate import ViewState


def sorted_by(state: ViewState, panel: str, columns: Sequence[Mapping[str, Any]]) -> ViewState:
    """The state when a panel's table is sorted as its columns say."""
    sorting = sorted((c for c in columns if c.get("sort")), key=lambda c: c.get("sortIndex") or 0)
    mine = [f"{panel}.{c['colId']}.{c['sort']}" for c in sorting]
    return state.edit(by=[*(b for b in state.by if not b.startswith(f"{panel}.")), *mine])


def asked(state: ViewState, panel: str, model: Mapping[str, Mapping[str, Any]]) -> ViewState:
    """The state when the headers of a panel's table ask what AG Grid's filter model says.

    >>> asked(ViewState(), "table", {"n": {"type": "inRange", "filter": 1, "filterTo": 5}}).having
    ('table.n.inRange:1;5',)
    """
    others = [h for h in state.having if not h.startswith(f"{panel}.")]
    mine = [
        Condition(panel, column, q["type"], _value(q)).spelt() for column, q in model.items() if "type" in q
    ]
    return state.moved(having=[*others, *mine])


def _value(question: Mapping[str, Any]) -> str:
    return ";".join(str(question[k]) for k in ("filter", "filterTo") if question.get(k) is not None)


def told_of(state: ViewState, panel: str, told: Mapping[str, Any]) -> ViewState:
    """The state after a table tells that it was sorted or filtered by its headers."""
    if "asked" in told:
        return asked(state, panel, told["asked"] or {})
    return sorted_by(state, panel, told.get("sorted") or ())


def zoomed(state: ViewState, moved: Mapping[str, Any]) -> ViewState:
    """The state after a figure of cells reports what of it is shown now.

    >>> zoomed(ViewState(), {"xaxis.range[0]": 1.04, "xaxis.range[1]": 5, "yaxis.range[0]": 3, "yaxis.range[1]": -1}).zoom
    '1.5,5.5,3.5,-1.5'
    """
    if moved.get("xaxis.autorange") or moved.get("yaxis.autorange"):
        return state.edit(zoom=None, block=None)
    keys = ["xaxis.range[0]", "xaxis.range[1]", "yaxis.range[0]", "yaxis.range[1]"]
    if not all(k in moved for k in keys):
        return state
    x0, x1, y0, y1 = (float(moved[k]) for k in keys)
    window = (*whole_cells(x0, x1), *whole_cells(y0, y1))
    return state.edit(zoom=",".join(f"{end:.1f}" for end in window), block=None)


def whole_cells(begin: float, end: float) -> tuple[float, float]:
    """Around the cells whose middle is between the two ends, so that what is shown is what is listed; around one at least.

    >>> whole_cells(1.2, 3.9), whole_cells(3.9, 1.2), whole_cells(2.1, 2.3)
    ((1.5, 3.5), (3.5, 1.5), (1.5, 2.5))
    """
    low, high = math.ceil(min(begin, end)), math.floor(max(begin, end))
    if low > high:
        low = high = round((begin + end) / 2)
    return (low - 0.5, high + 0.5) if begin <= end else (high + 0.5, low - 0.5)


def register(app: Dash) -> None:
    @app.callback(
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.grid(ALL, ALL), "eventData"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def arrange(_told, search):
        told = ctx.triggered[0]["value"] if ctx.triggered else None
        if not isinstance(ctx.triggered_id, Mapping) or not told:
            return no_update
        state = ViewState.from_query(search)
        after = told_of(state, ctx.triggered_id["name"], told["data"])
        return no_update if after == state else after.to_query()

    _wire_zoom(app)

    @app.callback(
        Output(ids.URL, "search", allow_duplicate=True),
        Input(ids.ZOOM, "data"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def zoom(moved, search):
        state = ViewState.from_query(search)
        after = zoomed(state, moved) if moved else state
        return no_update if after == state else after.to_query()


def _wire_zoom(app: Dash) -> None:
    """Only what moves an axis of the cells goes to the server, and then all of what is shown: a flat drag moves one axis
    alone. A figure also reports that it was measured, and an answer to that would overtake the answer to a zoom that came
    just before."""
    app.clientside_callback(
        """function (moves) {
            var told = dash_clientside.callback_context.triggered[0];
            var moved = told && told.value;
            var axis = moved && Object.keys(moved).some(function (k) { return /^[xy]axis[.]/.test(k); });
            if (!axis) { return dash_clientside.no_update; }
            var graph = document.getElementById(told.prop_id.slice(0, told.prop_id.lastIndexOf(".")));
            var plot = graph && graph.querySelector(".js-plotly-plot");
            var meta = plot && plot.layout && plot.layout.meta;
            if (!meta || meta.answers !== "zoom") { return dash_clientside.no_update; }
            if (moved["xaxis.autorange"] || moved["yaxis.autorange"]) { return moved; }
            var shown = {};
            ["xaxis", "yaxis"].forEach(function (name) {
                plot._fullLayout[name].range.forEach(function (end, i) { shown[name + ".range[" + i + "]"] = end; });
            });
            return shown;
        }""",
        Output(ids.ZOOM, "data", allow_duplicate=True),
        Input(ids.graph(ALL, ALL), "relayoutData"),
        prevent_initial_call=True,
    )
