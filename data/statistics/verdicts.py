"""What a comparison comes to. A kind and its numbers; the sentence is made where it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import Bools, Codes, Floats, Results, floats
from data.statistics.differences import Difference
from data.statistics.equivalence import equivalence
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
    detectable: Floats
    """The smallest true difference that would have been found with `power` at alpha, without adjustment."""
    p_equivalent: Floats
    """NaN without a margin."""
    alpha: float
    power: float
    margin: float | None


def verdicts(
    found: Difference,
    p_adjusted: ArrayLike | None = None,
    *,
    direction: ArrayLike = 1,
    alpha: float = 0.05,
    power: float = 0.8,
    margin: float | None = None,
) -> Verdicts:
    """One of each difference, by the first rule that holds: too few; equivalent within the margin, if one is given;
    significant, and then better or worse by the sign of delta and the direction (-1: less is better); else none.

    `p_adjusted` are the p of all that is shown together, adjusted (`multiplicity.adjusted`); without it each stands
    for itself. The p decides, not the interval: on binary scores the two may disagree by a hair.
    """
    p = np.broadcast_to(floats(found.p if p_adjusted is None else p_adjusted), found.p.shape)
    gain = found.delta * floats(direction)
    significant = p <= alpha
    same = np.full(p.shape, np.nan) if margin is None else equivalence(found, margin).p
    rules = [
        (np.isnan(p) | ~found.enough, Verdict.TOO_FEW),
        (same <= alpha, Verdict.EQUIVALENT),
        (significant & (gain > 0), Verdict.BETTER),
        (significant & (gain < 0), Verdict.WORSE),
    ]
    kind = np.select([rule for rule, _ in rules], [name for _, name in rules], Verdict.NO_DETECTABLE_CHANGE)
    return Verdicts(
        kind, significant, p, detectable(found, alpha=alpha, power=power), same, alpha, power, margin
    )
