import json
import subprocess
import sys
from pathlib import Path

import pytest

BY_INSPECT = Path(__file__).with_name("by_inspect.py")


@pytest.fixture(scope="session")
def inspect_says():
    """Answers of the real inspect_ai to a list of questions."""

    def ask(questions):
        done = subprocess.run(
            [sys.executable, str(BY_INSPECT)],
            input=json.dumps(questions),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])

    return ask
