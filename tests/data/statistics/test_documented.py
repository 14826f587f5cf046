"""Every method that a result can name is explained to people, and the server starts without the slow libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

from data.statistics.methods import Method

ROOT = Path(__file__).parents[3]
MODULES = sorted(p.stem for p in (ROOT / "data/statistics").glob("*.py") if p.stem != "__init__")


@pytest.mark.parametrize("method", [m for m in Method if m])
def test_every_method_has_its_row(method):
    rows = (ROOT / "docs/statistics.md").read_text().splitlines()
    assert any(row.startswith("|") and f"`{method}`" in row for row in rows)


def test_importing_them_brings_no_slow_library():
    program = f"import sys, {', '.join('data.statistics.' + m for m in MODULES)}; print(sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    assert "'data.statistics.paired'" in loaded
    for slow in ("scipy.stats", "scipy.cluster", "statsmodels", "pandas"):
        assert f"'{slow}'" not in loaded, slow
