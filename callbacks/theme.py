"""Light or dark: remembered by the browser, told to the style sheet and to the figures.

The first choice is made before the first paint, by assets/first.js; here it is only told to Dash.
"""

from __future__ import annotations

from dash import Dash, Input, Output, State

from components import ids


def register(app: Dash) -> None:
    app.clientside_callback(
        "function(clicks, now) { return window.evalboard.theme(clicks ? (now === 'dark' ? 'light' : 'dark') : null); }",
        Output(ids.THEME, "data"),
        Input(ids.THEME_SWITCH, "n_clicks"),
        State(ids.THEME, "data"),
    )
