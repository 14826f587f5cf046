"""A figure on screen: the one place that says how charts behave."""

from __future__ import annotations

from typing import Any, Literal

from dash import dcc, html
from dash.development.base_component import Component

from components import ids

CONFIG: Any = {
    "displaylogo": False,
    "showSendToCloud": False,  # plotly.js 4 has a button that uploads the data
    "responsive": True,
    "scrollZoom": False,
    "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}


Answers = Literal["", "zoom", "legend"]
"""What done to the figure itself changes the view: a part of its cells is dragged over, or a name in its legend clicked.
Else Plotly does what it always does, and only there. The figure says so itself, where the browser finds it."""


def graph(
    id: ids.Id,
    figure: dict[str, Any],
    height: int,
    width: int | None = None,
    answers: Answers = "",
    *,
    twice: bool = True,
    **more: Any,
) -> Component:
    """`twice`: whether a double-click shows all again, as Plotly has it. Where a single one leads to another page that
    answer would come too late, and change the address of that page."""
    if answers:
        figure = {**figure, "layout": {**figure["layout"], "meta": {"answers": answers}}}
    config: Any = CONFIG if twice else {**CONFIG, "doubleClick": False}
    style = {"height": f"{height}px", "width": f"{width}px" if width else "100%"}
    drawn = dcc.Graph(
        id=id, figure=figure, config=config, style=style, className="figure", responsive=True, **more
    )
    # Plotly is fetched when first needed; what stands below must not jump when it has come.
    return html.Div([drawn], className="room", style={"minHeight": f"{height}px"})


def tipped(drawn: Component, tip: Component) -> Component:
    """A graph that scrolls in its box where it is wider, and a tooltip that the box does not cut off."""
    return html.Div([html.Div(drawn, className="scroll"), tip], className="tipped")
