"""What comes in is kept whole or not at all, and never more than may be."""

import errno
import io
import os
import shutil
from collections import namedtuple

import pytest

from data.workspaces.folder import Folder
from data.workspaces.limits import Limits, Refusal, Refused

LIMITS = Limits(file=1_000, total=2_500, files=4, days=7, disk=0)
PIECE = 300


class Slowly(io.RawIOBase):
    """A body that says how much of it was asked for."""

    def __init__(self, size):
        self.left, self.given = size, 0

    def read(self, n=-1):
        n = min(PIECE, self.left)
        self.left, self.given = self.left - n, self.given + n
        return b"x" * n


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "home")
    made.begin()
    return made


def receive(folder, name="a.eval", data=b"abc", limits=LIMITS, declared=None):
    return folder.receive(name, io.BytesIO(data), declared, limits)


def refused(folder, *args, **more):
    with pytest.raises(Refused) as e:
        receive(folder, *args, **more)
    return e.value.code


def on_disk(folder):
    return sorted(p.relative_to(folder.home).as_posix() for p in folder.home.rglob("*") if p.is_file())


def test_a_file_is_kept_as_it_came(folder):
    stored = receive(folder, "runs/a.eval", b"\x00\xff" * 100, declared=200)
    assert (folder.files / stored.file).read_bytes() == b"\x00\xff" * 100
    assert (stored.file, stored.name, stored.bytes) == ("runs/a.eval", "runs/a.eval", 200)
    assert folder.stored() == (stored,)


def test_what_a_file_was_called_is_remembered_beside_its_safe_name(folder):
    stored = receive(folder, "../../<b>x</b>.eval")
    assert (stored.file, stored.name) == ("<b>x</b>.eval", "../../<b>x</b>.eval")


@pytest.mark.parametrize("size", [0, 1, 999, 1000])
def test_a_file_up_to_the_limit_is_taken(folder, size):
    assert receive(folder, data=b"x" * size).bytes == size


def test_one_byte_more_is_refused_and_leaves_nothing(folder):
    assert refused(folder, data=b"x" * 1001) is Refusal.TOO_LARGE
    assert on_disk(folder) == ["uploads.jsonl"]
    assert folder.stored() == ()


def test_what_is_too_large_by_its_own_word_is_refused_before_a_byte_is_read(folder):
    body = Slowly(2**31)
    with pytest.raises(Refused, match=Refusal.TOO_LARGE):
        folder.receive("a.eval", body, 2**31, LIMITS)
    assert body.given == 0


@pytest.mark.parametrize("declared", [None, 10])
def test_a_stream_that_never_ends_is_cut_off_at_the_limit(folder, declared):
    body = Slowly(2**40)
    with pytest.raises(Refused, match=Refusal.TOO_LARGE):
        folder.receive("a.eval", body, declared, LIMITS)
    assert body.given <= LIMITS.file + PIECE
    assert on_disk(folder) == ["uploads.jsonl"]


@pytest.mark.parametrize("declared", [2, 4])
def test_a_file_of_another_length_than_declared_is_not_kept(folder, declared):
    assert refused(folder, data=b"abc", declared=declared) is Refusal.CUT_OFF
    assert on_disk(folder) == ["uploads.jsonl"]


def test_a_connection_that_breaks_leaves_nothing(folder):
    class Broken(Slowly):
        def read(self, n=-1):
            if self.given > 500:
                raise ConnectionResetError
            return super().read(n)

    with pytest.raises(ConnectionResetError):
        folder.receive("a.eval", Broken(900), 900, LIMITS)
    assert on_disk(folder) == ["uploads.jsonl"]


def test_a_workspace_holds_so_many_bytes_and_no_more(folder):
    receive(folder, "a", b"a" * 1000)
    receive(folder, "b", b"b" * 1000)
    assert refused(folder, "c", b"c" * 501) is Refusal.FULL
    assert refused(folder, "c", b"c" * 501, declared=501) is Refusal.FULL
    assert receive(folder, "c", b"c" * 500).bytes == 500


def test_a_workspace_holds_so_many_files_and_no_more(folder):
    for i in range(4):
        receive(folder, f"{i}", b"%d" % i)
    assert refused(folder, "5") is Refusal.TOO_MANY


Usage = namedtuple("Usage", "total used free")


def test_a_disk_that_is_nearly_full_takes_nothing(folder, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10_000, 9_000, 1_000))
    assert refused(folder, limits=LIMITS._replace(disk=1_001)) is Refusal.NO_SPACE
    assert refused(folder, limits=LIMITS._replace(disk=950), declared=51, data=b"x" * 51) is Refusal.NO_SPACE
    assert receive(folder, limits=LIMITS._replace(disk=900)).bytes == 3


def test_a_disk_that_fills_meanwhile_cuts_it_off(folder, monkeypatch):
    free = iter([5_000, 5_000, 100])
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10_000, 0, next(free)))
    with pytest.raises(Refused, match=Refusal.NO_SPACE):
        folder.receive("a", Slowly(900), None, LIMITS._replace(disk=1_000))
    assert on_disk(folder) == ["uploads.jsonl"]


def test_the_same_file_again_stays_one(folder):
    assert receive(folder, "a.eval") == receive(folder, "a.eval")
    assert len(folder.stored()) == 1


def test_another_file_of_the_same_name_gets_a_number(folder):
    made = [receive(folder, "run/stats.json.gz", data).file for data in (b"1", b"2", b"3", b"2")]
    assert made == [
        "run/stats.json.gz",
        "run/stats (2).json.gz",
        "run/stats (3).json.gz",
        "run/stats (2).json.gz",
    ]
    assert (folder.files / made[2]).read_bytes() == b"3"


def test_names_that_become_one_name_stay_two_files(folder):
    made = [receive(folder, name, name.encode()) for name in ("../x.eval", "../../x.eval")]
    assert [(s.file, s.name) for s in made] == [("x.eval", "../x.eval"), ("x (2).eval", "../../x.eval")]


def test_a_file_and_a_folder_of_one_name_stand_beside_each_other(folder):
    made = [receive(folder, name, name.encode()).file for name in ("a", "a/b", "a/b/c")]
    assert made == ["a", "a (2)/b", "a (2)/b (2)/c"]
    assert receive(folder, "a (2)").file == "a (2) (2)"


def test_what_arrives_after_the_workspace_was_deleted_is_refused(folder):
    class Meanwhile(Slowly):
        def read(self, n=-1):
            folder._list.unlink(missing_ok=True)
            return super().read(n)

    with pytest.raises(Refused, match=Refusal.GONE):
        folder.receive("a", Meanwhile(100), 100, LIMITS)
    assert not folder.home.exists()


def test_a_line_that_a_full_disk_cut_off_costs_itself(folder):
    one = receive(folder, "a", b"1")
    with folder._list.open("ab") as f:
        f.write(b'{"file": "b", "na\n')
    two = receive(folder, "c", b"3")
    assert folder.stored() == (one, two)


def test_others_on_the_machine_may_not_look(folder):
    stored = receive(folder)
    for path in (folder.home, folder.incoming, folder.files / stored.file):
        assert path.stat().st_mode & 0o077 == 0


def test_deleting_leaves_nothing(folder):
    receive(folder)
    folder.delete()
    assert not folder.home.exists()
    folder.delete()


def test_an_error_of_the_disk_leaves_no_part(folder, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="full"):
        receive(folder)
    assert on_disk(folder) == ["uploads.jsonl"]
