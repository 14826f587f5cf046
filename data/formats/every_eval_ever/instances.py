"""Rows of a file of samples: one a sample, epoch and scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from data.formats import inputs, lenient
from data.formats.digests import as_json
from data.formats.every_eval_ever import dialect
from data.formats.lenient import Line
from data.formats.loose import at, items, real, table, text, whole
from data.formats.previews import preview
from data.schema import PREVIEW

FIELDS = (
    "evaluation_name", "evaluation_result_id", "sample_id", "model_id", "input", "output", "answer_attribution",
    "evaluation", "token_usage", "performance", "error", "metadata", "sample_hash", "interaction_type",
)  # fmt: skip


class Instance(NamedTuple):
    """A row with the parts of it that lists show."""

    at: int
    size: int
    fields: Mapping[str, Any]

    @property
    def metadata(self) -> dict[str, Any]:
        return table(self.fields.get("metadata"))

    @property
    def task(self) -> str | None:
        return text(self.fields.get("evaluation_name"))

    @property
    def result_id(self) -> str | None:
        return text(self.fields.get("evaluation_result_id"))

    @property
    def epoch(self) -> int | None:
        told = self.metadata.get(dialect.EPOCH)
        found = int(told) if isinstance(told, str) and told.isdecimal() else whole(told)
        return found if found is not None and 1 <= found < 2**31 else None


class Asked(NamedTuple):
    """What was asked, whether that is only its beginning, and whether it was all that was said to the model."""

    text: str | None
    partly: bool
    alone: bool


def instance(line: Line) -> Instance | None:
    """None for a row that does not say which sample it is of."""
    fields = {k: lenient.value(line.fields[k]) for k in FIELDS if k in line.fields}
    return None if fields.get("sample_id") is None else Instance(line.at, line.size, fields)


def score(found: Instance) -> float | None:
    """The number, or where there is none, whether the answer was right."""
    logged = table(found.fields.get("evaluation"))
    value = real(logged.get("score"))
    correct = logged.get("is_correct")
    return float(correct) if value is None and isinstance(correct, bool) else value


def sample(found: Instance, epoch: int) -> dict[str, Any]:
    """Columns of `samples`, but `run` and `locator`; in place of the hashes `asked`: it is cheaper to make all at once."""
    f, metadata = found.fields, found.metadata
    asked = text(at(f, "input", "raw")) or text(at(f, "input", "formatted"))
    target, answer = joined(at(f, "input", "reference")), answer_of(f)
    kept = {k: v for k, v in metadata.items() if k not in dialect.OF_A_SAMPLE}
    return {
        "sample_id": str(f["sample_id"]),
        "epoch": epoch,
        "category": text(metadata.get(dialect.CATEGORY_OF_SAMPLE)),
        "input": asked and preview(asked),
        "target": target and preview(target),
        "answer": answer and preview(answer),
        "asked": Asked(asked, _is_preview(found, asked), f.get("interaction_type") == "single_turn"),
        "total_tokens": _tokens(f, metadata),
        "time_s": _seconds(f.get("performance")),
        "error": text(f.get("error")),
        "limit": text(metadata.get(dialect.LIMIT)),
        "metadata": as_json(kept) if kept else None,
    }


def joined(values: Any) -> str | None:
    """The references. Some records have a text where the schema has a list."""
    return text(values) if isinstance(values, str) else ", ".join(map(str, items(values))) or None


def answer_of(f: Mapping[str, Any]) -> str | None:
    """The last thing that was taken for the answer, or else all that the model wrote."""
    attributed: Sequence[Any] = [a for a in items(f.get("answer_attribution")) if isinstance(a, dict)]
    final = [a for a in attributed if a.get("is_terminal")] or attributed
    return text(at(final[-1], "extracted_value")) if final else joined(at(f, "output", "raw"))


def _is_preview(found: Instance, asked: str | None) -> bool:
    """A record without a hash of its own may be of a log that was gone by then, and hold no more of the question."""
    return found.fields.get("sample_hash") is None and len(asked or "") >= PREVIEW // 2


def hashes(asked: Sequence[Asked]) -> dict[str, pl.Series]:
    """The two columns, a row for each."""
    hashed = inputs.hashes([a.text for a in asked], [a.partly for a in asked])
    return {"input_hash": hashed, "question_hash": inputs.where(hashed, [a.alone for a in asked])}


def _tokens(f: Mapping[str, Any], metadata: Mapping[str, Any]) -> int | None:
    """The schema takes a sum only beside its parts, which we do not have when we write."""
    told = text(metadata.get(dialect.TOKENS)) or ""
    return int(told) if told.isdecimal() else whole(at(f, "token_usage", "total_tokens"))


def _seconds(performance: Any) -> float | None:
    took = real(at(performance, "latency_ms"))
    took = real(at(performance, "generation_time_ms")) if took is None else took
    return None if took is None else took / 1000
