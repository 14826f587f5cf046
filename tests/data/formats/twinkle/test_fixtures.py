"""The small logs that every promise about formats is tested on: what is in them."""

from pathlib import Path

import polars as pl
import pytest

from data.formats.base import Log
from data.formats.twinkle import FORMAT

ROOT = Path(__file__).parents[3] / "fixtures" / "twinkle"
FILES = sorted(p for p in ROOT.rglob("*") if p.is_file())


def values(name):
    path = ROOT / name
    reading = FORMAT.read(Log(path, FORMAT.companions(path, FILES)))
    assert not reading.problems
    metrics = reading.tables.metrics.filter(pl.col("metric") == "accuracy")
    return {
        (run, category): value for run, category, value in metrics.select("run", "category", "value").rows()
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("legacy.json", {None: 0.5, "basic_medical_science": 0.4, "culinary_skills": 0.6}),
        ("v0.1/results_20250401_1200.json", {None: 5 / 12, "geography": 1 / 3, "music": 0.5}),
        ("results_20260314_0910.json", {None: 0.625, "geography": 0.5, "music": 0.75}),
    ],
)
def test_values(name, expected):
    assert values(name) == pytest.approx({(0, category): v for category, v in expected.items()})


def test_values_of_two_documents_in_big5():
    assert values("results_20250901_0800.jsonl") == {
        (0, None): 0.625,
        (0, "anatomy"): 0.5,
        (0, "virology"): 0.75,
        (1, None): 0.625,
        (1, "臺灣歷史"): 0.625,
        (2, None): 0.5625,
        (2, "anatomy"): 0.625,
        (2, "virology"): 0.5,
    }
