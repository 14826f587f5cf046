"""The URL or the data changed: redraw what is on screen. A panel that fails, fails alone."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash, Input, Output
from dash.development.base_component import Component
from polars.exceptions import PanicException

from callbacks import failures
from components import frame, ids, notices
from components.page import Page, Panel, View
from data.workspaces import Workspaces


def draw_or_explain(panel: Panel, view: View) -> Component:
    try:
        if panel.instead and (instead := panel.instead(view)):
            return instead
        return panel.draw(panel.answer(view), view)
    except (
        Exception,
        PanicException,
    ):  # many panels share a page, and a bug in one must not take the others down
        return _explained(panel, view)


def filled(page: Page, panel: Panel, view: View) -> list[Component]:
    """With its title and downloads, and what stands under it; should these fail, what is drawn shows all the same."""
    body = draw_or_explain(panel, view)
    try:
        return frame.panel(page, panel, body, view)
    except (Exception, PanicException):  # what is under it asks the logs, too
        return [body, _explained(panel, view)]


def _explained(panel: Panel, view: View) -> Component:
    return notices.broken(view.locale, failures.logged(f"panel {panel.name}", view.state))


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
        return filled(page, panel, view)
