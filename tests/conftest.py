"""Logs that tests of every kind read: the demo's, and the real ones where a machine has them."""

from pathlib import Path

import pytest

from data.cache import Cache
from data.ingest import Ingester

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def demo_logs():
    return REPOSITORY / "demo" / "logs"


@pytest.fixture(scope="session")
def demo(demo_logs, tmp_path_factory):
    """The demo's logs as one snapshot."""
    return Ingester([demo_logs], Cache(tmp_path_factory.mktemp("cache"))).look()


@pytest.fixture(scope="session")
def real_logs():
    folder = REPOSITORY.parent / "shared" / "real-logs"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return folder
