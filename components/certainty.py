"""How sure a score is and what it is over, in the words that charts and tables say it with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from components.figures.bars import known
from components.text import counted, reducer, say
from components.theme import number


def worded(df: pl.DataFrame, locale: str) -> pl.DataFrame:
    """With `method`, by which an interval was found; `made`, how a score was computed that no log has; `left_out`, how many
    samples it is not over. Each null where there is nothing to say."""
    method = [say(locale, "interval", m) if m else None for m in df["interval"]]
    computed = df.select("source", "reducer").rows() if "source" in df.columns else [(None, None)] * df.height
    made = [_made(source, how, locale) for source, how in computed]
    left_out = [counted(locale, "scores", "without", n) if n else None for n in df["n_without"]]
    return df.with_columns(
        pl.Series("method", method, pl.String),
        pl.Series("made", made, pl.String),
        pl.Series("left_out", left_out, pl.String),
    )


def _made(source: str | None, how: str | None, locale: str) -> str | None:
    if source != "samples" or how is None:
        return None
    return say(locale, "scores", "made", reducer=reducer(locale, how).lower())


def told(row: Mapping[str, Any]) -> str | None:
    """A row of `worded` as one line of text, for the tooltip of a cell; None where it has no value."""
    if row["value"] is None:
        return None
    said = f"{row['metric']} {number(row['value'])}{known(dict(row))}"
    return f"{said}, {row['made']}" if row["made"] else said


def way(metric: str, locale: str, *, down: bool) -> str:
    """The name of a metric on hover, and which way is better where that is not up.

    >>> way("wer/mean", "en", down=True), way("accuracy", "en", down=False)
    ('wer/mean: lower is better', 'accuracy')
    """
    return f"{metric}: {say(locale, 'words', 'lower_is_better')}" if down else metric
