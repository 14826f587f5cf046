"""One line of a detail file.

msgspec decodes it into the few fields that we keep and skips the rest without building it: answers with
their reasoning are nine tenths of such a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from data.formats.twinkle.documents import load
from data.formats.twinkle.settings import canonical
from data.formats.twinkle.values import number, sequence


class Row(msgspec.Struct, gc=False):
    """An answer, or, with `details`, all answers to one file."""

    question_id: int | str | None = None
    sample_id: int | None = None
    question: str | None = None
    correct_answer: Any = None
    predicted_answer: Any = None
    is_correct: Any = None
    usage_completion_tokens: int | None = None
    usage_prompt_tokens: int | None = None
    usage_total_tokens: int | None = None
    image_path: Any = None
    prompt_strict: Any = None
    prompt_loose: Any = None
    instruction_strict: Any = None
    instruction_loose: Any = None
    wer: Any = None
    cer: Any = None
    metric: str | None = None
    metric_value: Any = None
    file: str | None = None
    details: list[Row] | None = None


DECODER = msgspec.json.Decoder(Row)
WHOLE = {"sample_id", "usage_completion_tokens", "usage_prompt_tokens", "usage_total_tokens"}
TEXTS = {"question_id", "question", "metric", "file"}


def decode_line(line: bytes) -> Row:
    try:
        return DECODER.decode(line)
    except msgspec.DecodeError:
        # A failed endpoint is logged as a bare -Infinity, which JSON does not know.
        return row_of(load(line))


def row_of(value: Any) -> Row:
    """From a row with anything in it: what does not fit its field is spelt as it would be."""
    if not isinstance(value, Mapping):
        raise TypeError("not an object")
    fitting = {f: _fit(f, value[f]) for f in Row.__struct_fields__ if value.get(f) is not None}
    return Row(**fitting)


def _fit(field: str, value: Any) -> Any:
    if field == "details":
        return [row_of(v) for v in sequence(value)]
    if field in WHOLE:
        found = number(value)
        return None if found is None else int(found)
    if field in TEXTS and not isinstance(value, str):
        return value if field == "question_id" and type(value) is int else canonical(value)
    return value
