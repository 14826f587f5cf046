"""The path changed: put that page on screen. The menu keeps the filters on the way there.

Not Dash's own Pages: they keep a second, hidden Location, which does not hear of the history entries that the
URL's writer makes. Measured in a browser, an edit followed by Back then shows the rows of one URL and the
controls of another. With one Location and these twenty lines they always agree, and a click on the menu draws
the new page only.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import ALL, Dash, Input, Output, State, ctx
from dash.development.base_component import Component
from polars.exceptions import PanicException

from callbacks import failures
from components import frame, ids, links, notices
from components.page import Page, View
from components.text import USUAL
from data.viewstate import ViewState
from data.workspaces import Workspaces


def framed(page: Page, view: View) -> Component:
    try:
        return frame.page(page, view)
    except (
        Exception,
        PanicException,
    ):  # filters offer what the logs have, and panels can be read without them
        reference = failures.logged(f"the rail of {page.key}", view.state)
        return frame.page(page, view, notices.broken(view.locale, reference, "broken_rail"))


def register(app: Dash, pages: Sequence[Page], workspaces: Workspaces) -> None:
    by_path = {page.path: page for page in pages}

    @app.callback(
        Output(ids.PAGE, "children"),
        Input(ids.URL, "pathname"),
        State(ids.URL, "search"),
    )
    def show(pathname, search):
        page = by_path.get("/" + (app.strip_relative_path(pathname) or ""))
        view = View.of(search, workspaces)
        return framed(page, view) if page else frame.not_found(USUAL, view.state)

    @app.callback(
        Output(ids.link(ALL), "href"),
        Output(ids.link(ALL), "className"),
        Output(ids.TITLE, "data"),
        Input(ids.URL, "search"),
        Input(ids.URL, "pathname"),
    )
    def keep_filters(search, pathname):
        state = ViewState.from_query(search)
        here = "/" + (app.strip_relative_path(pathname) or "")
        shown = [link["id"]["page"] for link in ctx.outputs_list[0]]
        paths = {page.key: page.path for page in pages}
        return (
            [links.keeping(paths[key], state) for key in shown],
            ["inside here" if paths[key] == here else "inside" for key in shown],
            frame.title(by_path.get(here), View.of(search, workspaces)),
        )

    app.clientside_callback(
        "title => { if (title) { document.title = title; } return window.dash_clientside.no_update; }",
        Output(ids.TITLE, "id"),
        Input(ids.TITLE, "data"),
    )
