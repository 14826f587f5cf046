"""Run as a program: what inspect_ai itself makes of scores. Questions on stdin, answers on stdout, both as JSON lists.

A process of its own, because the library's import warns, patches zipfile and starts event loops. Null stands for NaN.
"""

import json
import math
import sys


def main():
    print(json.dumps([answer(question) for question in json.load(sys.stdin)]))


def answer(question):
    from inspect_ai import scorer

    values = [float("nan") if v is None else v for v in question["values"]]
    arguments = question.get("arguments", {})
    made = getattr(scorer, question["ask"])(**arguments)
    if "reducer" in question:
        found = made([scorer.Score(value=v) for v in values]).value
        return None if math.isnan(found) else found
    clusters = question.get("clusters") or [0] * len(values)
    return made(
        [
            scorer.SampleScore(score=scorer.Score(value=v), sample_id=i, sample_metadata={"cluster": c})
            for i, (v, c) in enumerate(zip(values, clusters, strict=True))
        ]
    )


if __name__ == "__main__":
    main()
