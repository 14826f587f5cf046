"""One metric's values for the documents, and which of them are scores."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from data.formats.strict import NUMBERS
from data.grades import to_number
from data.schema import Mark


class Score(NamedTuple):
    value: float | None
    mark: Mark


@dataclass(slots=True)
class Values:
    """By the number of the sample. What only the harness's aggregation understands, as the log likelihood and
    length that make a perplexity, is left out and counted."""

    scores: dict[int, Score] = field(default_factory=dict)
    left_out: int = 0
    unknown: list[str] = field(default_factory=list)

    def add(self, sample: int, value: Any) -> None:
        if isinstance(value, (list, dict)):
            self.left_out += 1
            return
        score = score_of(value)
        if score.mark is Mark.INVALID:
            self.unknown.append(str(value)[:40])
        self.scores[sample] = score

    def mean(self) -> float | None:
        known = [s.value for s in self.scores.values() if s.value is not None]
        return math.fsum(known) / len(known) if known else None


def score_of(value: Any) -> Score:
    """
    >>> score_of(True), score_of(None).mark.name, score_of("nonsense").mark.name
    (Score(value=1.0, mark=<Mark.VALUE: 0>), 'UNSCORED', 'INVALID')
    """
    if value is None or (isinstance(value, str) and value.lower() in ("nan", "none", "n/a")):
        return Score(None, Mark.UNSCORED)
    try:
        found = NUMBERS[value] if isinstance(value, str) and value in NUMBERS else to_number(value)
    except OverflowError:  # an integer that no float can hold
        found = None
    return Score(None, Mark.INVALID) if found is None else Score(found, Mark.VALUE)
