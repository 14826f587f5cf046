"""Uploaded logs stand beside the server's own for whoever has the key, and for nobody else."""

import io
import os
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from polars.testing import assert_frame_equal

from data import trajectories
from data.cache import Cache
from data.formats import BY_NAME, FORMATS
from data.ingest import Ingester
from data.originals import sample
from data.problems import Code, Problem
from data.queries import uploads
from data.store import Store
from data.viewstate import ViewState
from data.workspaces import OPEN, Refusal, Refused, Workspaces
from data.workspaces.apart import Apart
from tests.data.workspaces.conftest import LIMITS
from tests.fixtures.wholes import plain

FIXTURES = Path(__file__).parents[2] / "fixtures"
INSPECT = (FIXTURES / "inspect" / "zstd.eval").read_bytes()
OTHER = (FIXTURES / "inspect" / "whole.json").read_bytes()
WHERE = ["location", "modified"]


def runs(shown):
    return set(shown.snapshot.runs["run_id"])


def fixture_files(format):
    folder = FIXTURES / format.name
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_uploaded_runs_stand_beside_the_servers_own(server):
    s = server()
    shown = s.shown(s.add("x.eval", INSPECT))
    assert runs(shown) > runs(s.shown())
    assert shown.snapshot.runs.filter(format="inspect").height == 1


def test_without_the_key_or_with_another_nobody_sees_them(server):
    s = server()
    before = s.shown()
    mine, other = s.add("x.eval", INSPECT), s.add("y.json", OTHER)
    assert mine != other
    assert s.shown().snapshot is before.snapshot
    assert runs(s.shown(mine)) & runs(s.shown(other)) == runs(before)
    assert s.shown().workspace.stored == ()


@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)
def test_what_is_uploaded_is_read_as_if_it_lay_in_a_folder(format, server, tmp_path):
    (tmp_path / "empty").mkdir()
    s = server(tmp_path / "empty")
    key = ""
    for name, data in fixture_files(format).items():
        key = s.add(name, data, key)
    found = s.shown(key)
    wanted = Ingester([FIXTURES / format.name], Cache(tmp_path / "direct")).look()
    assert_frame_equal(found.snapshot.runs.drop(WHERE), wanted.runs.drop(WHERE))
    assert_frame_equal(found.snapshot.metrics, wanted.metrics)
    assert found.snapshot.trajectories.height == wanted.trajectories.height
    assert found.snapshot.predictions.height == wanted.predictions.height
    own = [
        (p.code, p.detail, Path(p.where).name)
        for p in found.snapshot.problems
        if p.code is not Code.EMPTY_FOLDER
    ]
    assert sorted(own) == sorted((p.code, p.detail, Path(p.where).name) for p in wanted.problems)
    for task, part in wanted.parts.items():
        assert_frame_equal(found.snapshot.parts[task].scores.collect(), part.scores.collect())


def test_parts_of_untouched_tasks_are_the_servers_own(server):
    s = server()
    shown = s.shown(s.add("x.eval", INSPECT))
    for task, part in s.store.snapshot.parts.items():
        assert shown.snapshot.parts[task].home == part.home
    assert {t for t, p in shown.snapshot.parts.items() if s.home in p.home.parents} == {
        *shown.snapshot.parts
    } - {*s.store.snapshot.parts}


def test_another_process_opens_it_from_disk_and_so_does_a_restart(server):
    s = server()
    key = s.add("x.eval", INSPECT)
    before = s.shown(key)
    later = s.again()
    assert runs(later.workspaces.shown(ViewState().edit(workspace=key))) == runs(before)  # before any look
    assert later.shown(key).version == before.version


def test_what_one_process_receives_another_comes_to_see(server):
    one = server()
    two = one.again()
    key = one.add("x.eval", INSPECT)
    assert runs(two.shown(key)) == runs(one.shown(key))
    one.add("y.json", OTHER, key)
    two.workspaces.look()
    assert runs(two.shown(key)) == runs(one.shown(key))
    assert len(two.shown(key).workspace.stored) == 2


