"""One row for each sample: previews for lists, numbers for columns, the metadata as its JSON text."""

from __future__ import annotations

from typing import Any

import msgspec
import polars as pl
from msgspec import Raw

from data.formats.inspect_log.records import Fault, Limit, Message, Part, Sample, Usage
from data.formats.strict import without_infinities
from data.schema import PREVIEW

THINNED = 5120
"""Characters of input that a summary keeps. The hash is over these, so that .eval and .json agree."""
ERROR_LENGTH = 2000
LONG, LONG_VALUE = 32_768, 1_026
"""Characters of all metadata and of one value, whose quotation marks count."""
PROBED = 256
"""Samples looked at to learn which metadata can group; a whole log would take as long as reading it."""
PLACEHOLDERS = {f"({kind})": f"({kind.lower()})" for kind in ("Image", "Audio", "Video", "Data", "Document")}


def latest(samples: list[Sample]) -> list[Sample]:
    """One of each (id, epoch): the last, as a sample that was run again is written again."""
    kept = {(str(s.id), s.epoch): s for s in samples}
    return samples if len(kept) == len(samples) else list(kept.values())


def frame(samples: list[Sample]) -> pl.DataFrame:
    asked = [i if isinstance(i := s.input, str) else _shown(i) for s in samples]
    whole = [i if isinstance(i := s.input, str) else _whole(i) for s in samples]
    nothing = _texts([None] * len(samples))
    return pl.DataFrame(
        {
            "run": pl.Series([0] * len(samples), dtype=pl.UInt32),
            "sample_id": _texts([str(s.id) for s in samples]),
            "epoch": pl.Series([s.epoch for s in samples], dtype=pl.Int32, strict=False),
            "category": nothing,
            "input": previews(asked),
            "target": previews([t if type(t := s.target) is str else _joined(t) for s in samples]),
            "answer": previews([_answer(s) for s in samples]),
            "input_hash": hashes(whole),
            "total_tokens": pl.Series(
                [_tokens(s.model_usage) for s in samples], dtype=pl.Int64, strict=False
            ),
            "time_s": pl.Series([s.total_time for s in samples], dtype=pl.Float64),
            "error": _texts([None if s.error is None else _error(s.error) for s in samples]),
            "limit": _texts([None if s.limit is None else _limit(s.limit) for s in samples]),
            "metadata": _texts([_metadata(s.metadata) for s in samples]),
            "locator": nothing,
        }
    )


def _texts(values: list[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def _whole(value: list[Message] | None) -> str | None:
    """All that was asked, without what differs each time: messages have random ids."""
    if value is None:
        return None
    return "\0".join(f"{m.role}\0{said_in(m.content)[:THINNED]}" for m in value)


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


def previews(texts: list[str | None]) -> pl.Series:
    """The beginning of each as it stands. White space is collapsed where previews are shown: done here, for all samples
    of all logs, it was an eighth of the whole ingest."""
    return _texts([text and text[:PREVIEW] for text in texts])


def preview(text: str) -> str:
    r"""The beginning, with white space collapsed; a little less than PREVIEW where that took some away.

    >>> preview(" What is\n\n 2 + 2? ")
    'What is 2 + 2?'
    """
    if text.isalnum():
        return text[:PREVIEW]
    short = text[:PREVIEW].replace("\n", " ").replace("\t", " ")
    while "  " in short:  # four times faster than to split and join
        short = short.replace("  ", " ")
    if len(short) <= PREVIEW // 2 < PREVIEW < len(text):
        short = " ".join(text[: 8 * PREVIEW].split())[:PREVIEW]
    return short.strip()


def hashes(texts: list[str | None]) -> pl.Series:
    """One number for each text, equal for equal ones: Polars', a tenth of the cost of a digest each.

    It holds within one version of Polars, which the cache's folder therefore names (data/cache.py).
    """
    begun = [text and text[:THINNED] for text in texts]
    return pl.select(pl.when(_texts(begun).is_not_null()).then(_texts(begun).hash())).to_series()


def _joined(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if value is None or isinstance(value, str) else str(value)


def _answer(sample: Sample) -> str | None:
    for score in sample.scores.values() if sample.scores else ():
        return _joined(score.answer) if score else None
    return None


def _tokens(usage: dict[str, Usage] | None) -> int | float | None:
    if not usage:
        return None
    if len(usage) == 1:  # as most have
        return next(iter(usage.values())).total_tokens
    known = [n for u in usage.values() if (n := u.total_tokens) is not None]
    return sum(known) if known else None


def _error(error: str | Fault) -> str:
    return (error if isinstance(error, str) else error.message)[:ERROR_LENGTH]


def _limit(limit: str | Limit) -> str:
    return limit if isinstance(limit, str) else limit.type


def _metadata(raw: Raw) -> str | None:
    text = str(raw, "utf-8", "replace")
    if len(text) > LONG or "\n" in text:
        text = _thinned(text)
    if len(text) <= len("{}") or not text.startswith("{"):
        return None
    return without_infinities(text)


def _thinned(text: str) -> str:
    """On one line and without long values, as a summary has it. The whole sample still has all of it."""
    try:
        values = msgspec.json.decode(msgspec.json.format(text, indent=-1), type=dict[str, Raw])
    except msgspec.DecodeError:
        return ""
    return msgspec.json.encode({k: v for k, v in values.items() if len(bytes(v)) <= LONG_VALUE}).decode()


def grouping_keys(samples: list[Sample]) -> list[str]:
    """Metadata whose values are plain and repeat, so that grouping by it says something."""
    step = max(1, len(samples) // PROBED)
    probed = [d for s in samples[::step] if isinstance(d := _decoded(s.metadata), dict)]
    keys = dict.fromkeys(key for metadata in probed for key in metadata)
    return [k for k in keys if _groups([m[k] for m in probed if k in m])]


def _decoded(raw: Raw) -> Any:
    try:
        return msgspec.json.decode(raw) if len(bytes(raw)) > 2 else None
    except msgspec.DecodeError:
        return None


def _groups(values: list[Any]) -> bool:
    if not all(v is None or isinstance(v, (str, int, float)) for v in values):
        return False
    return 0 < len(set(values) - {None}) <= max(50, len(values) // 2)
