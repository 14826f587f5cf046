"""From folders of whatever to one snapshot: every log is shown or named with its reason."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from data import building, files, parts
from data.formats.base import Format, Reading
from data.problems import Code
from data.schema import Tables
from tests.fixtures import toy


def codes(snapshot):
    return [p.code for p in snapshot.problems]


def run(id="r", **more):
    return {"run_id": id, "metrics": {"": 0.5}, **more}


def ids(snapshot):
    return sorted(snapshot.runs["run_id"])


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


def test_a_copy_is_one_run_and_one_remark(logs, ingester):
    path = toy.write(logs / "a.toy", run("r"))
    shutil.copy(path, logs / "b.toy")
    found = ingester().look()
    assert ids(found) == ["r"]
    assert [(p.code, p.where, p.detail) for p in found.problems] == [
        (Code.COPY, str(logs / "b.toy"), str(path))
    ]


def test_two_different_logs_with_one_id_are_two_runs(logs, ingester):
    """The newest keeps the id."""
    os.utime(toy.write(logs / "a.toy", run("r", content="aaaaaaaaaa", model="old")), (1, 1))
    os.utime(toy.write(logs / "b.toy", run("r", content="bbbbbbbbbb", model="new")), (2, 2))
    found = ingester().look().runs
    assert dict(found.select("model", "run_id").rows()) == {"new": "r", "old": "r~aaaaaaaa"}


def test_the_id_of_a_run_does_not_depend_on_the_order_of_the_files(logs, ingester):
    for name, content, time in (("z.toy", "aaaaaaaaaa", 1), ("b.toy", "bbbbbbbbbb", 2)):
        os.utime(toy.write(logs / name, run("r", content=content, model=content)), (time, time))
    found = ingester().look().runs
    assert dict(found.select("model", "run_id").rows()) == {"bbbbbbbbbb": "r", "aaaaaaaaaa": "r~aaaaaaaa"}


def test_of_retries_the_latest_success_counts(logs, ingester):
    for day, status in ((1, "success"), (2, "success"), (3, "error")):
        one = run(f"r{day}", task_key="k", status=status, created=f"2026-01-0{day}T00:00:00")
        toy.write(logs / f"{day}.toy", one)
    found = ingester().look().runs
    assert dict(found.select("run_id", "superseded").rows()) == {"r1": True, "r2": False, "r3": True}


def test_one_file_may_hold_several_runs(logs, ingester):
    toy.write(
        logs / "a.toy",
        run("a", task="t", samples=[{"id": "1", "scores": {"s": 0.25}}]),
        run("b", task="t", samples=[{"id": "1", "scores": {"s": 0.5}}, {"id": "2", "scores": {"s": 0.75}}]),
        run("c", task="u", samples=[{"id": "1", "scores": {"s": 1.0}}]),
    )
    found = ingester().look()
    assert found.parts["t"].runs == ("a", "b")
    assert found.parts["t"].cubes["s"].value[0].tolist()[1] == [0.5, 0.75]
    assert found.parts["u"].cubes["s"].value.ravel().tolist() == [1.0]


def test_metrics_belong_to_their_own_run(logs, ingester):
    toy.write(logs / "a.toy", run("z", model="z", metrics={"": 0.1}), run("b", model="b", metrics={"": 0.2}))
    toy.write(logs / "b.toy", run("m", model="m", metrics={"": 0.3}))
    found = ingester().look()
    rows = found.metrics.with_columns(id=found.runs["run_id"].gather(found.metrics["run"]))
    assert dict(rows.select("id", "value").rows()) == {"z": 0.1, "b": 0.2, "m": 0.3}


def test_a_second_look_at_the_same_files_is_nothing_new(logs, ingester):
    toy.write(logs / "a.toy", run())
    look = ingester()
    assert look.look() is not None
    assert look.look() is None


def test_a_new_log_appears(logs, ingester):
    toy.write(logs / "a.toy", run("a"))
    look = ingester()
    before = look.look()
    toy.write(logs / "b.toy", run("b"))
    after = look.look()
    assert (ids(before), ids(after)) == (["a"], ["a", "b"])
    assert before.version != after.version


def test_a_deleted_log_goes(logs, ingester):
    toy.write(logs / "a.toy", run("a"))
    toy.write(logs / "b.toy", run("b"))
    look = ingester()
    look.look()
    (logs / "a.toy").unlink()
    assert ids(look.look()) == ["b"]


def test_a_log_that_grew_is_read_again(logs, ingester):
    toy.write(logs / "a.toy", run("a"))
    look = ingester()
    look.look()
    toy.write(logs / "a.toy", run("a", status="error"))
    assert look.look().runs["status"].to_list() == ["error"]


def test_only_what_is_new_is_read(logs, ingester, monkeypatch):
    read = []
    counting = Format(
        "counted",
        lambda _, head: head.startswith(b"C"),
        lambda log: read.append(log.path.name) or Reading(Tables.of()),
    )
    toy.offer(monkeypatch, counting)
    (logs / "1").write_bytes(b"C1")
    look = ingester()
    look.look()
    (logs / "2").write_bytes(b"C2")
    look.look()
    assert read == ["1", "2"]
    ingester().look()
    assert read == ["1", "2"]


def test_a_log_moved_keeps_its_id(logs, ingester):
    toy.write(logs / "a.toy", run("a"))
    look = ingester()
    look.look()
    (logs / "sub").mkdir()
    (logs / "a.toy").rename(logs / "sub" / "b.toy")
    row = look.look().runs.row(0, named=True)
    assert (row["run_id"], row["location"]) == ("a", str(logs / "sub" / "b.toy"))


def restless(log_path, times):
    """A format whose log is written to each of the first so many times that it is read."""
    reads = []

    def read(log):
        reads.append(1)
        text = log.path.read_text()
        if len(reads) <= times:
            log.path.write_text(text + "x")
        return Reading(Tables.of(runs=toy.tables([run(model=str(len(text)))]).runs))

    return Format("restless", lambda path, _: path == log_path, read)


def test_a_log_written_while_it_is_read_is_read_once_more(logs, ingester, monkeypatch):
    path = logs / "log"
    path.write_text("1234")
    toy.offer(monkeypatch, restless(path, 1))
    found = ingester().look()
    assert (found.runs["model"].to_list(), found.problems) == (["5"], ())


def test_a_log_that_does_not_rest_is_named_and_read_again_at_the_next_look(logs, ingester, monkeypatch):
    path = logs / "log"
    path.write_text("1234")
    toy.offer(monkeypatch, restless(path, 2))
    look = ingester()
    assert codes(look.look()) == [Code.CHANGED_WHILE_READ]
    found = look.look()
    assert (found.runs["model"].to_list(), found.problems) == (["6"], ())


def test_a_log_put_back_as_it_was_before_it_was_read_gives_its_own_numbers(
    logs, ingester, monkeypatch, tmp_path
):
    path = logs / "log"
    path.write_text("1234")
    was = path.stat()
    toy.offer(monkeypatch, restless(path, 1))
    assert ingester().look().runs["model"].to_list() == ["5"]
    path.write_text("abcd")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert ingester().look().runs["model"].to_list() == ["4"]


def test_what_was_not_let_in_is_tried_again_at_every_look(logs, ingester, monkeypatch):
    tried = []

    def read(log):
        tried.append(log.path)
        raise PermissionError(errno.EACCES, "Permission denied")

    toy.offer(monkeypatch, Format("shut", lambda _, head: head == b"S", read))
    (logs / "s").write_bytes(b"S")
    look = ingester()
    assert codes(look.look()) == [Code.NOT_PERMITTED]
    assert look.look() is None
    assert len(tried) == 2


def test_a_log_that_goes_while_it_is_read_is_named(logs, ingester, monkeypatch):
    def read(log):
        log.path.unlink(missing_ok=True)
        raise FileNotFoundError(2, "No such file")

    toy.offer(monkeypatch, Format("going", lambda _, head: head == b"G", read))
    (logs / "g").write_bytes(b"G")
    toy.write(logs / "a.toy", run())
    look = ingester()
    assert ids(look.look()) == ["r"]
    found = look.look()
    assert (ids(found), found.problems) == (["r"], ())


def test_progress_is_told_from_none_to_all(logs, ingester):
    for i in range(3):
        toy.write(logs / f"{i}.toy", run(str(i)))
    said = []
    ingester().look(said.append)
    assert [(p.done, p.total, p.busy) for p in said] == [
        (0, 3, True),
        (1, 3, True),
        (2, 3, True),
        (3, 3, False),
    ]


def test_while_reading_goes_on_what_is_there_is_published(logs, ingester, monkeypatch):
    monkeypatch.setattr("data.ingest.FIRST_LOOK_S", 0.0)
    for i in range(3):
        toy.write(logs / f"{i}.toy", run(str(i)))
    published = []
    last = ingester().look(publish=published.append)
    assert ids(published[0]) == ["0"]
    assert ids(last) == ["0", "1", "2"]


def test_what_is_known_stays_while_something_new_is_read(logs, ingester, monkeypatch):
    monkeypatch.setattr("data.ingest.FIRST_LOOK_S", 0.0)
    for i in range(3):
        toy.write(logs / f"{i}.toy", run(str(i)))
    work = ingester()
    work.look()
    toy.write(logs / "00.toy", run("new"))
    published = []
    work.look(publish=published.append)
    assert {"0", "1", "2"} <= set(ids(published[0]))


HELM = Path(__file__).parent.parent / "fixtures" / "helm"


def test_where_there_is_much_to_read_runs_are_there_before_their_samples(ingester, monkeypatch):
    monkeypatch.setattr("data.ingest.MUCH", 0)
    published = []
    last = ingester(HELM).look(publish=published.append)
    first = published[0]
    assert first.version != last.version
    assert first.runs["run_id"].to_list() == last.runs["run_id"].to_list()
    numbers = ["category", "scorer", "metric", "value", "perturbation_detail", "computed_on"]
    assert first.metrics.select(numbers).equals(last.metrics.select(numbers))
    assert first.metrics["stderr"].null_count() == first.metrics.height
    assert (dict(first.parts), first.problems) == ({}, ())
    assert sum(p.samples.collect().height for p in last.parts.values()) > 0


def test_little_is_read_at_once(ingester):
    published = []
    ingester(HELM).look(publish=published.append)
    assert published == []


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


def test_a_task_that_cannot_be_put_together_leaves_the_others(logs, ingester, monkeypatch):
    samples = [{"id": "1", "scores": {"s": 1.0}}]
    toy.write(logs / "a.toy", run("a", task="bad", samples=samples), run("b", task="good", samples=samples))
    build = parts.build

    def fails(task, runs):
        if task == "bad":
            raise ValueError("no such shape")
        return build(task, runs)

    monkeypatch.setattr(parts, "build", fails)
    look = ingester()
    found = look.look()
    assert ids(found) == ["a", "b"]
    assert list(found.parts) == ["good"]
    (problem,) = found.problems
    assert (problem.code, problem.where) == (Code.TASK_UNUSABLE, "bad")
    assert "no such shape" in problem.detail
    monkeypatch.setattr(parts, "build", build)
    assert sorted(ingester().look().parts) == ["bad", "good"]


def test_a_task_that_cannot_be_put_together_is_tried_again_after_a_while_and_not_at_every_look(
    logs, ingester, monkeypatch
):
    samples = [{"id": "1", "scores": {"s": 1.0}}]
    toy.write(logs / "a.toy", run("a", task="bad", samples=samples), run("b", task="good", samples=samples))
    build, tried = parts.build, []

    def fails(task, runs):
        tried.append(task)
        if task == "bad":
            raise ValueError("no such shape")
        return build(task, runs)

    monkeypatch.setattr(parts, "build", fails)
    look = ingester()
    look.look()
    tried.clear()
    assert (look.look(), look.look(), tried) == (None, None, [])
    toy.write(logs / "c.toy", run("c", task="other", samples=samples))
    found = look.look()
    assert (sorted(found.parts), codes(found), tried) == (["good", "other"], [Code.TASK_UNUSABLE], ["other"])
    monkeypatch.setattr(building, "AGAIN_S", 0.0)
    monkeypatch.setattr(parts, "build", build)
    found = look.look()
    assert (sorted(found.parts), found.problems) == (["bad", "good", "other"], ())


def test_a_run_out_of_all_proportion_costs_its_own_samples_only(logs, ingester, monkeypatch):
    monkeypatch.setattr(parts, "MOST_CELLS", 20)
    usual = [{"id": str(i), "scores": {"s": 1.0}} for i in range(5)]
    deep = [{"id": "0", "epoch": e, "scores": {"s": 1.0}} for e in range(1, 9)]
    toy.write(logs / "deep.toy", run("deep", samples=deep))
    toy.write(logs / "usual.toy", run("a", samples=usual), run("b", samples=usual))
    for _ in range(2):  # the second time from the cache
        found = ingester().look()
        assert (ids(found), found.parts["t"].runs) == (["a", "b", "deep"], ("a", "b"))
        (problem,) = found.problems
        assert (problem.code, problem.detail) == (Code.TOO_MANY_CELLS, "t")
        assert problem.where == str(logs / "deep.toy")


def test_what_cannot_be_put_together_beside_others_logs_makes_them_be_gone_through_once_at_most(
    logs, ingester, tmp_path, monkeypatch
):
    samples = [{"id": "1", "scores": {"s": 1.0}}]
    toy.write(logs / "a.toy", run("a", task="good", samples=samples))
    toy.write(tmp_path / "theirs" / "b.toy", run("b", task="bad", samples=samples))
    own = ingester()
    own.look()
    theirs = ingester(tmp_path / "theirs", beside=own)
    looked_up, build, load = [], parts.build, own.cache.load_problems

    def fails(task, runs):
        if task == "bad":
            raise ValueError("no such shape")
        return build(task, runs)

    monkeypatch.setattr(parts, "build", fails)
    monkeypatch.setattr(own.cache, "load_problems", lambda key: looked_up.append(key) or load(key))
    for _ in range(3):
        assert Code.TASK_UNUSABLE in codes(theirs.look() or theirs.last())
        assert own.look() is None
    assert len(looked_up) == 1
