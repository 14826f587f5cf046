"""Several figures in one panel, each under its name, and what stands there when there are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components import ids, links, notices
from components.figures.graph import graph
from components.page import Point, View
from components.text import say

MOST = 6
"""Charts that can be told apart at a glance; the tables have all that there is."""


def words(view: View, *keys: str) -> dict[str, str]:
    return {key: say(view.locale, "predictions", key) for key in keys}


def charts(
    panel: str, parts: Sequence[tuple[str, Callable[[], dict[str, Any]]]], height: int, view: View
) -> Component:
    """The first of the figures, each under its name."""
    drawn = [
        html.Figure(
            [html.Figcaption(name), graph(ids.graph("predictions", f"{panel}-{i}"), figure(), height)]
        )
        for i, (name, figure) in enumerate(parts[:MOST])
    ]
    more = say(view.locale, "predictions", "charts", shown=len(drawn), total=len(parts))
    return html.Div(
        [html.Div(drawn, className="facets"), *([notices.remark(more)] if len(parts) > MOST else [])]
    )


def named(*parts: object) -> str:
    return " · ".join(str(p) for p in parts if p is not None)


def behind(view: View, point: Point) -> str | None:
    custom = point.get("customdata")
    return links.run(custom[0], view.state) if custom and custom[0] else None


def nothing(view: View) -> Component:
    key = "no_predictions" if view.snapshot.predictions.is_empty() else "no_actual"
    return notices.empty(view.locale, key)
