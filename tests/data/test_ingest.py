"""From folders of whatever to one snapshot: every log is shown or named with its reason."""

import errno
import os
from pathlib import Path

import pytest

from data import files
from data.formats.base import Format, Reading
from data.problems import Code, Problem
from data.schema import Tables
from tests.fixtures import toy
from tests.fixtures.toy import codes, ids, run


def test_logs_are_found_in_all_folders_below(logs, ingester):
    toy.write(logs / "a.toy", run("a"))
    toy.write(logs / "deep" / "er" / "b.toy", run("b"))
    found = ingester().look()
    assert ids(found) == ["a", "b"]
    assert found.problems == ()


def test_a_run_remembers_its_file_format_and_the_files_time(logs, ingester):
    path = toy.write(logs / "a.toy", run())
    os.utime(path, (1_700_000_000, 1_700_000_000))
    row = ingester().look().runs.row(0, named=True)
    assert (row["location"], row["format"]) == (str(path), "toy")
    assert row["modified"].timestamp() == 1_700_000_000


def test_an_empty_folder_is_named(logs, ingester):
    found = ingester().look()
    assert [(p.code, p.where) for p in found.problems] == [(Code.EMPTY_FOLDER, str(logs))]


def test_a_missing_folder_is_named_and_the_others_show(logs, ingester):
    toy.write(logs / "a.toy", run())
    found = ingester(logs, logs / "none").look()
    assert ids(found) == ["r"]
    assert [(p.code, p.where) for p in found.problems] == [(Code.NO_LOCATION, str(logs / "none"))]


def test_a_file_can_be_a_root(logs, ingester):
    path = toy.write(logs / "a.toy", run("a"))
    toy.write(logs / "b.toy", run("b"))
    assert ids(ingester(path).look()) == ["a"]


def test_a_file_under_two_roots_counts_once(logs, ingester):
    toy.write(logs / "in" / "a.toy", run())
    found = ingester(logs, logs / "in").look()
    assert (ids(found), found.problems) == (["r"], ())


def test_several_roots_are_one_collection(logs, ingester):
    toy.write(logs / "one" / "a.toy", run("a"))
    toy.write(logs / "two" / "a.toy", run("b"))
    assert ids(ingester(logs / "one", logs / "two").look()) == ["a", "b"]


@pytest.mark.parametrize("seconds", [-(10**12), -(10**10), -1, 10**10, 2 * 10**11, 9 * 10**9])
def test_a_log_of_any_time_is_read_beside_the_others(logs, ingester, seconds):
    """As tmpfs keeps what `touch -d` or a broken clock writes, which other file systems may cut."""
    toy.write(logs / "a.toy", run("a"))
    toy.write(logs / "b.toy", run("b"))
    os.utime(logs / "b.toy", (seconds, seconds))
    found = ingester().look()
    assert (sorted(ids(found)), codes(found)) == (["a", "b"], [])


@pytest.mark.parametrize(("seconds", "year"), [(-(10**12), 1), (10**12, 9999), (0, 1970)])
def test_what_no_calendar_has_is_its_first_or_last_year(seconds, year):
    assert files.moment(seconds * 10**9).year == year


@pytest.mark.parametrize("follows", [Code.UNFINISHED, Code.NO_SAMPLES])
def test_of_a_log_that_was_cut_off_nothing_is_said_that_follows_from_that(logs, ingester, follows):
    def cut(_task):
        return Reading(toy.tables([run("r")]), (Problem(Code.TRUNCATED), Problem(follows)))

    toy.write(logs / "a.toy", run("r"))
    assert codes(ingester(read=cut).look()) == [Code.TRUNCATED]


def test_unknown_files_are_named_as_left_aside(logs, ingester):
    toy.write(logs / "a.toy", run())
    (logs / "notes.txt").write_text("not a log")
    found = ingester().look()
    assert [(p.code, Path(p.where).name) for p in found.problems] == [(Code.UNKNOWN_FORMAT, "notes.txt")]


def test_hidden_files_and_folders_are_some_tools_own(logs, ingester):
    toy.write(logs / ".hidden.toy", run("a"))
    toy.write(logs / ".git" / "b.toy", run("b"))
    toy.write(logs / "c.toy", run("c"))
    found = ingester().look()
    assert (ids(found), found.problems) == (["c"], ())


def test_sidecars_are_skipped_silently(logs, ingester, monkeypatch):
    index = Format(
        "other", lambda *_: False, lambda _: None, is_sidecar=lambda path, _: path.name == "index.json"
    )
    toy.offer(monkeypatch, index)
    toy.write(logs / "a.toy", run())
    (logs / "index.json").write_text("{}")
    assert ingester().look().problems == ()


def test_a_file_that_two_formats_claim_is_named_with_both(logs, ingester, monkeypatch):
    toy.offer(monkeypatch, Format("other", lambda path, _: path.suffix == ".toy", lambda _: None))
    toy.write(logs / "a.toy", run())
    (problem,) = ingester().look().problems
    assert (problem.code, problem.detail) == (Code.AMBIGUOUS_FORMAT, "toy, other")


def test_a_format_added_at_run_time_is_read(logs, ingester, monkeypatch):
    made = Tables.of(runs=toy.tables([run("new")]).runs)
    toy.offer(monkeypatch, Format("new", lambda _, head: head == b"NEW", lambda _: Reading(made)))
    (logs / "x").write_bytes(b"NEW")
    assert ingester().look().runs.select("run_id", "format").rows() == [("new", "new")]


