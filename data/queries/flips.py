"""Which samples did a candidate get right that the baseline got wrong, and the other way round?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from data.queries import deltas, evidence, measures, selection
from data.queries.pairs import Meeting
from data.scale import times
from data.statistics.arrays import right
from data.store import Snapshot
from data.viewstate import CHANGES, ViewState

FLIPS = pl.Schema(
    {
        "task": pl.String,
        "sample_id": pl.String,  # as the candidate's run has it
        "candidate": pl.String,
        "change": pl.String,  # viewstate.CHANGES
        "baseline_score": pl.Float64,
        "candidate_score": pl.Float64,
        "metric": pl.String,
        "baseline_epochs": pl.Int64,  # with a score, of which the score is
        "candidate_epochs": pl.Int64,
        "baseline": pl.String,
        "run_id": pl.String,
        "baseline_run": pl.String,
        "baseline_sample": pl.String,
    }
)
USUAL = ("fixed", "broken")


def flips(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """FLIPS: pairs of samples whose answer went from wrong to right (fixed) or from right to wrong (broken), or those that
    `changes` asks for. Only of scores that lie between 0 and 1, of which a full one is right, epochs reduced; on the scale
    of the view."""
    found = pl.concat([pl.DataFrame(schema=FLIPS), *_each(s, v)])
    order = pl.col("change").replace_strict(list(CHANGES), range(len(CHANGES)), return_dtype=pl.Int8)
    places = [
        pl.col(c).str.to_lowercase().str.contains(v.q.lower(), literal=True)
        for c in ("task", "sample_id", "candidate")
    ]
    kept = found.filter(pl.any_horizontal(places)) if v.q else found
    return kept.sort("candidate", order, "task", maintain_order=True)


def _each(s: Snapshot, v: ViewState) -> Iterator[pl.DataFrame]:
    judges = measures.judges(s, v)
    rows = measures.chosen(measures.logged(s, selection.counted(s, v)), v)
    for m in deltas.met(s, v):
        theirs, ours = judges.get(m.candidate["run_id"]), judges.get(m.baseline["run_id"])
        if theirs and ours and m.part.cubes[theirs].is_share and m.part.cubes[ours].is_share:
            mine = rows.filter(pl.col("task") == m.part.task)
            direction = measures.direction(s, m.part.task, theirs, measures.metric_of(mine, theirs))
            yield _of_meeting(s, v, m, theirs, direction)


def _of_meeting(s: Snapshot, v: ViewState, m: Meeting, scorer: str, direction: int) -> pl.DataFrame:
    both = [
        (evidence.matrix(s, v, m.part, run["run_id"]), at)
        for run, at in ((m.baseline, m.pairs.b), (m.candidate, m.pairs.a))
    ]
    was, now = (matrix.value[0][at] for matrix, at in both if matrix is not None)
    tries = [matrix.n[0][at] for matrix, at in both if matrix is not None]
    was_right, is_right = (right(x, evidence.FULL[direction], direction) for x in (was, now))
    kind = np.where(was_right, np.where(is_right, 2, 1), np.where(is_right, 0, 3))
    wanted = [CHANGES.index(c) for c in v.changes or USUAL]
    at = np.flatnonzero(~np.isnan(was) & ~np.isnan(now) & np.isin(kind, wanted))
    ids = m.part.ids["sample_id"]
    fixed = {
        "task": m.part.task, "candidate": m.candidate["label"], "metric": scorer, "baseline": m.baseline["label"],
        "run_id": m.candidate["run_id"], "baseline_run": m.baseline["run_id"],
    }  # fmt: skip
    found = pl.DataFrame(
        {
            "sample_id": ids.gather(m.pairs.a[at]),
            "change": pl.Series(CHANGES).gather(kind[at]),
            "baseline_score": times(was[at], v.factor),
            "candidate_score": times(now[at], v.factor),
            "baseline_sample": ids.gather(m.pairs.b[at]),
            "baseline_epochs": tries[0][at],
            "candidate_epochs": tries[1][at],
        }
    )
    return found.with_columns(pl.lit(x).alias(name) for name, x in fixed.items()).select(
        pl.col(c).cast(t) for c, t in FLIPS.items()
    )
