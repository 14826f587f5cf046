"""One look after another: what is new, what has gone, what changes while it is read, and what is known meanwhile."""

import errno
import os
from pathlib import Path

from data.formats.base import Format, Reading
from data.problems import Code
from data.schema import Tables
from tests.fixtures import toy
from tests.fixtures.toy import codes, ids, run


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
