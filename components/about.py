"""Which task a panel is about that took one by itself, why that one, and the way to another."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components import links
from components.page import View
from components.text import say

MOST = 8
"""Tasks that a line names; the others are under Task on the left."""


def task(panel: str, path: str, tasks: Sequence[str], view: View) -> list[Component]:
    """A line for the panel of this name: the first of `tasks` is the one that it is about. Nothing where there is no
    other."""
    shown, *others = tasks or [""]
    if not others:
        return []
    parts: list[Component | str] = [html.Span(say(view.locale, "about", panel, task=shown))]
    parts += [html.Span(f" {say(view.locale, 'about', 'instead')}")]
    for other in others[:MOST]:
        to = links.keeping(path, view.state.edit(tasks=[other]))
        parts += [" · " if other != others[0] else " ", html.A(other, href=to, className="inside")]
    parts += [" …"] if len(others) > MOST else []
    return [html.P(parts, className="about")]
