"""One row for each sample: previews for lists, numbers for columns, the metadata as its JSON text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any, TypeGuard

import msgspec
import polars as pl
from msgspec import Raw

from data.formats import inputs, letters
from data.formats.inspect_log.records import Fault, Limit, Message, Part, Sample, Score, Usage
from data.formats.previews import previews
from data.formats.strict import without_infinities
from data.problems import Code, Problem

THINNED = 5120
"""Characters of input that a summary keeps. The hash is over these, so that .eval and .json agree, and says so."""
ERROR_LENGTH = 2000
LONG, LONG_VALUE = 32_768, 1_026
"""Characters of all metadata and of one value, whose quotation marks count."""
Input = str | list[Message] | None
PLACEHOLDERS = {f"({kind})": f"({kind.lower()})" for kind in ("Image", "Audio", "Video", "Data", "Document")}


def latest(samples: list[Sample]) -> tuple[list[Sample], list[Problem]]:
    """One of each (id, epoch): the last, as a sample that was run again is written again. One without an id is none."""
    kept = {(str(s.id), s.epoch): s for s in samples if s.id is not None}
    if len(kept) == len(samples):
        return samples, []
    nameless = sum(s.id is None for s in samples)
    return list(kept.values()), [Problem(Code.BAD_VALUE, f"id of {nameless} samples")] if nameless else []


def misspelt(samples: list[Sample]) -> list[Problem]:
    """What the parser does not look into, since nobody asked for its parts."""
    found = letters.not_utf8(b"".join([s.metadata for s in samples]))
    return [Problem(Code.WRONG_LETTERS, f"metadata: {found}")] if found else []


def frame(samples: list[Sample]) -> pl.DataFrame:
    asked = [s.input for s in samples]
    if _are_texts(asked):
        shown, hashed = asked, _hashes_of_texts(asked)
    else:
        shown, hashed = [i if isinstance(i, str) else _shown(i) for i in asked], _hashes(asked)
    nothing = _texts([None] * len(samples))
    return pl.DataFrame(
        {
            "run": pl.Series([0] * len(samples), dtype=pl.UInt32),
            "sample_id": _texts([str(s.id) for s in samples]),
            "epoch": pl.Series([s.epoch for s in samples], dtype=pl.Int32, strict=False),
            "category": nothing,
            "input": previews(shown),
            "target": previews([t if type(t := s.target) is str else joined(t) for s in samples]),
            "answer": previews([_answer(x) if (x := s.scores) else None for s in samples]),
            **hashed,
            "total_tokens": pl.Series(
                [_tokens(u) if (u := s.model_usage) else None for s in samples], dtype=pl.Int64, strict=False
            ),
            "time_s": pl.Series([s.total_time for s in samples], dtype=pl.Float64),
            "error": _texts([None if s.error is None else _error(s.error) for s in samples]),
            "limit": _texts([None if s.limit is None else _limit(s.limit) for s in samples]),
            "metadata": _texts(_metadata([str(s.metadata, "utf-8", letters.SPELT) for s in samples])),
            "locator": nothing,
        }
    )


def _texts(values: list[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def _are_texts(asked: Sequence[Input]) -> TypeGuard[list[str | None]]:
    return set(map(type, asked)) <= {str, NoneType}


def _hashes_of_texts(asked: list[str | None]) -> dict[str, pl.Series]:
    """Of plain texts, which are all that most logs have, both numbers are the same."""
    if max(map(len, filter(None, asked)), default=0) > THINNED:
        return _hashes(asked)
    hashed = inputs.hashes(asked)
    return {"input_hash": hashed, "question_hash": hashed}


def _hashes(asked: Sequence[Input]) -> dict[str, pl.Series]:
    texts = [i if isinstance(i, str) else _whole(i) for i in asked]
    partly = [len(i) > THINNED if isinstance(i, str) else _partly(i) for i in asked]
    hashed = inputs.hashes(
        [t and t[:THINNED] if p else t for t, p in zip(texts, partly, strict=True)], partly
    )
    questions = [isinstance(i, str) or _is_question(i) for i in asked]
    return {"input_hash": hashed, "question_hash": inputs.where(hashed, questions)}


def _whole(value: list[Message] | None) -> str | None:
    """All that was asked, without what differs each time: messages have random ids. One message of a user is the same
    question as a plain text."""
    if value is None:
        return None
    if _is_question(value):
        return said_in(value[0].content)
    return "\0".join(f"{m.role}\0{said_in(m.content)[:THINNED]}" for m in value)


def _partly(value: list[Message] | None) -> bool:
    """Whether a summary does not have all of it."""
    return value is not None and any(len(said_in(m.content)) > THINNED or _shows(m) for m in value)


def _is_question(value: list[Message] | None) -> bool:
    return value is not None and len(value) == 1 and value[0].role == "user"


def _shows(message: Message) -> bool:
    """Whether a message has pictures or the like, of which we know no more than that."""
    parts = message.content if isinstance(message.content, list) else ()
    return any(not isinstance(p, str) and (p.type != "text" or (p.text or "") in PLACEHOLDERS) for p in parts)


def _shown(value: list[Message] | None) -> str | None:
    """What the user said last, or, where no user spoke, all of it."""
    if value is None:
        return None
    by_user = [m for m in value if m.role == "user"]
    return " ".join(said_in(m.content) for m in by_user[-1:] or value)


def said_in(content: str | list[Part | str] | None) -> str:
    """Text of a message; what is not text is named: (image)."""
    if isinstance(content, list):
        return " ".join(_part(p) for p in content)
    return content or ""


def _part(part: Part | str) -> str:
    if isinstance(part, str):
        return part
    if part.type != "text":
        return f"({part.type})"
    text = part.text or ""
    return PLACEHOLDERS.get(text, text)


def joined(value: Any) -> str | None:
    if value is None or type(value) is str:
        return value
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _answer(scores: Mapping[str, Score | None]) -> str | None:
    score = next(iter(scores.values()))
    return None if score is None else joined(score.answer)


def _tokens(usage: Mapping[str, Usage]) -> int | float | None:
    if len(usage) == 1:  # as most have
        return next(iter(usage.values())).total_tokens
    known = [n for u in usage.values() if (n := u.total_tokens) is not None]
    return sum(known) if known else None


def _error(error: str | Fault) -> str:
    return (error if isinstance(error, str) else error.message)[:ERROR_LENGTH]


def _limit(limit: str | Limit) -> str:
    return limit if isinstance(limit, str) else limit.type


def _metadata(texts: list[str]) -> list[str | None]:
    """Each on one line, thinned and without infinities. Most logs need nothing of the kind, and one look says so."""
    together = "".join(texts)
    if "\n" in together or "\uf8ff" in together or max(map(len, texts), default=0) > LONG:
        texts = [without_infinities(_thinned(t) if len(t) > LONG or "\n" in t else t) for t in texts]
    return [t if len(t) > len("{}") and t[0] == "{" else None for t in texts]


def _thinned(text: str) -> str:
    """On one line and without long values, as a summary has it. The whole sample still has all of it."""
    try:
        values = msgspec.json.decode(msgspec.json.format(text, indent=-1), type=dict[str, Raw])
    except msgspec.DecodeError:
        return ""
    return msgspec.json.encode({k: v for k, v in values.items() if len(bytes(v)) <= LONG_VALUE}).decode()
