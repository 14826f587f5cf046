"""Where in a conversation a text is, with links to the messages."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.page import View
from components.plain import visible
from components.text import say
from data.queries import transcripts

AT_ONCE = 10
"""Messages that are linked, from the one before the screen on; `next` leads to those after."""


def places(said: Sequence[Any], first: int, view: View) -> list[Component]:
    """Nothing where nothing is looked for. `first`, from 0: the first message on screen."""
    text = transcripts.needle(view.state)
    if not text:
        return []
    found = transcripts.saying(said, text)
    told = {"text": visible(text[:80]), "total": f"{len(said):,}", "n": f"{len(found):,}"}
    words = say(view.locale, "sample", "found_in" if found else "found_nowhere", **told)
    start = max(0, min(bisect_left(found, first + 1) - 1, len(found) - AT_ONCE))
    shown = found[start : start + AT_ONCE]
    more = ["…"] if start + AT_ONCE < len(found) else []
    steps: list[Component | str] = ["… "] if start else []
    links = [x for n in shown for x in (_link(n, first, view), " ")]
    return [html.P([words + " ", *steps, *links, *more], className="remark found")]


def _link(message: int, first: int, view: View) -> Component:
    to = view.state.edit(message=message).to_query() or "?"
    return html.A(f"{message:,}", href=to, className="inside here" if message == first + 1 else "inside")
