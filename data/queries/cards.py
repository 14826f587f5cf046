"""What was claimed of predictions, and what did trying it come to?"""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import yaml

from data.magnet.cards import VERDICTS
from data.store import Snapshot
from data.viewstate import ViewState

MOST_SYMBOLS = 40
"""Columns of one table."""


def _shown(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """Cards and their cells whose title or claim has the text that is looked for."""
    if not v.q:
        return s.cards
    text = pl.concat_str("title", "claim", separator=" ", ignore_nulls=True).str.to_lowercase()
    found = s.cards.filter(pl.col("cell").is_null() & text.str.contains(v.q.lower(), literal=True))
    return s.cards.filter(pl.col("location").is_in(found["location"].implode()))


def cards(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a card, the newest first: title, result, claim, predictor, cells, then how many of them came to each
    verdict, share (of the cells, verified), strategy, threshold (the share that the claim asks for), metrics, tags,
    created, location, about (JSON)."""
    rows = _shown(s, v)
    is_cell = pl.col("cell").is_not_null()
    counts = rows.filter(is_cell).group_by("location").agg(
        pl.len().cast(pl.Int64).alias("cells"),
        *((pl.col("status") == word).sum().cast(pl.Int64).alias(word.lower()) for word in VERDICTS),
    )  # fmt: skip
    found = rows.filter(~is_cell).join(counts, on="location", how="left", maintain_order="left")
    numbers = ["cells", *(word.lower() for word in VERDICTS)]
    return found.select(
        "title", "result", "claim", "predictor", *(pl.col(n).fill_null(0) for n in numbers),
        (pl.col("verified") / pl.col("cells")).alias("share"), "strategy", "threshold",
        pl.col("metrics").map_elements(_told, pl.String), "tags", "created", "location", "about",
    ).sort("created", "title", descending=[True, False], nulls_last=True)  # fmt: skip


def _told(metrics: str) -> str | None:
    """
    >>> _told('{"Mean error": 0.25, "n": 3}')
    'Mean error: 0.25, n: 3'
    """
    given = json.loads(metrics)
    return (
        ", ".join(f"{k}: {v:.4g}" if isinstance(v, float) else f"{k}: {v}" for k, v in given.items()) or None
    )


def verdicts(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """One row a cell: title, cell, status, then a column for each symbol that is no list or object, and output."""
    rows = _shown(s, v)
    own = rows.filter(pl.col("cell").is_null()).select("location", pl.col("title").alias("card"))
    cells = rows.filter(pl.col("cell").is_not_null()).join(
        own, on="location", how="left", maintain_order="left"
    )
    symbols = [json.loads(text) for text in cells["symbols"]]
    names = list(dict.fromkeys(k for one in symbols for k, v in one.items() if _is_plain(v)))[:MOST_SYMBOLS]
    taken = {"card", "cell", "status", "output", "timestamp"}
    columns = [_column(n, [one.get(n) for one in symbols]) for n in names]
    renamed = [c.alias(f"symbol {c.name}") if c.name in taken else c for c in columns]
    return cells.select("card", "cell", "status").hstack(renamed).hstack(cells.select("output", "timestamp"))


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float)) and not str(value).startswith(("{", "["))


def _column(name: str, values: list[Any]) -> pl.Series:
    """As numbers where all are, else as text."""
    known = [v for v in values if v is not None]
    if known and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in known):
        return pl.Series(name, [None if v is None else float(v) for v in values], pl.Float64)
    return pl.Series(name, [None if v is None else str(v) for v in values], pl.String)


def tree(about: str) -> str:
    """A card as it is to be read: YAML again, in its own order. Text, whatever it says."""
    return yaml.safe_dump(json.loads(about), sort_keys=False, allow_unicode=True, width=100)
