"""Whatever happens to one look, the next one comes, and what is published stays."""

import pytest
from polars.exceptions import PanicException

from app import background
from app.settings import Settings
from data.cache import Cache
from data.ingest import Ingester
from data.store import Progress, Snapshot, Store


class Work:
    """An ingester that does what it is told."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)

    def look(self, report, _publish):
        report(Progress(1, 2, busy=True))
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


@pytest.mark.parametrize("error", [OSError("disk"), ValueError("x"), PanicException("rust"), MemoryError()])
def test_a_look_that_fails_leaves_what_was_published(error):
    store = Store(Snapshot(version="1"))
    background.look(Work(error), store)
    assert store.snapshot.version == "1"
    assert not store.progress.busy


def test_after_a_failure_the_next_look_publishes():
    store, work = Store(), Work(ValueError("x"), Snapshot(version="2"))
    background.look(work, store)
    background.look(work, store)
    assert store.snapshot.version == "2"


def test_where_nothing_is_new_nothing_is_published():
    first = Snapshot(version="1")
    store = Store(first)
    background.look(Work(None), store)
    assert store.snapshot is first


def test_at_a_start_what_was_published_last_is_there_at_once(demo_logs, tmp_path, monkeypatch):
    logs = demo_logs / "twinkle"
    version = Ingester([logs], Cache(tmp_path)).look().version
    monkeypatch.setattr(background, "watch", lambda *_: None)
    store = Store()
    background.start(Settings(logs=str(logs), cache=tmp_path), store)
    assert store.snapshot.version == version
