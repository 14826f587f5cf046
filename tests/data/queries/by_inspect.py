"""Run as a program: what inspect_ai itself reads from a folder of logs, a row a score, as JSON.

A process of its own, because the library's import warns, patches zipfile and starts event loops.
"""

import json
import math
import sys
from pathlib import Path


def main(folder):
    from inspect_ai.log import read_eval_log

    logs = [read_eval_log(str(p)) for p in sorted(Path(folder).iterdir()) if p.suffix in (".eval", ".json")]
    print(json.dumps([row for log in logs if log.status == "success" for row in rows(log)]))


def rows(log):
    for sample in log.samples or []:
        about = {"task": log.eval.task, "model": log.eval.model, "id": str(sample.id), "epoch": sample.epoch}
        about |= {"metadata": {k: str(v) for k, v in sample.metadata.items()}}
        scores = dict(values(sample.scores or {}))
        yield from ({**about, "scorer": name, "value": value} for name, value in scores.items())


def values(scores):
    from inspect_ai.scorer import value_to_float

    for name, score in scores.items():
        parts = score.value if isinstance(score.value, dict) else {None: score.value}
        for key, value in parts.items():
            number = value_to_float()(value)
            yield (f"{name}/{key}" if key else name), (None if math.isnan(number) else number)


if __name__ == "__main__":
    main(sys.argv[1])
