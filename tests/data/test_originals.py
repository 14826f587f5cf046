"""From what was ingested back to what the log says, as it is now."""

import errno

import pytest

from data import formats, originals
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
