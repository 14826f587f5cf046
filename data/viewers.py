"""Addresses of samples in Inspect View, where one serves the logs.

The scheme is that of Inspect View 0.3.285, a hash route: #/logs/<log>/samples/sample/<id>/<epoch>/<tab>. Its pattern takes
everything up to the next slash as id, so an id is percent-encoded whole; the path of a log keeps its slashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

ROUTE = "/#/logs/{log}/samples/sample/{id}/{epoch}/messages"
FORMATS = {"inspect"}


class Viewer(NamedTuple):
    prefix: str
    """Where the logs lie that it serves."""
    template: str
    """With {log}, the path below the prefix, {id} and {epoch}."""


Viewers = tuple[Viewer, ...]


def viewers(by_prefix: Mapping[str, str]) -> Viewers:
    """From location prefix -> base address or template. The longest prefix comes first."""
    made = [Viewer(prefix.rstrip("/"), template(url)) for prefix, url in by_prefix.items()]
    return tuple(sorted(made, key=lambda v: -len(v.prefix)))


def template(url: str) -> str:
    """Raises ValueError for what is no web address.

    >>> template("http://127.0.0.1:7575/")
    'http://127.0.0.1:7575/#/logs/{log}/samples/sample/{id}/{epoch}/messages'
    """
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url} does not begin with http:// or https://")
    return url if "{" in url else url.rstrip("/") + ROUTE


def sample(known: Viewers, format: str, location: str, sample_id: str, epoch: int) -> str | None:
    """Where a viewer shows this sample; None where none serves its log.

    >>> sample(viewers({"/logs": "http://v"}), "inspect", "/logs/a b/x.eval", "q/1 ?", 2)
    'http://v/#/logs/a%20b/x.eval/samples/sample/q%2F1%20%3F/2/messages'
    """
    if format not in FORMATS:
        return None
    for viewer in known:
        if location.startswith(f"{viewer.prefix}/"):
            log = location.removeprefix(f"{viewer.prefix}/")
            parts = {
                "log": quote(log, safe="/"),
                "id": quote(sample_id.encode("utf-8", "replace"), safe=""),
                "epoch": str(epoch),
            }
            return _filled(viewer.template, parts)
    return None


def _filled(text: str, parts: Mapping[str, str]) -> str:
    """Not str.format, which a template with any other brace would break. What is filled in has no brace left."""
    for name, value in parts.items():
        text = text.replace(f"{{{name}}}", value)
    return text
