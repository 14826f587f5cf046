"""To the samples before and after one, among those that the filters leave of its run."""

from __future__ import annotations

from collections.abc import Callable

from dash import html
from dash.development.base_component import Component

from components import links
from components.page import View
from components.text import say
from data.queries import walk
from data.queries.walk import Neighbour, Place


def turns(place: Place, to: Callable[[Neighbour], str], view: View) -> Component:
    """Two steps, which the keys k and j follow too, and between them where this one stands, which leads to the list."""
    steps = [_step("previous", place.previous, to, view), _step("next", place.next, to, view)]
    key = "filtered" if walk.is_filtered(view.state) else "position"
    at = "–" if place.at is None else f"{place.at:,}"
    said = say(view.locale, "sample", key, at=at, total=f"{place.total:,}")
    run = next(iter(view.state.runs), "")
    listed = (
        html.A(said, href=links.listed(run, view.state), className="inside place")
        if run
        else html.Span(said, className="place")
    )
    return html.Nav([steps[0], listed, steps[1]], className="turns")


def _step(word: str, there: Neighbour | None, to: Callable[[Neighbour], str], view: View) -> Component:
    return html.A(
        say(view.locale, "words", word),
        href=to(there) if there else None,
        className=f"inside turn turn-{word}" if there else "turn nowhere",
        title=say(view.locale, "sample", f"{word}_help"),
    )
