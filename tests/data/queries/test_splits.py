"""Splits and perturbed copies of the same questions are never averaged together."""

from pathlib import Path

import polars as pl
import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.queries import deltas, measures, scores
from data.viewstate import ViewState


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    fixture = Path(__file__).parents[2] / "fixtures" / "helm"
    return Ingester([fixture], Cache(tmp_path_factory.mktemp("cache"))).look()


@pytest.fixture(scope="module")
def task(snapshot):
    """One with more categories than its headline split."""
    by_task = snapshot.metrics.join(
        snapshot.runs.with_row_index("run").select("run", "task"), on="run"
    ).group_by("task")
    counts = by_task.agg(pl.col("category").n_unique()).sort("category", "task")
    return counts["task"][-1]


def test_an_average_is_over_the_headline_split_alone(snapshot, task):
    split = measures.headline_split(snapshot, task)
    view = ViewState().edit(tasks=[task], level="category")
    shown = scores.shown(snapshot, view)
    assert shown["category"].n_unique() > 1
    alone = {r["model"]: r["value"] for r in shown.filter(pl.col("category") == split).to_dicts()}
    found = scores.averages(snapshot, view)
    assert dict(zip(found["model"], found["macro"], strict=True)) == pytest.approx(alone)
    assert found["categories"].unique().to_list() == [1]


def test_deltas_by_sample_are_of_the_headline_split(snapshot, task):
    split = measures.headline_split(snapshot, task)
    part = snapshot.parts[task]
    of_split = set(part.ids.filter(pl.col("category") == split)["sample_id"])
    rows = deltas.by_sample(snapshot, ViewState().edit(tasks=[task], level="sample"))
    assert rows.height
    assert set(rows["category"]) <= of_split


def test_a_chosen_category_is_averaged_as_asked(snapshot, task):
    view = ViewState().edit(tasks=[task], level="category")
    other = next(
        c
        for c in scores.shown(snapshot, view)["category"].unique()
        if c != measures.headline_split(snapshot, task)
    )
    found = scores.averages(snapshot, view.edit(categories=[other]))
    assert found["categories"].unique().to_list() == [1]
