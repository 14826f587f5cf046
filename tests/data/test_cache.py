"""A cache that is gone, damaged, old or full costs time; never a number, never a crash."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import diskcache
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data import aside, schema
from data.cache import Cache, Stamp
from data.formats.base import Format, Reading
from data.problems import Code, Problem
from tests.fixtures import toy

A = {
    "run_id": "a",
    "metrics": {"": 0.5},
    "samples": [{"id": "1", "scores": {"s": 0.5}}, {"id": "2", "scores": {"s": "error"}}],
}
B = {"run_id": "b", "model": "n", "samples": [{"id": "1", "scores": {"s": 1.0}}]}
C = {"run_id": "c", "task": "u", "samples": [{"id": "1", "scores": {"z": 2.0}}]}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def filled(logs):
    toy.write(logs / "ab.toy", A, B, wrong=["something"])
    toy.write(logs / "c.toy", C)
    return logs


@pytest.fixture
def fresh(filled, ingester, tmp_path):
    """What is read without any cache from before."""
    return ingester(cache=Cache(tmp_path / "fresh")).look()


def assert_same(found, expected):
    assert found.version == expected.version
    assert_frame_equal(found.runs, expected.runs)
    assert_frame_equal(found.metrics, expected.metrics)
    assert found.problems == expected.problems
    assert list(found.parts) == list(expected.parts)
    for task, part in expected.parts.items():
        other = found.parts[task]
        assert (other.runs, other.scorers) == (part.runs, part.scorers)
        assert_frame_equal(other.ids, part.ids)
        assert_frame_equal(other.samples.collect(), part.samples.collect())
        assert_frame_equal(other.scores.collect(), part.scores.collect())
        for name in part.scorers:
            np.testing.assert_array_equal(other.cubes[name].value, part.cubes[name].value)
            np.testing.assert_array_equal(other.cubes[name].level, part.cubes[name].level)


def files(folder, pattern):
    found = [p for p in folder.rglob(pattern) if p.is_file()]
    assert found
    return found


def gone(folder):
    shutil.rmtree(folder)


def cut(pattern):
    def damage(folder):
        for path in files(folder, pattern):
            os.truncate(path, path.stat().st_size // 2)

    return damage


def emptied(pattern):
    def damage(folder):
        for path in files(folder, pattern):
            os.truncate(path, 0)

    return damage


def scrambled(pattern):
    def damage(folder):
        for path in files(folder, pattern):
            path.write_bytes(b"\xff" * max(64, path.stat().st_size))

    return damage


def removed(pattern):
    def damage(folder):
        for path in files(folder, pattern):
            path.unlink()

    return damage


def index_with_another_table(folder):
    for path in files(folder, "cache.db"):
        path.unlink()
        with sqlite3.connect(path) as db:
            db.execute("create table Settings (other text)")
        db.close()


DAMAGES = {
    "deleted": gone,
    "arrow cut": cut("*.arrow"),
    "arrow empty": emptied("*.arrow"),
    "arrow scrambled": scrambled("*.arrow"),
    "one table gone": removed("scores.arrow"),
    "samples gone": removed("samples.arrow"),
    "runs gone": removed("runs.arrow"),
    "cubes cut": cut("*.npy"),
    "cubes gone": removed("*.npy"),
    "json cut": cut("*.json"),
    "json scrambled": scrambled("*.json"),
    "index cut": cut("cache.db"),
    "index empty": emptied("cache.db"),
    "index scrambled": scrambled("cache.db"),
    "index gone": removed("cache.db"),
    "index of another kind": index_with_another_table,
    "last unreadable": scrambled("last/*"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_gives_the_same_numbers_at_the_next_start(filled, ingester, folder, fresh, damage):
    first = Cache(folder)
    ingester(cache=first).look()
    first.close()
    DAMAGES[damage](folder)
    again = ingester(cache=Cache(folder))
    last = again.last()
    assert last is None or last.version == fresh.version
    assert_same(again.look(), fresh)


WHILE_RUNNING = {
    "deleted": gone,
    "readings cut": cut("readings/*/*.arrow"),
    "readings scrambled": scrambled("readings/*/*.arrow"),
    "one table gone": removed("scores.arrow"),
    "cubes gone": removed("*.npy"),
}


@pytest.mark.parametrize("damage", WHILE_RUNNING)
def test_a_cache_damaged_while_we_run_gives_the_same_numbers_for_new_logs(
    filled, ingester, folder, tmp_path, damage
):
    look = ingester(cache=Cache(folder))
    look.look()
    WHILE_RUNNING[damage](folder)
    toy.write(filled / "d.toy", {**B, "run_id": "d"})
    assert_same(look.look(), ingester(cache=Cache(tmp_path / "other")).look())


def test_a_cache_deleted_while_we_run_leaves_the_samples_readable_after_the_next_look(
    filled, ingester, folder
):
    look = ingester(cache=Cache(folder))
    look.look()
    gone(folder)
    assert look.look().parts["t"].samples.collect().height == 3
    assert look.look() is None


@pytest.mark.parametrize("damage", ["arrow cut", "cubes cut", "json scrambled", "samples gone"])
def test_what_was_damaged_is_made_good(filled, ingester, folder, monkeypatch, fresh, damage):
    ingester(cache=Cache(folder)).look()
    DAMAGES[damage](folder)
    ingester(cache=Cache(folder)).look()
    monkeypatch.setattr("data.ingest.read_one", lambda _: pytest.fail("read again"))
    again = ingester(cache=Cache(folder))
    assert_same(again.last(), fresh)
    assert_same(again.look(), fresh)


def test_a_whole_cache_is_used_and_gives_the_same(filled, ingester, folder, fresh, monkeypatch):
    ingester(cache=Cache(folder)).look()
    monkeypatch.setattr("data.ingest.read_one", lambda _: pytest.fail("read again"))
    again = ingester(cache=Cache(folder))
    assert_same(again.last(), fresh)
    assert_same(again.look(), fresh)


def test_a_cache_of_another_schema_is_not_seen(filled, ingester, folder, fresh, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(schema, "VERSION", schema.VERSION + 1)
        ingester(cache=Cache(folder)).look()
    again = ingester(cache=Cache(folder))
    assert again.last() is None
    assert_same(again.look(), fresh)


def full(*_args, **_more):
    raise OSError(errno.ENOSPC, "No space left on device")


WRITES = {
    "tables": (pl.DataFrame, "write_ipc"),
    "cubes": (np, "save"),
    "index": (diskcache.Cache, "set"),
    "text": (aside, "text"),
    "folders": (Path, "mkdir"),
    "temporary folders": (aside.tempfile, "mkdtemp"),
    "json": (Path, "write_text"),
}


@pytest.mark.parametrize("what", WRITES)
def test_on_a_full_disk_the_numbers_are_the_same(filled, ingester, folder, fresh, monkeypatch, what):
    cache = Cache(folder)
    with monkeypatch.context() as patch:
        patch.setattr(*WRITES[what], full)
        look = ingester(cache=cache)
        assert_same(look.look(), fresh)
        assert look.look() is None
    assert_same(ingester(cache=Cache(folder)).look(), fresh)


def test_a_folder_that_cannot_be_made_means_no_cache_and_the_same_numbers(filled, ingester, tmp_path, fresh):
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache")
    assert not cache.usable
    look = ingester(cache=cache)
    assert look.last() is None
    found = look.look()
    assert [p.code for p in found.problems] == [Code.CACHE_UNUSABLE, *(p.code for p in fresh.problems)]
    assert_same(replace(found, version=fresh.version, problems=fresh.problems), fresh)
    assert look.look() is None


def test_a_folder_of_somebody_else_is_named_once_and_never_by_log(filled, ingester, tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    ingester(cache=Cache(tmp_path / "file" / "cache")).look()
    (said,) = (r for r in caplog.records if r.levelname == "WARNING")
    assert str(tmp_path / "file") in said.message
    assert "--cache" in said.message
    assert not said.exc_info


def test_an_index_of_another_user_is_not_damaged_and_stays(folder, monkeypatch, caplog):
    Cache(folder).put("key", "value")
    with monkeypatch.context() as patch:
        patch.setattr(diskcache, "Cache", readonly)
        assert not Cache(folder).usable
    assert "readonly" in caplog.text
    assert Cache(folder).get("key") == "value"


def readonly(*_args, **_more):
    raise sqlite3.OperationalError("attempt to write a readonly database")


def test_without_a_cache_new_logs_still_appear(filled, ingester, tmp_path):
    (tmp_path / "file").write_text("in the way")
    look = ingester(cache=Cache(tmp_path / "file" / "cache"))
    look.look()
    toy.write(filled / "d.toy", {"run_id": "d"})
    assert sorted(look.look().runs["run_id"]) == ["a", "b", "c", "d"]


def test_two_processes_may_share_a_cache(filled, ingester, folder, fresh):
    one, two = ingester(cache=Cache(folder)), ingester(cache=Cache(folder))
    assert_same(one.look(), fresh)
    assert_same(two.look(), fresh)


def test_problems_are_remembered_with_the_tables(folder):
    made = Reading(toy.tables([A]), (Problem(Code.BAD_VALUE, "detail", "where"),))
    Cache(folder).save_reading("k", made)
    assert Cache(folder).load_problems("k") == made.problems
    assert_frame_equal(Cache(folder).load_table("k", "samples"), made.tables.samples)


def test_what_was_never_kept_is_not_there(folder):
    assert Cache(folder).load_problems("k") is None
    assert Cache(folder).get("k") is None


def test_a_changed_file_is_another(folder):
    stamps = [Stamp("/a", 1, 1), Stamp("/a", 2, 1), Stamp("/a", 1, 2), Stamp("/b", 1, 1)]
    cache = Cache(folder)
    for i, stamp in enumerate(stamps):
        cache.put(repr(stamp), i)
    assert [cache.get(repr(s)) for s in stamps] == [0, 1, 2, 3]


def old(cache, kind, name, size, age):
    folder = cache.folder / kind / name
    folder.mkdir(parents=True)
    (folder / "x").write_bytes(b"x" * size)
    os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    return folder


def test_pruning_deletes_what_was_used_longest_ago_until_the_rest_fits(folder):
    cache = Cache(folder)
    made = [
        old(cache, kind, kind, 100, age) for kind, age in (("readings", 3), ("parts", 1), ("snapshots", 2))
    ]
    cache.prune([], 150)
    assert [p.exists() for p in made] == [False, True, False]


def test_parts_and_snapshots_that_are_loaded_are_used(filled, ingester, folder):
    cache = Cache(folder)
    ingester(cache=cache).look()
    made = [p for kind in ("parts", "snapshots") for p in (cache.folder / kind).iterdir()]
    long_ago = time.time() - 9 * 86_400
    for path in made:
        os.utime(path, (long_ago, long_ago))
    assert ingester(cache=Cache(folder)).last() is not None
    assert len(made) == 3
    assert all(p.stat().st_mtime > time.time() - 3_600 for p in made)


def test_pruning_never_deletes_what_is_in_use(folder):
    cache = Cache(folder)
    used, unused = old(cache, "parts", "used", 100, 9), old(cache, "parts", "unused", 100, 1)
    cache.prune([used], 0)
    assert (used.exists(), unused.exists()) == (True, False)


def test_nothing_is_deleted_while_all_fits(folder):
    cache = Cache(folder)
    made = [old(cache, "readings", str(i), 100, i) for i in range(3)]
    cache.prune([], 300)
    assert all(p.exists() for p in made)


def size(folder):
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def test_a_cache_stays_within_its_limit_while_logs_come_and_go(logs, ingester, folder, monkeypatch):
    monkeypatch.setattr("data.cache.SPARED_S", 0)
    samples = [{"id": str(i), "input": "x" * 100, "scores": {"s": i}} for i in range(300)]
    look = ingester(cache=Cache(folder), limit=400_000)
    for i in range(8):
        toy.write(logs / "a.toy", {"run_id": str(i), "samples": samples})
        found = look.look()
    kept = sum(size(look.cache.folder / kind) for kind in ("readings", "parts", "snapshots"))
    assert kept <= 400_000
    assert found.parts["t"].samples.collect().height == 300


def test_a_limit_too_small_for_anything_still_shows_everything(filled, ingester, folder, fresh):
    look = ingester(cache=Cache(folder), limit=0)
    assert_same(look.look(), fresh)
    toy.write(filled / "d.toy", {**B, "run_id": "d"})
    assert sorted(look.look().parts["t"].runs) == ["a", "b", "d"]


@pytest.mark.parametrize(("sources", "model"), [("a", "old"), ("b", "new")])
def test_what_other_readers_made_of_a_log_is_not_used(logs, ingester, monkeypatch, sources, model):
    says = ["old"]

    def read(_log):
        return Reading(toy.tables([{"model": says[-1]}]))

    toy.offer(monkeypatch, Format("x", lambda _, head: head == b"X", read))
    (logs / "x").write_bytes(b"X")
    monkeypatch.setattr("data.cache.SOURCES", "a")
    ingester().look()
    says.append("new")
    monkeypatch.setattr("data.cache.SOURCES", sources)
    assert (ingester().last() is None) == (sources == "b")
    assert ingester().look().runs["model"].to_list() == [model]


def test_a_temporary_one_goes_with_its_process():
    program = (
        "from data.cache import Cache; c = Cache.temporary(); c.put('a', 'b'); print(c.folder, c.get('a'))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=root
    )
    folder, kept = done.stdout.split()
    assert kept == "b"
    assert not Path(folder).exists()
