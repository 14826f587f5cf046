"""What else a log says of one sample: tokens, time, size; metadata and all the rest, folded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.text import say
from components.theme import number
from components.transcript import as_text, pre

FACTS = ("total_tokens", "total_time", "working_time", "retries", "turn_count", "stop_reason", "size")
ELSEWHERE = (
    *("scores", "metadata", "error", "limit", "input", "choices", "target", "output", "reasoning"),
    *("attachments", "event_list", "events", "messages", "problems", "failures", "traceback"),
)
"""What the page shows for itself."""
COUNTED = ("input_tokens", "output_tokens", "total_tokens")


def facts(found: Mapping[str, Any], locale: str) -> Component:
    told = {k: _fact(k, v, locale) for k in FACTS if (v := _known(k, found)) not in (None, "", 0)}
    said = " · ".join(f"{say(locale, 'sample', k)}: {text}" for k, text in told.items())
    rest = {k: v for k, v in found.items() if k not in (*ELSEWHERE, *FACTS) and v not in (None, "", [], {})}
    blocks = [("metadata", found.get("metadata")), ("more", rest)]
    folded = [
        html.Details([html.Summary(say(locale, "sample", key)), pre(as_text(v), locale)], open=key != "more")
        for key, v in blocks
        if v
    ]
    return html.Div([html.P(said, className="remark"), *folded], className="config")


def _known(fact: str, found: Mapping[str, Any]) -> Any:
    value = found.get(fact)
    return tokens(found.get("model_usage")) if fact == "total_tokens" and value is None else value


def tokens(usage: Any) -> dict[str, int] | None:
    """Of all models that a sample used: in, out and in total.

    >>> tokens({"m": {"input_tokens": 5, "output_tokens": 2, "total_tokens": 7}, "judge": {"total_tokens": 3}})
    {'input_tokens': 5, 'output_tokens': 2, 'total_tokens': 10}
    """
    each = [u for u in usage.values() if isinstance(u, Mapping)] if isinstance(usage, Mapping) else []
    known = {k: [n for u in each if type(n := u.get(k)) is int] for k in COUNTED}
    return {k: sum(ns) for k, ns in known.items()} if known["total_tokens"] else None


def _fact(fact: str, value: Any, locale: str) -> str:
    if isinstance(value, Mapping) and fact == "total_tokens":
        parts = [
            f"{value[k]:,} {say(locale, 'sample', w)}"
            for k, w in zip(COUNTED, ("tokens_in", "tokens_out"), strict=False)
        ]
        return f"{value['total_tokens']:,} ({', '.join(parts)})"
    if fact == "size" and isinstance(value, int):
        return size(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{number(value)} s" if fact.endswith("_time") else f"{value:,}"
    return as_text(value)


def size(count: int) -> str:
    """
    >>> size(999), size(29_542), size(104_000_000)
    ('999 B', '29.5 kB', '104 MB')
    """
    for unit, one in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= one:
            return f"{count / one:,.1f} {unit}" if count < 100 * one else f"{count / one:,.0f} {unit}"
    return f"{count} B"
