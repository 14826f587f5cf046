"""Whether two runs asked the same: numbers made of what was asked, equal for equal texts, whoever logged them.

`samples.input_hash` is of all that a log says was asked, and compares runs of one format. `samples.question_hash` is
of the question's own words, and compares runs of any two formats; it is null where the words that we have may not be
all of the question: several messages, a picture, a passage that lies elsewhere.

White space at the ends and the kind of line breaks are left out, since that is how harnesses join texts. Within a
text it counts: indentation is meaning in a program, and HELM has a perturbation that only adds spaces.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

WHOLE = 1
"""This bit of a number says that it is of the whole input. Without it only the beginning or the words of it are known:
then equal numbers do not say that the inputs are equal, and different ones say that they differ."""


def hashes(texts: pl.Series | Sequence[str | None], partly: Sequence[bool] | None = None) -> pl.Series:
    """Null for a text without letters, which says nothing. `partly` says of which texts only a part is known.

    The numbers are Polars', a tenth of the cost of a digest each. They hold within one version of Polars, which the
    cache's folder therefore names (data/cache.py).
    """
    known = _joined_alike(texts if isinstance(texts, pl.Series) else pl.Series(texts, dtype=pl.String))
    number = known.hash() | WHOLE
    if partly is not None and any(partly):
        number = number ^ pl.Series(partly, dtype=pl.Boolean).cast(pl.UInt64)
    return number.to_frame("n").select(pl.when((known != "").fill_null(False)).then("n")).to_series()


def _joined_alike(texts: pl.Series) -> pl.Series:
    if texts.str.contains(
        "\r", literal=True
    ).any():  # to look is thirty times cheaper than to replace nothing
        texts = texts.str.replace_all("\r\n", "\n", literal=True)
    return texts.str.strip_chars_end().str.strip_chars_start("\n")


def where(number: pl.Series, is_question: Sequence[bool]) -> pl.Series:
    """The `question_hash` of rows whose input is the question and nothing else."""
    whole = (number & WHOLE == WHOLE).fill_null(False) & pl.Series(is_question, dtype=pl.Boolean)
    return number.to_frame("n").select(pl.when(whole).then("n")).to_series()
