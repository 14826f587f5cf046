"""What stands in a panel's place when there is nothing to draw, and short remarks beside what is drawn."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.plain import visible
from components.text import counted, reducer, say
from data.queries.computed import LeftOut
from data.queries.selection import Left


def empty(locale: str, key: str = "empty", **values: object) -> Component:
    """Nothing to draw, and what to do about it."""
    return html.Div(
        [
            html.P(say(locale, "notices", key, **values)),
            html.P(say(locale, "notices", f"{key}_do"), className="do"),
        ],
        className="notice",
    )


def broken(locale: str, reference: str, what: str = "broken") -> Component:
    """In the place of what could not be made; `what` is the key of the words."""
    return html.Div(
        html.P(say(locale, "notices", what, reference=reference)), className="notice", role="alert"
    )


def remark(text: str, kind: str = "info") -> Component:
    return html.P(visible(text), className=f"remark {kind}")


def not_counted(left: Left, locale: str, words: str = "not_counted") -> Component | None:
    """How many runs are not in the numbers beside this, and how to have them in."""
    reasons = [(key, n) for key, n in left._asdict().items() if n]
    if not reasons:
        return None
    told = say(locale, "words", "and").join(say(locale, "notices", f"left_{key}", n=n) for key, n in reasons)
    return remark(say(locale, "notices", words, runs=told))


def not_reduced(left: LeftOut, asked: str, locale: str) -> Component | None:
    """How many runs have no score by the reducer that the reader chose, and why."""
    told = [counted(locale, "not_reduced", why, n) for why, n in left._asdict().items() if n]
    if not told:
        return None
    return remark(say(locale, "not_reduced", "are", reducer=reducer(locale, asked), why=", ".join(told)))
