"""Every panel's frame at an address: for scripts, for the download buttons, for the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from threading import Semaphore

import flask
from polars.exceptions import PanicException
from werkzeug.exceptions import MethodNotAllowed

from app import exports
from callbacks import failures
from components.page import Page, Panel, View
from components.text import USUAL, say
from data.viewstate import ViewState
from data.workspaces import Workspaces

AT_ONCE = 2
"""Downloads that are made at the same time: the rows of each lie in memory until they are on the disk."""
_making = Semaphore(AT_ONCE)


def register(server: flask.Flask, pages: Sequence[Page], workspaces: Workspaces, prefix: str) -> None:
    by_key = {page.key: page for page in pages}

    @server.get(f"{prefix}api/<page>/<panel>.<kind>")
    def panel(page: str, panel: str, kind: str) -> flask.Response:
        found = by_key[page].panel(panel) if page in by_key else None
        if found is None or kind not in exports.KINDS:
            return _unknown(pages)
        try:
            return _answer(found, page, kind, workspaces)
        except (Exception, PanicException):  # a script wants to hear it in its own language, too
            return _failed(f"{page}/{panel}")

    @server.get(f"{prefix}api/", defaults={"_rest": ""})
    @server.get(f"{prefix}api/<path:_rest>")
    def nothing(_rest: str) -> flask.Response:
        return _unknown(pages)

    @server.errorhandler(405)
    def not_so(e: MethodNotAllowed) -> flask.Response | MethodNotAllowed:
        if not flask.request.path.startswith(f"{prefix}api/"):
            return e
        response = _error(405, "panels are only read: GET")
        response.headers["Allow"] = ", ".join(e.valid_methods or ("GET",))
        return response

    @server.get(f"{prefix}healthz")
    def healthy() -> flask.Response:
        """The process answers. Whether the logs have been read shows in `version`, empty before the first look."""
        now = workspaces.store.snapshot
        return flask.jsonify(status="ok", version=now.version, runs=now.runs.height)


def _answer(panel: Panel, page: str, kind: str, workspaces: Workspaces) -> flask.Response:
    view = View.of(_query(), workspaces)
    if view.workspace.is_gone:
        return _gone()
    with _making:
        body = exports.made(panel.rows(view), kind)
    size = body.seek(0, os.SEEK_END)
    body.seek(0)
    response = flask.Response(exports.pieces(body), mimetype=exports.KINDS[kind])
    response.content_length = size
    response.headers["X-Evalboard-Version"] = view.snapshot.version
    if view.workspace.folder is not None:
        response.headers["Cache-Control"] = "private, no-store"
    if kind != "json":
        response.headers["Content-Disposition"] = f'attachment; filename="{page}-{panel.name}.{kind}"'
    return response


def _query() -> str:
    return flask.request.query_string.decode("utf-8", "replace")


def _failed(what: str) -> flask.Response:
    asked = ViewState.from_query(_query()).edit(workspace=None)  # its key is no matter for a log
    reference = failures.logged(f"panel {what}", asked.to_query())
    return _error(
        500,
        "this panel could not be made; the server's log says why under the reference",
        reference=reference,
    )


def _error(status: int, said: str, **more: object) -> flask.Response:
    response = flask.jsonify(error=said, **more)
    response.status_code = status
    return response


def _gone() -> flask.Response:
    """A page tells its reader and shows the server's logs. A file could not tell, so whoever asks for one gets none."""
    return _error(404, say(USUAL, "workspace", "gone"))


def _unknown(pages: Sequence[Page]) -> flask.Response:
    known = [f"{page.key}/{panel.name}" for page in pages for panel in page.panels]
    return _error(404, "no such panel or kind", panels=known, kinds=list(exports.KINDS))
