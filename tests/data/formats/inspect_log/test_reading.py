"""Whole logs: both containers, all their ages, and everything that can be wrong with a file."""

from __future__ import annotations

import gc
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from data.formats.base import Log, SampleKey
from data.formats.inspect_log import FORMAT, eval_file, json_file
from data.formats.inspect_log.archive import TooLarge
from data.problems import Code
from data.schema import TABLES

FIXTURES = sorted((Path(__file__).parents[3] / "fixtures/inspect").iterdir())


def read(path):
    return FORMAT.read(Log(path))


def codes(reading):
    return [p.code for p in reading.problems]


def is_empty(reading):
    return all(df.is_empty() for _, df in reading.tables)


def ids(reading):
    return reading.tables.samples["sample_id"].to_list()


@pytest.fixture
def finished(make):
    """Members of a log of two samples, as the library orders them."""
    samples = [make.sample(1, value="C"), make.sample(2, value="I")]
    header = make.header(results={"scores": [make.score("s", accuracy=0.5)], "total_samples": 2})
    start = {"version": 2, "eval": header["eval"], "plan": {}}
    return {
        "_journal/start.json": start,
        "samples/1_epoch_1.json": samples[0],
        "_journal/summaries/1.json": samples[:1],
        "_journal/summaries/2.json": samples[1:],
        "summaries.json": samples,
        "header.json": header,
    }


@pytest.fixture
def running(finished):
    return {name: value for name, value in finished.items() if "/" in name}


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_every_table_has_its_schema(path):
    assert {name: df.schema for name, df in read(path).tables} == TABLES


def test_empty_tables_have_their_schema(eval_log, make):
    reading = read(eval_log({"summaries.json": [], "header.json": make.header(results=None)}))
    assert {name: df.schema for name, df in reading.tables} == TABLES
    assert reading.tables.runs.height == 1


def test_a_finished_log(eval_log, finished):
    reading = read(eval_log(finished))
    assert ids(reading) == ["1", "2"]
    assert reading.tables.runs["status"].item() == "success"
    assert not reading.problems


def test_the_journal_of_a_finished_log_is_not_read(eval_log, finished):
    finished["_journal/summaries/1.json"] = finished["_journal/start.json"] = b"rubbish"
    assert not read(eval_log(finished)).problems


def test_the_last_member_of_a_name_wins(eval_log, finished, make):
    again = [
        *finished.items(),
        ("summaries.json", [make.sample(9)]),
        ("header.json", make.header(status="error")),
    ]
    reading = read(eval_log(again))
    assert (ids(reading), reading.tables.runs["status"].item()) == (["9"], "error")


def test_running_logs_are_read_as_far_as_they_go(eval_log, running):
    reading = read(eval_log(running))
    assert ids(reading) == ["1", "2"]
    assert reading.tables.runs["status"].item() == "started"
    assert reading.tables.runs["run_id"].item() == "E1"
    assert codes(reading) == [Code.UNFINISHED]


def test_the_journal_is_read_in_the_order_of_its_numbers(eval_log, running, make):
    for n in (10, 9, 2):
        running[f"_journal/summaries/{n}.json"] = [make.sample(1, input=str(n))]
    reading = read(eval_log(running))
    assert reading.tables.samples["input"].to_list() == ["10"]


def test_running_logs_without_a_sample(eval_log, running):
    reading = read(eval_log({"_journal/start.json": running["_journal/start.json"]}))
    assert reading.tables.samples.is_empty()
    assert reading.tables.runs["samples_done"].item() == 0
    assert codes(reading) == [Code.UNFINISHED]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_versions_of_eval(eval_log, finished, version):
    finished["header.json"]["version"] = version
    assert read(eval_log(finished)).tables.runs.height == 1


@pytest.mark.parametrize("version", [4, 0, -1, "2", 2.5, [2], True])
def test_unknown_versions_of_eval(eval_log, finished, version):
    finished["header.json"]["version"] = version
    reading = read(eval_log(finished))
    assert is_empty(reading)
    assert codes(reading) == [Code.UNKNOWN_VERSION]


@pytest.mark.parametrize(("version", "is_read"), [(1, True), (2, True), (3, False), (4, False)])
def test_versions_of_json(read_json, make, version, is_read):
    reading = read_json(version=version, samples=[make.sample()])
    assert is_empty(reading) is not is_read
    assert (Code.UNKNOWN_VERSION in codes(reading)) is not is_read


