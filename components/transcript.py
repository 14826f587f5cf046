"""Messages of a conversation: text as text, tool calls folded, pictures where they are pictures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.jsontext import jsontext
from components.page import View
from components.plain import visible
from components.text import clipped, counted, name, say
from data.pictures import picture

A_SCREEN = 20
BUDGET = 70
"""Components of a screen of messages: Dash takes time that grows with the square of what a callback replaces."""
MOST_CALLS = 6
PICTURES = 8 << 20
"""Characters of all pictures on one screen."""
FIRST_LINE = 100
MOST_FENCES = 8
_FENCED = re.compile(r"^( {0,3}```[^`\n]*\n(?:(?! {0,3}```).*\n)*? {0,3}```)[ \t]*(?:\n|$)", re.MULTILINE)
CONVERSATION = ("system: ", "user: ", "assistant: ", "tool: ")


def as_text(value: object) -> str:
    """Text as it stands; a list of messages as a conversation; anything else as JSON.

    >>> as_text([{"role": "user", "content": "Hi"}])
    'user: Hi'
    >>> as_text(["a", "b"])
    'a\\nb'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(x, str) for x in value):
        return "\n".join(value)
    if isinstance(value, list) and all(isinstance(x, dict) and "role" in x for x in value):
        return "\n\n".join(f"{m['role']}: {content_text(m.get('content'))}" for m in value)
    return jsontext(value)


def fields_text(value: Mapping[str, Any]) -> str:
    """Texts as they read, not as JSON spells them: a script of 40 lines is 40 lines.

    >>> fields_text({"cmd": "ls\\npwd", "n": [1]})
    'cmd: ls\\npwd\\nn: [1]'
    """
    return "\n".join(f"{k}:{_own_lines(as_text(v))}" for k, v in value.items())


def _own_lines(text: str) -> str:
    return f"\n{text}" if text.startswith(CONVERSATION) else f" {text}"


def content_text(content: object) -> str:
    """The words of a message; of what has none, its kind.

    >>> content_text([{"type": "text", "text": "See"}, {"type": "image", "image": "data:…"}])
    'See\\n(image)'
    """
    if not isinstance(content, list):
        return content if isinstance(content, str) else "" if content is None else as_text(content)
    return "\n".join(_part_text(part) for part in content)


def _part_text(part: object) -> str:
    if not isinstance(part, dict):
        return as_text(part)
    text = part.get("text", part.get("reasoning"))
    if isinstance(text, str):
        return text
    if part.get("type") == "data":
        return as_text(part.get("data"))
    return f"({' · '.join(str(part[k]) for k in ('type', 'filename', 'format', 'mime_type') if part.get(k)) or '?'})"


def pre(text: str, locale: str) -> Component:
    """In the direction in which it is written."""
    return html.Pre(clipped(text, locale), dir="auto")


def prose(text: str, locale: str) -> Component:
    """The same with code between fences set as code. The fences stay: it is the text of a log, and not ours to edit."""
    parts = _FENCED.split(clipped(text, locale), maxsplit=MOST_FENCES)
    told = [html.Code(p, className="fenced") if n % 2 else p for n, p in enumerate(parts) if p]
    return html.Pre(told if len(parts) > 1 else parts[0], dir="auto")


def screen(
    messages: Sequence[Any], first: int, locale: str, budget: int = BUDGET, part: int | None = None
) -> list[Component]:
    """As many messages from `first` (counted from 0) on as one screen holds: at least one. `part` is the one, counted
    from 1, that is marked as the first to differ."""
    shown: list[Component] = []
    weight = room = 0
    for n in range(first, min(len(messages), first + A_SCREEN)):
        one = message(messages[n], n + 1, locale, PICTURES - room, "parts" if n + 1 == part else "")
        weight += count(one)
        if shown and weight > budget:
            break
        room += sum(len(str(getattr(c, "src", ""))) for c in _walk(one))
        shown.append(one)
    return shown


def pager(first: int, shown: int, total: int, view: View) -> list[Component]:
    """Which messages these are, and links to the first, those before, those after and the last."""
    words = say(
        view.locale,
        "sample",
        "messages_of",
        first=f"{first + 1:,}",
        last=f"{first + shown:,}",
        total=f"{total:,}",
    )
    last = max(0, total - A_SCREEN)
    back, on = max(0, first - A_SCREEN), first + shown
    steps = [
        ("first", 0, first > 0),
        ("previous", back, first > 0),
        ("next", on, on < total),
        ("last", last, on < total),
    ]
    told = [_step(word, at + 1, view) for word, at, there in steps if there]
    return [html.P([html.Span(words), *told], className="remark pager")]


def _step(word: str, message: int, view: View) -> Component:
    to = view.state.edit(message=message).to_query() or "?"
    return html.A(say(view.locale, "words", word), href=to, className="inside")


def count(node: Component) -> int:
    return sum(1 for _ in _walk(node))


