"""What a summary becomes."""

from datetime import UTC, datetime

import pytest

from data.formats.twinkle.values import when


@pytest.mark.parametrize(
    ("stamp", "time"),
    [
        ("20250806_1543", datetime(2025, 8, 6, 15, 43, tzinfo=UTC)),
        ("20250806_154359", datetime(2025, 8, 6, 15, 43, 59, tzinfo=UTC)),
        ("2025-08-06T15:43:59", datetime(2025, 8, 6, 15, 43, 59, tzinfo=UTC)),
        ("2025-08-06T15:43:59+08:00", datetime(2025, 8, 6, 7, 43, 59, tzinfo=UTC)),
        ("", None),
        (None, None),
        ("20250806_1", None),
        (1.5, None),
    ],
)
def test_when(stamp, time):
    assert when(stamp) == time


def test_a_run_for_each_dataset(make, read):
    blocks = {
        k: make.block(make.entry(f"{k}a_test.csv", 0.5, 0.7)) for k in ("datasets/x/", "datasets/own__y/")
    }
    tables = read(make.summary(blocks, duration_seconds=12.5)).tables
    assert tables.runs.select("model", "task", "dataset", "status", "epochs", "duration_s").rows() == [
        ("lab/m", "x", "datasets/x/", "success", 2, 12.5),
        ("lab/m", "y", "datasets/own__y/", "success", 2, 12.5),
    ]
    assert tables.runs["run_id"].n_unique() == 2
    assert tables.metrics["run"].to_list() == [0, 0, 1, 1]
    assert tables.samples.is_empty()


def test_numbers_are_as_logged(make, read):
    entry = make.entry("d/a_test.csv", 0.5) | {
        "accuracy_std": 0.0125,
        "pass_at_k_mean": 0.75,
        "pass_metric": "pass@4",
        "unparsed_rate": 0.1167,
    }
    block = make.block(entry, average_pass_at_k=0.76, pass_metric="pass@4", average_unparsed_rate=0.12)
    metrics = read(make.summary({"d/": block})).tables.metrics
    assert metrics.select("category", "category_raw", "metric", "value", "stddev", "n").rows() == [
        (None, None, "accuracy", 0.5, None, None),
        (None, None, "pass@4", 0.76, None, None),
        (None, None, "unparsed_rate", 0.12, None, None),
        ("a", "d/a_test.csv", "accuracy", 0.5, 0.0125, None),
        ("a", "d/a_test.csv", "pass@4", 0.75, None, None),
        ("a", "d/a_test.csv", "unparsed_rate", 0.1167, None, None),
    ]
    assert set(metrics["scorer"]) == {"accuracy"}


@pytest.mark.parametrize(
    ("evaluation", "epochs"), [({}, 2), ({"repeat_runs": 5}, 2), ({"samples_per_question": 4}, 8)]
)
def test_epochs_are_those_that_were_done(make, read, evaluation, epochs):
    config = {"model": {"name": "m"}, "evaluation": evaluation}
    doc = make.summary({"d/": make.block(make.entry("d/a.csv", 0.5, 0.6))}, config=config)
    assert read(doc).tables.runs["epochs"].to_list() == [epochs]


def test_a_method_of_its_own_makes_another_config(make, read):
    entry = make.entry("d/a.csv", 0.5)
    blocks = {"d/": make.block(entry), "e/": make.block(entry, evaluation_method="math")}
    assert read(make.summary(blocks)).tables.runs["config_digest"].n_unique() == 2
