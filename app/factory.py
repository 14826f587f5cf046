"""The composition root: describes the frame, wires the callbacks, adds what a browser needs from us."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import flask
from dash import Dash
from flask_compress import Compress

import callbacks
from app import api, policy, uploads
from app.pages import PAGES
from components import frame
from components.text import USUAL, say
from data.store import Store
from data.workspaces import Workspaces

ASSETS = Path(__file__).parent / "assets"
YEAR_S = 31_536_000


def create_app(
    store: Store, prefix: str = "/", workspaces: Workspaces | None = None, threads: int = 8
) -> Dash:
    """Without workspaces nothing can be uploaded."""
    workspaces = workspaces or Workspaces(store)
    server = flask.Flask("evalboard")
    server.config["COMPRESS_ALGORITHM"] = ["zstd", "br", "gzip"]
    Compress(server)
    vendor(server, prefix)
    api.register(server, PAGES, workspaces, prefix)
    uploads.register(server, workspaces, prefix, at_once=max(1, threads // 2))
    keep_to_ourselves(server)
    app = Dash(
        "evalboard",
        server=server,  # type: ignore[arg-type]  # the stub knows only bool; a Flask app is documented
        assets_folder=str(ASSETS),
        requests_pathname_prefix=prefix,
        routes_pathname_prefix=prefix,
        external_stylesheets=[f"{prefix}vendor/bootstrap.css"],
        suppress_callback_exceptions=True,
        update_title="",
        title=say(USUAL, "app", "name"),
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"},
                   {"name": "description", "content": say(USUAL, "app", "tagline")}],
        enable_mcp=False,
    )  # fmt: skip
    app.layout = frame.shell(PAGES, USUAL, workspaces.limits)
    callbacks.register(app, PAGES, workspaces)
    policy.register(app)
    # Dash gets ready in its first request, and answers a second one that comes meanwhile with 500 for its own scripts.
    with server.test_request_context(prefix):
        server.preprocess_request()
    return app


def keep_to_ourselves(server: flask.Flask) -> None:
    """An address may hold the key of a workspace, which no other site is to be told as the place a reader came from."""

    @server.after_request
    def quiet(response: flask.Response) -> flask.Response:
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response


def vendor(server: flask.Flask, prefix: str) -> None:
    """Bootstrap's style sheet from the package that carries it: no CDN, and no copy of it here."""
    sheet = files("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css"

    @server.get(f"{prefix}vendor/bootstrap.css")
    def bootstrap() -> flask.Response:
        response = flask.Response(sheet.read_bytes(), mimetype="text/css")
        response.cache_control.max_age = YEAR_S
        return response
