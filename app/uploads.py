"""Files that come in: one request each, its body the file and nothing else, so that no file is ever whole in memory."""

from __future__ import annotations

import logging
import threading
from urllib.parse import urlsplit

import flask
from werkzeug.exceptions import ClientDisconnected

from components.text import USUAL, say
from components.theme import size
from data.viewstate import ViewState
from data.workspaces import Refusal, Refused, Workspaces

log = logging.getLogger(__name__)

STATUS = {
    Refusal.OFF: 404,
    Refusal.GONE: 404,
    Refusal.ELSEWHERE: 403,
    Refusal.TOO_LARGE: 413,
    Refusal.FULL: 413,
    Refusal.TOO_MANY: 413,
    Refusal.CUT_OFF: 400,
    Refusal.BUSY: 503,
    Refusal.NO_ROOM: 507,
    Refusal.NO_SPACE: 507,
    Refusal.UNWRITABLE: 507,
}


def register(server: flask.Flask, workspaces: Workspaces, prefix: str, at_once: int = 4) -> None:
    """`at_once`: how many may come in at the same time. Each holds a thread until it is whole, and pages need some."""
    places = threading.BoundedSemaphore(at_once)

    @server.post(f"{prefix}upload")
    def upload() -> flask.Response:
        """Query: `name` (of the file, with its folders), and the `workspace` that it goes to, or a new one. A body should
        say how long it is, as those of browsers do: of one that does not, nobody can tell whether it came whole."""
        name = flask.request.args.get("name", "")
        if not _is_own(flask.request):
            return _refused(Refusal.ELSEWHERE, name, workspaces)
        if not places.acquire(blocking=False):
            return _refused(Refusal.BUSY, name, workspaces)
        try:
            key, stored = workspaces.receive(_key(), name, flask.request.stream, flask.request.content_length)
        except Refused as e:
            return _refused(e.code, name, workspaces)
        except (ClientDisconnected, ConnectionError):
            return _refused(Refusal.CUT_OFF, name, workspaces)
        finally:
            places.release()
        return _answer(200, workspace=key, file=stored.file, bytes=stored.bytes)

    @server.delete(f"{prefix}upload")
    def delete() -> flask.Response:
        if not _is_own(flask.request):
            return _refused(Refusal.ELSEWHERE, "", workspaces)
        if not workspaces.delete(_key()):
            return _refused(Refusal.GONE, "", workspaces)
        return _answer(200)


def _key() -> str:
    """Of the workspace that the request is about; what is no key becomes one of none."""
    return ViewState.from_query(flask.request.query_string.decode("utf-8", "replace")).workspace


def _is_own(request: flask.Request) -> bool:
    """Whether a page of ours asks, or a program. A page of somebody else's could make its reader's browser fill our disk;
    a browser says where a request comes from, and scripts of a page cannot make it lie."""
    if (site := request.headers.get("Sec-Fetch-Site")) is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    # A proxy may have changed Host; no page can set X-Forwarded-Host without being asked for its origin first.
    return origin is None or urlsplit(origin).netloc in {
        request.host,
        request.headers.get("X-Forwarded-Host"),
    }


def _refused(code: Refusal, name: str, workspaces: Workspaces) -> flask.Response:
    limits = workspaces.limits
    message = say(
        USUAL,
        "refusals",
        code,
        name=name[:200],
        file=size(limits.file),
        total=size(limits.total),
        files=f"{limits.files:,}",
    )
    response = _answer(STATUS[code], error=code, message=message)
    if code is Refusal.BUSY:
        response.headers["Retry-After"] = "2"
    return response


def _answer(status: int, **what: object) -> flask.Response:
    response = flask.jsonify(**what)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