def test_new_logs_of_the_server_appear_in_a_workspace(server, demo_logs, tmp_path):
    logs = shutil.copytree(demo_logs / "twinkle", tmp_path / "logs")
    s = server(logs)
    key = s.add("x.eval", INSPECT)
    before = s.shown(key)
    (logs / "new.json").write_bytes(OTHER)
    s.look()
    after = s.shown(key)
    assert runs(after) - runs(before) == runs(s.shown()) - (runs(before) & runs(s.shown()))
    assert after.version != before.version


def test_a_cache_that_has_lost_the_servers_readings_costs_one_look(server, tmp_path):
    shutil.copytree(FIXTURES / "lm_eval" / "lab__small-1b", tmp_path / "logs")
    s = server(tmp_path / "logs")
    results = next((tmp_path / "logs").glob("results_2026*")).read_text().replace("small-1b", "other-1b")
    key = s.add("results_2026-02-03T10-11-12.345678.json", results.encode())
    shutil.rmtree(s.work.cache.folder / "readings")
    s.shown(key)  # a part of both cannot be built now
    s.look()
    found = s.shown(key)
    assert runs(found) > runs(s.shown())
    assert set(found.snapshot.runs["model"]) > set(s.shown().snapshot.runs["model"])
    assert not [p for p in found.snapshot.problems if p.code is Code.TASK_UNUSABLE]


def test_the_version_says_when_anything_on_screen_may_have_changed(server):
    s = server()
    key = s.add("notes.txt", b"hello")
    state = ViewState().edit(workspace=key)
    waiting = s.workspaces.shown(state).version
    read = s.shown(key).version
    s.add("more.txt", b"hello", key)
    assert len({waiting, read, s.workspaces.shown(state).version, s.shown().version}) == 4
    assert s.shown().version == s.store.snapshot.version


@pytest.mark.parametrize("key", ["A" * 32, "-", "cut-off", "../../etc", "\0"])
def test_a_key_of_none_shows_the_servers_logs_and_says_so(server, key):
    s = server()
    shown = s.shown(key)
    assert shown.snapshot is s.store.snapshot
    assert shown.workspace.is_gone
    with pytest.raises(Refused, match=Refusal.GONE):
        s.add("x.eval", INSPECT, ViewState().edit(workspace=key).workspace)
    assert not s.home.exists()


def folder_of(s):
    (home,) = s.home.iterdir()
    return home


def aged(s, days):
    then = time.time() - days * 86_400
    os.utime(folder_of(s) / "uploads.jsonl", (then, then))


def test_it_expires_so_many_days_after_the_last_file(server):
    s = server()
    key = s.add("x.eval", INSPECT)
    aged(s, 6.9)
    s.workspaces.sweep()
    assert not s.shown(key).workspace.is_gone
    aged(s, 7.1)
    assert s.shown(key).workspace.is_gone
    assert s.shown(key).snapshot is s.store.snapshot
    s.workspaces.sweep()
    assert list(s.home.iterdir()) == []


def test_a_file_that_is_refused_does_not_prolong_it(server):
    s = server()
    key = s.add("x.eval", INSPECT)
    aged(s, 6)
    until = s.shown(key).workspace.until
    with pytest.raises(Refused):
        s.add("y", b"x" * 2_000_001, key)
    assert s.shown(key).workspace.until == until
    s.add("z", b"z", key)
    assert 5.9 < (s.shown(key).workspace.until - until).total_seconds() / 86_400 < 6.1


def test_what_never_became_whole_is_swept_away(server):
    s = server()
    key = s.add("x.eval", INSPECT)
    part = folder_of(s) / "incoming" / "part"
    part.write_bytes(b"x")
    lost = s.home / "lost"
    lost.mkdir()
    s.workspaces.sweep()
    assert part.exists()
    assert lost.exists()
    for path in (part, lost):
        os.utime(path, (0, 0))
    s.workspaces.sweep()
    assert not part.exists()
    assert not lost.exists()
    assert not s.shown(key).workspace.is_gone


