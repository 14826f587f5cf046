"""Wiring between ids and functions: one module per behaviour, each for all pages at once."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash

from callbacks import (
    direct,
    drill,
    freshness,
    highlight,
    hover,
    panels,
    routing,
    theme,
    ticking,
    url,
    workspace,
)
from components.page import Page
from data.workspaces import Workspaces


def register(app: Dash, pages: Sequence[Page], workspaces: Workspaces) -> None:
    routing.register(app, pages, workspaces)
    url.register(app, pages, workspaces)
    panels.register(app, pages, workspaces)
    drill.register(app, pages, workspaces)
    hover.register(app, pages, workspaces)
    direct.register(app)
    highlight.register(app, workspaces)
    ticking.register(app, workspaces)
    freshness.register(app, workspaces)
    workspace.register(app, workspaces)
    theme.register(app)
