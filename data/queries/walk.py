"""Where a sample stands among those that the filters leave of its run, and which come before and after it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from data import conditions
from data.parts import Part
from data.queries import matrix, samples, search
from data.store import Snapshot
from data.viewstate import ViewState

LISTED = "table"
"""The panel of the list of samples that a reader came from: what its headers leave is walked through, in its order."""


class Neighbour(NamedTuple):
    sample_id: str
    epoch: int


class Place(NamedTuple):
    at: int | None
    """From 1; None where the filters leave this one out."""
    total: int
    previous: Neighbour | None
    next: Neighbour | None


NOWHERE = Place(None, 0, None, None)


def is_filtered(v: ViewState) -> bool:
    return bool(v.q or v.categories or v.conditions(LISTED))


def place(s: Snapshot, v: ViewState, each_epoch: bool = True) -> Place:
    """Of the sample and epoch of the view among all samples and epochs of its run, or among its samples."""
    run = s.runs.filter(pl.col("run_id").is_in(v.runs)).head(1)
    part = s.parts.get(run["task"][0]) if run.height else None
    if part is None or run["run_id"][0] not in part.run_code:
        return NOWHERE
    is_listed = bool(v.conditions(LISTED) or v.sorting(LISTED))
    rows = (_listed(s, v, part, run["run_id"][0]) if is_listed else _left(part, v, run["run_id"][0])).rows()
    if not each_epoch:
        rows = list({sample: (sample, epoch) for sample, epoch in reversed(rows)}.values())[::-1]
    code = (part.ids["sample_id"] == v.sample).arg_true()
    if not len(code):
        return Place(None, len(rows), None, None)
    here = int(code[0]), (v.epoch or 0) if each_epoch else 0
    before, after = _around(rows, here, in_order=not is_listed)
    near = [
        Neighbour(part.ids["sample_id"][rows[i][0]], rows[i][1]) if 0 <= i < len(rows) else None
        for i in (before, after)
    ]
    return Place(before + 2 if after - before == 2 else None, len(rows), *near)


def _left(part: Part, v: ViewState, run_id: str) -> pl.DataFrame:
    """Columns sample and epoch, sorted."""
    mine = pl.col("run") == part.run_code[run_id]
    rows = part.samples.filter(mine).select("sample", "epoch").sort("sample", "epoch").collect()
    if v.categories:
        kept = matrix.kept(part, v.only("categories", "group"))
        rows = rows.filter(pl.Series(np.isin(rows["sample"].to_numpy(), kept)))
    if v.q:
        found = search.rows(part, v.q).filter(mine)
        rows = rows.join(found, on=["sample", "epoch"], how="semi", maintain_order="left")
    return rows


def _listed(s: Snapshot, v: ViewState, part: Part, run_id: str) -> pl.DataFrame:
    """The same as the headers of the list leave and sort them."""
    df = samples.table(s, v.only("q", "categories", "group").edit(runs=[run_id]))
    rows = conditions.arranged(df, v.conditions(LISTED), v.sorting(LISTED)).select("sample_id", "epoch")
    coded = part.ids.select("sample_id", pl.int_range(pl.len(), dtype=pl.UInt32).alias("sample"))
    return rows.join(coded, on="sample_id", maintain_order="left").select("sample", "epoch")


def _around(rows: list[tuple[int, int]], here: tuple[int, int], in_order: bool) -> tuple[int, int]:
    """Indices of what comes before and after. They are next to each other where this one is not among the rows; in a list
    that has another order than the samples' own, it then comes before the first. Without an epoch the first one is
    meant."""
    sample, epoch = here
    at = next((i for i, (s, e) in enumerate(rows) if s == sample and epoch in (0, e)), None)
    if at is not None:
        return at - 1, at + 1
    after = next((i for i, row in enumerate(rows) if row > here), len(rows)) if in_order else 0
    return after - 1, after
