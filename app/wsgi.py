"""`server` for a WSGI server, from the settings in the environment."""

from __future__ import annotations

import logging

import flask

from app import background
from app.factory import create_app
from app.settings import Settings
from data.store import Store


def build() -> flask.Flask:
    settings = Settings()
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    store = Store(viewers=settings.viewers)
    workspaces = background.start(settings, store)
    server: flask.Flask = create_app(store, settings.prefix, workspaces, settings.threads).server
    return server
