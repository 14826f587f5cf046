"""In which settings do the chosen runs differ?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from data import configs
from data.configs import Flat
from data.queries import selection
from data.store import Snapshot
from data.viewstate import ViewState

MOST = 12
"""Runs side by side: more columns nobody reads."""


@lru_cache(maxsize=512)
def settings(config: str | None) -> Flat | None:
    """Once for each text: a view asks for the same runs in many pairs."""
    return configs.flat(config)


def chosen(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """The runs that the view names, the oldest first, with `named`, a name for each that no other has."""
    runs = selection.named(s).filter(pl.col("run_id").is_in(v.runs))
    ordered = runs.sort("created", "task", "run_id", nulls_last=True)
    return ordered.with_columns(pl.Series("named", apart(ordered), pl.String))


def apart(runs: pl.DataFrame) -> list[str]:
    """The model with its timestamp; where several of these runs would have one name, also the task, and then the id."""
    ways = (
        runs["full"].fill_null(runs["run_id"]),
        pl.Series(
            [" · ".join(filter(None, row)) for row in runs.select("full", "task").iter_rows()],
            dtype=pl.String,
        ),
        runs["run_id"],
    )
    names = next((w for w in ways if w.n_unique() == len(w)), ways[-1]).to_list()
    return [name if name != "key" else "key (run)" for name in names]


def diff(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """`key`, then a column a run: only the keys in which the first MOST of the chosen runs differ."""
    runs = chosen(s, v).head(MOST)
    found = {name: settings(config) for name, config in runs.select("named", "config").iter_rows()}
    return configs.differing(found) if len(found) > 1 else pl.DataFrame(schema={"key": pl.String})


def without(runs: pl.DataFrame) -> Sequence[str]:
    """Of `chosen` runs those whose settings the log does not tell."""
    return [name for name, config in runs.select("named", "config").iter_rows() if settings(config) is None]


def keys(runs: pl.DataFrame) -> int:
    """How many settings these `chosen` runs have together."""
    return len({key for config in runs["config"] for key in settings(config) or ()})
