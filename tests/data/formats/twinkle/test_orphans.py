"""Answers without a summary, and envelopes with one."""

import json

import pytest

from data.formats.base import Log
from data.formats.twinkle import FORMAT
from data.problems import Code

NAME = "eval_results_20260314_0910_run{}.jsonl"


@pytest.fixture
def write(tmp_path):
    def write(*runs):
        paths = [tmp_path / NAME.format(i) for i in range(len(runs))]
        for path, rows in zip(paths, runs, strict=True):
            path.write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
        return Log(paths[0], FORMAT.companions(paths[0], paths))

    return write


def envelope(make, file, answers):
    rows = [make.row(i, c == "x") for i, c in enumerate(answers)]
    return {"timestamp": "20260314_0910_run0", "file": file, "accuracy": answers.count("x") / len(answers), "details": rows}  # fmt: skip


def bare(make, *files):
    return [make.row(i, c == "x") for answers in files for i, c in enumerate(answers)]


def test_rows_alone(make, write):
    log = write(bare(make, "xo", "xxo"), bare(make, "xx", "ooo"))
    assert FORMAT.matches(log.path, log.path.read_bytes())
    reading = FORMAT.read(log)
    assert [p.code for p in reading.problems] == [Code.ORPHAN_DETAILS]
    runs, metrics, samples, scores, *_ = (table for _, table in reading.tables)
    assert runs.select("model", "task", "epochs", "samples_done", "total_tokens").rows() == [
        ("<unknown>", "<unknown>", 2, 10, 170)
    ]
    assert runs["created"][0].isoformat() == "2026-03-14T09:10:00+00:00"
    assert metrics.select("category", "value", "n").rows() == [
        (None, pytest.approx((0.75 + 1 / 3) / 2), 5),
        ("file 1", 0.75, 2),
        ("file 2", pytest.approx(1 / 3), 3),
    ]
    assert samples["sample_id"][2] == "file 2/0"
    assert len(scores) == 10


def test_envelopes_name_their_files(make, write):
    log = write(
        [envelope(make, "datasets/q/a_test.csv", "xo"), envelope(make, "datasets/own__r/b.parquet", "xx")]
    )
    reading = FORMAT.read(log)
    assert reading.tables.runs["task"].to_list() == ["q", "r"]
    assert reading.tables.metrics.select("run", "category", "value").rows() == [
        (0, None, 0.5),
        (0, "a", 0.5),
        (1, None, 1.0),
        (1, "b", 1.0),
    ]
    assert reading.tables.runs["run_id"].n_unique() == 2


def test_the_last_envelope_of_a_file_counts(make, write):
    log = write([envelope(make, "d/a.csv", "oo"), envelope(make, "d/a.csv", "xx")])
    tables = FORMAT.read(log).tables
    assert tables.metrics["value"].to_list() == [1.0, 1.0]
    assert tables.scores["value"].to_list() == [1.0, 1.0]


def test_other_answers_are_another_run(make, write):
    first = FORMAT.read(write(bare(make, "xo"))).tables.runs["run_id"][0]
    assert first != FORMAT.read(write(bare(make, "xx"))).tables.runs["run_id"][0]
    assert first == FORMAT.read(write(bare(make, "xo"))).tables.runs["run_id"][0]


def test_envelopes_with_a_summary_go_by_their_names(make, folder):
    entries = make.entry("d/b_test.csv", 0.5), make.entry("d/a_test.csv", 0.5)
    log = folder(
        make.summary({"d/": make.block(*entries)}),
        [
            envelope(make, "d/a_test.csv", "oo"),
            envelope(make, "d/a_test.csv", "ox"),
            envelope(make, "d/b_test.csv", "xo"),
        ],
    )
    reading = FORMAT.read(log)
    assert not reading.problems
    scores = dict(zip(reading.tables.samples["sample_id"], reading.tables.scores["value"], strict=True))
    assert scores == {"a/0": 0, "a/1": 1, "b/0": 1, "b/1": 0}


def test_an_envelope_of_an_unknown_file_is_reported(make, folder):
    log = folder(
        make.summary({"d/": make.block(make.entry("d/a.csv", 1.0))}),
        [envelope(make, "d/a.csv", "xx"), envelope(make, "d/z.csv", "x")],
    )
    assert [p.code for p in FORMAT.read(log).problems] == [Code.UNASSIGNED_DETAILS]


def test_answers_outlive_a_broken_summary(make, folder):
    reading = FORMAT.read(folder(b'{"dataset_results": {', bare(make, "xo")))
    assert [p.code for p in reading.problems] == [Code.TRUNCATED, Code.ORPHAN_DETAILS]
    assert len(reading.tables.samples) == 2


def test_a_file_of_broken_lines_only(write, make):
    log = write(bare(make, "x"))
    log.path.write_text('{"question_id": 0, "question": "')
    reading = FORMAT.read(log)
    assert reading.tables.runs.is_empty()
    assert [p.code for p in reading.problems] == [Code.TRUNCATED, Code.ORPHAN_DETAILS]
