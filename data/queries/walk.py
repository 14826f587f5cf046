"""Where a sample stands among those that the filters leave of its run, and which come before and after it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from data.queries import matrix, search
from data.store import Snapshot
from data.viewstate import ViewState


class Neighbour(NamedTuple):
    sample_id: str
    epoch: int


class Place(NamedTuple):
    at: int | None
    """From 1; None where the filters leave this one out."""
    total: int
    previous: Neighbour | None
    next: Neighbour | None


def place(s: Snapshot, v: ViewState) -> Place:
    """Of the sample and epoch of the view among all samples and epochs of its run."""
    run = s.runs.filter(pl.col("run_id").is_in(v.runs)).head(1)
    part = s.parts.get(run["task"][0]) if run.height else None
    if part is None or run["run_id"][0] not in part.run_code:
        return Place(None, 0, None, None)
    mine = part.samples.filter(pl.col("run") == part.run_code[run["run_id"][0]])
    rows = mine.select("sample", "epoch").sort("sample", "epoch").collect()
    if v.categories:
        kept = matrix.kept(part, v.only("categories", "group"))
        rows = rows.filter(pl.Series(np.isin(rows["sample"].to_numpy(), kept)))
    if v.q:
        found = search.rows(part, v.q).filter(pl.col("run") == part.run_code[run["run_id"][0]])
        rows = rows.join(found, on=["sample", "epoch"], how="semi", maintain_order="left")
    code = (part.ids["sample_id"] == v.sample).arg_true()
    if not len(code):
        return Place(None, rows.height, None, None)
    here = (int(code[0]), v.epoch or 0)
    keys = list(zip(rows["sample"].to_list(), rows["epoch"].to_list(), strict=True))
    before = int(np.searchsorted(rows["sample"].to_numpy(), here[0]))
    while before < len(keys) and keys[before] < here:
        before += 1
    # Without an epoch the first one is meant.
    is_kept = before < len(keys) and (keys[before] == here or (not v.epoch and keys[before][0] == here[0]))
    after = before + 1 if is_kept else before
    near = [
        Neighbour(part.ids["sample_id"][keys[i][0]], keys[i][1]) if 0 <= i < len(keys) else None
        for i in (before - 1, after)
    ]
    return Place(before + 1 if is_kept else None, len(keys), *near)
