"""Answers find their file, and what they tell about their run."""

import json
import math

import polars as pl
import pytest

from data.formats.twinkle import FORMAT, details
from data.formats.twinkle.cuts import cut
from data.formats.twinkle.rows import Row
from data.formats.twinkle.segments import Expected, place, segments
from data.problems import Code
from data.schema import Mark

A, B = "d/a_test.csv", "d/b_test.csv"


def rows_of(make, *files):
    """For each file whether its answers are right: "xo" is one right and one wrong."""
    return [make.row(i, c == "x") for answers in files for i, c in enumerate(answers)]


def expected(make, *accuracies):
    return [Expected(None, a) for a in accuracies]


def parts(make, rows, *accuracies):
    text = "".join(json.dumps(r) + "\n" for r in rows).encode()
    wanted = expected(make, *accuracies)
    found = segments(details.rows_of("x.jsonl", text), wanted)
    return [s.span for s in found], place(found, wanted)


def test_a_file_begins_where_a_number_comes_again(make):
    spans, placed = parts(make, rows_of(make, "xoo", "xx", "oooo"), 1 / 3, 1, 0)
    assert spans == [(0, 3), (3, 5), (5, 9)]
    assert placed == ({0: 0, 1: 1, 2: 2}, (), ())


def test_the_samples_of_a_question_stay_together(make):
    rows = [make.row(q, True, sample_id=s) for _ in range(2) for q in (1, 0) for s in range(3)]
    assert parts(make, rows, 1, 1)[0] == [(0, 6), (6, 12)]


@pytest.mark.parametrize("times", [2, 3])
def test_what_was_resumed_counts_as_done_last(make, times):
    rows = rows_of(make, "xo", "xx") * (times - 1) + rows_of(make, "oo", "xo")
    _, placed = parts(make, rows, 0, 0.5)
    last = 2 * (times - 1)
    assert placed == ({last: 0, last + 1: 1}, (), ())


def test_only_the_last_file_was_kept(make):
    assert parts(make, rows_of(make, "xo"), 1, 0.5)[1] == ({0: 1}, (), ())


def test_rows_in_the_order_of_their_numbers_fit_no_file(make):
    mixed = sorted(rows_of(make, "xooo", "xxxo", "oxxx"), key=lambda r: r["question_id"])
    _, placed = parts(make, mixed, 0.25, 0.75, 0.75)
    assert not placed.of
    assert len(placed.unassigned) > 1


def test_a_file_that_was_answered_but_never_summed_up_is_passed_over(make):
    _, placed = parts(make, rows_of(make, "xooo", "xxxx", "xxoo"), 0.25, 0.5)
    assert placed.of == {0: 0, 2: 1}


def test_an_accuracy_that_disagrees_is_named(make):
    _, placed = parts(make, rows_of(make, "xooo", "xxxx", "xxoo"), 0.25, 0.9, 0.5)
    assert placed == ({2: 2, 1: 1, 0: 0}, (), (1,))


def test_an_unknown_accuracy_agrees(make):
    assert parts(make, rows_of(make, "xo", "xx"), None, None)[1] == ({1: 1, 0: 0}, (), ())


def test_an_answer_that_came_early_goes_back_to_its_file():
    rows = [Row(question_id=q, is_correct=q == 3) for q in (0, 1, 2, 3, 1, 0, 2, 4)]
    assert cut(rows) == [(0, 3), (3, 8)]


def test_only_the_accuracy_tells_an_early_answer():
    rows = [Row(question_id=q, is_correct=q == 3) for q in (0, 1, 2, 3, 1, 0, 2)]
    assert cut(rows) == [(0, 4), (4, 7)]
    assert cut(rows, [0.0, 0.25]) == [(0, 3), (3, 7)]


def test_early_answers_of_neighbours_go_back_together():
    numbers = (0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 4)
    rows = [Row(question_id=q, is_correct=i == 3) for i, q in enumerate(numbers)]
    assert cut(rows, [0.0, 0.25, 0.0]) == [(0, 3), (3, 7), (7, 12)]


