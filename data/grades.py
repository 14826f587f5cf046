"""How a logged score becomes a number: one rule for every format, and short enough to show on screen.

Source: `value_to_float` of inspect_ai 0.3.285 (scorer/_metric.py), with one difference on purpose: a
string that it does not know is not 0 but no number at all, and is reported.
"""

from __future__ import annotations

import math

GRADES = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
"""Correct, partially correct, incorrect, no answer. Upper case only, as inspect_ai has it."""
WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
"""In any case."""


def to_number(value: object) -> float | None:
    """The number that a logged score stands for; NaN where it was left unscored; None if it is none.

    >>> [to_number(v) for v in ("C", "P", "I", True, "no", " 0.5", 3)]
    [1.0, 0.5, 0.0, 1.0, 0.0, 0.5, 3.0]
    >>> to_number("A") is None, to_number([1]) is None
    (True, True)
    """
    if isinstance(value, (bool, int, float)):
        return float(value)
    if not isinstance(value, str):
        return None
    known = GRADES.get(value, WORDS.get(value.lower()))
    return known if known is not None else _numeral(value)


def _numeral(text: str) -> float | None:
    """Numerals only: the words nan and inf are what a grader said, not a score."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
