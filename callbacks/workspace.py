"""The address has the key of a workspace, or no longer has it: the frame around the pages says so."""

from __future__ import annotations

from dash import Dash, Input, Output

from components import ids, links, uploads
from components.page import View
from data.workspaces import Workspaces


def register(app: Dash, workspaces: Workspaces) -> None:
    @app.callback(
        Output(ids.WORKSPACE, "children"),
        Output(ids.BRAND, "href"),
        Input(ids.URL, "search"),
        Input(ids.URL, "pathname"),
        Input(ids.DATA_VERSION, "data"),
    )
    def tell(search, pathname, _version):
        view = View.of(search, workspaces)
        here = "/" + (app.strip_relative_path(pathname) or "")
        return uploads.strip(view, here), links.keeping("/", view.state.only())
