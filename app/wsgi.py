"""`server` for a WSGI server, from the settings in the environment."""

from __future__ import annotations

import logging

from app import background
from app.factory import create_app
from app.settings import Settings
from data.store import Store


def build():  # type: ignore[no-untyped-def]
    settings = Settings()
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    store = Store()
    background.start(settings, store)
    return create_app(store, settings.prefix).server
