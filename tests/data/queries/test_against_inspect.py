"""Heatmaps and groups of the demo's logs are what inspect_ai and pandas make of them."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.queries import heatmap, scores

BY_INSPECT = Path(__file__).with_name("by_inspect.py")
SCORERS = [
    ("general_knowledge", "choice"),
    ("mental_arithmetic", "match"),
    ("mental_arithmetic", "includes"),
    ("explain_why", "points"),
    ("explain_why", "rating"),
    ("ledger_agent", "trajectory/resolved"),
    ("ledger_agent", "trajectory/f1"),
    ("number_spelling", "wer"),
]


@pytest.fixture(scope="module")
def told(demo_logs):
    """A row a score of every successful run: task, model, id, epoch, metadata, scorer, value."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", BY_INSPECT, demo_logs], capture_output=True, text=True, check=True
    )
    return pd.DataFrame(json.loads(run.stdout.splitlines()[-1])).astype({"value": float})


def of(told, task, scorer):
    return told[(told.task == task) & (told.scorer == scorer)]


def matrix(told, task, scorer):
    """Samples by models, the mean over the epochs that have a value."""
    return of(told, task, scorer).pivot_table(index="id", columns="model", values="value", dropna=False)


@pytest.mark.parametrize(("task", "scorer"), SCORERS)
def test_a_cell_is_the_mean_over_the_epochs_that_have_a_value(demo, told, view, task, scorer):
    df = heatmap.cells(demo, view(f"?task={task}&metric={scorer}&scale=1"))
    found = df.to_pandas().pivot(index="sample_id", columns="model", values="value")
    expected = matrix(told, task, scorer)
    assert expected.notna().to_numpy().sum() > 20
    found = found.reindex(index=expected.index, columns=expected.columns)
    np.testing.assert_allclose(found.to_numpy(), expected.to_numpy(), atol=1e-12)


@pytest.mark.parametrize(("task", "scorer"), SCORERS)
def test_epochs_are_counted_where_they_have_a_value(demo, told, view, task, scorer):
    df = heatmap.cells(demo, view(f"?task={task}&metric={scorer}"))
    found = {(r["sample_id"], r["model"]): r["epochs"] for r in df.to_dicts() if r["epochs"]}
    known = of(told, task, scorer).dropna(subset="value")
    assert found == known.groupby(["id", "model"]).size().to_dict()


@pytest.mark.parametrize("order", ["desc", "asc"])
@pytest.mark.parametrize(("task", "scorer"), SCORERS)
def test_samples_and_models_come_by_the_mean_over_what_exists(demo, told, view, task, scorer, order):
    df = heatmap.cells(demo, view(f"?task={task}&metric={scorer}&order={order}&order_models={order}"))
    expected = matrix(told, task, scorer)
    for column, axis in (("sample_id", 1), ("model", 0)):
        mean = expected.mean(axis=axis)
        found = [
            round(mean[name], 9) for name in dict.fromkeys(df[column]) if mean.get(name) == mean.get(name)
        ]
        assert found == sorted(found, reverse=order == "desc")
        assert len(found) == mean.notna().sum()


@pytest.mark.parametrize("key", ["difficulty", "category"])
@pytest.mark.parametrize(("task", "scorer"), SCORERS)
def test_a_group_is_the_mean_over_its_samples_epochs_first(demo, told, view, task, scorer, key):
    rows = of(told, task, scorer).assign(group=lambda df: [m.get(key) for m in df["metadata"]])
    per_sample = rows.dropna(subset="value").groupby(["model", "group", "id"])["value"].mean()
    grouped = per_sample.groupby(["model", "group"])
    df = scores.bars(demo, view(f"?task={task}&metric={scorer}&group={key}&per_page=all"))
    found = {(r["model"], r["category"]): (r["value"], r["n"]) for r in df.to_dicts()}
    sizes = grouped.size().to_dict()
    assert len(sizes) > 5
    assert found == {k: (pytest.approx(v), sizes[k]) for k, v in grouped.mean().to_dict().items()}