def test_deleting_leaves_nothing_of_it_anywhere_in_the_cache(server):
    s = server()
    key = s.add("x.eval", INSPECT)
    name = s.shown(key).snapshot.runs.filter(format="inspect")["run_id"][0].encode()
    assert any(name in p.read_bytes() for p in s.cache.rglob("*") if p.is_file())
    assert s.workspaces.delete(key)
    assert list(s.home.iterdir()) == []
    assert not any(name in p.read_bytes() for p in s.cache.rglob("*") if p.is_file())
    assert s.shown(key).workspace.is_gone
    assert not s.workspaces.delete(key)


def test_what_is_deleted_elsewhere_is_gone_here(server):
    s = server()
    key = s.add("x.eval", INSPECT)
    s.shown(key)
    s.again().workspaces.delete(key)
    assert s.shown(key).workspace.is_gone


def test_a_first_file_that_is_refused_makes_no_workspace(server):
    s = server()
    with pytest.raises(Refused):
        s.add("x", b"x" * 2_000_001)
    assert list(s.home.iterdir()) == []


def test_the_key_stands_nowhere_on_the_disk_nor_in_the_tables(server):
    s = server()
    key = s.add("x.eval", INSPECT)
    snapshot = s.shown(key).snapshot
    assert key not in snapshot.runs.write_json()
    assert key not in repr(snapshot.problems)
    assert key not in repr(ViewState().edit(workspace=key))
    for path in s.cache.rglob("*"):
        assert key not in str(path)
        assert not path.is_file() or key.encode() not in path.read_bytes()


def test_only_so_many_are_in_memory_and_the_others_come_back(server):
    s = server()
    keys = [s.add(f"{i}.txt", b"%d" % i) for i in range(OPEN + 3)]
    for key in keys:
        s.workspaces.shown(ViewState().edit(workspace=key))
    assert len(s.workspaces._open) == OPEN
    assert [f.name for f in s.shown(keys[0]).workspace.stored] == ["0.txt"]


def test_where_nothing_may_be_uploaded_nothing_is_and_old_links_are_gone(server):
    s = server()
    key = s.add("x.eval", INSPECT)
    off = Workspaces(s.store, s.work, s.home, s.limits._replace(file=0))
    assert off.shown(ViewState().edit(workspace=key)).workspace.is_gone
    with pytest.raises(Refused, match=Refusal.OFF):
        off.receive("", "x", io.BytesIO(b"x"), 1)
    with pytest.raises(Refused, match=Refusal.OFF):
        Workspaces(Store()).receive("", "x", io.BytesIO(b"x"), 1)


def test_a_disk_that_cannot_be_written_is_said_so(server, tmp_path):
    s = server()
    (tmp_path / "file").write_text("")
    blocked = Workspaces(s.store, s.work, tmp_path / "file", s.limits)
    with pytest.raises(Refused, match=Refusal.UNWRITABLE):
        blocked.receive("", "x", io.BytesIO(b"x"), 1)


def test_a_sample_of_an_uploaded_log_is_read_whole(server, tmp_path):
    s = server()
    shown = s.shown(s.add("x.eval", INSPECT)).snapshot
    run = shown.runs.filter(format="inspect").row(0, named=True)
    direct = Ingester([FIXTURES / "inspect"], Cache(tmp_path / "direct")).look()
    ids = shown.parts[run["task"]].ids["sample_id"]
    assert len(ids) > 0
    for id in ids:
        here, there = (sample(s, run["run_id"], id, None) for s in (direct, shown))
        assert plain(there) | {"problems": ()} == plain(here)
    assert isinstance(sample(shown, run["run_id"], "none such", None), Problem)


def outcomes(shown):
    df = uploads.files(shown.snapshot, shown.workspace)
    return {r["file"]: (r["outcome"], r["runs"], r["code"]) for r in df.iter_rows(named=True)}


