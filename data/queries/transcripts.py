"""What was said in one sample, and what happened in it, as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from data import originals
from data.originals import Whole
from data.problems import Problem
from data.store import Snapshot
from data.viewstate import ViewState

A_SCREEN = 20
"""Messages that one screen may show."""
SEARCHED = 200_000
"""Messages in which a text is looked for, and of which two transcripts are compared to find where they part: a second."""
MOST = 5_000
"""Messages that become one text."""

LONGEST = 1_000_000
"""Characters of one message in a table; a message of 100 MB would be held several times over."""

MESSAGES = pl.Schema({"message": pl.UInt32, "role": pl.String, "content": pl.String, "tool_calls": pl.String})
EVENTS = pl.Schema(
    {
        "event": pl.UInt32,
        "kind": pl.String,
        "depth": pl.UInt16,
        "time": pl.String,
        "name": pl.String,
        "text": pl.String,
    }
)


def whole(s: Snapshot, v: ViewState) -> Whole | Problem:
    """The sample that the view is about, as its log has it."""
    return originals.sample(s, next(iter(v.runs), ""), v.sample, v.epoch)


def messages(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The messages from the view's first one on that a screen may show; with per_page=all, all of them."""
    found = whole(s, v)
    return rows([] if isinstance(found, Problem) else conversation(found), v.message, v.per_page == "all")


def rows(said: Sequence[Any], message: int, every: bool = False) -> pl.DataFrame:
    """Columns of MESSAGES."""
    first = 0 if every else start(said, message)
    last = len(said) if every else first + A_SCREEN
    told = [(i + 1, *_shortened(_row(said[i]))) for i in range(first, min(last, len(said)))]
    return pl.DataFrame(told, schema=MESSAGES, orient="row")


def conversation(found: Whole) -> Sequence[Any]:
    said = found.get("messages")
    return said if isinstance(said, Sequence) and not isinstance(said, str) else []


def start(said: Sequence[Any], message: int) -> int:
    """From 0: the message that the view asks for, or the last screen where there is no such."""
    return message - 1 if message <= len(said) else max(0, len(said) - A_SCREEN)


def _shortened(row: tuple[str, str, str | None]) -> tuple[str, str, str | None]:
    role, words, calls = row
    return role, words[:LONGEST], calls and calls[:LONGEST]


def _row(m: Any) -> tuple[str, str, str | None]:
    if not isinstance(m, Mapping):
        return "?", words(m), None
    calls = m.get("tool_calls")
    return str(m.get("role", "?")), words(m.get("content")), as_json(calls) if calls else None


def words(content: Any) -> str:
    """The text of a message; of what is not text, its kind."""
    if isinstance(content, str) or content is None:
        return content or ""
    if not isinstance(content, list):
        return as_json(content)
    return "\n".join(_part(part) for part in content)


def _part(part: Any) -> str:
    if not isinstance(part, dict):
        return part if isinstance(part, str) else as_json(part)
    text = part.get("text", part.get("reasoning"))
    return text if isinstance(text, str) else f"({part.get('type', '?')})"


def as_json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        return "…"


def events(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """A row an event, of the kinds that the view asks for."""
    found = whole(s, v)
    listed = pl.DataFrame(schema=EVENTS) if isinstance(found, Problem) else listing(found)
    return listed.filter(pl.col("kind").is_in(v.kinds)) if v.kinds else listed


def listing(found: Whole) -> pl.DataFrame:
    make = found.get("event_list")
    return make() if callable(make) else pl.DataFrame(schema=EVENTS)


def needle(v: ViewState) -> str:
    """What is looked for in the sample that the view is about."""
    return v.find or v.q


def saying(said: Sequence[Any], text: str) -> list[int]:
    """Which messages have this text, from 1, whatever the case: in their words, or in what they ask of tools."""
    wanted = text.casefold()
    return [i + 1 for i in range(min(len(said), SEARCHED)) if wanted in _told(said[i]).casefold()]


def parting(a: Sequence[Any], b: Sequence[Any]) -> int | None:
    """The first message, from 1, in which two conversations differ; None where the first SEARCHED of them are alike."""
    for i in range(min(len(a), len(b), SEARCHED)):
        if _said(a[i]) != _said(b[i]):
            return i + 1
    return None if len(a) == len(b) or min(len(a), len(b)) > SEARCHED else min(len(a), len(b)) + 1


def transcript(found: Whole, first: int = 1) -> str:
    """The conversation from a message on as one text, for comparing it with another."""
    return "\n\n".join(_told(m) for m in conversation(found)[first - 1 : first - 1 + MOST])


def _told(m: Any) -> str:
    role, words, calls = _said(m)
    return "\n".join(filter(None, [f"[{role}]", words, *calls]))


def _said(m: Any) -> tuple[str, str, list[str]]:
    """What a message says, without what is new each time: calls have random ids."""
    role, words, _ = _row(m)
    fields = m if isinstance(m, Mapping) else {}
    calls = [_called(c) for c in fields.get("tool_calls") or () if isinstance(c, Mapping)]
    return role, words, [*calls, *_wordless(fields.get("content"))]


def _wordless(content: Any) -> list[str]:
    """What pictures and the like are, so that two of them differ."""
    parts = content if isinstance(content, list) else []
    rest = [p for p in parts if isinstance(p, Mapping) and not {"text", "reasoning"} & p.keys()]
    return [as_json({k: v for k, v in p.items() if k not in ("id", "internal")})[:LONGEST] for p in rest]


def _called(call: Mapping[str, Any]) -> str:
    return f"→ {call.get('function', '?')} {as_json(call.get('arguments'))}"
