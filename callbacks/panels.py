"""The URL or the data changed: redraw what is on screen. A panel that fails, fails alone."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from uuid import uuid4

from dash import Dash, Input, Output
from dash.development.base_component import Component
from polars.exceptions import PanicException

from components import frame, ids, notices
from components.page import Page, Panel, View
from data.workspaces import Workspaces

log = logging.getLogger(__name__)


def draw_or_explain(panel: Panel, view: View) -> Component:
    try:
        if panel.instead and (instead := panel.instead(view)):
            return instead
        return panel.draw(panel.answer(view), view)
    except (
        Exception,
        PanicException,
    ):  # many panels share a page, and a bug in one must not take the others down
        reference = uuid4().hex[:8]
        log.exception("panel %s failed (%s) for %s", panel.name, reference, view.state)
        return notices.broken(view.locale, reference)


def register(app: Dash, pages: Sequence[Page], workspaces: Workspaces) -> None:
    for page in pages:
        for panel in page.panels:
            _wire(app, page, panel, workspaces)


def _wire(app: Dash, page: Page, panel: Panel, workspaces: Workspaces) -> None:
    @app.callback(
        Output(ids.panel(page.key, panel.name), "children"),
        Input(ids.URL, "search"),
        Input(ids.DATA_VERSION, "data"),
        Input(ids.THEME, "data"),
    )
    def draw(search, _version, theme):
        view = View.of(search, workspaces, theme or "light")
        return frame.panel(page, panel, draw_or_explain(panel, view), view)
