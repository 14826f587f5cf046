"""What samples say that their previews leave out, from the summaries: Inspect keeps 5,120 characters of an input there, and
1,024 of an explanation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard

import msgspec
from msgspec import Raw, Struct

from data.formats.base import Log
from data.formats.inspect_log import eval_file
from data.formats.inspect_log.logged import unchanging
from data.formats.inspect_log.records import Message, raw_summaries, split
from data.formats.inspect_log.samples import joined, said_in
from data.schema import PREVIEW

MOST = 8_000
"""Characters of a sample that are searched."""


class Score(Struct, gc=False):
    answer: Any = None
    explanation: Any = None


class Asked(Struct, gc=False):
    id: str | int | float | None = None
    epoch: int = 1
    input: str | list[Message] | None = None
    target: Any = None
    scores: dict[str, Score | None] | None = None


class Judged(Struct, gc=False):
    """Of a sample whose texts are not as they should be, what its scorers say."""

    id: str | int | float | None = None
    epoch: int = 1
    scores: dict[str, Score | None] | None = None


_ASKED = msgspec.json.Decoder(Asked)
_JUDGED = msgspec.json.Decoder(Judged)


def long_texts(log: Log) -> list[tuple[str, int, str]]:
    return [told for raw in _summaries(log) if (told := _told(raw)) is not None]


def _summaries(log: Log) -> list[Raw]:
    with unchanging(log.path) as file:
        if file.read(2) == b"PK":
            archive = eval_file.opened(file, [])
            members = (archive.read(name) for name in eval_file.sample_members(archive))
            return [raw for data in members for raw in raw_summaries(data)]
        file.seek(0)
        return split(file.read()).samples or []


def _told(raw: Raw) -> tuple[str, int, str] | None:
    for decoder in (_ASKED, _JUDGED):
        try:
            sample: Asked | Judged = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        said = "\n".join(_beyond_previews(sample))[:MOST]
        return (str(sample.id), sample.epoch, said) if said else None
    return None


def _beyond_previews(sample: Asked | Judged) -> Iterator[str]:
    """All of what is long, since what is looked for may stand where a preview ends."""
    scores = [s for s in (sample.scores or {}).values() if s is not None]
    yield from (s.explanation for s in scores if isinstance(s.explanation, str))
    answers = [joined(s.answer) for s in scores]
    yield from (a for n, a in enumerate(answers) if a and (n or len(a) > PREVIEW) and a not in answers[:n])
    if isinstance(sample, Asked):
        yield from filter(_is_long, (joined(sample.target), _question(sample.input)))
        if isinstance(sample.input, list) and len(sample.input) > 1:  # of which a preview has one message
            yield "\n".join(said_in(m.content) for m in sample.input)


def _is_long(text: str | None) -> TypeGuard[str]:
    return text is not None and len(text) > PREVIEW


def _question(value: str | list[Message] | None) -> str | None:
    """What is no conversation."""
    if isinstance(value, list):
        return said_in(value[0].content) if len(value) == 1 else None
    return value
