"""Run the evaluations. `make.py` starts this in an empty folder, so that the logs name no folder of the machine.

python inspect_runs.py ordinary|cancelled|crashed
"""

import sys
import time

import trouble
from inspect_ai import eval as run
from inspect_ai import eval_retry
from inspect_ai.model import get_model
from inspect_tasks import explain_why, general_knowledge, ledger_agent, mental_arithmetic, number_spelling
from invented import ABILITY
from trouble import Trouble

# One sample at a time, so that the n-th to start is the same one each time; and few writes, for small logs.
QUIET = {
    "log_dir": "logs",
    "display": "none",
    "max_samples": 1,
    "log_buffer": 1000,
    "log_realtime": False,
    "log_model_api": False,
}


def evaluate(task, model: str, upset: Trouble | None = None, **options):
    """The log, or None after an interrupt."""
    trouble.next_run = upset or Trouble()
    logs = run(task(), model=get_model(model, memoize=False), **{**QUIET, **options})
    return logs[0] if logs else None


def ordinary() -> None:
    big, cumulus, small, lynx, tiny = ABILITY
    for model in ABILITY:
        evaluate(general_knowledge, model, tags=["nightly"], metadata={"prompt": "v2"})
    for model in (big, cumulus, small, lynx):
        evaluate(mental_arithmetic, model, tags=["nightly"])

    # The model goes away at the 7th sample, which stops the run; the retry keeps what was done.
    failed = evaluate(mental_arithmetic, tiny, Trouble("error", (7,)), tags=["nightly"])
    trouble.next_run = Trouble()
    time.sleep(1.1)  # the file's name has seconds and the task id, which a retry shares
    eval_retry(failed, **QUIET)

    for model in (big, cumulus, small, lynx):  # and not the smallest
        evaluate(explain_why, model, tags=["graded"], metadata={"prompt": "v1"})
    for model in ABILITY:
        sometimes = Trouble("error", (4, 9)) if model == lynx else None
        evaluate(ledger_agent, model, sometimes, tags=["agent"], fail_on_error=False)
    for model in (big, cumulus, small):
        evaluate(number_spelling, model, tags=["nightly"])
    evaluate(number_spelling, tiny, tags=["smoke"], log_format="json", limit=6)


def cancelled() -> None:
    evaluate(explain_why, "borealis/cumulus-2", Trouble("interrupt", (7,)), tags=["graded"])


def crashed() -> None:
    evaluate(number_spelling, "open/lynx-13b", Trouble("kill", (9,)), log_buffer=3)


if __name__ == "__main__":
    {f.__name__: f for f in (ordinary, cancelled, crashed)}[sys.argv[1]]()
