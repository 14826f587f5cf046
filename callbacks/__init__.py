"""Wiring between ids and functions: one module per behaviour, each for all pages at once."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash

from callbacks import direct, drill, freshness, hover, panels, routing, theme, ticking, url
from components.page import Page
from data.store import Store


def register(app: Dash, pages: Sequence[Page], store: Store) -> None:
    routing.register(app, pages, store)
    url.register(app, pages, store)
    panels.register(app, pages, store)
    drill.register(app, pages, store)
    hover.register(app, pages, store)
    direct.register(app)
    ticking.register(app)
    freshness.register(app, store)
    theme.register(app)
