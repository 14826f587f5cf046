"""Inputs whose value comes from the view state and whose id names the field they edit.

To offer a field of the view state on pages, add a line to KINDS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import ids
from components.figures.tokens import visible
from components.page import Page, View
from components.plain import LABEL, brief
from components.text import knows, name, reducer, say
from data.queries import choices
from data.viewstate import OPTIONS, ViewState

MOST_VISIBLE = 4
"""Options that fit side by side into the rail."""
PROTO = re.compile("__(?=proto__)", re.IGNORECASE)
"""Dash's lists keep every part of a label and of a value, in small letters, as a key of a plain object. By the key
`__proto__` they would write to what all objects of the browser have in common, and the page would come to nothing: so such
a label is broken up, and such a value is not offered. A link can still name it."""
PAUSE_MS = 600
"""What is typed counts when the typing pauses; a number only when it is finished, since 0.7 is on the way to 0.75."""


def rail(page: Page, fields: Sequence[str], view: View) -> list[Component]:
    return [labelled(page, field, view) for field in fields]


def labelled(page: Page, field: str, view: View) -> Component:
    label = say(view.locale, "controls", field)
    help_text = (
        name(view.locale, "control_help", field) if knows(view.locale, "control_help", field) else None
    )
    return html.Div(
        [html.Label(label, title=help_text, className="label"), KINDS[field](page, field, view)],
        className=f"field field-{field}",
        role="group",
        **named(label),
    )


def named(label: str) -> dict[str, Any]:
    """What a screen reader calls something that has no text of its own."""
    return {"aria-label": label}


def as_value(v: ViewState, field: str) -> Any:
    """A field of the state as its control holds it."""
    value = getattr(v, field)
    if isinstance(value, tuple):
        return list(value)
    return value if value != "" or field in OPTIONS else None


def options(page: Page, field: str, view: View) -> list[dict[str, str]]:
    values = page.offers.get(field) or choices.of(view.snapshot, view.state, field)
    called = choices.called(view.snapshot, view.state, field)
    if field == "tokens":  # many have one token, and white space is one too
        called = {place: f"{place}: {visible(token)}" for place, token in called.items()}
    return [
        {
            "label": harmless(brief(called.get(value) or word(page.key, field, value, view.locale), LABEL)),
            "value": value,
        }
        for value in values
        if not PROTO.search(value)
    ]


def harmless(label: str) -> str:
    r"""The label as it was, to the eye.

    >>> harmless("a__Proto__"), harmless("gpt-4o")
    ('a_\u200b_Proto__', 'gpt-4o')
    """
    return PROTO.sub("_\u200b_", label)


def word(page: str, field: str, value: str, locale: str) -> str:
    """What an option is called: on this page, anywhere, or just what it is."""
    if field == "columns":
        longer = knows(locale, "columns_to_choose", value)
        return name(locale, "columns_to_choose" if longer else "columns", value)
    if field == "reducer":
        return reducer(locale, value)
    key = value or "usual"
    if knows(locale, f"options_{field}_{page}", key):
        return say(locale, f"options_{field}_{page}", key)
    return say(locale, f"options_{field}", key) if knows(locale, f"options_{field}", key) else value


def many(page: Page, field: str, view: View) -> Component:
    return _dropdown(page, field, view, multi=True, placeholder=placeholder(page, field, view))


def one(page: Page, field: str, view: View) -> Component:
    return _dropdown(page, field, view, multi=False, placeholder=placeholder(page, field, view))


def required(page: Page, field: str, view: View) -> Component:
    """One of some options that depend on the data; never none."""
    return _dropdown(page, field, view, multi=False, clearable=False)


def placeholder(page: Page, field: str, view: View) -> str:
    """What an empty input means: on this page, or anywhere."""
    known = [k for k in (f"{field}_{page.key}", field) if knows(view.locale, "placeholders", k)]
    return say(view.locale, "placeholders", known[0]) if known else say(view.locale, "words", "all")


def _dropdown(page: Page, field: str, view: View, **more: Any) -> Component:
    return dcc.Dropdown(
        id=ids.control(page.key, field, "options"),
        options=options(page, field, view),
        value=as_value(view.state, field),
        maxHeight=320,
        **more,
    )


def pick(page: Page, field: str, view: View) -> Component:
    """A few fixed options, all visible."""
    return dbc.RadioItems(
        id=ids.control(page.key, field, "text"),
        options=options(page, field, view),
        value=as_value(view.state, field),
        className="btn-group btn-group-sm pick",
        inputClassName="btn-check",
        labelClassName="btn btn-outline-secondary",
        labelCheckedClassName="active",
    )


def menu(page: Page, field: str, view: View) -> Component:
    """A few fixed options, the chosen one visible."""
    return dcc.Dropdown(
        id=ids.control(page.key, field, "text"),
        options=options(page, field, view),
        value=as_value(view.state, field),
        clearable=False,
        searchable=False,
    )


def _input(**how: Any) -> Callable[[Page, str, View], Component]:
    def make(page: Page, field: str, view: View) -> Component:
        return dbc.Input(
            id=ids.control(page.key, field, "text"),
            value=as_value(view.state, field),
            debounce=PAUSE_MS if how["type"] in ("search", "date") else True,
            size="sm",
            placeholder=placeholder(page, field, view),
            **how,
        )

    return make


search = _input(type="search")
date = _input(type="date")


def number(**how: Any) -> Callable[[Page, str, View], Component]:
    return _input(type="number", **how)


def few(page: Page, field: str, view: View) -> Component:
    """Fixed options: all visible where they fit side by side, else the chosen one."""
    return (pick if len(options(page, field, view)) <= MOST_VISIBLE else menu)(page, field, view)


KINDS: dict[str, Callable[[Page, str, View], Component]] = {
    "tasks": many,
    "models": many,
    "statuses": many,
    "formats": many,
    "tags": many,
    "suites": many,
    "runs": many,
    "categories": many,
    "candidates": many,
    "arrange": many,
    "columns": many,
    "beside": many,
    "text": menu,
    "other": menu,
    "diff": pick,
    "trajectories": many,
    "tokens": many,
    "layers": many,
    "token_width": number(min=4, max=400, step=1),
    "predictors": many,
    "perturbations": many,
    "agreement": pick,
    "facet": menu,
    "statistic": one,
    "stride": number(min=1, max=200, step=1),
    "low": number(step="any"),
    "high": number(step="any"),
    "color_scale": pick,
    "output": pick,
    "metric": one,
    "group": one,
    "baseline": one,
    "threshold_model": one,
    "q": search,
    "sample": search,
    "find": search,
    "reducer": required,
    "chart": pick,
    "highlight": many,
    "title": search,
    "since": date,
    "until": date,
    "attempts": pick,
    "retryable": pick,
    "scale": pick,
    "which": menu,
    "bands": pick,
    "shows": pick,
    "sample_label": one,
    "model_label": menu,
    "orientation": pick,
    "legend": pick,
    "values": pick,
    "threshold_op": pick,
    "level": pick,
    "sort": few,
    "order": pick,
    "sort_models": few,
    "order_models": pick,
    "per_page": menu,
    "colors": menu,
    "gap": menu,
    "page": number(min=1, step=1),
    "epoch": number(min=1, step=1),
    "threshold": number(step="any"),
    "min_delta": number(min=0, step="any"),
    "top": number(min=1, max=1000, step=1),
    "against": pick,
    "x_scale": pick,
    "cluster": one,
    "alpha": number(min=0.000001, max=0.5, step="any"),
    "adjust": menu,
    "margin": number(min=0, step="any"),
    "changes": many,
    "height": number(min=200, max=4000, step=10),
    "width": number(min=300, max=8000, step=10),
}
