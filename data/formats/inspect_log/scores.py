"""The long table of scores: a number and a mark for each sample and scorer, column by column."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from types import NoneType
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from data.formats.inspect_log.records import Sample
from data.formats.strict import NUMBERS
from data.grades import to_number
from data.problems import Code, Problem
from data.schema import Mark

EXAMPLES = 3
Add = Callable[[Any], None]


class Column(NamedTuple):
    """Values of one scorer, with the row of the sample that each belongs to."""

    rows: list[int]
    values: list[Any]

    def add(self, row: int, value: Any) -> None:
        self.rows.append(row)
        self.values.append(value)


class Scores(NamedTuple):
    frame: pl.DataFrame
    problems: list[Problem]


def scores(samples: Sequence[Sample], declared: Iterable[str]) -> Scores:
    """`declared` are the scorers that the header knows of, for logs in which no sample came so far."""
    columns = _split(_logged(samples), list(declared))
    frames, problems = [], []
    for scorer, column in columns.items():
        numbers, marks, unknown = _graded(column.values)
        frames.append(_frame(scorer, column.rows, numbers, marks))
        if unknown:
            problems.append(_unknown_grades(scorer, unknown))
    limited = np.array([s.limit is not None for s in samples], bool)
    frames += _absent(samples, columns or {name: Column([], []) for name in declared})
    return Scores(_marked(pl.concat(frames), limited) if frames else _frame("", [], [], []), problems)


def _logged(samples: Sequence[Sample]) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    add: dict[str, tuple[Add, Add]] = {}  # bound once: this loop runs for every score of every log
    for row, sample in enumerate(samples):
        for name, score in sample.scores.items() if sample.scores else ():
            if name not in add:
                column = columns[name] = Column([], [])
                add[name] = column.rows.append, column.values.append
            add_row, add_value = add[name]
            add_row(row)
            add_value(score and score.value)
    return columns


def _split(logged: dict[str, Column], declared: list[str]) -> dict[str, Column]:
    """A scorer whose value is a dictionary or a list becomes one scorer for each part."""
    columns: dict[str, Column] = {}
    for name, column in logged.items():
        kinds = set(map(type, column.values))
        parts = [d for d in declared if d.startswith(f"{name}/")]
        if dict in kinds or list in kinds:
            columns |= _parts(name, column)
        elif parts and kinds == {type(None)}:
            columns |= dict.fromkeys(parts, column)
        else:
            columns[name] = column
    return columns


def _parts(name: str, column: Column) -> dict[str, Column]:
    first = column.values[0]
    if isinstance(first, dict) and all(type(v) is dict and v.keys() == first.keys() for v in column.values):
        return {f"{name}/{k}": Column(column.rows, [v[k] for v in column.values]) for k in first}
    parts: dict[str, Column] = {}
    whole: Column = Column([], [])
    for row, value in zip(column.rows, column.values, strict=True):
        if isinstance(value, (dict, list)):
            for part, inner in value.items() if isinstance(value, dict) else enumerate(value):
                parts.setdefault(f"{name}/{part}", Column([], [])).add(row, inner)
        else:
            whole.add(row, value)
    return _with_whole(name, parts, whole)


def _with_whole(name: str, parts: dict[str, Column], whole: Column) -> dict[str, Column]:
    """Left unscored as a whole means every part was; any other plain value is a scorer beside its parts."""
    for row, value in zip(whole.rows, whole.values, strict=True):
        for part in parts if value is None and parts else (name,):
            parts.setdefault(part, Column([], [])).add(row, value)
    return parts


def _graded(values: list[Any]) -> tuple[list[float | None], Sequence[int], list[Any]]:
    """Numbers, marks, and the values that no rule turns into a number."""
    kinds = set(map(type, values))
    if kinds <= {float, NoneType}:
        numbers = [None if v is None or math.isnan(v) else v for v in values]
    elif kinds <= {str, float, int, bool, NoneType}:
        table = {v: _number(v) for v in set(values)}
        numbers = [table[v] for v in values]
    else:
        numbers = [_number(v) for v in values]
    if None not in numbers:
        return numbers, [Mark.VALUE] * len(values), []
    marks = [Mark.VALUE if n is not None else _absence(v) for v, n in zip(values, numbers, strict=True)]
    return numbers, marks, [v for v, m in zip(values, marks, strict=True) if m == Mark.INVALID]


def _number(value: Any) -> float | None:
    try:
        number = NUMBERS[value] if isinstance(value, str) and value in NUMBERS else to_number(value)
    except OverflowError:  # an integer that no float can hold
        return None
    return None if number is None or math.isnan(number) else number


def _absence(value: Any) -> Mark:
    """Why this is no number."""
    is_nan = isinstance(value, float) and math.isnan(value)
    return Mark.UNSCORED if value is None or is_nan else Mark.INVALID


def _absent(samples: Sequence[Sample], columns: dict[str, Column]) -> Iterable[pl.DataFrame]:
    """Rows for samples that an error or a limit ended before they were scored."""
    ended = {row for row, s in enumerate(samples) if s.error is not None or s.limit is not None}
    for scorer, column in columns.items() if ended else ():
        rows = sorted(ended.difference(column.rows))
        marks = [Mark.LIMIT if samples[row].error is None else Mark.ERROR for row in rows]
        yield _frame(scorer, rows, [None] * len(rows), marks)


def _frame(
    scorer: str, rows: list[int], numbers: Sequence[float | None], marks: Sequence[int]
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sample": pl.Series(rows, dtype=pl.UInt32),
            "scorer": pl.Series([scorer], dtype=pl.String).new_from_index(0, len(rows)),
            "value": pl.Series(numbers, dtype=pl.Float64),
            "mark": pl.Series(marks, dtype=pl.UInt8),
        }
    )


def _marked(frame: pl.DataFrame, limited: np.ndarray) -> pl.DataFrame:
    """A sample that was cut off and scored nevertheless keeps its value and says so."""
    if not limited.any():
        return frame
    cut = pl.Series(limited[frame["sample"].to_numpy()]) & (frame["mark"] == Mark.VALUE)
    return frame.with_columns(mark=pl.when(cut).then(pl.lit(Mark.LIMIT, pl.UInt8)).otherwise(pl.col("mark")))


def _unknown_grades(scorer: str, values: list[Any]) -> Problem:
    examples = list(dict.fromkeys(repr(v)[:40] for v in values))[:EXAMPLES]
    return Problem(Code.UNKNOWN_GRADE, f"{scorer}: {', '.join(examples)} ({len(values)})")
