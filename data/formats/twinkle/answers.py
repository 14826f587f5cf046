"""Detail rows as columns: a frame for each detail file, not yet assigned to any run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import polars as pl

from data.formats import inputs
from data.formats.twinkle import judges
from data.formats.twinkle.details import Details
from data.formats.twinkle.rows import Row
from data.formats.twinkle.settings import canonical
from data.grades import to_number
from data.schema import PREVIEW

OPTION = r"\n[A-Z]: "
BREAK = "\x1e"
TOKENS = {
    "input_tokens": "usage_prompt_tokens",
    "output_tokens": "usage_completion_tokens",
    "total_tokens": "usage_total_tokens",
}


def frame(details: Details) -> pl.DataFrame:
    """Columns of `samples` that a row alone can fill, the tokens of its request, `repeat` (the number of its
    sample), and a column for each scorer, named by `judges.COLUMN`."""
    rows = details.rows
    answers = values(rows, "predicted_answer")
    texts = pl.DataFrame(
        {
            "question_id": _texts(values(rows, "question_id")),
            "question": _texts(values(rows, "question")),
            "target": _texts(values(rows, "correct_answer")),
            "answer": _texts(answers),
        }
    )
    return texts.select(
        "question_id",
        _column("repeat", pl.Int64, rows, "sample_id").fill_null(0),
        pl.col("question").str.slice(0, PREVIEW).alias("input"),
        pl.col("target", "answer").str.slice(0, PREVIEW),
        input_hash(),
        question_hash(texts["question"]),
        _metadata(rows),
        _locators(details),
        *(_column(name, pl.Int64, rows, field) for name, field in TOKENS.items()),
        pl.Series(f"{judges.COLUMN}accuracy", list(map(to_number, values(rows, "is_correct"))), pl.Float64),
        *judges.columns(rows),
    )


def values(rows: Sequence[Row], field: str) -> list[Any]:
    return list(map(attrgetter(field), rows))


def _column(name: str, dtype: type[pl.DataType], rows: Sequence[Row], field: str) -> pl.Series:
    return pl.Series(name, values(rows, field), dtype=dtype)


def _texts(found: list[Any]) -> pl.Series:
    """Some methods answer in objects; question numbers are numbers."""
    kinds = set(map(type, found))
    if kinds <= {int, type(None)}:
        return pl.Series(found, dtype=pl.Int64).cast(pl.String)
    if not kinds <= {str, type(None)}:
        found = [v if v is None or isinstance(v, str) else canonical(v) for v in found]
    return pl.Series(found, dtype=pl.String)


def input_hash() -> pl.Expr:
    """The sum of the hashes of the stem and of each option: the same in whatever order they came, since each
    repetition shuffles them anew."""
    parts = pl.col("question").str.strip_chars_end().str.replace_all(OPTION, BREAK).str.split(BREAK)
    return (parts.list.eval(pl.element().hash(0)).list.sum() | inputs.WHOLE).alias("input_hash")


def question_hash(questions: pl.Series) -> pl.Series:
    """Only of questions without options: with them no other harness has the same text."""
    free = ~questions.str.contains(OPTION).fill_null(True)
    return inputs.where(inputs.hashes(questions.to_list()), free.to_list()).alias("question_hash")


def _metadata(rows: Sequence[Row]) -> pl.Expr:
    images = values(rows, "image_path")
    if images.count(None) < len(images):
        return pl.lit(pl.Series([_extras(r) for r in rows], dtype=pl.String)).alias("metadata")
    return pl.when(pl.col("answer").is_null()).then(pl.lit('{"unparsed":true}')).alias("metadata")


def _extras(row: Row) -> str | None:
    extras = {"unparsed": True} if row.predicted_answer is None else {}
    extras |= {} if row.image_path is None else {"image_path": row.image_path}
    return canonical(extras) if extras else None


def _locators(details: Details) -> pl.Expr:
    at, size, index = (pl.lit(pl.Series(v, dtype=pl.Int64)) for v in zip(*details.places, strict=True))
    end = pl.concat_str(pl.lit(',"index":'), index)
    start = pl.lit(f'{{"file":{json.dumps(details.name)},"at":')
    parts = (start, at, pl.lit(',"size":'), size, end, pl.lit("}"))
    return pl.concat_str(parts, ignore_nulls=True).alias("locator")
