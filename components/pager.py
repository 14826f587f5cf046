"""Which part of many this is, and links to the ones before and after."""

from __future__ import annotations

from collections.abc import Callable

from dash import html
from dash.development.base_component import Component

from components.text import say


def pager(said: str, at: int, last: int, to: Callable[[int], str], locale: str) -> Component:
    """`at` counts from 1 to `last`; `to` says where the nth part is."""
    beside = [("previous", at - 1), ("next", at + 1)]
    turns = [
        html.A(say(locale, "words", word), href=to(n), className="inside")
        for word, n in beside
        if 1 <= n <= last
    ]
    return html.P([html.Span(said), *turns], className="remark pager")
