"""Rows of a frame of samples as the samples of an Inspect log, so that both become the same tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Raw

from data.formats.inspect_frames.evals import parsed
from data.formats.inspect_log.records import Message, Sample, Score, Usage
from data.formats.loose import real, text, whole

SCORE = "score_"
METADATA = "metadata_"
DETAILS = ("answer", "explanation", "reason", "metadata")
"""Of each score, in frames that were made with them."""
ROLE = re.compile(r"(?:\A|\n\n)(system|user|assistant|tool):\n")


def scorers(columns: Sequence[str]) -> list[str]:
    """
    >>> scorers(["id", "score_match", "score_match_answer", "score_f1"])
    ['match', 'f1']
    """
    names = [c.removeprefix(SCORE) for c in columns if c.startswith(SCORE)]
    details = {f"{n}_{d}" for n in names for d in DETAILS}
    return [n for n in names if n not in details]


def record(row: Mapping[str, Any], names: Sequence[str]) -> Sample:
    """`names` are the scorers of its evaluation: a column may be of others only."""
    ended = bool(row.get("error")) or bool(row.get("limit"))
    scores: dict[str, Score | None] = {
        n: _score(row, n) for n in names if row.get(SCORE + n) is not None or not ended
    }
    tokens = whole(row.get("total_tokens")) or None  # a frame has 0 where nothing was logged
    return Sample(
        id=str(row["id"]),
        epoch=whole(row.get("epoch")) or 1,
        input=asked(text(row.get("input"))),
        target=row.get("target"),
        metadata=Raw(msgspec.json.encode(metadata(row))),
        scores=scores,
        model_usage=None if tokens is None else {"": Usage(tokens)},
        total_time=real(row.get("total_time")),
        error=text(row.get("error")),
        limit=text(row.get("limit")),
    )


def _score(row: Mapping[str, Any], name: str) -> Score:
    return Score(parsed(row.get(SCORE + name)), row.get(f"{SCORE}{name}_answer"))


def metadata(row: Mapping[str, Any]) -> dict[str, Any]:
    """Without what only samples of other evaluations have."""
    found = {k.removeprefix(METADATA): v for k, v in row.items() if k.startswith(METADATA)}
    return {k: parsed(v) for k, v in found.items() if v is not None}


def asked(spelt: str | None) -> str | list[Message] | None:
    r"""A frame spells messages as text, and a plain question as one message.

    >>> asked("user:\nWhy?\n")
    'Why?'
    """
    if spelt is None:
        return None
    pieces = ROLE.split(spelt)
    if pieces[0] or len(pieces) < 3:
        return spelt
    said = [Message(r, t.removesuffix("\n")) for r, t in zip(pieces[1::2], pieces[2::2], strict=True)]
    only = said[0].content if len(said) == 1 and said[0].role == "user" else None
    return only if isinstance(only, str) else said