def _walk(node: object) -> Iterator[Component]:
    if isinstance(node, Component):
        yield node
        yield from _walk(getattr(node, "children", None))
    elif isinstance(node, (list, tuple)):
        for child in node:
            yield from _walk(child)


def message(what: Any, number: int | None, locale: str, room: int, mark: str = "") -> Component:
    """One message, by its number where it is one of a conversation. `mark` is a class of its own for one that stands out."""
    m: Mapping[str, Any] = what if isinstance(what, dict) else {"role": "?", "content": as_text(what)}
    role = str(m.get("role", "?"))
    by = " · ".join(str(m[k]) for k in ("function", "model") if m.get(k))
    nth = f"{number} · " if number is not None else ""
    head = html.H4(visible(f"{nth}{name(locale, 'roles', role)}{f' · {by}' if by else ''}"))
    body = [*_content(m, locale, room), *_calls(m, locale)]
    return html.Article(
        [head, *_folded(body, role, m, locale)], className=f"message {_class(role)} {mark}".strip()
    )


def _class(role: str) -> str:
    return f"role-{role}" if role in ("system", "user", "assistant", "tool") else "role-other"


def _folded(body: list[Component], role: str, m: Mapping[str, Any], locale: str) -> list[Component]:
    """What a tool answered is long and seldom read: its first line stands for it."""
    text = content_text(m.get("content"))
    if role != "tool" or len(text) <= FIRST_LINE:
        return body
    return [html.Details([html.Summary(visible(first_line(text)), dir="auto"), *body])]


def first_line(text: str) -> str:
    line = " ".join(text[: 4 * FIRST_LINE].split())
    return line if len(line) <= FIRST_LINE else line[:FIRST_LINE] + "…"


def _content(m: Mapping[str, Any], locale: str, room: int) -> Iterator[Component]:
    """Neighbouring texts are one, so that a message of a thousand parts is no thousand components."""
    content = m.get("content")
    parts = content if isinstance(content, list) else [content]
    words: list[str] = []
    for part in parts:
        kind = part.get("type") if isinstance(part, dict) else "text"
        if kind in APART and isinstance(part, dict):
            if any(words):
                yield prose("\n".join(words), locale)
            words = []
            yield from APART[kind](part, locale, room)
        else:
            words.append(content_text([part]) if part is not None else "")
    if any(words):
        yield prose("\n".join(words), locale)
    if error := m.get("error"):
        yield html.P(
            visible(as_text(error.get("message") if isinstance(error, dict) else error)), className="failed"
        )


def _image(part: Mapping[str, Any], locale: str, room: int) -> Iterator[Component]:
    address = part.get("image")
    found = picture(address) if isinstance(address, str) else None
    if found and len(found.data) <= room:
        yield html.Img(src=found.address, alt=say(locale, "sample", "picture"), className="picture")
    else:
        said = str(address)[:FIRST_LINE]
        yield html.P(
            say(locale, "sample", "too_large" if found else "no_picture", said=visible(said)),
            className="remark",
        )


def _reasoning(part: Mapping[str, Any], locale: str, _room: int) -> Iterator[Component]:
    text = part.get("summary") if part.get("redacted") else part.get("reasoning")
    body = pre(as_text(text or ""), locale)
    yield html.Details([html.Summary(say(locale, "sample", "reasoning")), body], className="reasoning")


def _tool_use(part: Mapping[str, Any], locale: str, _room: int) -> Iterator[Component]:
    """A tool that the model's provider ran, a search of the web say: its call and what came of it are one part."""
    told = {k: part[k] for k in ("arguments", "result", "error") if part.get(k)}
    name_, given = part.get("name", "?"), first_line(as_text(part.get("arguments") or ""))
    head = html.Summary(visible(f"→ {name_} {given}"), dir="auto")
    yield html.Details([head, pre(fields_text(told), locale)], className="call")


APART = {"image": _image, "reasoning": _reasoning, "tool_use": _tool_use}
"""Kinds of content that stand between texts as something else."""


def _calls(m: Mapping[str, Any], locale: str) -> Iterator[Component]:
    calls = [c for c in m.get("tool_calls") or () if isinstance(c, dict)]
    for call in calls[:MOST_CALLS]:
        yield _call(call, locale)
    if len(calls) > MOST_CALLS:
        said = counted(locale, "sample", "more_calls", len(calls) - MOST_CALLS)
        yield html.Details([html.Summary(said), pre(as_text(calls[MOST_CALLS:]), locale)])


def _call(call: Mapping[str, Any], locale: str) -> Component:
    arguments = call.get("arguments")
    short = first_line(json.dumps(arguments, ensure_ascii=False, default=str)) if arguments else ""
    head = html.Summary(visible(f"→ {call.get('function', '?')} {short}"), dir="auto")
    body = fields_text(arguments) if isinstance(arguments, dict) else as_text(arguments)
    return html.Details([head, pre(body, locale)], className="call")