def test_each_file_has_an_outcome(server):
    s = server()
    key = s.add("x.eval", INSPECT)
    for name, data in fixture_files(next(f for f in FORMATS if f.name == "lm_eval")).items():
        s.add(name, data, key)
    s.add("../notes.txt", b"hello", key)
    s.add("cut.eval", INSPECT[:100], key)
    found = outcomes(s.shown(key))
    assert found["x.eval"] == ("read", 1, None)
    assert found["../notes.txt"] == ("problem", 0, Code.UNKNOWN_FORMAT)
    assert found["cut.eval"][0] == "problem"
    results = next(v for k, v in found.items() if "results_2026" in k)
    assert results[1] == 3
    assert next(v for k, v in found.items() if "samples_gsm8k" in k)[0] in ("beside", "problem")


def test_what_has_not_been_read_yet_says_so(server):
    s = server()
    key = s.add("x.eval", INSPECT)
    assert outcomes(s.workspaces.shown(ViewState().edit(workspace=key))) == {"x.eval": ("waiting", 0, None)}


def test_what_a_workspace_holds_is_counted(server):
    s = server()
    key = s.add("a.txt", b"12345")
    s.add("b.txt", b"123", key)
    row = uploads.holdings(s.shown(key).workspace).row(0, named=True)
    assert (row["files"], row["bytes"], row["max_bytes"], row["days"]) == (2, 8, 5_000_000, 7)
    assert uploads.holdings(s.shown().workspace).row(0, named=True)["until"] is None


def test_lens_arrays_of_strangers_are_read_apart_and_the_servers_own_here(server, monkeypatch):
    folder = FIXTURES / "tuned_lens"
    one = server(logs=folder)
    key = ""
    for name, data in fixture_files(BY_NAME["tuned_lens"]).items():
        key = one.add(name, data, key)
    s = one.shown(key).snapshot
    here = []
    monkeypatch.setattr(trajectories, "READERS", {"matrix": lambda cells, *_: here.append(cells)})
    files = {row["cells"] for row in s.trajectories.to_dicts()}
    assert len(files) == 4
    for cells in files:
        trajectories.matrix(cells, trajectories.changed(cells), "entropy", 3, 4, s.read_arrays)
    assert sorted(here) == sorted(str(p) for p in (folder / "cells").iterdir())


def test_a_workspace_that_takes_long_gives_others_their_turn(server, monkeypatch):
    one = server()
    slow = one.add("a.eval", INSPECT)
    one.add("b.json", OTHER, slow)
    quick = one.add("c.eval", INSPECT)
    read, asked = Apart.read, []

    def slowly(self, task):
        asked.append(Path(task.stamp.location).name)
        if len(asked) == 1:
            # There alone: whoever else waits for something needs a clock that goes on.
            late = SimpleNamespace(monotonic=lambda: float("inf"))
            monkeypatch.setattr("data.workspaces.opened.time", late)
        return read(self, task)

    monkeypatch.setattr(Apart, "read", slowly)
    one.workspaces._opened(slow).look()
    monkeypatch.undo()
    state = ViewState().edit(workspace=slow)
    found = one.workspaces.shown(state).snapshot
    assert asked == ["a.eval"]
    assert [(p.code, Path(p.where).name) for p in found.problems if p.code is Code.NOT_YET] == [
        (Code.NOT_YET, "b.json")
    ]
    assert runs(one.shown(quick)) > runs(one.shown())
    later = one.shown(slow).snapshot
    assert Code.NOT_YET not in {p.code for p in later.problems}
    assert later.runs.height == found.runs.height + 1


def test_all_workspaces_together_hold_no_more_than_they_may(server):
    one = server(limits=LIMITS._replace(together=len(INSPECT) + 10))
    key = one.add("a.eval", INSPECT)
    for k in (key, ""):
        with pytest.raises(Refused, match=Refusal.NO_ROOM):
            one.add("b.json", OTHER, k)
    again = one.again()
    with pytest.raises(Refused, match=Refusal.NO_ROOM):
        again.add("b.json", OTHER)
    assert len(list(one.home.iterdir())) == 1
