"""What inspect_ai reads from the demo's logs, and what it makes of scores: processes of their own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def inspect_says():
    """Answers to a list of questions, as statistics/by_inspect.py has them."""

    def ask(questions):
        program = HERE.parent / "statistics" / "by_inspect.py"
        done = subprocess.run(
            [sys.executable, str(program)], input=json.dumps(questions), stdout=subprocess.PIPE, text=True, check=True
        )  # fmt: skip
        return json.loads(done.stdout.splitlines()[-1])

    return ask


@pytest.fixture(scope="session")
def epochs_told(demo_logs):
    """(task, scorer, model) -> {sample: ([values of the epochs], metadata)}."""
    program = [sys.executable, "-W", "ignore", HERE / "by_inspect.py", demo_logs]
    run = subprocess.run(program, capture_output=True, text=True, check=True)
    found = {}
    for row in json.loads(run.stdout.splitlines()[-1]):
        of_run = found.setdefault((row["task"], row["scorer"], row["model"]), {})
        of_run.setdefault(row["id"], ([], row["metadata"]))[0].append(row["value"])
    return found