@pytest.fixture
def two_runs(make, read):
    """Two files, two repetitions; one answer could not be parsed."""
    entries = make.entry(A, 0.5, 1.0), make.entry(B, 0.0, 1 / 3)
    first, second = rows_of(make, "xo", "ooo"), rows_of(make, "xx", "oxo")
    first[1] |= {"predicted_answer": None}
    return read(make.summary({"d/": make.block(*entries)}), first, second)


def test_samples(two_runs):
    samples = two_runs.tables.samples
    assert not two_runs.problems
    assert samples["sample_id"].to_list() == ["a/0", "a/1", "b/0", "b/1", "b/2"] * 2
    assert samples["epoch"].to_list() == [1] * 5 + [2] * 5
    assert samples["category"].to_list() == (["a"] * 2 + ["b"] * 3) * 2
    assert samples["answer"].to_list()[:3] == ["A", None, "B"]
    assert samples["metadata"].to_list()[:3] == [None, '{"unparsed":true}', None]
    assert set(samples["target"]) == {"A"}
    assert samples["input"][0] == "問題 0\nA: 甲\nB: 乙"


def test_scores_average_to_what_the_summary_says(two_runs):
    _, metrics, samples, scores, *_ = (table for _, table in two_runs.tables)
    joined = scores.join(samples.with_row_index("sample").cast({"sample": pl.UInt32}), on="sample")
    per_file = dict(joined.group_by("category").agg(pl.col("value").mean()).rows())
    logged = metrics.filter(pl.col("category").is_not_null())
    assert per_file == pytest.approx(dict(logged.select("category", "value").rows()))
    assert set(scores["mark"]) == {Mark.VALUE}


def test_what_the_answers_tell_about_the_run(two_runs):
    runs, metrics = two_runs.tables.runs, two_runs.tables.metrics
    assert runs.select("samples_planned", "samples_done", "samples_failed").rows() == [(10, 10, 0)]
    assert runs.select("input_tokens", "output_tokens", "total_tokens").rows() == [(100, 70, 170)]
    assert json.loads(runs["usage"][0])["lab/m"]["total_tokens"] == 170
    assert metrics["n"].to_list() == [5, 2, 3]


def test_the_usage_of_a_request_counts_once(make, read):
    rows = [make.row(q, True, sample_id=s) for q in range(3) for s in range(4)]
    tables = read(make.summary({"d/": make.block(make.entry(A, 1.0))}), rows).tables
    assert tables.runs["total_tokens"].to_list() == [3 * 17]
    assert tables.samples["total_tokens"].to_list() == [17, None, None, None] * 3
    assert tables.samples["epoch"].to_list() == [1, 2, 3, 4] * 3
    assert tables.metrics["n"].to_list() == [3, 3]


def test_a_repetition_that_failed_leaves_its_number_out(make, folder):
    entry = make.entry(A, 1.0, 0.0)
    entry["individual_runs"]["results"][1] = "results/eval_results_20260314_0910_run2.jsonl"
    log = folder(
        make.summary({"d/": make.block(entry)}), rows_of(make, "xx"), rows_of(make, "xo"), rows_of(make, "oo")
    )
    reading = FORMAT.read(log)
    assert reading.tables.runs["epochs"].to_list() == [2]
    fine = reading.tables.samples.filter(pl.col("category") == "a")
    assert fine["epoch"].to_list() == [1, 1, 3, 3]
    assert [p.code for p in reading.problems] == [Code.UNASSIGNED_DETAILS]


def test_shuffled_options_are_the_same_question(make, read):
    entry = make.entry(A, 1.0, 1.0)
    shuffled = [
        make.row(0, True, question="問題 0\nA: 乙\nB: 甲\n"),
        make.row(1, True, question="問題 1\nA: 丙\nB: 乙"),
    ]
    reading = read(make.summary({"d/": make.block(entry)}), rows_of(make, "xx"), shuffled)
    first, other, same, changed = reading.tables.samples["input_hash"]
    assert first == same
    assert len({first, other, changed}) == 3


