"""Is a difference real? What the samples that two runs share say beside each delta.

Epochs are reduced first, then samples are compared in pairs, and only those that are the same question in both runs
(data/pairing.py). All that a view shows at once is adjusted together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data import cubes, metrics
from data.cubes import Floats
from data.parts import Part
from data.queries import groups, measures, pairs, sampled
from data.queries.pairs import Meeting
from data.schema import Mark
from data.statistics.arrays import same
from data.statistics.grouping import Grouping
from data.statistics.intervals import LEVEL
from data.statistics.paired import PairedDifference, differences
from data.statistics.transitions import Transitions, transitions
from data.statistics.verdicts import Verdict, verdicts
from data.store import Snapshot
from data.viewstate import ViewState

R = TypeVar("R", PairedDifference, Transitions)

EVIDENCE = pl.Schema(
    {
        "n_paired": pl.Int64,
        "baseline_only": pl.Int64,  # samples that have a score in the baseline and nothing to compare it with
        "candidate_only": pl.Int64,
        "errored": pl.Int64,  # samples that are in both and that an error ended in one of them
        "clusters": pl.Int64,  # independent units; n_paired where no cluster is chosen
        "effective": pl.Float64,  # equally large clusters that would be worth as much
        "paired_delta": pl.Float64,  # over the pairs: the delta itself where both runs have nothing but pairs
        "parted": pl.Boolean,  # whether it is another one
        "stderr": pl.Float64,
        "low": pl.Float64,  # of paired_delta
        "high": pl.Float64,
        "interval": pl.String,  # statistics.methods.Method
        "p": pl.Float64,
        "test": pl.String,
        "p_adjusted": pl.Float64,
        "p_needed": pl.Float64,  # the largest p that would have counted
        "detectable": pl.Float64,
        "p_equivalent": pl.Float64,  # null where no margin is chosen
        "effect_size": pl.Float64,  # paired_delta / standard deviation of the differences
        "design_effect": pl.Float64,  # how many times larger clusters make the variance of paired_delta
        "verdict": pl.String,  # statistics.verdicts.Verdict
        "unconfirmed": pl.Boolean,  # whether it is a parted delta, and not what its sign says
        "few": pl.Boolean,
        "fixed": pl.Int64,  # these four are null where scores have no full one that would be right
        "broken": pl.Int64,
        "both_right": pl.Int64,
        "both_wrong": pl.Int64,
        "kappa": pl.Float64,  # how much more than by chance the two get the same samples right; null as those are
        "without": pl.String,  # Without: why the rest is null
        "cluster": pl.String,  # the key; null where samples stand for themselves, or a task's have no such key
        "tests": pl.Int64,  # that p is adjusted for; these say how the rest came about, and are the same in every row
        "adjusted_by": pl.String,
        "alpha": pl.Float64,
        "level": pl.Float64,
        "margin": pl.Float64,
        "reducer": pl.String,
    }
)
KEPT = ("baseline_kept", "candidate_kept")
"""Whether the logs of the two keep all samples of their runs."""
FULL = {1: 1.0, -1: 0.0}
"""The score of a right answer, where more is better and where less is."""
FLIPPED = ("fixed", "broken", "both_right", "both_wrong")
IN_UNITS = ("delta", "se", "centre", "spread", "low", "high", "sd", "baseline_mean", "candidate_mean")
"""Fields of a difference that are in the unit of the scores."""


class Without(StrEnum):
    """Why there is nothing to say beside a delta."""

    NO_SAMPLES = "no_samples"
    """The log of one of the two has no scores of samples."""
    NOT_A_MEAN = "not_a_mean"
    """The metric is not the mean of the samples' scores, so their differences do not average to the delta."""
    NO_PAIRS = "no_pairs"
    NOT_COMPARABLE = "not_comparable"
    """The two must not be compared (queries/comparability.py), whatever pairs they have."""


class Finding(NamedTuple):
    """What the pairs of some rows of deltas say, still to be adjusted for all the others. Arrays have one element a row,
    and what is in the unit of the scores is on the scale of the view."""

    rows: NDArray[np.int64]
    difference: PairedDifference
    transitions: Transitions
    errored: NDArray[np.int64]
    right: NDArray[np.bool_]
    """Whether a full score is right: rates and ratings have none."""
    clustered: NDArray[np.bool_]


