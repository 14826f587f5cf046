"""Evaluation cards to read: what each claims, and all that it says. Text, never markup and never run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.text import say
from data.queries import cards

LONG = 20_000
"""Characters that a browser is sent of one text."""
MOST = 20
"""Cards that are unfolded on the page; the table above them has all."""


def card(row: Mapping[str, Any], locale: str, *, is_open: bool) -> Component:
    """From a row of queries.cards.cards."""
    result = row["result"] or say(locale, "cards", "none")
    counts = say(
        locale, "cards", "counts", **{k: row[k] for k in ("verified", "falsified", "inconclusive", "cells")}
    )
    asked = (
        say(locale, "cards", "asked", share=f"{row['threshold']:g}") if row["threshold"] is not None else None
    )
    head = " · ".join(filter(None, (result, counts, asked)))
    return html.Details(
        [
            html.Summary([html.Strong(row["title"] or say(locale, "cards", "untitled")), f" — {head}"]),
            html.H3(say(locale, "cards", "claim")),
            html.Pre(_clipped(row["claim"] or "", locale)),
            html.H3(say(locale, "cards", "whole")),
            html.Pre(_clipped(cards.tree(row["about"]), locale)),
        ],
        open=is_open,
    )


def _clipped(text: str, locale: str) -> str:
    left = len(text) - LONG
    return text if left <= 0 else f"{text[:LONG]}\n{say(locale, 'sample', 'clipped', left=f'{left:,}')}"
