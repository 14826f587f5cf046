"""Every component id in the app. Nothing else spells one."""

from typing import Any, NewType

URL = "url"
PAGE = "page"
DATA_VERSION = "data-version"
TICK = "tick"
THEME = "theme"
THEME_SWITCH = "theme-switch"
STATUS = "status"
RESET = "reset"
TITLE = "title"
ZOOM = "zoom"
TICKS = "ticks"
"""Also known to assets/ticks.js."""
CLICKED_NAME = "clicked-name"
BRAND = "brand"
WORKSPACE = "workspace"
UPLOADS = "uploads"

Id = NewType("Id", dict[str, Any])
"""Made here only: a dict written by hand elsewhere does not type-check as an Id."""


def panel(page: Any, name: Any) -> Id:
    """Where a panel is drawn."""
    return Id({"kind": "panel", "page": page, "name": name})


def control(page: Any, field: Any, holds: Any) -> Id:
    """An input that edits one field of the view state. `holds` is "options" if what can be chosen depends on the
    data, else "text"."""
    return Id({"kind": "control", "page": page, "name": field, "holds": holds})


def link(page: Any) -> Id:
    """A page's entry in the menu."""
    return Id({"kind": "link", "page": page})


def graph(page: Any, panel: Any) -> Id:
    """A figure inside a panel that answers to clicks."""
    return Id({"kind": "graph", "page": page, "name": panel})


def hover(page: Any, panel: Any) -> Id:
    """The tooltip that belongs to a graph and is filled by the server."""
    return Id({"kind": "hover", "page": page, "name": panel})


def grid(page: Any, panel: Any) -> Id:
    """A table inside a panel."""
    return Id({"kind": "grid", "page": page, "name": panel})


def ticked(page: Any, panel: Any) -> Id:
    """Where the rows that were ticked in a table lead."""
    return Id({"kind": "ticked", "page": page, "name": panel})