class Scored(NamedTuple):
    """The samples of a meeting on one axis: the baseline's own, then those of the candidate that meet none of them. NaN
    where there is no score. `code` is the category of each, -1 for none, by `names`."""

    baseline: Floats
    candidate: Floats
    errored: NDArray[np.bool_]
    code: NDArray[np.int64]
    names: tuple[str, ...]
    cluster: NDArray[np.int64] | None
    tries: NDArray[np.int64]
    """Epochs with a score, of the baseline and of the candidate."""
    is_share: bool
    """All scores of both scorers lie between 0 and 1."""


def of(s: Snapshot, v: ViewState, deltas: pl.DataFrame) -> pl.DataFrame:
    """`deltas`, of tasks or categories, with the columns of EVIDENCE. All of them are adjusted together."""
    deltas = deltas.drop(c for c in EVIDENCE if c in deltas.columns)
    wanted = deltas.with_columns(pl.int_range(pl.len()).alias("row"))
    found, without = _findings(s, v, wanted)
    known = _table(v, found, deltas["direction"]) if found else pl.DataFrame(schema={"row": pl.Int64})
    joined = wanted.join(known, on="row", how="left", maintain_order="left")
    reasons = pl.Series("without", [without.get(i) for i in range(deltas.height)], pl.String)
    scores = (pl.col(c) for c in ("baseline_score", "candidate_score"))
    parted = ~same(pl.col("delta"), pl.col("paired_delta"), *scores)
    absent = [pl.lit(None, t).alias(c) for c, t in EVIDENCE.items() if c not in joined.columns]
    told = [pl.lit(what, EVIDENCE[c]).alias(c) for c, what in asked(v).items()]
    return (
        joined.with_columns(*absent)
        .with_columns(reasons, parted.alias("parted"), *told)
        .with_columns(_unconfirmed().alias("unconfirmed"))
        .select(*deltas.columns, *EVIDENCE)
    )


def _unconfirmed() -> pl.Expr:
    """A candidate may be ahead for the samples that it left out, and no better on those that both have."""
    signs = {Verdict.BETTER: 1.0, Verdict.WORSE: -1.0}
    said = pl.col("verdict").replace_strict(signs, default=0.0, return_dtype=pl.Float64)
    return pl.col("parted") & (pl.col("gain").sign() != said)


def asked(v: ViewState) -> dict[str, Any]:
    """What a view asks of the evidence, as it stands in every row."""
    return {
        "adjusted_by": v.adjust, "alpha": v.alpha, "level": LEVEL, "margin": v.margin or None, "reducer": v.reducer,
    }  # fmt: skip


def none(deltas: pl.DataFrame, without: Without | None = None) -> pl.DataFrame:
    """The same columns where nothing can be said: of single samples, or of runs that must not be compared."""
    absent = (pl.lit(None, t).alias(c) for c, t in EVIDENCE.items() if c not in deltas.columns)
    return deltas.with_columns(*absent).with_columns(pl.lit(without, pl.String).alias("without"))


def _findings(
    s: Snapshot, v: ViewState, wanted: pl.DataFrame
) -> tuple[list[Finding], dict[int, Without | None]]:
    """What is known of the rows, and why nothing is known of the others."""
    without: dict[int, Without | None] = dict.fromkeys(range(wanted.height), Without.NO_SAMPLES)
    found: list[Finding] = []
    if wanted.is_empty():
        return found, without
    by_run = dict(wanted.group_by("task", "run_id", maintain_order=True))
    for meeting in pairs.meetings(s, v, wanted["baseline"][0], wanted["candidate"].unique().to_list()):
        rows = by_run.get((meeting.part.task, meeting.candidate["run_id"]))
        scored = None if rows is None else aligned(s, v, meeting)
        if rows is None or scored is None:
            continue
        sides = (meeting.baseline["run_id"], meeting.candidate["run_id"])
        kept = dict(zip(KEPT, sampled.keeps_all(s, meeting.part, sides).tolist(), strict=True))
        rows = rows.with_columns(pl.lit(x).alias(name) for name, x in kept.items())
        for several in (
            rows.filter(pl.col("category").is_null()),
            rows.filter(pl.col("category").is_not_null()),
        ):
            if several.height:
                one, why = _compared(several, scored, v)
                found += [one] if one else []
                without |= why
    return found, without