def test_a_log_without_a_version_is_read_and_says_so(read_json, make):
    reading = read_json(version=None, samples=[make.sample()])
    assert ids(reading) == ["1"]
    assert codes(reading) == [Code.MISSING_FIELD]


@pytest.mark.parametrize("field", ["task", "model"])
def test_fields_that_every_log_has(json_log, make, field):
    log = make.header(samples=[make.sample()])
    log["eval"] = {k: v for k, v in log["eval"].items() if k != field}
    reading = read(json_log(log))
    assert [(p.code, p.detail) for p in reading.problems] == [(Code.MISSING_FIELD, f"eval.{field}")]
    assert ids(reading) == ["1"]


def test_json_logs_that_are_still_running(read_json, make):
    assert codes(read_json(status="started", samples=[make.sample()])) == [Code.UNFINISHED]


def test_logs_that_keep_no_samples(read_json):
    assert codes(read_json(results={"total_samples": 3})) == [Code.NO_SAMPLES]
    assert codes(read_json(results={"total_samples": 3}, samples=[])) == [Code.NO_SAMPLES]


def test_whole_samples(read_json, make):
    reading = read_json(
        samples=[
            make.sample(
                1, value="C", limit={"type": "token", "limit": 5}, attachments={"a": "b"}, events=[{}]
            ),
            make.sample(
                2, error={"message": "boom", "traceback": "T"}, messages=[{"role": "user", "content": "x"}]
            ),
        ]
    )
    assert reading.tables.samples["limit"].to_list() == ["token", None]
    assert reading.tables.samples["error"].to_list() == [None, "boom"]


def test_single_scores_of_early_logs(read_json, make):
    sample = make.sample(score={"value": "C", "answer": "two"}, transcript={"events": [], "content": {}})
    results = {"scorer": {"name": "match"}, "metrics": {"accuracy": make.metric(1)}, "sample_reductions": []}
    reading = read_json(samples=[sample], results=results)
    assert reading.tables.scores["scorer"].to_list() == ["match"]
    assert reading.tables.samples["answer"].to_list() == ["two"]
    assert read_json(samples=[sample], results=None).tables.scores["scorer"].to_list() == ["score"]


def test_a_byte_order_mark(json_log, make):
    assert ids(
        read(json_log(b"\xef\xbb\xbf" + json.dumps(make.header(samples=[make.sample()])).encode()))
    ) == ["1"]


def test_copies_have_one_content(eval_log, finished, tmp_path):
    path = eval_log(finished)
    copy = tmp_path / "copy of it.eval"
    shutil.copy(path, copy)
    first, second = read(path).tables.runs, read(copy).tables.runs
    assert first.equals(second)
    finished["header.json"]["status"] = "error"
    assert read(eval_log(finished, "other.eval")).tables.runs["content"].item() != first["content"].item()


def test_copies_of_json_have_one_content(json_log, make):
    one, two, other = (
        json_log(make.header(), "1"),
        json_log(make.header(), "2"),
        json_log(make.header(tags=["x"]), "3"),
    )
    content = [read(p).tables.runs["content"].item() for p in (one, two, other)]
    assert content[0] == content[1] != content[2]


def test_reading_twice_says_the_same():
    for path in FIXTURES:
        first, second = read(path), read(path)
        assert first.problems == second.problems
        assert all(a.equals(b) for (_, a), (_, b) in zip(first.tables, second.tables, strict=True))


def test_damaged_summaries_leave_the_run_and_its_metrics(eval_log, finished):
    finished["summaries.json"] = b'[{"id": 1,'
    reading = read(eval_log(finished))
    assert reading.tables.runs["status"].item() == "success"
    assert reading.tables.metrics["value"].to_list() == [0.5]
    assert codes(reading) == [Code.UNREADABLE]
    assert reading.problems[0].detail.startswith("summaries.json")


def test_a_flipped_bit_in_the_summaries_is_no_wrong_number(eval_log, finished):
    path = eval_log(finished, compression=zipfile.ZIP_STORED)
    data = path.read_bytes()
    at = data.rindex(b'"value": "I"')
    path.write_bytes(data[: at + 10] + b"C" + data[at + 11 :])
    reading = read(path)
    assert reading.tables.scores.is_empty()
    assert Code.UNREADABLE in codes(reading)


def test_a_damaged_header_leaves_what_the_start_says(eval_log, finished):
    finished["header.json"] = b"{"
    reading = read(eval_log(finished))
    assert codes(reading) == [Code.UNREADABLE, Code.UNFINISHED]
    assert reading.tables.runs["status"].item() == "started"
    assert ids(reading) == ["1", "2"]