def test_numbers_mixed_over_files_are_told_apart_by_what_was_asked(make, read):
    entries = make.entry(A, 0.25), make.entry(B, 0.75), make.entry("d/c.csv", 0.5)
    rows = rows_of(make, "xooo", "xxxo", "xxoo")
    for i, r in enumerate(rows):
        r["question"] = f"Q{i}"
    mixed = sorted(rows, key=lambda r: r["question_id"])
    reading = read(make.summary({"d/": make.block(*entries)}), mixed)
    samples = reading.tables.samples
    assert [p.code for p in reading.problems] == [Code.UNASSIGNED_DETAILS]
    assert set(samples["category"]) == {"unassigned"}
    assert samples["sample_id"].n_unique() == 12
    assert reading.tables.metrics["n"].to_list() == [None] * 4


def test_of_several_datasets_nobody_knows_which(make, read):
    blocks = {
        k: make.block(make.entry(f"{k}a.csv", 0.25), make.entry(f"{k}b.csv", 0.75)) for k in ("d/", "e/")
    }
    mixed = sorted(rows_of(make, "xooo", "xxxo", "ooxo", "xxox"), key=lambda r: r["question_id"])
    reading = read(make.summary(blocks), mixed)
    assert reading.tables.samples.is_empty()
    (problem,) = reading.problems
    assert problem.code == Code.UNASSIGNED_DETAILS
    assert "run0.jsonl: 16 rows" in problem.detail


def test_a_part_of_the_answers_is_not_counted(make, read):
    reading = read(
        make.summary({"d/": make.block(make.entry(A, 1.0), make.entry(B, 0.5))}), rows_of(make, "xo")
    )
    assert reading.tables.samples["sample_id"].to_list() == ["b/0", "b/1"]
    assert reading.tables.runs.select("samples_done", "total_tokens").rows() == [(None, None)]
    assert reading.tables.metrics["n"].to_list() == [None, None, 2]
    (problem,) = reading.problems
    assert problem.code == Code.SOME_SAMPLES
    assert "1 of 2" in problem.detail


@pytest.mark.parametrize("last", [True, False])
def test_a_broken_line_costs_that_line(make, folder, last):
    rows = rows_of(make, "xx")
    log = folder(make.summary({"d/": make.block(make.entry(A, 1.0))}), rows)
    lines = log.companions[0].read_bytes().splitlines(keepends=True)
    broken = lines[0][:-9]
    log.companions[0].write_bytes(b"".join([*lines, broken] if last else [broken + b"\n", *lines]))
    reading = FORMAT.read(log)
    assert len(reading.tables.samples) == 2
    (problem,) = reading.problems
    assert problem.code == (Code.TRUNCATED if last else Code.BAD_VALUE)
    assert f"eval_results_20260314_0910_run0.jsonl: line {3 if last else 1}" in problem.detail


@pytest.mark.parametrize(
    "change",
    [
        {"logprob_scores": {"A": -math.inf, "B": math.nan}},
        {"question_id": "0"},
        {"question": ["a", "b"]},
        {"correct_answer": {"x": 1}, "predicted_answer": ["y"]},
        {"usage_total_tokens": "17"},
        {"usage_total_tokens": 17.0},
        {"is_correct": 1},
        {"is_correct": "true"},
        {"sample_id": None},
        {"new_key": {"nested": [1]}},
        {"metric": 3},
        {"llm_output": "\ud83d"},
    ],
)
def test_a_row_with_anything_in_it(make, folder, change):
    log = folder(make.summary({"d/": make.block(make.entry(A, 1.0))}), [])
    lines = [json.dumps(make.row(0, True) | change), json.dumps(make.row(1, True))]
    log.companions[0].write_text("\n".join(lines) + "\n")
    reading = FORMAT.read(log)
    assert not [p for p in reading.problems if p.code != Code.DISAGREES]
    assert reading.tables.samples["sample_id"].to_list() == ["a/0", "a/1"]
    assert reading.tables.scores["value"].to_list() == [1.0, 1.0]
    assert reading.tables.runs["total_tokens"].to_list() == [34]