def aligned(s: Snapshot, v: ViewState, m: Meeting) -> Scored | None:
    """None where a run has no scores of samples for what the view is about."""
    theirs, ours = (matrix(s, v, m.part, run["run_id"]) for run in (m.candidate, m.baseline))
    if theirs is None or ours is None:
        return None
    keep = pairs.kept(s, v, m.part)
    group = groups.of(m.part, v.group)
    met = np.zeros(m.part.ids.height, bool)
    met[m.pairs.a] = True
    alone = np.flatnonzero(keep & ~met & (theirs.mark[0] != Mark.MISSING))
    n = m.part.ids.height
    baseline, candidate = np.full((2, n + len(alone)), np.nan)
    baseline[:n] = np.where(keep, ours.value[0], np.nan)
    candidate[m.pairs.b] = theirs.value[0][m.pairs.a]
    candidate[n:] = theirs.value[0][alone]
    errored = np.zeros(n + len(alone), bool)
    errored[m.pairs.b] = (ours.mark[0][m.pairs.b] == Mark.ERROR) | (theirs.mark[0][m.pairs.a] == Mark.ERROR)
    code = np.concatenate([group.code, group.code[alone]])
    cluster = groups.of(m.part, v.cluster).code if v.cluster else None
    if cluster is not None and (cluster < 0).all():  # a task whose samples do not have this key
        cluster = None
    clusters = None if cluster is None else np.concatenate([cluster, cluster[alone]])
    tries = np.zeros((2, n + len(alone)), np.int64)
    tries[0, :n] = np.where(keep, ours.n[0], 0)
    tries[1, m.pairs.b], tries[1, n:] = theirs.n[0][m.pairs.a], theirs.n[0][alone]
    judges = measures.judges(s, v)
    share = all(m.part.cubes[judges[run["run_id"]]].is_share for run in (m.candidate, m.baseline))
    return Scored(baseline, candidate, errored, code, group.names, clusters, tries, share)


def matrix(s: Snapshot, v: ViewState, part: Part, run_id: str) -> cubes.Matrix | None:
    """One run's scores with epochs reduced, 1 x samples; None where it has none for what the view is about."""
    scorer = measures.judges(s, v).get(run_id)
    return None if scorer is None else cubes.reduce_epochs(part.cubes[scorer], part.rows([run_id]), v.reducer)


def _compared(
    rows: pl.DataFrame, scored: Scored, v: ViewState
) -> tuple[Finding | None, dict[int, Without | None]]:
    """Rows of one candidate on one task, either the whole of it or some of its categories."""
    whole = rows["category"].null_count() > 0
    code = np.zeros(len(scored.code), np.int64) if whole else scored.code
    size = 1 if whole else len(scored.names)
    place = {name: i for i, name in enumerate(scored.names)}
    at = np.array([0 if whole else place.get(c, -1) for c in rows["category"]])
    factor = _factor(rows, scored, code, at, size, v)
    grouping = _grouping(code.tobytes(), None if scored.cluster is None else scored.cluster.tobytes(), size)
    found = differences(scored.baseline, scored.candidate, grouping, level=LEVEL)
    met = (at >= 0) & (found.n_paired[at] > 0)
    sound = met & ~np.isnan(factor)
    number = rows["row"].to_numpy()
    why: dict[int, Without | None] = {
        int(i): None if ok else Without.NOT_A_MEAN if here else Without.NO_PAIRS
        for i, ok, here in zip(number, sound, met, strict=True)
    }
    if not sound.any():
        return None, why
    better = int(rows["direction"][0])
    flips = transitions(scored.baseline, scored.candidate, grouping, right_at=FULL[better], direction=better)
    errored = np.bincount(code[scored.errored & (code >= 0)], minlength=size)
    picked = at[sound]
    units = factor[sound]
    reach = units if scored.is_share and is_share(str(rows["metric"][0])) else np.full(len(units), np.inf)
    difference = within(_taken(found, picked, dict.fromkeys(IN_UNITS, units)), reach)
    right, clustered = (np.full(len(picked), x) for x in (scored.is_share, scored.cluster is not None))
    return Finding(
        number[sound], difference, _taken(flips, picked, {}), errored[picked], right, clustered
    ), why


def is_share(metric: str) -> bool:
    """Whether what is called so is a share by definition, however many samples it is of."""
    return metrics.about(metric.rsplit("/", 1)[-1]).proportion


def within(found: PairedDifference, reach: Floats) -> PairedDifference:
    """With intervals that end at `reach` on either side of 0, beyond which no difference is."""
    return replace(found, low=np.maximum(found.low, -reach), high=np.minimum(found.high, reach))


@lru_cache(maxsize=16)
def _grouping(code: bytes, cluster: bytes | None, size: int) -> Grouping:
    """Most candidates have the baseline's samples and no others, and so one grouping, which takes as long to make as all
    that is summed up by it."""
    codes = np.frombuffer(code, np.int64)
    return Grouping.of(
        len(codes), codes, None if cluster is None else np.frombuffer(cluster, np.int64), size=size
    )