def test_a_damaged_batch_of_the_journal_leaves_the_others(eval_log, running):
    running["_journal/summaries/1.json"] = b"rubbish"
    reading = read(eval_log(running))
    assert ids(reading) == ["2"]
    assert codes(reading) == [Code.UNFINISHED, Code.UNREADABLE]


ODD_FIELDS = [
    ("total_time", "12s"), ("model_usage", {"m": None}), ("limit", {"type": None}), ("error", {"message": None}),
    ("input", [{"role": None}]),
]  # fmt: skip


@pytest.mark.parametrize("field", ODD_FIELDS, ids=[n for n, _ in ODD_FIELDS])
def test_a_field_that_makes_no_sense_costs_itself_and_not_the_score(
    eval_log, json_log, finished, make, field
):
    (name, value), first = field, finished["summaries.json"][0]
    whole = read(eval_log(finished))
    first[name] = value
    for path in (eval_log(finished), json_log(make.header(samples=finished["summaries.json"]))):
        reading = read(path)
        assert ids(reading) == ids(whole)
        assert reading.tables.scores.height == whole.tables.scores.height
        (problem,) = reading.problems
        assert problem.code is Code.BAD_VALUE
        assert name in problem.detail
        assert str(first["id"]) in problem.detail


@pytest.mark.parametrize(
    "broken", ["text", 5, None, {"id": {}}, {"id": 3, "epoch": "x"}, {"epoch": 1}, {"id": None}]
)
def test_samples_that_make_no_sense_leave_the_others(eval_log, json_log, finished, make, broken):
    finished["summaries.json"].insert(1, broken)
    for path in (eval_log(finished), json_log(make.header(samples=finished["summaries.json"]))):
        reading = read(path)
        assert ids(reading) == ["1", "2"]
        assert codes(reading) == [Code.BAD_VALUE]


@pytest.mark.parametrize(
    ("text", "shown"),
    [(rb"\ud800 x", r"\ud800 x"), (b"\xff x", r"\xff x"), (b"a\x01b", "a\x01b"), (rb"\ud83d\ude00", "😀")],
    ids=["lone surrogate", "not UTF-8", "control character", "pair"],
)
def test_text_that_no_strict_parser_takes(eval_log, finished, text, shown):
    finished["summaries.json"] = (
        b'[{"id": 1, "epoch": 1, "input": "' + text + b'", "scores": {"s": {"value": NaN}}}]'
    )
    reading = read(eval_log(finished))
    assert reading.tables.samples["input"].to_list() == [shown]
    assert reading.tables.scores["value"].to_list() == [None]


WRONG = [
    pytest.param("é", "è", "latin-1", [r"\xe9", r"\xe8"], id="latin-1"),
    pytest.param("模", "型", "big5", [r"\xbc\xd2", r"\xab\xac"], id="big5"),
    pytest.param("\ud800", "\ud801", "utf-8", [r"\ud800", r"\ud801"], id="halves of surrogate pairs"),
]


@pytest.mark.parametrize(("one", "other", "encoding", "shown"), WRONG)
def test_ids_that_are_no_utf8_stay_apart_and_are_named(
    eval_log, json_log, finished, make, one, other, encoding, shown
):
    samples = [make.sample(one, value="C"), make.sample(other, value="I"), make.sample("t", value="C")]
    escaped = encoding == "utf-8"
    finished["summaries.json"] = json.dumps(samples, ensure_ascii=escaped).encode(encoding)
    whole = json.dumps(make.header(samples=samples), ensure_ascii=escaped).encode(encoding)
    for path in (eval_log(finished), json_log(whole)):
        reading = read(path)
        assert ids(reading) == [*shown, "t"]
        assert reading.tables.scores["value"].to_list() == [1.0, 0.0, 1.0]
        (problem,) = reading.problems
        assert problem.code is Code.WRONG_LETTERS
        assert shown[0][:4] in problem.detail


def test_a_field_that_is_wrong_beside_letters_that_are_no_utf8_costs_that_field_alone(
    eval_log, json_log, finished, make
):
    samples = [make.sample("é", value="C"), make.sample("è", value="I", total_time="x")]
    finished["summaries.json"] = json.dumps(samples, ensure_ascii=False).encode("latin-1")
    whole = json.dumps(make.header(samples=samples), ensure_ascii=False).encode("latin-1")
    for path in (eval_log(finished), json_log(whole)):
        reading = read(path)
        assert ids(reading) == [r"\xe9", r"\xe8"]
        assert sorted(codes(reading)) == [Code.BAD_VALUE, Code.WRONG_LETTERS]


