"""Snapshots and logs made by hand."""

from functools import partial

import pytest
from hypothesis import HealthCheck, settings

from data.cache import Cache
from data.ingest import Ingester
from data.viewstate import ViewState
from tests.fixtures import toy

# A busy machine is no finding.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture
def snapshot(tmp_path):
    """A snapshot of toy runs: snapshot({"model": "a", "metrics": {"": 0.5}}, ...)"""
    return partial(toy.snapshot, Cache(tmp_path / "cache"))


@pytest.fixture
def logs(tmp_path, monkeypatch):
    """A folder for toy logs, which ingest can read while the test lasts."""
    toy.offer(monkeypatch)
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


@pytest.fixture
def ingester(logs, tmp_path):
    """Makes an ingester of these roots over one cache, as every start of the program does."""

    def make(*roots, cache=None, **more):
        return Ingester(roots or (logs,), cache or Cache(tmp_path / "cache"), **more)

    return make


@pytest.fixture
def view():
    return ViewState.from_query