def _taken(found: R, at: NDArray[np.int64], factors: Mapping[str, Floats]) -> R:
    """These elements of all its arrays, some of them in another unit."""
    arrays = {f.name: x for f in fields(found) if isinstance(x := getattr(found, f.name), np.ndarray)}
    taken: dict[str, Any] = {
        name: x[at] * factors[name] if name in factors else x[at] for name, x in arrays.items()
    }
    return replace(found, **taken)


def _factor(
    rows: pl.DataFrame,
    scored: Scored,
    code: NDArray[np.int64],
    at: NDArray[np.int64],
    size: int,
    v: ViewState,
) -> Floats:
    """By what the samples' scores are to be multiplied to give the scores of each row, which are on the scale of the view;
    NaN where no factor does, since the metric is then no mean of them."""
    out = np.full(rows.height, np.nan)
    own = [sampled.means(x[None], code, size)[0, at] for x in (scored.baseline, scored.candidate)]
    said = [rows[c].to_numpy() for c in ("baseline_score", "candidate_score")]
    for factor in (v.factor, 1.0):
        near = [sampled.agrees(mine, theirs, factor) for mine, theirs in zip(own, said, strict=True)]
        out[np.isnan(out) & near[0] & near[1]] = factor
    return np.where(_all_there(rows, scored, code, at, size), out, np.nan)


def _all_there(
    rows: pl.DataFrame, scored: Scored, code: NDArray[np.int64], at: NDArray[np.int64], size: int
) -> NDArray[np.bool_]:
    """Whether both logs have all scores that the values are over."""
    inside = code >= 0
    found = np.ones(rows.height, bool)
    for tries, n, kept in zip(scored.tries, ("baseline_n", "n"), KEPT, strict=True):
        has, every = (
            np.bincount(code[inside], weights=x[inside], minlength=size)[at] for x in (tries > 0, tries)
        )
        said = rows[n].cast(pl.Float64).fill_null(np.nan).to_numpy()
        found &= sampled.all_there(has, every, said, rows[kept].to_numpy())
    return found


def _table(v: ViewState, found: Sequence[Finding], direction: pl.Series) -> pl.DataFrame:
    rows = np.concatenate([f.rows for f in found])
    together = _joined([f.difference for f in found])
    flips = _joined([f.transitions for f in found])
    better = direction.to_numpy()[rows]
    judged = verdicts(together, adjust=v.adjust, direction=better, alpha=v.alpha, margin=v.margin or None)
    right = np.concatenate([f.right for f in found])
    numbers = {
        "n_paired": together.n_paired, "baseline_only": together.baseline_only,
        "candidate_only": together.candidate_only, "errored": np.concatenate([f.errored for f in found]),
        "clusters": together.units, "effective": together.effective_units, "paired_delta": together.delta,
        "stderr": together.se, "low": together.low, "high": together.high, "interval": together.method, "p": together.p,
        "test": together.p_method, "p_adjusted": judged.p_adjusted, "p_needed": judged.p_needed,
        "detectable": judged.detectable, "p_equivalent": judged.p_equivalent, "effect_size": together.effect_size,
        "design_effect": together.design_effect, "verdict": judged.kind, "few": together.few,
        "kappa": np.where(right, flips.kappa, np.nan),
    }  # fmt: skip
    counts = {name: pl.Series(getattr(flips, name)).set(pl.Series(~right), None) for name in FLIPPED}
    by = np.where(np.concatenate([f.clustered for f in found]), v.cluster, "")
    table = pl.DataFrame({"row": rows, **numbers, **counts, "cluster": by})
    plain = [pl.col(c).fill_nan(None) for c, t in table.schema.items() if t.is_float()]
    named = [pl.col(c).replace({"": None}) for c, t in table.schema.items() if t == pl.String]
    tests = int(table["p"].is_not_nan().sum())
    return table.with_columns(*plain, *named, pl.lit(tests).alias("tests")).cast(
        {c: EVIDENCE[c] for c in (*numbers, *counts, "cluster", "tests")}
    )


def _joined(found: Sequence[R]) -> R:
    first = found[0]
    arrays = [f.name for f in fields(first) if isinstance(getattr(first, f.name), np.ndarray)]
    joined: dict[str, Any] = {name: np.concatenate([getattr(f, name) for f in found]) for name in arrays}
    return replace(first, **joined)
