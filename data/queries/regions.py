"""What lies in the part of the heatmap that is zoomed into."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import polars as pl

from data.queries import heatmap, labels
from data.queries.matrix import Rows, ScoreMatrix
from data.queries.samples import SHOWN
from data.store import Snapshot
from data.viewstate import ViewState

TEXTS = ("input", "target", "answer")
SELECTION = pl.Schema(
    [
        *[(c, heatmap.CELLS[c]) for c in ("task", "sample_id", "model", "value", "mark", "epochs")],
        *[(c, pl.String()) for c in TEXTS],
        *[(c, heatmap.CELLS[c]) for c in ("category", "run_id", "scorer", "epoch_min", "epoch_max", "flaky")],
    ]
)


class Region(NamedTuple):
    """Places in the picture, from the first to the last."""

    runs: Rows
    samples: Rows


def region(found: ScoreMatrix, v: ViewState) -> Region | None:
    """The runs and samples whose middle is inside the window; None where all is shown."""
    if not v.window:
        return None
    across, down = within(v.window[:2]), within(v.window[2:])
    samples, runs = (across, down) if v.orientation == "horizontal" else (down, across)
    return Region(_places(runs, len(found.models)), _places(samples, len(found.samples)))


def within(ends: tuple[float, ...]) -> range:
    """The whole numbers between two ends, whichever way round they are.

    >>> within((1.5, 4.5)), within((2.4, -0.5)), within((1.1, 1.4))
    (range(2, 5), range(0, 3), range(2, 2))
    """
    return range(math.ceil(min(ends)), math.floor(max(ends)) + 1)


def _places(inside: range, size: int) -> Rows:
    return np.arange(max(0, inside.start), min(size, inside.stop))


def selection(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """SELECTION: the cells of the region, sample by sample in the order of the heatmap, and what was asked and answered
    in the first epoch. Without a region, nothing."""
    found = heatmap.shown(s, v)
    place = region(found, v) if found else None
    if found is None or place is None or not len(place.runs) * len(place.samples):
        return pl.DataFrame(schema=SELECTION)
    inside = found.taken(*place)
    cells = heatmap.long(inside, v)
    told = cells.join(_texts(inside), on=["run_id", "sample_id"], how="left", maintain_order="left")
    # What it is called is as in the picture: a label that is one sample's alone in here may not be so out there.
    return labels.beside(told.select(pl.col(c).cast(t) for c, t in SELECTION.items()), found, v)


def _texts(inside: ScoreMatrix) -> pl.DataFrame:
    """run_id, sample_id and the previews of the first epoch."""
    part = inside.what.part
    run_ids = inside.what.runs["run_id"]
    codes = part.rows(run_ids.to_list())
    wanted = pl.col("run").is_in(codes.tolist()) & pl.col("sample").is_in(inside.samples.tolist())
    rows = part.samples.filter(wanted).select("run", "sample", "epoch", *SHOWN).collect()
    first = rows.sort("epoch", maintain_order=True).unique(
        ["run", "sample"], keep="first", maintain_order=True
    )
    return first.select(
        run_ids.gather(_place(codes, first["run"])).alias("run_id"),
        part.ids["sample_id"].gather(first["sample"]).alias("sample_id"),
        *TEXTS,
    )


def _place(codes: Rows, run: pl.Series) -> pl.Series:
    """Where each run code is among these."""
    return run.replace_strict(codes.tolist(), list(range(len(codes))), return_dtype=pl.UInt32)
