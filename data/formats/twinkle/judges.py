"""The scores of a row beside right and wrong: only some methods have them, and no summary does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import polars as pl

from data.formats.twinkle.rows import Row
from data.formats.twinkle.values import mean
from data.grades import to_number

COLUMN = "score:"
FIELDS = ("prompt_strict", "prompt_loose", "instruction_strict", "instruction_loose", "wer", "cer")
MARK = re.compile(r"\[評分\]\s*[:\uFF1A]?\s*(\d+(?:\.\d+)?)")
"""vistw_judge writes its 0 to 10 into the text of the answer, and nowhere else."""


def columns(rows: Sequence[Row]) -> list[pl.Series]:
    answers = [r.predicted_answer for r in rows]
    return [*_fields(rows), *_parts(answers), *_own_metric(rows), *_judge(answers)]


def _fields(rows: Sequence[Row]) -> Iterator[pl.Series]:
    for name in FIELDS:
        found = list(map(attrgetter(name), rows))
        if found.count(None) < len(found):
            yield _series(name, [_value(v) for v in found])


def _parts(answers: Sequence[Any]) -> Iterator[pl.Series]:
    """RAGAS logs its four scores as the answer."""
    names = dict.fromkeys(k for a in answers if type(a) is dict for k in a)
    for name in names:
        found = [_value(a.get(name)) if isinstance(a, Mapping) else None for a in answers]
        if found.count(None) < len(found):
            yield _series(name, found)


def _own_metric(rows: Sequence[Row]) -> Iterator[pl.Series]:
    """Speech recognition names the metric that decided; WER and CER are there anyway."""
    names = {r.metric for r in rows if r.metric is not None} - set(FIELDS)
    for name in sorted(map(str, names)):
        yield _series(name, [_value(r.metric_value) if r.metric == name else None for r in rows])


def _judge(answers: Sequence[Any]) -> Iterator[pl.Series]:
    found = {i: m for i, a in enumerate(answers) if type(a) is str and "[評" in a and (m := MARK.search(a))}
    if found:
        yield _series("judge", [float(found[i][1]) if i in found else None for i in range(len(answers))])


def _value(value: object) -> float | None:
    if isinstance(value, list):  # one verdict for each instruction
        return mean([v for v in map(to_number, value) if v is not None])
    return to_number(value)


def _series(name: str, found: Sequence[float | None]) -> pl.Series:
    return pl.Series(COLUMN + name, found, dtype=pl.Float64)
