"""Which samples of two runs of one task are the same question: by their ids, their inputs checked.

Two runs of one format meet by sample id, and what each was asked must be the same. So do runs of two formats, by the
words of the question. Where ids tell nothing (two harnesses number the same questions in their own ways) the question
itself tells, if it stands only once in each run.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from data.formats.inputs import WHOLE

Hashes = NDArray[np.uint64]
Rows = NDArray[np.intp]

ABSENT, UNKNOWN = np.uint64(0), np.uint64(2)
"""In place of a hash: the run does not have the sample; it has, and what was asked is not known."""
ENOUGH = 0.5
"""Of the shorter run's questions so many must be in the other before they are paired without regard to their ids: it is
then the same set of questions, and two that share a beginning by chance are not taken for one."""


class Rule(StrEnum):
    ID = "id"
    """Equal ids, and as far as it is known equal inputs."""
    INPUT = "input"
    """Equal inputs, which stand only once in each run; ids are not looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """`a` and `b` are rows on the part's sample axis; the i-th of one meets the i-th of the other.

    Of the samples of one run, some meet (`n_both`), some have their id in the other with another input
    (`n_input_differs`), and the rest are of one run only. `n_input_unknown` of those that meet do so by their id alone.
    """

    rule: Rule
    a: Rows
    b: Rows
    n_a_only: int
    n_b_only: int
    n_input_differs: int
    n_input_unknown: int

    @property
    def n_both(self) -> int:
        return len(self.a)


def pair(a: Hashes, b: Hashes) -> Pairs:
    """From two rows of `Part.inputs` or of `Part.questions`.

    >>> one, two = np.array([3, 5, 7, 0], np.uint64), np.array([3, 5, 9, 11], np.uint64)
    >>> found = pair(one, two)
    >>> found.rule.value, found.a.tolist(), found.n_input_differs, found.n_a_only, found.n_b_only
    ('id', [0, 1], 1, 0, 1)
    """
    by_id = _by_id(a, b)
    if by_id.n_both > by_id.n_input_differs:
        return by_id
    by_input = _by_input(a, b)
    return by_input if by_input.n_both > by_id.n_both else by_id


def _by_id(a: Hashes, b: Hashes) -> Pairs:
    has_a, has_b = a != ABSENT, b != ABSENT
    common = has_a & has_b
    known = (a != UNKNOWN) & (b != UNKNOWN)
    differs = common & known & (a != b)
    same = common & (a == b) & (a & WHOLE != 0)
    met = np.flatnonzero(common & ~differs)
    n_common = int(common.sum())
    return Pairs(
        Rule.ID,
        met,
        met,
        n_a_only=int(has_a.sum()) - n_common,
        n_b_only=int(has_b.sum()) - n_common,
        n_input_differs=n_common - len(met),
        n_input_unknown=len(met) - int(same.sum()),
    )


def _by_input(a: Hashes, b: Hashes) -> Pairs:
    (at_a, once_a), (at_b, once_b) = _once(a), _once(b)
    place = np.minimum(np.searchsorted(once_b, once_a), max(0, len(once_b) - 1))
    in_a = np.flatnonzero(once_b[place] == once_a) if len(once_b) else np.zeros(0, np.intp)
    in_b = place[in_a]
    if len(in_a) < ENOUGH * max(1, min(len(once_a), len(once_b))):
        in_a, in_b = in_a[:0], in_b[:0]
    order = np.argsort(at_a[in_a])
    n = len(order)
    return Pairs(
        Rule.INPUT,
        at_a[in_a][order],
        at_b[in_b][order],
        n_a_only=int((a != ABSENT).sum()) - n,
        n_b_only=int((b != ABSENT).sum()) - n,
        n_input_differs=0,
        n_input_unknown=0,
    )


def _once(hashes: Hashes) -> tuple[Rows, Hashes]:
    """Where the questions stand that are wholly known and stand only once, and their hashes in ascending order."""
    at = np.flatnonzero(hashes & WHOLE != 0)
    at = at[np.argsort(hashes[at])]
    ordered = hashes[at]
    once = np.ones(len(ordered), bool)
    again = ordered[1:] == ordered[:-1]
    once[1:][again] = once[:-1][again] = False
    return at[once], ordered[once]
