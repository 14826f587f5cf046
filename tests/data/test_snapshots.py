"""A snapshot is named by what it holds, and comes back from disk as it was."""

from dataclasses import replace

import pytest
from polars.testing import assert_frame_equal

from data import snapshots
from data.cache import Cache
from data.problems import Code
from data.store import Snapshot, Store
from tests.fixtures import toy

A = {"run_id": "a", "created": "2026-01-02T03:04:05", "tags": ["x"], "metrics": {"": 0.5},
     "samples": [{"id": "1", "scores": {"s": 0.5}}]}  # fmt: skip


def test_the_last_snapshot_is_there_at_the_next_start(logs, ingester):
    toy.write(logs / "a.toy", A, wrong=["something"])
    found = ingester().look()
    last = ingester().last()
    assert last.version == found.version
    assert_frame_equal(last.runs, found.runs)
    assert_frame_equal(last.metrics, found.metrics)
    assert last.problems == found.problems
    assert last.parts["t"].cubes["s"].value.tolist() == [[[0.5]]]


def test_other_roots_have_another_last_snapshot(logs, ingester):
    toy.write(logs / "one" / "a.toy", A)
    toy.write(logs / "two" / "b.toy", {"run_id": "b"})
    ingester(logs / "one").look()
    assert ingester(logs / "two").last() is None


def test_before_the_first_look_there_is_no_last_snapshot(ingester):
    assert ingester().last() is None


def test_two_processes_name_equal_inputs_alike(logs, ingester, tmp_path):
    toy.write(logs / "a.toy", A)
    one, two = (ingester(cache=Cache(tmp_path / name)).look() for name in ("one", "two"))
    assert one.version == two.version != ""


CHANGES = {
    "another run": {"b.toy": {"run_id": "b"}},
    "another value": {"a.toy": {**A, "metrics": {"": 0.25}}},
    "another score": {"a.toy": {**A, "samples": [{"id": "1", "scores": {"s": 0.25}}]}},
    "a junk file": {"junk.txt": None},
}


@pytest.mark.parametrize("change", CHANGES)
def test_other_inputs_have_another_version(logs, ingester, change):
    toy.write(logs / "a.toy", A)
    look = ingester()
    before = look.look().version
    for name, run in CHANGES[change].items():
        toy.write(logs / name, run) if run else (logs / name).write_text("junk")
    assert look.look().version != before


def test_a_task_that_no_log_touched_keeps_its_part(logs, ingester):
    toy.write(logs / "a.toy", A)
    look = ingester()
    before = look.look()
    toy.write(logs / "b.toy", {**A, "run_id": "b", "task": "u"})
    assert look.look().parts["t"] is before.parts["t"]


def test_runs_are_in_one_order_whatever_their_files_are_called(snapshot):
    made = [{"run_id": str(i), "model": m, "task": t} for i, (t, m) in enumerate(("ub", "ta", "ua", "tb"))]
    found = snapshot(*made).runs.select("task", "model").rows()
    assert found == [("t", "a"), ("t", "b"), ("u", "a"), ("u", "b")]


def test_a_snapshot_that_is_not_whole_is_none(logs, ingester, tmp_path):
    toy.write(logs / "a.toy", A)
    cache = Cache(tmp_path / "cache")
    version = ingester(cache=cache).look().version
    (cache.snapshot(version) / "runs.arrow").unlink()
    assert snapshots.load_last(cache, [logs]) is None


def test_a_reader_keeps_the_snapshot_it_has_when_a_newer_is_published():
    store = Store(Snapshot(version="1"))
    mine = store.snapshot
    store.publish(Snapshot(version="2"))
    assert (mine.version, store.snapshot.version) == ("1", "2")


SECOND = replace(toy.FORMAT, name="copies", secondhand=True)
DONE = {"run_id": "a", "samples_done": 1}


def test_a_run_that_another_file_repeats_counts_once(snapshot, monkeypatch, logs):
    toy.offer(monkeypatch, SECOND)
    s = snapshot({**DONE, "metrics": {"": 0.5}}, {**DONE, "format": "copies", "metrics": {"": 0.5}})
    assert s.runs.select("run_id", "format").rows() == [("a", "toy")]
    assert [(p.code, p.where, p.detail) for p in s.problems] == [(Code.COPY, "/logs/1.toy", "/logs/0.toy")]


def test_the_copy_counts_where_it_says_more(snapshot, monkeypatch, logs):
    toy.offer(monkeypatch, SECOND)
    s = snapshot({**DONE, "status": "started"}, {**DONE, "format": "copies", "samples_done": 9})
    assert s.runs["format"].to_list() == ["copies"]
    assert [p.where for p in s.problems] == ["/logs/0.toy"]


@pytest.mark.parametrize("other", [{"model": "n"}, {"task": "u"}])
def test_what_is_of_another_task_or_model_is_no_copy(snapshot, monkeypatch, logs, other):
    toy.offer(monkeypatch, SECOND)
    assert snapshot(DONE, {**DONE, "format": "copies", **other}).runs.height == 2


def test_two_logs_of_one_id_are_still_two_runs_beside_a_copy(snapshot, monkeypatch, logs):
    toy.offer(monkeypatch, SECOND)
    s = snapshot(DONE, {**DONE, "error": "x"}, {**DONE, "format": "copies"})
    assert s.runs["format"].to_list() == ["toy", "toy"]
