"""How sure is a rank, and which runs cannot be told from the one that leads them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import Floats, Ints, Results, floats, noise
from data.statistics.grouping import Grouping
from data.statistics.intervals import LEVEL
from data.statistics.paired import differences

CHUNK = 50
"""Resamples at a time: 8 MB of weights at 20,000 samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranks(Results):
    """One of each run. Rank 1 is best; equal means share the better rank. All NaN where no sample is common to all."""

    mean: Floats
    """Over the samples that every run has a score for, which alone are compared."""
    rank: Floats
    low: Floats
    """The best and the worst rank within the level."""
    high: Floats
    first: Floats
    """Share of the resamples in which the run had rank 1."""
    n: int
    """Samples common to all runs."""
    units: int
    """Independent ones: clusters, or samples."""
    resamples: int
    seed: int
    level: float


class Tied(NamedTuple):
    """`group` counts from 1, best first; 0 is a run without a mean. `leader` is the index of its group's leader, or -1."""

    group: Ints
    leader: Ints


def rank_intervals(
    values: ArrayLike,
    clusters: ArrayLike | None = None,
    *,
    direction: int = 1,
    resamples: int = 1000,
    seed: int = 0,
    level: float = LEVEL,
) -> Ranks:
    """Ranks of runs, (runs, samples), and percentile intervals from a paired bootstrap: samples, or whole clusters of
    them, are drawn with replacement, the same for all runs, and the runs ranked each time (as Chatbot Arena, Chiang et
    al., arXiv 2403.04132). The same seed gives the same intervals. An interval is of each rank alone, not of all together.
    """
    rows = floats(values)
    common = ~np.isnan(rows).any(axis=0)
    n = int(np.count_nonzero(common))
    if n == 0 or not len(rows):
        none = np.full(len(rows), np.nan)
        return Ranks(none, none, none, none, none, 0, 0, resamples, seed, level)
    sums, counts, often = _units(rows[:, common], None if clusters is None else np.asarray(clusters)[common])
    rng = np.random.default_rng(seed)
    means = np.concatenate([w @ sums / (w @ counts)[:, None] for w in _weights(rng, often, resamples)])
    mean = rows[:, common].mean(axis=1)
    drawn = _rank(means * direction)
    # Discrete: the rank itself, never a number between two.
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0, method="inverted_cdf")
    return Ranks(
        mean, _rank(mean[None] * direction)[0], low, high, (drawn == 1).mean(axis=0),
        n, int(often.sum()), resamples, seed, level,
    )  # fmt: skip


def _units(rows: Floats, clusters: Ints | None) -> tuple[Floats, Floats, Ints]:
    """What is drawn: sums of scores (kinds of unit, runs), samples in each, and how many units are of each kind.

    Samples on which all runs score the same are one kind, drawn by one multinomial; with few binary runs there are
    few kinds (3 runs, 8 kinds), however many samples.
    """
    runs, n = rows.shape
    if clusters is not None:
        grouping = Grouping.of(n, clusters=clusters)
        sums = np.add.reduceat(grouping.sort(rows), grouping.cells, axis=1).T
        return sums, np.diff(grouping.cells, append=n).astype(float), np.ones(len(sums), np.int64)
    if runs < 63 and ((rows == 0) | (rows == 1)).all():
        pattern = (1 << np.arange(runs)) @ rows.astype(np.int64)
        _, first, often = np.unique(pattern, return_index=True, return_counts=True)
        return rows[:, first].T, np.ones(len(first)), often
    return rows.T, np.ones(n), np.ones(n, np.int64)


def _weights(rng: np.random.Generator, often: Ints, resamples: int) -> Iterator[Floats]:
    """How often each kind is drawn, (resamples, kinds), in chunks."""
    total = int(often.sum())
    kind = np.repeat(np.arange(len(often)), often)
    for at in range(0, resamples, CHUNK):
        size = min(CHUNK, resamples - at)
        if len(often) * 4 < total:
            yield rng.multinomial(total, often / total, size=size).astype(np.float64)
            continue
        # Drawing and counting is four times faster than a multinomial of many kinds: 0.3 s, not 1.2 s, for 20,000 x 1,000.
        drawn = (kind[rng.integers(0, total, total)] for _ in range(size))
        yield np.stack([np.bincount(d, minlength=len(often)) for d in drawn]).astype(np.float64)


def _rank(means: Floats) -> Floats:
    """1 + how many are better by more than rounding, of each row."""
    return np.stack([1.0 + (means > (one + noise(one))[:, None]).sum(axis=1) for one in means.T], axis=1)


def pairwise(values: ArrayLike, clusters: ArrayLike | None = None) -> Floats:
    """p of every pair of runs, (runs, runs), symmetric, NaN on the diagonal: `paired.differences` on what each two share."""
    rows = floats(values)
    grouping = Grouping.of(rows.shape[1], clusters=clusters)
    p = np.full((len(rows), len(rows)), np.nan)
    for i in range(len(rows) - 1):
        p[i, i + 1 :] = p[i + 1 :, i] = differences(rows[i], rows[i + 1 :], grouping).p
    return p


def tied_groups(mean: ArrayLike, p_adjusted: ArrayLike, *, alpha: float = 0.05, direction: int = 1) -> Tied:
    """Runs in groups. The best run that is in none leads the next; tied with it is each later one whose adjusted p
    against this leader is above alpha, or is NaN, since what was not compared is not told apart.

    Two members of a group need not be tied with each other, and a run may be tied with a leader while a better one,
    known more precisely, is not. `p_adjusted` is `multiplicity.adjusted` over the pairs of `pairwise`, each pair once.
    """
    score, p = floats(mean) * direction, floats(p_adjusted)
    order = [int(i) for i in np.argsort(-score, kind="stable") if not np.isnan(score[i])]
    group, leader = np.zeros(len(score), np.int64), np.full(len(score), -1)
    number = 0
    while order:
        first, number = order[0], number + 1
        tied = [i for i in order if i == first or not p[first, i] <= alpha]
        group[tied], leader[tied] = number, first
        order = [i for i in order if i not in tied]
    return Tied(group, leader)
