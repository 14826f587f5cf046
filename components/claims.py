"""Evaluation cards to read: what each claims, and all that it says. Text, never markup and never run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.plain import brief
from components.text import clipped, say
from data.queries import cards

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
    head = brief(" · ".join(filter(None, (result, counts, asked))))
    return html.Details(
        [
            html.Summary(
                [html.Strong(brief(row["title"] or "") or say(locale, "cards", "untitled")), f" — {head}"]
            ),
            html.H3(say(locale, "cards", "claim")),
            html.Pre(clipped(row["claim"] or "", locale)),
            html.H3(say(locale, "cards", "whole")),
            html.Pre(clipped(cards.tree(row["about"]), locale)),
        ],
        open=is_open,
    )
