"""A cell under the pointer: what it holds, and what a click on it chooses."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp
from typing import Any, NamedTuple

from dash import html
from dash.development.base_component import Component

from app.pages.trajectories import words
from components import links
from components.figures.tokens import visible
from components.page import Point, View
from components.text import say
from components.theme import number, signed
from data.queries import trajectories
from data.store import Snapshot
from data.viewstate import ViewState

MOST_CHOSEN = 8
"""Positions that can be told apart as lines."""


class Cell(NamedTuple):
    snapshot: Snapshot
    row: Mapping[str, Any]
    layer: int
    position: int

    @property
    def token(self) -> str:
        return str(self.row["tokens"][self.position])

    def value(self, what: Mapping[str, Any]) -> float:
        return float(trajectories.values(self.snapshot, self.row, what["id"])[self.layer, self.position])

    def where(self, view: View) -> str:
        label = self.row["layer_labels"][self.layer]
        return say(view.locale, "trajectories", "at", layer=label, position=self.position)


def cell(view: View, point: Point, nth: int) -> Cell | None:
    """Of the nth chosen trajectory; nothing where it has no such cell."""
    rows = trajectories.chosen(view.snapshot, view.state)
    if not 0 <= nth < len(rows):
        return None
    row = rows[nth]
    shown = trajectories.rows_shown(row["layer_labels"], view.state)
    x, y = round(point.get("x", -1)), round(point.get("y", -1))
    inside = 0 <= x < len(row["tokens"]) and 0 <= y < len(shown)
    return Cell(view.snapshot, row, int(shown[y]), x) if inside else None


def _nth(point: Point) -> int:
    """
    >>> _nth({"graph": "cells-1"}), _nth({"graph": "cells"}), _nth({})
    (1, 0, 0)
    """
    nth = str(point.get("graph", "")).rpartition("-")[2]
    return int(nth) if nth.isdecimal() else 0


def tell(view: View, point: Point) -> Component | None:
    """Value and likeliest tokens of the cell under the pointer, in the chart that it is in."""
    at, what = cell(view, point, _nth(point)), words.statistic(view)
    if at is None or not what:
        return None
    said = f"{what['name']}: {number(at.value(what), 4)} {what.get('units') or ''}"
    tokens = at.row["tokens"]
    top = trajectories.likeliest(at.snapshot, at.row, at.layer, at.position)
    after = tokens[at.position + 1] if at.position + 1 < len(tokens) else None
    likely = [
        part
        for token, logp in zip(top.tokens, top.logp, strict=True)
        for part in _likely(token, logp, is_next=token == after)
    ]
    next_one = (
        [] if after is None else [html.Div([say(view.locale, "trajectories", "next"), ": ", visible(after)])]
    )
    return html.Div(
        [
            html.Strong(visible(at.token)),
            *_raw(at, view),
            html.Div(at.where(view), className="who"),
            html.Div(said),
            *next_one,
            html.Dl(likely),
        ]
    )


def _raw(at: Cell, view: View) -> list[Component]:
    """A piece of a character, which no text can show, as the tokenizer spells it."""
    raw = at.row["raw_tokens"]
    if "\ufffd" not in at.token or not raw:
        return []
    said = say(view.locale, "trajectories", "raw", token=visible(raw[at.position]))
    return [html.Span(f" {said}", className="who")]


def _likely(token: str, logp: float, *, is_next: bool) -> list[Component]:
    share = f"{100 * exp(min(logp, 0.0)):.2f} %"
    return [html.Dt(visible(token)), html.Dd(html.Strong(f"{share} ←") if is_next else share)]


def tell_difference(view: View, point: Point) -> Component | None:
    """Both values and their difference."""
    both, what = [cell(view, point, nth) for nth in (0, 1)], words.statistic(view)
    a, b = both
    if a is None or b is None or not what:
        return None
    of = [(str(x.row["trajectory_id"]), number(x.value(what), 4)) for x in (a, b)]
    said = signed(a.value(what) - b.value(what))
    tokens = dict.fromkeys(visible(x.token) for x in (a, b))
    return html.Div(
        [
            html.Strong(" | ".join(tokens)),
            html.Div(a.where(view), className="who"),
            html.Div(f"Δ {what['name']}: {said} {what.get('units') or ''}"),
            html.Dl([part for name, value in of for part in (html.Dt(value), html.Dd(name))]),
        ]
    )


def choose(view: View, point: Point) -> str | None:
    at = cell(view, point, _nth(point))
    return None if at is None else links.to("/trajectories", chosen(view.state, at.layer, at.position))


def chosen(v: ViewState, layer: int, position: int) -> ViewState:
    """The state after a click on a cell: its token and layer are chosen, or the token no longer if they were.

    >>> one = chosen(ViewState(), 3, 7)
    >>> one.layers, one.tokens, chosen(one, 5, 7).layers, chosen(one, 3, 7).tokens
    (('3',), ('7',), ('5',), ())
    """
    token = str(position)
    if token in v.tokens and v.layers == (str(layer),):
        rest = [t for t in v.tokens if t != token]
        return v.edit(tokens=rest, layers=v.layers if rest else None)
    others = [t for t in v.tokens if t != token][-(MOST_CHOSEN - 1) :]
    return v.edit(tokens=[*others, token], layers=[layer])
