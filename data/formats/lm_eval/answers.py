"""What was asked and what was answered, from a row in any of the shapes that its parts had."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from data.formats.digests import as_json
from data.formats.loose import spelt

QUESTIONS = ("question", "problem", "query", "input", "prompt", "ctx", "goal", "sentence", "text")
"""Where documents keep what is asked. The prompt may begin with examples that are the same for all of them."""
BESIDE = re.compile(
    r"(?i)answers?(_?(key|index|id|text))?|correct|gold|label|(final_?)?solution|targets?|explanation|rationale|choices|options|"
    r"subject|category|subcategory|level|difficulty|type|task|dataset|source|split|lang(uage)?|topic|domain|(\w*_)?(id|idx|index|url)"
)
"""Names of fields that hold no part of a question."""
CHAT = re.compile(r'\s*\[\s*\{\s*"(role|content)"')


def requests(arguments: Any) -> list[list[Any]]:
    """The arguments of each request: `{"gen_args_0": {"arg_0": …}}`, or a list of lists."""
    if isinstance(arguments, dict):
        arguments = list(arguments.values())
    found = arguments if isinstance(arguments, list) else []
    return [
        list(a.values()) if isinstance(a, dict) else a for a in found if isinstance(a, (dict, list)) and a
    ]


def prompt(asked: Sequence[Sequence[Any]]) -> str:
    return _said(asked[0][0]) if asked and asked[0] else ""


def _said(value: Any) -> str:
    """A text, or a chat: its messages one after the other. Some are JSON within JSON."""
    if isinstance(value, str) and CHAT.match(value):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    if isinstance(value, list) and all(isinstance(m, dict) and "content" in m for m in value):
        return "\n\n".join(_text(m["content"]) for m in value)
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else as_json(value)


def settings(asked: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """How the model was to generate; nothing where it was only to weigh continuations."""
    return asked[0][1] if asked and len(asked[0]) > 1 and isinstance(asked[0][1], dict) else {}


def choices(asked: Sequence[Sequence[Any]]) -> list[str]:
    """The continuations that the model weighed; none where it wrote freely. Where the choices lie in the
    contexts, these."""
    if len(asked) < 2 or not all(len(a) > 1 and isinstance(a[1], str) for a in asked):
        return []
    continuations = [a[1].strip() for a in asked]
    if len(set(continuations)) > 1:
        return continuations
    return [_said(a[0]).strip() for a in asked]


def question(doc: Any, asked: Sequence[Sequence[Any]]) -> str:
    fields = doc if isinstance(doc, Mapping) else {}
    found = (v for k in QUESTIONS if isinstance(v := fields.get(k), str) and v.strip())
    return next(found, "") or prompt(asked) or (_text(doc) if doc else "")


def alone(doc: Any) -> str | None:
    """The question of a document that has nothing else to read, like a passage or a premise. Choices do not count: no
    harness has them in the same words.

    >>> alone({"question": "1+1?", "answer": "2"}), alone({"question": "cause", "premise": "It rains."})
    ('1+1?', None)
    """
    fields = doc if isinstance(doc, Mapping) else {}
    found = next((k for k in QUESTIONS if isinstance(v := fields.get(k), str) and v.strip()), None)
    others = (k for k, v in fields.items() if k != found and isinstance(v, (str, list, dict)))
    return None if found is None or not all(map(BESIDE.fullmatch, others)) else fields[found]


def target(logged: Any, options: Sequence[str]) -> str | None:
    """The right choice itself where only its number was logged.

    >>> target("1", ["red", "blue"]), target(0, []), target(["a", "b"], [])
    ('blue', '0', '["a","b"]')
    """
    if logged is None:
        return None
    text = _text(logged)
    at = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
    return options[at] if text not in options and 0 <= at < len(options) else text


def answer(filtered: Any, options: Sequence[str]) -> str | None:
    """What the model wrote, or the choice that it found likeliest.

    >>> answer([["-3.5", "False"], [-1.25, True]], ["red", "blue"]), answer([["four"]], [])
    ('blue', 'four')
    """
    given = filtered if isinstance(filtered, list) else [filtered]
    if options:
        weights = [spelt(_first(g)) for g in given[: len(options)]]
        known = [(w, -i) for i, w in enumerate(weights) if w is not None]
        return options[-max(known)[1]] if len(known) == len(options) else None
    found = _first(given[0]) if given else None
    return None if found is None else _text(found)


def _first(value: Any) -> Any:
    while isinstance(value, list):
        value = value[0] if value else None
    return value


def repeats(resps: Any) -> int:
    """How often the model was asked the same."""
    first = resps[0] if isinstance(resps, list) and resps else None
    return len(first) if isinstance(first, list) and all(isinstance(r, str) for r in first) else 1
