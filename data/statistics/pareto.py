"""Which runs are beaten by no other in both price and score?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from data.statistics.arrays import Bools, floats


def front(cost: ArrayLike, score: ArrayLike, *, direction: int = 1) -> Bools:
    """Points for which no other costs at most as much and scores at least as well, one of both strictly.

    Equal points stand or fall together. A point without a cost or a score is not on the front, and beats nobody.

    >>> front([1, 2, 3, None], [0.5, 0.9, 0.8, 1.0]).tolist()
    [True, True, False, False]
    """
    c, s = floats(cost), floats(score) * direction
    known = np.flatnonzero(~np.isnan(c) & ~np.isnan(s))
    order = known[np.lexsort((-s[known], c[known]))]
    out = np.zeros(len(c), np.bool_)
    best, at = -np.inf, np.nan
    for i in order:
        if s[i] > best or (s[i] == best and c[i] == at):
            out[i], best, at = True, s[i], c[i]
    return out