def test_a_link_that_leads_nowhere_is_named(logs, ingester):
    toy.write(logs / "a.toy", run())
    (logs / "gone.toy").symlink_to(logs / "nothing")
    found = ingester().look()
    assert ids(found) == ["r"]
    assert [(p.code, Path(p.where).name) for p in found.problems] == [(Code.UNREADABLE, "gone.toy")]


def test_a_link_to_a_log_is_a_copy_of_it(logs, ingester):
    (logs / "link.toy").symlink_to(toy.write(logs / "a.toy", run()))
    found = ingester().look()
    assert (ids(found), codes(found)) == (["r"], [Code.COPY])


def test_what_is_no_file_is_not_waited_for(logs):
    os.mkfifo(logs / "pipe.toy")
    assert files.scan([logs]).files == ()


def test_a_huge_file_that_is_no_log_is_only_looked_at_at_its_head(logs, ingester, monkeypatch):
    with (logs / "junk.json").open("wb") as f:
        f.truncate(100_000_000)
    sizes = []
    real = files.head

    def head(path, size):
        sizes.append(len(got := real(path, size)))
        return got

    monkeypatch.setattr(files, "head", head)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read whole"))
    assert codes(ingester().look()) == [Code.UNKNOWN_FORMAT]
    assert sizes == [65_536]


def refuse(monkeypatch, name, error):
    """Root may read everything, so the refusal is played."""
    real = Path.open

    def refused(self, *args, **more):
        if self.name == name:
            raise error
        return real(self, *args, **more)

    monkeypatch.setattr(Path, "open", refused)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), Code.NOT_PERMITTED),
        (OSError(errno.EIO, "Input/output error"), Code.UNREADABLE),
        (FileNotFoundError(errno.ENOENT, "No such file"), Code.UNREADABLE),
    ],
)
def test_a_file_that_cannot_be_opened_is_named_and_the_others_show(logs, ingester, monkeypatch, error, code):
    toy.write(logs / "a.toy", run("a"))
    toy.write(logs / "shut.toy", run("b"))
    refuse(monkeypatch, "shut.toy", error)
    found = ingester().look()
    assert ids(found) == ["a"]
    assert [(p.code, p.detail, Path(p.where).name) for p in found.problems] == [
        (code, error.strerror, "shut.toy")
    ]


def test_a_file_that_is_opened_to_us_later_is_read_then(logs, ingester, monkeypatch):
    toy.write(logs / "shut.toy", run())
    with monkeypatch.context() as patch:
        refuse(patch, "shut.toy", PermissionError(errno.EACCES, "Permission denied"))
        look = ingester()
        assert codes(look.look()) == [Code.NOT_PERMITTED]
    found = look.look()
    assert (ids(found), found.problems) == (["r"], ())


def test_a_folder_that_may_not_be_listed_is_named(logs, ingester, monkeypatch):
    toy.write(logs / "a.toy", run())
    (logs / "shut").mkdir()
    real = os.scandir

    def refused(path):
        if str(path).endswith("shut"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refused)
    found = ingester().look()
    assert (ids(found), codes(found)) == (["r"], [Code.NOT_PERMITTED])
    assert found.problems[0].where == str(logs / "shut")


@pytest.mark.parametrize(
    "error", [ValueError("x" * 5000), RecursionError("deep"), MemoryError(), KeyError("k")]
)
def test_a_reader_that_stumbles_costs_its_own_log_only(logs, ingester, monkeypatch, error):
    def read(_log):
        raise error

    toy.offer(monkeypatch, Format("bad", lambda _, head: head == b"BAD", read))
    (logs / "bad.log").write_bytes(b"BAD")
    toy.write(logs / "a.toy", run())
    found = ingester().look()
    assert (ids(found), codes(found)) == (["r"], [Code.UNREADABLE])
    assert found.problems[0].detail.startswith(type(error).__name__)
    assert len(found.problems[0].detail) <= 500


def test_a_format_that_stumbles_over_a_strange_head_costs_that_file_only(logs, ingester, monkeypatch):
    def matches(path, _head):
        if path.suffix == ".odd":
            raise RecursionError("deep")
        return False

    toy.offer(monkeypatch, Format("bad", matches, lambda _: None))
    (logs / "x.odd").write_bytes(b"[[[[")
    toy.write(logs / "a.toy", run())
    found = ingester().look()
    assert (ids(found), codes(found)) == (["r"], [Code.UNREADABLE])


def test_problems_of_a_log_name_its_file(logs, ingester):
    path = toy.write(logs / "a.toy", run(), wrong=["something"])
    (problem,) = ingester().look().problems
    assert (problem.code, problem.detail, problem.where) == (Code.BAD_VALUE, "something", str(path))


@pytest.mark.parametrize(
    "name", ["a b.toy", "a#b.toy", "ä🙂.toy", "%41.toy", "a'b\".toy", "a\nb.toy", "-rf.toy"]
)
def test_files_may_have_any_name(logs, ingester, name):
    path = toy.write(logs / name, run())
    found = ingester().look()
    assert (found.runs["location"].to_list(), found.problems) == ([str(path)], ())


def test_a_file_whose_name_is_no_text_costs_that_file_only(logs, ingester):
    toy.write(logs / "a.toy", run())
    with open(os.fsencode(logs) + b"/\xff\xfe.toy", "wb") as f:
        f.write(b'{"toy": [{"run_id": "odd"}]}')
    found = ingester().look()
    assert "r" in ids(found)