@pytest.mark.parametrize("line", ["3", '"x"', "[1]", "null", '{"question": "without a number"}', "{"])
def test_a_line_that_is_no_row(make, folder, line):
    log = folder(make.summary({"d/": make.block(make.entry(A, 1.0))}), [])
    log.companions[0].write_text(f"{line}\n{json.dumps(make.row(0, True))}\n")
    reading = FORMAT.read(log)
    assert len(reading.tables.samples) == 1
    assert [p.code for p in reading.problems] == [Code.BAD_VALUE]


@pytest.mark.parametrize(
    ("extra", "scores"),
    [
        (
            {
                "prompt_strict": False,
                "prompt_loose": True,
                "instruction_strict": [True, False],
                "instruction_loose": [],
            },
            {"prompt_strict": 0.0, "prompt_loose": 1.0, "instruction_strict": 0.5},
        ),
        (
            {"wer": 1.5, "cer": 0.25, "metric": "wer", "metric_value": 1.5},
            {"wer": 1.5, "cer": 0.25},
        ),
        ({"metric": "mer", "metric_value": 0.5}, {"mer": 0.5}),
        (
            {"predicted_answer": {"faithfulness": 0.5, "context_recall": None}},
            {"faithfulness": 0.5},
        ),
        ({"predicted_answer": "不錯。[評分]: 7"}, {"judge": 7.0}),
        ({"predicted_answer": "[評分]:6.5"}, {"judge": 6.5}),
    ],
)  # fmt: skip
def test_other_scorers(make, read, extra, scores):
    rows = [make.row(0, True) | extra, make.row(1, True)]
    tables = read(make.summary({"d/": make.block(make.entry(A, 1.0))}), rows).tables
    found = tables.scores.filter(pl.col("scorer") != "accuracy")
    assert dict(found.select("scorer", "value").rows()) == scores
    assert set(found["sample"]) == {0}


def test_an_unknown_verdict_is_unscored(make, read):
    rows = [make.row(0, True), make.row(1, False, is_correct=None)]
    scores = read(make.summary({"d/": make.block(make.entry(A, 0.5))}), rows).tables.scores
    assert scores.select("value", "mark").rows() == [(1.0, Mark.VALUE), (None, Mark.UNSCORED)]


def test_a_picture_is_kept(make, read):
    rows = [make.row(0, True, image_path="p/1.png")]
    samples = read(make.summary({"d/": make.block(make.entry(A, 1.0))}), rows).tables.samples
    assert json.loads(samples["metadata"][0]) == {"image_path": "p/1.png"}


def test_previews_are_short(make, read):
    rows = [make.row(0, True, question="長" * 1000, correct_answer="x" * 1000, predicted_answer="y" * 1000)]
    samples = read(make.summary({"d/": make.block(make.entry(A, 1.0))}), rows).tables.samples
    assert [len(samples[c][0]) for c in ("input", "target", "answer")] == [160] * 3


def test_of_several_evaluations_in_a_file_the_one_of_that_minute_is_meant(make, read):
    docs = [
        make.summary({"d/": make.block(make.entry(A, 0.5))}, timestamp=t)
        for t in ("20260314_0910", "20260101_0000")
    ]
    reading = read(docs, rows_of(make, "xo"))
    assert not reading.problems
    assert reading.tables.samples["run"].to_list() == [0, 0]


def test_a_row_without_a_question_asked_nothing_known(make, read):
    rows = [make.row(0, True, question=None)]
    samples = read(make.summary({"d/": make.block(make.entry(A, 1.0))}), rows).tables.samples
    assert samples["input_hash"].to_list() == [None]
    assert samples["input"].to_list() == [None]


def test_a_file_that_lost_rows_is_not_counted(make, folder):
    """All wrong, and so is any part of it."""
    log = folder(make.summary({"d/": make.block(make.entry(A, 0.0))}), rows_of(make, "oooo"))
    assert FORMAT.read(log).tables.metrics["n"].to_list() == [4, 4]
    (answers,) = log.companions
    answers.write_bytes(answers.read_bytes()[:-20])
    reading = FORMAT.read(log)
    assert Code.TRUNCATED in [p.code for p in reading.problems]
    assert reading.tables.samples.height == 3
    assert reading.tables.metrics["n"].to_list() == [None, None]
    assert reading.tables.runs["samples_done"].to_list() == [None]
