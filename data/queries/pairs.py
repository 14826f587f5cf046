"""Which samples of a baseline and of its candidates are the same question, and by which rule?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.pairing import Pairs
from data.parts import Part
from data.queries import groups, measures, selection
from data.store import Snapshot
from data.viewstate import ViewState

MEETINGS = pl.Schema(
    {
        "task": pl.String,
        "candidate": pl.String,
        "baseline": pl.String,
        "paired_by": pl.String,  # pairing.Rule
        "n_paired": pl.Int64,
        "n_candidate_only": pl.Int64,
        "n_baseline_only": pl.Int64,
        "n_input_differs": pl.Int64,
        "n_input_unknown": pl.Int64,
        "candidate_format": pl.String,
        "baseline_format": pl.String,
        "run_id": pl.String,
        "baseline_run": pl.String,
    }
)
PLACES = pl.Schema(
    {
        "task": pl.String,
        "run_id": pl.String,
        "category": pl.String,
        "baseline_run": pl.String,
        "baseline_category": pl.String,
        "n_paired": pl.Int64,
        "paired_by": pl.String,
    }
)


class Meeting(NamedTuple):
    """Two runs of one task; `a` of the pairs is the candidate's."""

    part: Part
    candidate: dict[str, str]
    baseline: dict[str, str]
    pairs: Pairs


def meetings(s: Snapshot, v: ViewState, base: str | None, candidates: Sequence[str]) -> Iterator[Meeting]:
    """Every run of a candidate against every run of the baseline that has the same task, by task."""
    runs = selection.counted(s, v).select("task", "label", "run_id", "format")
    for (task,), mine in runs.group_by("task", maintain_order=True):
        part = s.parts.get(str(task))
        if part is None:
            continue
        here = mine.filter(pl.col("run_id").is_in(part.runs))
        keep = kept(s, v, part)
        for b in here.filter(pl.col("label") == pl.lit(base, pl.String)).to_dicts():
            for a in here.filter(pl.col("label").is_in(candidates)).to_dicts():
                if a["run_id"] != b["run_id"]:
                    codes = part.run_code[a["run_id"]], part.run_code[b["run_id"]]
                    yield Meeting(part, a, b, part.pair(*codes, keep))


def kept(s: Snapshot, v: ViewState, part: Part) -> NDArray[np.bool_]:
    """Which samples the categories leave; of a task divided into splits the headline split, unless others are chosen.
    What lies in no split, as of another harness, is no copy of anything and stays."""
    split = measures.headline_split(s, part.task)
    wanted = v.categories or ((split,) if split and not v.group else ())
    if not wanted:
        return np.ones(part.ids.height, bool)
    group = groups.of(part, v.group)
    inside = np.isin(group.code, [i for i, name in enumerate(group.names) if name in wanted])
    return inside if v.categories else inside | (group.code < 0)


def table(found: Sequence[Meeting]) -> pl.DataFrame:
    """MEETINGS, one row a meeting."""
    rows = [
        {
            "task": m.part.task,
            "candidate": m.candidate["label"],
            "baseline": m.baseline["label"],
            "paired_by": str(m.pairs.rule),
            "n_paired": m.pairs.n_both,
            "n_candidate_only": m.pairs.n_a_only,
            "n_baseline_only": m.pairs.n_b_only,
            "n_input_differs": m.pairs.n_input_differs,
            "n_input_unknown": m.pairs.n_input_unknown,
            "candidate_format": m.candidate["format"],
            "baseline_format": m.baseline["format"],
            "run_id": m.candidate["run_id"],
            "baseline_run": m.baseline["run_id"],
        }
        for m in found
    ]
    return pl.DataFrame(rows, schema=MEETINGS)


def places(found: Sequence[Meeting]) -> pl.DataFrame:
    """PLACES: for each sample of a candidate's run that meets one, which of which run that is."""
    return pl.concat([pl.DataFrame(schema=PLACES), *map(_places, found)])


def _places(m: Meeting) -> pl.DataFrame:
    ids = m.part.ids["sample_id"]
    fixed = {
        "task": m.part.task,
        "run_id": m.candidate["run_id"],
        "baseline_run": m.baseline["run_id"],
        "n_paired": m.pairs.n_both,
        "paired_by": str(m.pairs.rule),
    }
    met = pl.DataFrame({"category": ids.gather(m.pairs.a), "baseline_category": ids.gather(m.pairs.b)})
    known = met.with_columns(pl.lit(what).alias(name) for name, what in fixed.items())
    return known.select(pl.col(c).cast(t) for c, t in PLACES.items())
