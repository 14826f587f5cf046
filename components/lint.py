"""What the statistics of samples come to, in words; every count leads to the samples that it counts."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import notices
from components.page import View
from components.text import counted, say
from components.theme import number
from data.conditions import Condition
from data.queries.items import DEAD, ENOUGH_RUNS, Summary
from data.statistics.items import LEAST_RUNS

COUNTED = ("negative", "duplicate", "flaky")


def said(found: Summary, view: View) -> list[Component]:
    """What holds of how many, then over what that is, and what such data cannot say."""
    return [html.P(_facts(found, view), className="lint"), notices.remark(" ".join(_over(found, view)))]


def _facts(found: Summary, view: View) -> list[Component | str]:
    told: list[Component | str] = []
    if found.models > 1:
        told.append(_dead(found, view))
    for name in COUNTED:
        n = found.counts[name]
        if n:
            told.append(_leads(counted(view.locale, "items", name, n), name, view))
    if found.headroom is not None:
        told.append(html.Span(say(view.locale, "items", "headroom", headroom=number(found.headroom))))
    if found.reliability is not None:
        told.append(html.Span(say(view.locale, "items", "reliability", alpha=number(found.reliability))))
    return told


def _dead(found: Summary, view: View) -> Component:
    text = counted(view.locale, "items", "dead", found.dead, samples=f"{found.samples:,}")
    kinds = [
        _leads(say(view.locale, "items", name.replace(" ", "_"), n=f"{found.counts[name]:,}"), name, view)
        for name in DEAD
        if found.counts[name]
    ]
    between: list[Component | str] = [part for kind in kinds for part in (", ", kind)][1:]
    return html.Span([text, *([" (", *between, ")"] if kinds else []), "."])


def _leads(text: str, finding: str, view: View) -> Component:
    """To the rows of the table with this finding."""
    others = [h for h in view.state.having if not h.startswith("items.findings.")]
    asked = Condition("items", "findings", "contains", finding).spelt()
    return html.A(text, href=view.state.moved(having=[*others, asked]).to_query(), className="inside")


def _over(found: Summary, view: View) -> list[str]:
    reducer = say(view.locale, "options_reducer", view.state.reducer).lower()
    told = [
        say(
            view.locale,
            "items",
            "over" if found.epochs > 1 else "over_one_epoch",
            samples=f"{found.samples:,}",
            models=found.models,
            epochs=found.epochs,
            reducer=reducer,
            scorer=found.scorer,
        )
    ]
    if not found.judged:
        told.append(counted(view.locale, "items", "few", found.models, least=LEAST_RUNS))
    elif found.models < ENOUGH_RUNS:
        told.append(say(view.locale, "items", "rough", n=found.models))
    if not found.is_share:
        told.append(say(view.locale, "items", "no_right"))
    return told
