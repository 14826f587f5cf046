"""Is anything wrong with the samples? What each tells about the models: whether it separates them, and the right way round."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data.pairing import ABSENT, UNKNOWN
from data.queries import groups, heatmap, labels, matrix, order
from data.queries.matrix import ScoreMatrix
from data.scale import times
from data.statistics import items as statistics
from data.statistics.arrays import SAME, Bools, Ints, ratio, right
from data.store import Snapshot
from data.viewstate import NARROWING, ViewState

ITEMS = pl.Schema(
    {
        "task": pl.String,
        "sample_id": pl.String,
        "findings": pl.String,  # FINDINGS that hold, with commas between
        "n_models": pl.Int64,  # with a score
        "mean": pl.Float64,  # over them: how easy the sample is, where more is better
        "share_right": pl.Float64,  # of the models; null where the scale has no right answer
        "discrimination": pl.Float64,  # statistics.items: null below LEAST_RUNS models, and where they all agree
        "disagreement": pl.Float64,
        "flaky": pl.Int64,  # models that are right in some epochs and wrong in others
        "same_input": pl.Int64,  # samples that ask the same, this one included; null where it is not known
        "category": pl.String,
        "run_id": pl.String,  # of the first model with a score, or else of the first
        "scorer": pl.String,
        "low": pl.Float64,  # of the mean, taking the models as drawn from many such
        "high": pl.Float64,
        "interval": pl.String,
        "level": pl.Float64,
    }
)
FINDINGS = ("negative", "duplicate", "all right", "all wrong", "all same", "flaky")
"""What may be worth a look, the gravest first."""
DEAD = ("all right", "all wrong", "all same")
ENOUGH_RUNS = 6
"""With fewer models a discrimination is rough: the sign of five pairs of numbers is often chance."""


class Summary(NamedTuple):
    """`counts` has the samples of each finding; `repeated` counts the inputs that stand more than once. None is what
    cannot be said of so few models, or of such a scale."""

    samples: int
    models: int
    epochs: int
    scorer: str
    counts: dict[str, int]
    dead: int
    repeated: int
    headroom: float | None
    reliability: float | None
    is_share: bool

    @property
    def judged(self) -> bool:
        """Whether there are enough models for a discrimination."""
        return self.models >= statistics.LEAST_RUNS


class Lint(NamedTuple):
    rows: pl.DataFrame
    summary: Summary | None


def items(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """ITEMS: one row a sample that the filters leave, those with the gravest findings first, else in the task's order.
    Not narrowed by `which`: what a sample is, it is beside all the others."""
    return labels.beside(_lint(s, v.only(*NARROWING, "scale")).rows, matrix.scores(s, v), v)


def summary(s: Snapshot, v: ViewState) -> Summary | None:
    return _lint(s, v.only(*NARROWING, "scale")).summary


@lru_cache(maxsize=2)
def _lint(s: Snapshot, v: ViewState) -> Lint:
    found = matrix.scores(s, v)
    if found is None or not len(found.samples):
        return Lint(pl.DataFrame(schema=ITEMS), None)
    rows = _rows(found, v)
    return Lint(rows, _summary(found, rows))


def _rows(found: ScoreMatrix, v: ViewState) -> pl.DataFrame:
    value, factor = found.bounded, found.factor(v)
    known = statistics.items(value)
    same = asked_alike(found)
    verdicts = _findings(found, known, same)
    code, names = groups.of(found.what.part, v.group)
    group = code[found.samples]
    there = ~np.isnan(found.matrix.value)
    sure = heatmap.margin(found.matrix.value.T, factor)
    numbers: dict[str, pl.Series | NDArray[np.float64]] = {
        **{name: sure[name] for name in ("mean", "low", "high", "level")},
        "share_right": _share_right(found, there),
        "discrimination": known.discrimination,
        "disagreement": times(known.disagreement, factor),
    }
    gravest = np.select(list(verdicts.values()), list(range(len(verdicts))), len(verdicts))
    return (
        pl.DataFrame(
            {
                "sample_id": found.names,
                **{name: pl.Series(x).fill_nan(None) for name, x in numbers.items()},
                **verdicts,
                "interval": sure["interval"],
                "n_models": known.n,
                "flaky_models": found.flaky.sum(axis=0),
                "same_input": same,
                "category": pl.Series([*names, None], dtype=pl.String).gather(
                    np.where(group < 0, len(names), group)
                ),
                "run_id": found.what.runs["run_id"].gather(there.argmax(axis=0)),
                "gravest": gravest,
            }
        )
        .with_columns(
            _spelt().alias("findings"),
            pl.lit(found.what.task).alias("task"),
            pl.lit(found.what.scorer).alias("scorer"),
            pl.col("flaky_models").alias("flaky"),
            pl.when(pl.col("same_input") > 0).then("same_input").alias("same_input"),
        )
        .sort("gravest", pl.when("negative").then("discrimination"), maintain_order=True)
        .select(pl.col(c).cast(t) for c, t in ITEMS.items())
    )


def _findings(found: ScoreMatrix, known: statistics.Items, same: Ints) -> dict[str, Bools]:
    """Of each sample, by FINDINGS. Alike is what at least two models scored alike."""
    alike = known.disagreement <= SAME
    at = found.right_at
    every = np.zeros(alike.shape, bool)
    is_right, is_wrong = every, every
    if at is not None:
        first = np.nan_to_num(known.difficulty, nan=-1.0)
        is_right, is_wrong = (np.abs(first - end) <= SAME for end in (at, 1 - at))
    return {
        "negative": np.asarray(known.discrimination < -SAME),
        "duplicate": same > 1,
        "all right": alike & is_right,
        "all wrong": alike & is_wrong,
        "all same": alike & ~is_right & ~is_wrong,
        "flaky": np.asarray(found.flaky.any(axis=0)),
    }


def _spelt() -> pl.Expr:
    """The findings that hold, in one text; null where there are none."""
    each = [pl.when(pl.col(name)).then(pl.lit(name)) for name in FINDINGS]
    text = pl.concat_str(each, separator=", ", ignore_nulls=True)
    return pl.when(text != "").then(text)


def _share_right(found: ScoreMatrix, there: Bools) -> np.ndarray:
    if found.right_at is None:
        return np.full(there.shape[1], np.nan)
    hits = right(found.matrix.value, found.right_at, found.what.direction) & there
    return ratio(hits.sum(axis=0), there.sum(axis=0))


def asked_alike(found: ScoreMatrix) -> Ints:
    """How many of these samples ask what each one asks, by the first of the runs that knows; 0 where none does. Where
    several harnesses meet, by the question's own words, since each wraps them in its own way."""
    part, what = found.what.part, found.what
    rows = part.rows(what.runs["run_id"].to_list())
    one_format = len({part.formats[i] for i in rows}) == 1 if part.formats else True
    hashes = (part.inputs if one_format else part.questions)[rows][:, found.samples]
    known = (hashes != ABSENT) & (hashes != UNKNOWN)
    first = np.take_along_axis(hashes, known.argmax(axis=0)[None], axis=0)[0]
    _, code = np.unique(first, return_inverse=True)
    return statistics.duplicates(np.where(known.any(axis=0), code, -1))


def _summary(found: ScoreMatrix, rows: pl.DataFrame) -> Summary:
    said = rows["findings"].fill_null("")
    counts = {name: int(said.str.contains(name, literal=True).sum()) for name in FINDINGS}
    share = found.what.cube.is_share
    best = order.row_means(found.matrix.value * found.what.direction)
    headroom = FULL_MARKS[found.what.direction] - float(np.fmax.reduce(best, initial=np.nan))
    repeated = float((1 / rows.filter(pl.col("same_input") > 1)["same_input"]).sum())
    return Summary(
        samples=rows.height,
        models=len(found.models),
        epochs=len(found.what.cube.value),
        scorer=found.what.scorer,
        counts=counts,
        dead=sum(counts[name] for name in DEAD),
        repeated=round(repeated),
        headroom=None if not share or np.isnan(headroom) else headroom,
        reliability=statistics.reliability(found.bounded),
        is_share=share,
    )


FULL_MARKS = {1: 1.0, -1: 0.0}
"""The best mean there can be, turned so that more is better."""
