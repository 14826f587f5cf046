"""What a comparison comes to. A kind and its numbers; the sentence is made where it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import Bools, Codes, Floats, Results, floats
from data.statistics.differences import Difference
from data.statistics.equivalence import equivalence
from data.statistics.multiplicity import adjusted, thresholds
from data.statistics.power import detectable


class Verdict(StrEnum):
    TOO_FEW = "too_few"
    """Fewer than LEAST_UNITS pairs or effective clusters, or no test was possible."""
    EQUIVALENT = "equivalent"
    """Shown to differ by less than the margin, even if it should be significant."""
    BETTER = "better"
    WORSE = "worse"
    NO_DETECTABLE_CHANGE = "no_detectable_change"
    """Neither a difference nor equivalence is shown: a true one of `detectable` would probably have been found."""


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts(Results):
    kind: Codes
    significant: Bools
    """Adjusted p at most alpha, whatever the kind."""
    p_adjusted: Floats
    p_needed: Floats
    """The largest p that would have counted: alpha, or what adjustment leaves of it (`multiplicity.thresholds`)."""
    detectable: Floats
    """The smallest true difference that would have been found with `power` at `p_needed`."""
    p_equivalent: Floats
    """Adjusted as p is; NaN without a margin."""
    alpha: float
    power: float
    margin: float | None


def verdicts(
    found: Difference,
    *,
    adjust: str = "none",
    direction: ArrayLike = 1,
    alpha: float = 0.05,
    power: float = 0.8,
    margin: float | None = None,
) -> Verdicts:
    """One of each difference, by the first rule that holds: too few; equivalent within the margin, if one is given;
    significant, and then better or worse by the sign of delta and the direction (-1: less is better); else none.

    All differences are shown together, and their p are adjusted for each other: `adjust` is one of
    `multiplicity.METHODS`, or none. The p decides, not the interval: on binary scores the two may disagree by a hair.
    """
    p, needed = found.p, np.where(np.isnan(found.p), np.nan, alpha)
    same = np.full(p.shape, np.nan) if margin is None else equivalence(found, margin).p
    if adjust != "none":
        needed = thresholds(p, adjust, alpha=alpha)
        p, same = adjusted(p, adjust), adjusted(same, adjust)
    gain = found.delta * floats(direction)
    significant = p <= alpha
    rules = [
        (np.isnan(p) | ~found.enough, Verdict.TOO_FEW),
        (same <= alpha, Verdict.EQUIVALENT),
        (significant & (gain > 0), Verdict.BETTER),
        (significant & (gain < 0), Verdict.WORSE),
    ]
    kind = np.select([rule for rule, _ in rules], [name for _, name in rules], Verdict.NO_DETECTABLE_CHANGE)
    could = detectable(found, alpha=needed, power=power)
    return Verdicts(kind, significant, p, needed, could, same, alpha, power, margin)