def test_metadata_that_is_no_utf8_stays_apart_and_is_named(eval_log, finished, make):
    samples = [make.sample(i, value="C", metadata={"k": "éè"[i % 2]}) for i in range(4)]
    finished["summaries.json"] = json.dumps(samples, ensure_ascii=False).encode("latin-1")
    reading = read(eval_log(finished))
    assert [json.loads(m)["k"] for m in reading.tables.samples["metadata"][:2]] == [r"\xe9", r"\xe8"]
    assert reading.tables.runs["metadata_keys"].to_list() == [["k"]]
    assert codes(reading) == [Code.WRONG_LETTERS]


def test_a_model_whose_name_is_no_utf8_is_named(eval_log, finished, make):
    head = make.header() | {"eval": finished["header.json"]["eval"] | {"model": "modèle"}}
    finished["header.json"] = json.dumps(head, ensure_ascii=False).encode("latin-1")
    reading = read(eval_log(finished))
    assert reading.tables.runs["model"].to_list() == [r"mod\xe8le"]
    assert [(p.code, p.detail) for p in reading.problems] == [
        (Code.WRONG_LETTERS, r"header.json: 1 bytes: \xe8")
    ]


def test_a_sample_whose_id_is_no_utf8_is_shown(eval_log, json_log, finished, make):
    samples = [make.sample(i, input=f"is {i}?") for i in "éè"]
    finished["summaries.json"] = json.dumps(samples, ensure_ascii=False).encode("latin-1")
    whole = json.dumps(make.header(samples=samples), ensure_ascii=False).encode("latin-1")
    for path in (eval_log(finished), json_log(whole)):
        shown = FORMAT.sample(Log(path), SampleKey(r"\xe8", 1))
        assert shown["input"] == r"is \xe8?"


@pytest.mark.parametrize("levels", [1_100, 5_000, 200_000])
def test_a_value_nested_too_deep_costs_itself_alone(eval_log, json_log, finished, make, levels):
    deep = b"[" * levels + b"]" * levels
    samples = [make.sample(1, value="C", metadata={"a": "DEEP", "b": 3}), make.sample(2, value="I")]
    head = make.header(results={"scores": [make.score(accuracy=0.5)]})
    finished["summaries.json"] = json.dumps(samples).encode().replace(b'"DEEP"', deep)
    finished["header.json"] = head
    whole = json.dumps({**head, "samples": samples}).encode().replace(b'"DEEP"', deep)
    for path in (eval_log(finished), json_log(whole)):
        reading = read(path)
        assert reading.tables.metrics["value"].to_list() == [0.5]
        assert reading.tables.scores["value"].to_list() == [1.0, 0.0]
        assert json.loads(reading.tables.samples["metadata"][0])["b"] == 3
        assert [(p.code, "nested" in p.detail) for p in reading.problems] == [(Code.BAD_VALUE, True)]
    shown = FORMAT.sample(Log(json_log(whole)), SampleKey("1", 1))
    assert (shown["input"], shown["scores"]["s"]["value"]) == ("1 + 1?", "C")


def test_numbers_out_of_range(eval_log, finished):
    finished["summaries.json"] = b'[{"id": 1, "scores": {"s": {"value": 1e999}, "t": {"value": 1}}}]'
    reading = read(eval_log(finished))
    assert dict(zip(reading.tables.scores["scorer"], reading.tables.scores["value"], strict=True)) == {
        "s": float("inf"),
        "t": 1.0,
    }


def test_nesting_too_deep_is_an_exception_and_not_a_crash(json_log, make):
    path = json_log(b'{"version": 2, "eval": {"task": "t", "run_id": "r", "x": ' + b"[" * 200_000)
    with pytest.raises((RecursionError, ValueError)):
        read(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"text", b"{}x"])
def test_files_that_are_no_log_raise(json_log, content):
    with pytest.raises(ValueError, match=r"JSON|no log|cut off|Expected `object`"):
        read(json_log(content))


def test_a_zip_without_any_member_of_ours_raises(eval_log):
    with pytest.raises(ValueError, match=r"_journal/start.json is missing"):
        read(eval_log({"x": {}}))


