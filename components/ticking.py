"""What can be done with rows that were ticked in a table of runs. What is ticked lasts as long as the window is open; what
it leads to is a link."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components import ids, links
from components.text import counted, say
from data.queries.configs import MOST
from data.viewstate import ViewState


def place(page: str, panel: str, state: ViewState, locale: str) -> Component:
    return html.P(
        onward([], state, locale), id=ids.ticked(page, panel), className="remark ticked", role="status"
    )


def onward(run_ids: Sequence[str], state: ViewState, locale: str) -> list[str | Component]:
    """The link to the settings of these runs, or what is missing for it, and the way to untick them all: some may be ticked
    that a filter leaves out."""
    told = _onward(run_ids, state, locale)
    untick = html.Button(say(locale, "compare", "untick"), type="button", className="plain untick")
    return [told, " ", untick] if run_ids else [told]


def _onward(run_ids: Sequence[str], state: ViewState, locale: str) -> str | Component:
    if len(run_ids) < 2:
        return counted(locale, "compare", "tick_more", len(run_ids))
    if len(run_ids) > MOST:
        return say(locale, "compare", "tick_fewer", n=len(run_ids), most=MOST)
    words = say(locale, "compare", "to_compare", n=len(run_ids))
    return html.A(words, href=links.compare(state, *run_ids), className="inside")
