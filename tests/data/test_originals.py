"""From what was ingested back to what the log says, as it is now."""

import errno
import threading
from dataclasses import replace

import pytest

from data import formats, originals
from data.formats.base import SampleKey
from data.problems import Code
from tests.fixtures import toy

SAMPLES = [{"id": i, "input": f"whole {i}", "scores": {"s": 1.0}} for i in ("p", "a/b", "🙂")]


@pytest.fixture
def path(logs, monkeypatch):
    monkeypatch.setattr(originals, "BY_NAME", formats.BY_NAME)
    return toy.write(logs / "a.toy", {"run_id": "r", "samples": SAMPLES})


@pytest.mark.parametrize("id", [s["id"] for s in SAMPLES])
def test_a_sample_is_read_whole_from_its_log(path, ingester, id):
    assert originals.sample(ingester().look(), "r", id, 1)["input"] == f"whole {id}"


@pytest.mark.parametrize("where", [("none", "p", 1), ("r", "none", 1), ("r", "p", 2), ("", "", 1)])
def test_a_sample_that_was_never_there_is_named(path, ingester, where):
    found = originals.sample(ingester().look(), *where)
    assert found.code is Code.MISSING_FIELD
    assert found.detail == f"{where[1]} ({where[2]})"


def test_a_log_that_was_deleted_since_is_named(path, ingester):
    snapshot = ingester().look()
    path.unlink()
    found = originals.sample(snapshot, "r", "p", 1)
    assert (found.code, found.where) == (Code.GONE, str(path))


def test_a_log_that_was_cut_since_is_named(path, ingester):
    snapshot = ingester().look()
    path.write_bytes(path.read_bytes()[:40])
    assert originals.sample(snapshot, "r", "p", 1).code is Code.UNREADABLE


def test_a_sample_that_is_gone_from_its_log_is_named(path, ingester):
    snapshot = ingester().look()
    toy.write(path, {"run_id": "r", "samples": SAMPLES[1:]})
    assert originals.sample(snapshot, "r", "p", 1).code is Code.MISSING_FIELD


def test_a_log_that_may_no_longer_be_read_is_named(path, ingester, monkeypatch):
    def refused(*_, **_more):
        raise PermissionError(errno.EACCES, "Permission denied")

    snapshot = ingester().look()
    monkeypatch.setattr(type(path), "read_text", refused)
    found = originals.sample(snapshot, "r", "p", 1)
    assert (found.code, found.detail) == (Code.NOT_PERMITTED, "Permission denied")


def test_a_log_that_changed_since_says_so_and_is_shown_as_it_is(path, ingester):
    snapshot = ingester().look()
    assert originals.sample(snapshot, "r", "p", 1)["problems"] == ()
    toy.write(path, {"run_id": "r", "samples": [{**SAMPLES[0], "input": "something else"}]})
    found = originals.sample(snapshot, "r", "p", 1)
    assert found["input"] == "something else"
    assert [(p.code, p.where) for p in found["problems"]] == [(Code.CHANGED_SINCE, str(path))]


def test_one_slow_sample_holds_up_no_other(path, ingester):
    go, begun = threading.Event(), threading.Event()

    def read(format, log, key):
        if key.sample_id == "p":
            begun.set()
            assert go.wait(20)
        return originals.here(format, log, key)

    snapshot = replace(ingester().look(), read_sample=read)
    slow = threading.Thread(target=originals.sample, args=(snapshot, "r", "p", 1))
    slow.start()
    assert begun.wait(20)
    other = threading.Thread(target=originals.sample, args=(snapshot, "r", "a/b", 1), daemon=True)
    other.start()
    other.join(5)
    try:
        assert not other.is_alive()
    finally:
        go.set()
        slow.join()


def test_all_who_ask_for_one_sample_have_it_read_once(path, ingester):
    asked, told = [], []
    together = threading.Barrier(4)

    def read(format, log, key):
        asked.append(key)
        return originals.here(format, log, key)

    def ask():
        together.wait(20)
        told.append(originals.sample(snapshot, "r", "p", 1)["input"])

    snapshot = replace(ingester().look(), read_sample=read)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert told == ["whole p"] * 4
    assert len(asked) == 1


def test_what_could_not_be_had_is_not_tried_again_at_once(path, ingester, monkeypatch):
    asked = []

    def read(format, log, key):
        asked.append(key)
        raise ValueError("more than 30 seconds")

    snapshot = replace(ingester().look(), read_sample=read)
    for _ in range(3):
        assert originals.sample(snapshot, "r", "p", 1).code is Code.UNREADABLE
    assert len(asked) == 1
    monkeypatch.setattr(originals, "FAILED_S", 0)
    assert originals.sample(snapshot, "r", "p", 1).code is Code.UNREADABLE
    assert len(asked) == 2


def test_samples_leave_memory_when_there_are_too_many(path, ingester, monkeypatch):
    monkeypatch.setattr(originals, "HELD", 1)
    monkeypatch.setattr(originals, "held", originals.Held())
    snapshot = ingester().look()
    for sample in SAMPLES:
        originals.sample(snapshot, "r", sample["id"], 1)
    assert len(originals.held._samples) == 2


def test_a_sample_however_large_is_read_once_for_all_panels_of_its_page():
    read, where = [], originals.Where("/logs/a", 0, 0, SampleKey("1", 1))
    held = originals.Held()

    def large(*_):
        read.append(1)
        return {"size": originals.HELD_BYTES + 1}

    for _ in range(3):
        held.get(where, {"format": "inspect", "location": "/logs/a"}, large)
    assert len(read) == 1