def test_a_cut_off_eval_log_tells_what_is_left(eval_log, finished):
    path = eval_log(finished)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"summaries.json", data.index(b"summaries/2.json")) + 20])
    reading = read(path)
    assert codes(reading) == [Code.TRUNCATED, Code.UNFINISHED]
    assert ids(reading) == ["1", "2"]


def test_a_cut_off_json_log_tells_what_is_left(json_log, make):
    samples = [make.sample(n, value="C") for n in range(3)]
    whole = json.dumps(make.header(samples=samples, results={"scores": [make.score("s", accuracy=1)]}))
    reading = read(json_log(whole[:-30].encode()))
    assert codes(reading) == [Code.TRUNCATED]
    assert ids(reading) == ["0", "1"]
    assert reading.tables.metrics["value"].to_list() == [1.0]


def test_a_log_cut_off_after_its_samples_has_all_of_them(json_log, make):
    whole = json.dumps(make.header(samples=[make.sample(1), make.sample(2)], reductions=[{"scorer": "s"}]))
    assert ids(read(json_log(whole[:-10].encode()))) == ["1", "2"]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_a_log_cut_off_anywhere_is_a_problem_and_never_another_number(path, tmp_path):
    """A sample that is still there has the scores that it had."""
    whole, data = scores(read(path)), path.read_bytes()
    cut = tmp_path / path.name
    for length in range(10, len(data), len(data) // 40):
        cut.write_bytes(data[:length])
        try:
            reading = read(cut)
        except (ValueError, RecursionError):
            continue
        assert {Code.TRUNCATED, Code.UNKNOWN_VERSION} & set(codes(reading))
        assert scores(reading).items() <= whole.items()


def scores(reading):
    rows = reading.tables.scores.with_columns(
        reading.tables.samples[reading.tables.scores["sample"], ["sample_id", "epoch"]]
    )
    return {(r["sample_id"], r["epoch"], r["scorer"]): (r["value"], r["mark"]) for r in rows.to_dicts()}


def test_too_large_members_are_refused(eval_log, finished, monkeypatch):
    finished["summaries.json"] *= 20
    monkeypatch.setattr("data.formats.inspect_log.archive.MAX_MEMBER", 1000)
    reading = read(eval_log(finished))
    assert [(p.code, p.detail) for p in reading.problems] == [
        (Code.TOO_LARGE, f"summaries.json unpacks to {len(json.dumps(finished['summaries.json'])):,} bytes")
    ]
    assert reading.tables.metrics["value"].to_list() == [0.5]
    monkeypatch.setattr("data.formats.inspect_log.archive.MAX_MEMBER", 10)
    assert is_empty(read(eval_log(finished)))


def test_too_large_json_is_refused(json_log, make, monkeypatch):
    monkeypatch.setattr(json_file, "MAX_MEMBER", 100)
    assert codes(read(json_log(make.header()))) == [Code.TOO_LARGE]


def replacing(monkeypatch, path, times):
    """The file gets a new time each time that a header is decoded, `times` times."""
    left = [times]
    whole = eval_file.document

    def document(*args):
        if left[0]:
            left[0] -= 1
            os.utime(path, ns=(left[0] + 1, left[0] + 1))
        return whole(*args)

    monkeypatch.setattr(eval_file, "document", document)


def test_a_log_that_changes_once_is_read_again(eval_log, finished, monkeypatch):
    path = eval_log(finished)
    replacing(monkeypatch, path, 1)
    reading = read(path)
    assert (ids(reading), codes(reading)) == (["1", "2"], [])


def test_a_log_that_keeps_changing_is_not_told(eval_log, finished, monkeypatch):
    path = eval_log(finished)
    replacing(monkeypatch, path, 5)
    reading = read(path)
    assert is_empty(reading)
    assert codes(reading) == [Code.CHANGED_WHILE_READ]


def test_an_error_of_a_changing_log_is_told_as_the_change(eval_log, finished, monkeypatch):
    path = eval_log(finished)

    def fail(_archive, _problems):
        os.utime(path, ns=(1, os.stat(path).st_mtime_ns + 1))
        raise TooLarge

    monkeypatch.setattr(eval_file, "_header", fail)
    assert codes(read(path)) == [Code.CHANGED_WHILE_READ]


@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_is_left_as_it_was(eval_log, finished, was_on):
    path, before = eval_log(finished), gc.isenabled()
    (gc.enable if was_on else gc.disable)()
    try:
        read(path)
        assert gc.isenabled() is was_on
    finally:
        (gc.enable if before else gc.disable)()
