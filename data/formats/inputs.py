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


def hashes(texts: Sequence[str | None], partly: Sequence[bool] | None = None) -> pl.Series:
    """Null for a text without letters, which says nothing. `partly` says of which texts only a part is known.

    The numbers are Polars', a tenth of the cost of a digest each. They hold within one version of Polars, which the
    cache's folder therefore names (data/cache.py).
    """
    if any("\r" in t for t in texts if t):
        texts = [t and t.replace("\r\n", "\n") for t in texts]
    # Stripped here: each step that Polars is asked for costs as much as to strip a thousand.
    text = pl.lit(pl.Series([(t and t.rstrip().lstrip("\n")) or None for t in texts], dtype=pl.String))
    number = text.hash() | WHOLE
    if partly is not None and any(partly):
        number = number ^ pl.lit(pl.Series(partly, dtype=pl.Boolean)).cast(pl.UInt64)
    return pl.select(pl.when(text.is_not_null()).then(number)).to_series()


def where(number: pl.Series, is_question: Sequence[bool]) -> pl.Series:
    """The `question_hash` of rows whose input is the question and nothing else."""
    whole = (number & WHOLE == WHOLE).fill_null(False) & pl.Series(is_question, dtype=pl.Boolean)
    return number.to_frame("n").select(pl.when(whole).then("n")).to_series()
