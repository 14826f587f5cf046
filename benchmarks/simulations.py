"""Do the intervals cover what they say, do false discoveries stay at the level promised, and is it fast enough?

    python benchmarks/simulations.py            # about a minute
    python benchmarks/simulations.py --part coverage

Everything is seeded: the same figures each time but for the timings. Ends with 1 if a line that is promised to lie
within its limits does not. Scores are drawn from a known truth: a sample's difficulty is shared by all runs, a cluster
moves each run by an amount of its own, and the rest is chance.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import special

sys.path.insert(0, str(Path(__file__).parent.parent))

from data.statistics.arrays import Floats, Ints
from data.statistics.decomposition import contributions
from data.statistics.equivalence import equivalence
from data.statistics.grouping import Grouping
from data.statistics.intervals import means, t_critical, t_interval
from data.statistics.moments import moments
from data.statistics.multiplicity import adjusted
from data.statistics.paired import differences
from data.statistics.power import minimum_detectable_binary, pairs_needed
from data.statistics.ranks import pairwise, rank_intervals
from data.statistics.transitions import transitions
from data.statistics.verdicts import verdicts

SEED = 20260101
REPEATS = 4000
LIMITS = 0.93, 0.97
ALPHA = 0.05
HARD, OWN = 1.0, 0.6
"""Standard deviations of what all runs share of a sample, and of what a cluster does to each run alone."""


class Truth(NamedTuple):
    scores: Floats
    """(repeats, samples)"""
    mean: float


def run(rng: np.random.Generator, hard: Floats, clusters: Ints | None, ability: float, binary: bool) -> Truth:
    """Scores of one run on samples of known difficulty, and the mean that it would have on all such samples."""
    repeats, n = hard.shape
    latent = ability - hard
    variance = HARD**2
    if clusters is not None:
        latent = latent + rng.normal(0, OWN, (repeats, clusters.max() + 1))[:, clusters]
        variance += OWN**2
    if binary:
        return Truth(
            (latent + rng.normal(size=(repeats, n)) > 0).astype(float), _share(ability, 1 + variance)
        )
    # A score between 0 and 1, such as a grader's or F1; its mean is that of the probit, in closed form.
    latent = latent + rng.normal(0, 0.5, (repeats, n))
    return Truth(special.ndtr(latent), _share(ability, 1 + variance + 0.25))


def _share(ability: float, variance: float) -> float:
    return float(special.ndtr(ability / np.sqrt(variance)))


def hardness(rng: np.random.Generator, repeats: int, n: int) -> Floats:
    return rng.normal(0, HARD, (repeats, n))


def sizes(rng: np.random.Generator, clusters: int, mean: int) -> Ints:
    """Cluster codes with sizes from 1 to twice the mean, as documents have questions."""
    return np.repeat(np.arange(clusters), rng.integers(1, 2 * mean, clusters))


# Coverage


def coverage() -> Iterator[bool]:
    heading("95 % intervals: share that covers the truth", "n", "clusters", "covers", "median width")
    for n in (30, 100, 500):
        for binary in (True, False):
            yield paired(n, None, binary)
    for clusters in (50, 100):
        for binary in (True, False):
            yield paired(10 * clusters, clusters, binary)
    for n in (30, 300):
        yield single(n, None, 0.8)
    for clusters in (50, 100):
        yield single(10 * clusters, clusters, 0.8)
    yield single(300, None, 0.8, binary=False)
    print("\nWhere they do not, or other intervals would not (not promised):")
    for clusters in (5, 10, 20):
        paired(10 * clusters, clusters, True, promised=False)
    for clusters in (5, 10, 20):
        paired(10 * clusters, clusters, True, promised=False, giant=True)
    paired(500, 50, True, promised=False, ignore=True)
    students_t(30)
    students_t(100)
    single(10, None, 2.5, promised=False)


def paired(
    n: int,
    clusters: int | None,
    binary: bool,
    *,
    promised: bool = True,
    ignore: bool = False,
    giant: bool = False,
) -> bool:
    rng = np.random.default_rng([SEED, n, clusters or 0, binary])
    codes = None if clusters is None else sizes(rng, clusters, 10)
    if giant and codes is not None:  # one cluster with half of all samples
        codes = np.concatenate([np.zeros(len(codes), np.int64), codes])
    n = n if codes is None else len(codes)
    hard = hardness(rng, REPEATS, n)
    base, cand = (run(rng, hard, codes, ability, binary) for ability in (0.5, 0.7))
    grouping = Grouping.of(n, clusters=None if ignore else codes)
    found = differences(base.scores, cand.scores, grouping)
    name, low, high = str(found.method[0]), found.low, found.high
    if giant:  # what `differences` gives no interval for
        every = t_interval(moments(grouping.sort(cand.scores - base.scores), grouping), 0.95)
        name, low, high = "paired_clustered_t, one of them half", every[0][:, 0], every[1][:, 0]
    name = f"{name}{', clusters ignored' * ignore}{kind(binary)}"
    return covered(name, n, clusters, low, high, cand.mean - base.mean, promised)


def single(
    n: int, clusters: int | None, ability: float, *, binary: bool = True, promised: bool = True
) -> bool:
    rng = np.random.default_rng([SEED, 1, n, clusters or 0])
    codes = None if clusters is None else sizes(rng, clusters, 10)
    n = n if codes is None else len(codes)
    truth = run(rng, hardness(rng, REPEATS, n), codes, ability, binary)
    found = means(truth.scores, Grouping.of(n, clusters=codes))
    name = f"{found.method[0]}, mean {truth.mean:.2f}{kind(binary)}"
    return covered(name, n, clusters, found.low, found.high, truth.mean, promised)


def students_t(n: int) -> None:
    """The paired t that Bonett and Price's interval stands in for, where the candidate fixes 3 % and breaks nothing."""
    rng = np.random.default_rng([SEED, 3, n])
    base = (rng.random((REPEATS, n)) < 0.5).astype(float)
    cand = np.maximum(base, rng.random((REPEATS, n)) < 0.06)
    grouping = Grouping.of(n)
    t = moments(cand - base, grouping)
    half, delta = t_critical(n - 1, 0.95) * t.se[:, 0], t.mean[:, 0]
    found = differences(base, cand, grouping)
    covered("paired_t, 3 % fixed, 0/1", n, None, delta - half, delta + half, 0.03, False)
    covered("bonett_price, the same", n, None, found.low, found.high, 0.03, False)
    found = differences(base, cand, Grouping.of(n, clusters=np.arange(n) // 5))
    covered("paired_clustered_t, the same", n, n // 5, found.low, found.high, 0.03, False)


def kind(binary: bool) -> str:
    return ", 0/1" if binary else ", graded"


def covered(
    name: str, n: int, clusters: int | None, low: Floats, high: Floats, truth: float, promised: bool
) -> bool:
    """Where no interval is given none can be wrong: of the rest, and the name says how many that are."""
    given = ~np.isnan(low)
    name += "" if given.all() else f" ({given.mean():.0%} given)"
    low, high = low[given], high[given]
    share = float(((low <= truth) & (truth <= high)).mean())
    good = LIMITS[0] <= share <= LIMITS[1] or not promised
    row(name, n, clusters or "", f"{share:.1%}" + ("" if good else " !"), f"{np.median(high - low):.3f}")
    return good


# False discoveries


def discoveries() -> Iterator[bool]:
    heading(
        "False discoveries, 200 categories of 100 pairs",
        "true differences",
        "repeats",
        "unadjusted",
        "BH",
        "power",
    )
    for binary in (True, False):
        yield false_discoveries(0, None, binary)
    yield false_discoveries(0, 20, True)
    yield false_discoveries(40, None, True)
    yield false_discoveries(0, None, True, candidates=10)


def false_discoveries(different: int, clusters: int | None, binary: bool, candidates: int = 1) -> bool:
    """Mean share of false among all discoveries; with no true difference, how often there is any at all."""
    categories, each, repeats = 200, 100, 1000 // candidates
    rng = np.random.default_rng([SEED, 4, different, clusters or 0, binary, candidates])
    groups = np.repeat(np.arange(categories), each)
    codes = None if clusters is None else np.arange(categories * each) // (each // clusters)
    grouping = Grouping.of(len(groups), groups, codes)
    plain, bh, power = [], [], []
    for _ in range(repeats):
        hard = hardness(rng, 1, len(groups))
        base = run(rng, hard, codes, 0.5, binary).scores
        gain = np.where(groups < different, 1.0, 0.0)
        cand = np.concatenate([run(rng, hard - gain, codes, 0.5, binary).scores for _ in range(candidates)])
        p = differences(base, cand, grouping).p
        for rates, values in ((plain, p), (bh, adjusted(p))):
            hit = values <= ALPHA
            rates.append(hit[:, different:].sum() / max(1, hit.sum()))
        power.append((adjusted(p) <= ALPHA)[:, :different].mean() if different else np.nan)
    good = float(np.mean(bh)) <= ALPHA + 3 * np.sqrt(ALPHA * (1 - ALPHA) / repeats)
    name = ("clustered t" if clusters else "McNemar" if binary else "paired t") + kind(binary)
    row(
        name + (f", {candidates} candidates" if candidates > 1 else ""), different, repeats,
        f"{np.mean(plain):.1%}", f"{np.mean(bh):.1%}" + ("" if good else " !"),
        f"{np.mean(power):.0%}" if different else "",
    )  # fmt: skip
    return good


def powers() -> Iterator[bool]:
    heading("Pairs said to be needed for 80 % power", "pairs", "found", "")
    for effect in (0.5, 0.2, 0.05):
        rng = np.random.default_rng([SEED, 5])
        n = int(pairs_needed(effect, 1.0))
        chunks = [
            differences(np.zeros(n), rng.normal(effect, 1, (200, n))).p for _ in range(100 if n < 300 else 20)
        ]
        found = float((np.concatenate(chunks) <= ALPHA).mean())
        good = abs(found - 0.8) < 0.025
        row(f"paired t, difference of {effect} sd", n, f"{found:.1%}" + ("" if good else " !"), "")
        yield good
    heading(
        "Right and wrong: differences said to be detectable with 80 % power", "pairs", "difference", "found"
    )
    for n in (40, 200, 1000):
        for share in (0.0, 0.05, 0.3):
            yield detected(n, share)
    heading(
        "Right and wrong: called equivalent where the true difference is the margin",
        "pairs",
        "margin",
        "called",
    )
    for n, margin, both in ((60, 0.06, 0.0), (300, 0.02, 0.0), (100, 0.1, 0.2), (1000, 0.02, 0.1)):
        yield called_equivalent(n, margin, both)


def called_equivalent(n: int, margin: float, both: float) -> bool:
    """Where the candidate fixes a share of `margin` more than it breaks, and `both` more of the pairs differ."""
    rng = np.random.default_rng([SEED, 8, n])
    drawn = rng.random((REPEATS, n))
    up = drawn < margin + both / 2
    down = ~up & (drawn < margin + both)
    found = differences(down.astype(float), up.astype(float))
    called = float((equivalence(found, margin).p <= ALPHA).mean())
    good = called <= 0.07
    row(f"{both:.0%} differ both ways", n, margin, f"{called:.1%}" + ("" if good else " !"))
    return good


def detected(n: int, share: float) -> bool:
    """Where this share of pairs differed, and a repetition has the difference that would then be called detectable."""
    rng = np.random.default_rng([SEED, 7, n, int(100 * share)])
    discordant = round(share * n)
    delta = float(minimum_detectable_binary(n, discordant))
    differ = max((discordant + 2) / (n + 2), delta)
    drawn = rng.random((REPEATS, n))
    up = drawn < (differ + delta) / 2
    down = ~up & (drawn < differ)
    p = differences(down.astype(float), up.astype(float)).p
    found = float((p <= ALPHA).mean())
    good = 0.74 <= found <= 0.86
    row(f"{discordant} of the pairs differed", n, f"{delta:.3f}", f"{found:.1%}" + ("" if good else " !"))
    return good


# Speed


def speed() -> Iterator[bool]:
    samples, categories = 20_000, 200
    rng = np.random.default_rng([SEED, 6])
    groups, codes = rng.integers(0, categories, samples), rng.integers(0, 4000, samples)
    hard = hardness(rng, 1, samples)
    scores = np.concatenate([run(rng, hard, None, a, True).scores for a in np.linspace(0, 1, 51)])
    heading(
        f"Milliseconds of CPU, {samples:,} samples, {categories} categories, 4,000 clusters", "cells", "ms"
    )

    def page(rows: Floats) -> Any:
        """All numbers of the baseline page: every difference overall and by category, tested, adjusted and judged."""
        whole, parts = Grouping.of(samples, clusters=codes), Grouping.of(samples, groups, codes)
        means(rows, whole)
        overall, by_category = (differences(rows[0], rows[1:], g) for g in (whole, parts))
        contributions(by_category)
        transitions(rows[0], rows[1:], parts)
        verdicts(overall, adjust="bh")
        return verdicts(by_category, adjust="bh", margin=0.01)

    work: list[tuple[str, int, Callable[[], Any]]] = [
        ("baseline page, 20 runs", 19 * 201, lambda: page(scores[:20])),
        ("baseline page, 51 runs", 50 * 201, lambda: page(scores)),
        ("all pairs of 20 runs, clustered", 190, lambda: pairwise(scores[:20], codes)),
        ("rank intervals of 20 runs, 1,000 resamples", 20, lambda: rank_intervals(scores[:20])),
    ]
    good = True
    for name, cells, do in work:
        do()
        ms = cpu_ms(do)
        good &= ms < 1000
        row(name, f"{cells:,}", f"{ms:,.0f}")
    cells = 19 * 201
    one = cpu_ms(lambda: by_statsmodels(scores[0, groups == 0], scores[1, groups == 0], codes[groups == 0]))
    row("the same cells by statsmodels' OLS, one at a time", f"{cells:,}", f"{one * cells:,.0f}")
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    yield good


def by_statsmodels(baseline: Floats, candidate: Floats, codes: Ints) -> Any:
    from statsmodels.regression.linear_model import OLS

    d = candidate - baseline
    fit = OLS(d, np.ones(len(d))).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    return fit.pvalues, fit.conf_int()


def cpu_ms(do: Callable[[], Any]) -> float:
    do()
    taken = []
    for _ in range(5):
        before = time.process_time()
        do()
        taken.append(time.process_time() - before)
    return 1000 * float(np.median(taken))


def heading(*columns: str) -> None:
    print("\n" + columns[0] + "\n")
    row("", *columns[1:])


def row(name: str, *cells: object) -> None:
    print(f"{name:<50}" + "".join(f"{cell!s:>18}" for cell in cells))


PARTS: dict[str, Callable[[], Iterator[bool]]] = {
    "coverage": coverage,
    "discoveries": discoveries,
    "power": powers,
    "speed": speed,
}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--part", choices=PARTS, help="only this")
    given = asked.parse_args()
    kept = [good for name, part in PARTS.items() if given.part in (None, name) for good in part()]
    if not all(kept):
        print("\nLines with ! are outside their limits.")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
