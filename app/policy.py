"""What a browser may do with our pages: run our own scripts, ask this server, and nothing else.

Scripts that Dash writes into the page (its starter, and callbacks that run in the browser) are named by their hashes, so
that no other inline script runs. Styles may stand inline: Dash, Plotly and AG Grid all set them on elements.
"""

from __future__ import annotations

import flask
from dash import Dash


def policy(app: Dash) -> str:
    """To be asked for when all callbacks are registered: each that runs in the browser is a script of the page."""
    scripts = " ".join(["'self'", *(f"'{h.strip(chr(39))}'" for h in app.csp_hashes())])
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",  # pictures that were checked; Plotly's downloads
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def register(app: Dash) -> None:
    said = policy(app)

    @app.server.after_request
    def guard(response: flask.Response) -> flask.Response:
        response.headers.setdefault("Content-Security-Policy", said)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response
