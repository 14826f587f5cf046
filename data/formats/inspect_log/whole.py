"""What only a whole sample has: the conversation and the answer. A summary leaves them out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

ATTACHED = "attachment://"
"""Long texts stand once in `attachments`, and where they belong only their hash."""
MOST = 500
"""Messages that are read of one sample; what follows is counted."""


def said(body: Mapping[str, Any]) -> dict[str, Any]:
    """Keys output and messages (role, content), each only where the sample has it."""
    attached = body.get("attachments")
    texts = attached if isinstance(attached, dict) else {}
    messages = [m for m in body.get("messages") or [] if isinstance(m, dict)]
    conversation = [_message(m, texts) for m in messages[:MOST]]
    if len(messages) > MOST:
        conversation.append({"role": "…", "content": f"{len(messages) - MOST} more messages in the log"})
    found = {"output": _output(body.get("output"), texts), "messages": conversation}
    return {key: value for key, value in found.items() if value}


def _message(message: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, str]:
    calls = [f"→ {_call(c)}" for c in message.get("tool_calls") or [] if isinstance(c, dict)]
    return {
        "role": str(message.get("role", "?")),
        "content": "\n".join(filter(None, [*_content(message.get("content"), texts), *calls])),
    }


def _call(call: Mapping[str, Any]) -> str:
    return f"{call.get('function', '?')}({json.dumps(call.get('arguments'), ensure_ascii=False)})"


def _content(content: Any, texts: Mapping[str, Any]) -> Iterator[str]:
    """The text of a message; of what is not text, its kind."""
    if isinstance(content, str):
        yield resolved(content, texts)
    for part in content if isinstance(content, list) else ():
        if isinstance(part, str):
            yield resolved(part, texts)
        elif isinstance(part, dict):
            text = part.get("text") or part.get("reasoning")
            yield resolved(text, texts) if isinstance(text, str) else f"({part.get('type', '?')})"


def _output(output: Any, texts: Mapping[str, Any]) -> str:
    """What the model said last, as Inspect's own `completion` has it."""
    if not isinstance(output, dict):
        return ""
    choices = [
        c for c in output.get("choices") or [] if isinstance(c, dict) and isinstance(c.get("message"), dict)
    ]
    return "\n".join(_content(choices[0]["message"].get("content"), texts)) if choices else ""


def resolved(text: str, texts: Mapping[str, Any]) -> str:
    """
    >>> resolved("attachment://abc", {"abc": "a long text"}), resolved("short", {})
    ('a long text', 'short')
    """
    if not text.startswith(ATTACHED):
        return text
    return str(texts.get(text.removeprefix(ATTACHED), text))
