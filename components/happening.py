"""One event of a sample in full: what a model said as a message, what a tool did as a call; all else as it is logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.page import View
from components.text import say
from components.transcript import PICTURES, as_text, fields_text, message, pre

KINDS = ("model", "tool")
"""That read better than as they are logged."""
DONE = ("arguments", "result", "error")


def happening(events: Sequence[Any], at: int, view: View) -> list[Component]:
    """`at` counts from 1. With the way to the events before and after."""
    event = events[at - 1]
    kind = str(event.get("event")) if isinstance(event, Mapping) else ""
    told = _told(event, kind, view.locale) if kind in KINDS else []
    words = say(view.locale, "sample", "event_of", n=f"{at:,}", total=f"{len(events):,}")
    steps = [
        _step(word, to, view)
        for word, to in (("previous", at - 1), ("next", at + 1))
        if 1 <= to <= len(events)
    ]
    head = html.H3([html.Span(words), *steps], className="pager")
    logged = pre(as_text(event), view.locale)
    if not told:
        return [head, logged]
    return [head, *told, html.Details([html.Summary(say(view.locale, "sample", "as_logged")), logged])]


def _step(word: str, at: int, view: View) -> Component:
    to = view.state.edit(event=at).to_query()
    return html.A(say(view.locale, "words", word), href=to, className="inside")


def _told(event: Mapping[str, Any], kind: str, locale: str) -> list[Component]:
    if kind == "model":
        return [*_said(event, locale), *_asked(event, locale)]
    told = {k: event[k] for k in DONE if event.get(k) not in (None, "", {}, [])}
    if isinstance(arguments := told.get("arguments"), Mapping):
        told["arguments"] = "\n" + fields_text(arguments)
    return [pre(fields_text(told), locale)] if told else []


def _said(event: Mapping[str, Any], locale: str) -> list[Component]:
    """The message that the model answered with."""
    output = event.get("output")
    choices = output.get("choices") if isinstance(output, Mapping) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    said = first.get("message") if isinstance(first, Mapping) else None
    return (
        [message({"role": "assistant", **said}, None, locale, PICTURES)] if isinstance(said, Mapping) else []
    )


def _asked(event: Mapping[str, Any], locale: str) -> list[Component]:
    given = event.get("input")
    if not isinstance(given, list) or not given:
        return []
    words = say(locale, "sample", "asked_with", n=f"{len(given):,}")
    return [html.Details([html.Summary(words), pre(as_text(given), locale)])]
