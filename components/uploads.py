"""Where files are dropped, what a private link is, and the words that app/assets/upload.js says meanwhile."""

from __future__ import annotations

import json
from typing import Any

from dash import html
from dash.development.base_component import Component

from components import controls, ids, links
from components.page import View
from components.text import say, words
from components.theme import size
from data.workspaces import Limits

PATH = "/workspace"


def switch(limits: Limits, locale: str) -> list[Component]:
    """In the bar on top: the way to the page, and what the browser's own part of it has to know. Nothing where
    nothing may be uploaded."""
    if not limits.file:
        return []
    way = html.A(
        say(locale, "workspace", "add"), id=ids.link("workspace"), href=PATH.lstrip("/"), className="inside"
    )
    told = {"limits": {"file": limits.file, "files": limits.files}, "words": words(locale)["uploading"]}
    data: dict[str, Any] = {f"data-{k}": json.dumps(v) for k, v in told.items()}
    return [html.Div(way, className="add"), html.Div(id=ids.UPLOADS, hidden=True, **data)]


def strip(view: View, here: str) -> Component | None:
    """Under the bar, while the address has the key of a workspace: what that means, and the way out."""
    w = view.workspace
    if w.folder is None and not w.is_gone:
        return None
    out = links.to(here, view.state.edit(workspace=None))
    leave = html.A(say(view.locale, "workspace", "leave"), href=out or "./", className="inside")
    if w.is_gone:
        said = say(view.locale, "workspace", "gone")
        return html.Div([html.Span(said), leave], className="strip gone", role="alert")
    about = say(view.locale, "workspace", "open", files=len(w.stored), until=_day(view))
    manage = html.A(
        say(view.locale, "workspace", "manage"), href=links.keeping(PATH, view.state), className="inside"
    )
    return html.Div([html.Span(about), manage, leave], className="strip")


def zone(view: View) -> Component:
    """Drop files here, or choose some: by mouse and by keyboard."""
    limits = view.workspace.limits
    bounds = say(
        view.locale,
        "workspace",
        "limits",
        file=size(limits.file),
        total=size(limits.total),
        files=f"{limits.files:,}",
    )
    private = say(view.locale, "workspace", "private", days=f"{limits.days:g}")
    return html.Div(
        [
            html.P(say(view.locale, "workspace", "drop"), className="invitation"),
            html.Div([_button(view, what) for what in ("files", "folder")], className="buttons"),
            html.P(bounds, className="remark"),
            html.P(private, className="remark"),
        ],
        className="drop-zone",
    )


def share(view: View) -> Component:
    """The link, to be copied; and the end of it, once it was meant."""
    start = links.to("/", view.state.only())
    return html.Div(
        [
            html.Div(
                [
                    html.A(
                        say(view.locale, "workspace", "link"), href=start, className="inside private-link"
                    ),
                    _button(view, "copy"),
                ],
                className="buttons",
            ),
            html.P(say(view.locale, "workspace", "until", until=_day(view)), className="remark"),
            html.Details(
                [
                    html.Summary(say(view.locale, "workspace", "delete")),
                    html.P(say(view.locale, "workspace", "delete_means"), className="remark"),
                    _button(view, "delete_now"),
                ],
                className="deletion",
            ),
        ],
        className="share",
    )


def _button(view: View, what: str) -> Component:
    """What it does is in app/assets/upload.js: a file that is chosen never passes through a callback."""
    text = say(view.locale, "workspace", what)
    data: dict[str, Any] = {"data-upload": what}
    return html.Button(text, type="button", className=f"action action-{what}", **data, **controls.named(text))


def _day(view: View) -> str:
    until = view.workspace.until
    return f"{until:%Y-%m-%d}" if until else ""
