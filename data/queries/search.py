"""Which samples say this? In their id, input, target, answer, metadata and, once they are read, their long texts."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data import longtexts
from data.parts import Part
from data.queries import selection
from data.store import Snapshot
from data.viewstate import ViewState

TEXTS = ("input", "target", "answer", "metadata")
LONG = 200
"""Characters: whatever the case, a longer text is a larger automaton than the engine makes."""


def containing(column: str, text: str) -> pl.Expr:
    """Whatever the case. By a regular expression: half the time of folding every text first."""
    if len(text) > LONG:
        return pl.col(column).str.to_lowercase().str.contains(text.lower(), literal=True)
    return pl.col(column).str.contains(f"(?i){pl.escape_regex(text)}")


def rows(part: Part, text: str) -> pl.DataFrame:
    """Columns run, sample and epoch: the rows of the part that have this text, sorted."""
    return _rows(part, text, longtexts.is_ready(part))


@lru_cache(maxsize=8)
def _rows(part: Part, text: str, complete: bool) -> pl.DataFrame:
    codes = part.ids.with_row_index("sample").filter(containing("sample_id", text))["sample"].to_list()
    found = pl.any_horizontal([containing(c, text) for c in TEXTS]).fill_null(False)
    key = ["run", "sample", "epoch"]
    frames = [part.samples.filter(found | pl.col("sample").is_in(codes)).select(key)]
    told = longtexts.scan(part) if complete else None
    if told is not None:
        frames.append(told.filter(containing("text", text)).select(key))
    return pl.concat([f.collect() for f in frames]).unique().sort(key)


def samples(part: Part, text: str) -> NDArray[np.intp]:
    """Codes of the samples of which some run has this text."""
    return rows(part, text)["sample"].unique().sort().to_numpy().astype(np.intp)


def is_complete(s: Snapshot, v: ViewState) -> bool:
    """Whether long texts are searched too, in every task of the view."""
    tasks = selection.counted(s, v)["task"].unique()
    return all(longtexts.is_ready(s.parts[t]) for t in tasks if t in s.parts)
