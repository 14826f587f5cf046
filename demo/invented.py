"""Models that do not exist, and which questions they can answer.

Everything that is made up about the models is here: an ability, stronger and weaker subjects, luck by question and
luck by attempt. The same seed gives the same answers.
"""

import math
import random

SEED = 11

ABILITY = {
    "acme/aurora-70b": 1.7,
    "borealis/cumulus-2": 1.3,
    "acme/aurora-8b": 0.4,
    "open/lynx-13b": 0.2,
    "open/lynx-3b": -0.8,
}


def luck(*what: object) -> random.Random:
    return random.Random("|".join(map(str, (SEED, *what))))


def knows(model: str, subject: str, question: str, difficulty: float, attempt: int = 1) -> bool:
    """Whether this attempt succeeds; difficulty 1 (easy) to 5.

    The luck of a question is shared by a model's attempts, so that repeating flips the close ones only; part of
    it is shared by all models, so that some questions are hard for everybody.
    """
    margin = (
        ABILITY[model]
        + 2.0
        - 0.75 * difficulty
        + luck("subject", model, subject).gauss(0, 0.8)
        + luck("question", question).gauss(0, 0.7)
        + luck("question", model, question).gauss(0, 0.7)
        + luck("attempt", model, question, attempt).gauss(0, 0.6)
    )
    return margin > 0


def tokens(text: str) -> int:
    """About what a tokeniser would say: four letters of English, or one character of Chinese, a token."""
    wide = sum(ord(c) > 0x2E80 for c in text)
    return wide + math.ceil((len(text) - wide) / 4)
