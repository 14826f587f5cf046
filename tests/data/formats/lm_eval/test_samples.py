"""Samples find their task, and a document with several filters is one sample."""

import json

import pytest

from data.formats import inputs
from data.formats.base import Log, SampleKey
from data.formats.lm_eval import FORMAT
from data.problems import Code
from data.schema import Mark

ONE = {"a": {"acc,none": 0.5}}


def scores(reading):
    t = reading.tables
    found = t.scores.with_columns(id=t.samples["sample_id"].gather(t.scores["sample"]))
    return {
        (i, s): Mark(m).name if v is None else v
        for i, s, v, m in found.select("id", "scorer", "value", "mark").rows()
    }


def codes(reading):
    return [p.code for p in reading.problems]


def multiple_choice(lp, target, **more):
    words = ["iron", "wood", "glass"]
    asked = {f"gen_args_{i}": {"arg_0": "Q: metal?", "arg_1": f" {w}"} for i, w in enumerate(words)}
    return {"arguments": asked, "target": target, "filtered_resps": [[x, "False"] for x in lp], **more}


def test_a_document_is_one_sample_whatever_filters_it_went_through(read, make):
    rows = [make.row(i, f, exact_match=float(f == "loose")) for i in (3, 4) for f in ("strict", "loose")]
    reading = read(make.results(ONE), a=rows)
    assert reading.tables.samples["sample_id"].to_list() == ["3", "4"]
    assert scores(reading) == {
        (i, s): v for i in "34" for s, v in (("exact_match,strict", 0.0), ("exact_match,loose", 1.0))
    }
    assert codes(reading) == []


def test_numbers_and_truths_are_scores_lists_are_left_out_and_named_once(read, make):
    rows = [make.row(i, acc=True, f1=0.5, ppl=[-3.0, 4], em=None) for i in range(3)]
    reading = read(make.results(ONE), a=rows)
    assert {k[1]: v for k, v in scores(reading).items()} == {"acc": 1.0, "f1": 0.5, "em": "UNSCORED"}
    assert [(p.code, p.detail) for p in reading.problems] == [(Code.NO_SAMPLE_SCORE, "a: ppl")]


def test_a_word_that_is_no_grade_is_no_score(read, make):
    reading = read(make.results(ONE), a=[make.row(0, acc="tensor(1)"), make.row(1, acc="0.5")])
    assert scores(reading) == {("0", "acc"): "INVALID", ("1", "acc"): 0.5}
    assert codes(reading) == [Code.UNKNOWN_GRADE]


def test_nan_and_infinity(read, make):
    line = json.dumps(make.row(0, a=float("nan"), b=float("inf"), c=1)).encode()
    assert scores(read(make.results(ONE), a=line)) == {
        ("0", "a"): "UNSCORED", ("0", "b"): float("inf"), ("0", "c"): 1.0
    }  # fmt: skip


def test_the_likeliest_choice_is_the_answer_and_the_target_is_spelt(read, make):
    own = multiple_choice(["-3.5", "-0.5", "-9"], "0")
    row = read(make.results(ONE), a=[make.row(0, acc=0.0, own=own)]).tables.samples.row(0, named=True)
    assert (row["answer"], row["target"]) == ("wood", "iron")


def test_the_document_is_shown_before_a_prompt_that_begins_alike_for_all(read, make):
    row = make.row(0, acc=1, own={"doc": {"question": "how  many?", "level": "Level 3", "long": "x" * 200}})
    found = read(make.results(ONE), a=[row]).tables
    assert found.samples["input"].to_list() == ["how many?"]
    assert json.loads(found.samples["metadata"][0]) == {"level": "Level 3"}
    assert found.runs["metadata_keys"][0].to_list() == ["level"]


def test_equal_documents_have_equal_hashes_and_different_ones_have_not(read, make):
    hashed = "00000000000000ff" + "0" * 48
    rows = [
        make.row(0, acc=1, own={"doc_hash": hashed}),
        make.row(1, acc=1, own={"doc": {"q": "x"}, "arguments": {}}),
        make.row(2, acc=1, own={"doc": {"q": "x"}}),
        make.row(3, acc=1, own={"doc": {"q": "y"}}),
    ]
    hashes = read(make.results(ONE), a=rows).tables.samples["input_hash"].to_list()
    assert hashes[0] == 255
    assert hashes[1] == hashes[2] != hashes[3]


def test_a_question_has_the_number_that_it_has_in_every_harness(read, make):
    rows = [
        make.row(0, acc=1, own={"doc": {"question": "1 + 1?\n", "answer": "2"}}),
        make.row(1, acc=1, own={"doc": {"question": "Is it so?", "passage": "It is."}}),
        make.row(2, acc=1, own={"doc": {"q": "x"}}),
    ]
    hashes = read(make.results(ONE), a=rows).tables.samples["question_hash"].to_list()
    assert hashes == [inputs.hashes(["1 + 1?"])[0], None, None]


def test_each_date_has_its_own_samples(log, make):
    first = log(make.results(ONE), a=[make.row(0, acc=1)])
    second = log(make.results(ONE), stamp="2026-02-04T00-00-00.5", a=[make.row(7, acc=1), make.row(8, acc=0)])
    assert [len(first.companions), len(second.companions)] == [1, 1]
    assert FORMAT.read(first).tables.samples["sample_id"].to_list() == ["0"]
    assert FORMAT.read(second).tables.samples["sample_id"].to_list() == ["7", "8"]


def test_samples_go_to_their_task_also_where_its_name_had_to_be_spelt_otherwise(read, make):
    doc = make.results({"a": {"acc,none": 1}, "b:x-y": {"acc,none": 1}})
    found = read(doc, a=[make.row(0, acc=1)], b_x_y=[make.row(1, acc=1)]).tables
    assert found.samples.select("run", "sample_id").rows() == [(0, "0"), (1, "1")]
    assert found.runs.height == 2


def test_fewer_samples_than_were_evaluated_is_said(read, make):
    doc = make.results(ONE, **{"n-samples": {"a": {"effective": 5}}})
    reading = read(doc, a=[make.row(0, acc=1)])
    assert codes(reading) == [Code.DISAGREES]
    assert reading.tables.runs["samples_done"].to_list() == [5]


def test_samples_without_results_are_a_run_with_the_mean(log, make):
    path = log(make.results(ONE), a=[make.row(i, acc=float(i == 0), ppl=[1]) for i in range(4)]).companions[0]
    reading = FORMAT.read(Log(path))
    run = reading.tables.runs.row(0, named=True)
    assert (run["task"], run["model"], run["samples_done"], run["headline_metric"]) == (
        "a",
        "lab/m",
        4,
        "acc",
    )
    assert reading.tables.metrics.select("scorer", "value", "n").rows() == [("acc", 0.25, 4)]
    assert codes(reading) == [Code.ORPHAN_DETAILS, Code.NO_SAMPLE_SCORE]


@pytest.mark.parametrize(
    ("lines", "code", "kept"),
    [
        (b'%s\n{"doc_id": 1, "do', Code.TRUNCATED, ["0"]),
        (b"%s\nnonsense\n", Code.UNREADABLE, ["0"]),
        (b"[1]\n%s\n", Code.UNREADABLE, ["0"]),
    ],
)
def test_a_broken_line_costs_itself(read, make, lines, code, kept):
    reading = read(make.results(ONE), a=lines.replace(b"%s", json.dumps(make.row(0, acc=1)).encode()))
    assert codes(reading) == [code]
    assert reading.tables.samples["sample_id"].to_list() == kept


def test_one_sample_is_read_again_with_all_its_filters(log, make):
    rows = [
        make.row(i, f, em=0.5, own={"filtered_resps": [f"{f}{i}"]}) for i in (0, 1) for f in ("none", "loose")
    ]
    own = log(make.results(ONE), a=rows)
    key = FORMAT.read(own).tables.samples.select("sample_id", "epoch", "locator").row(1)
    found = FORMAT.sample(own, SampleKey(*key))
    assert found["input"] == "Q: what is 1?"
    assert found["scores"] == {
        "em": {"value": 0.5, "answer": "none1"},
        "em,loose": {"value": 0.5, "answer": "loose1"},
    }
    own.companions[0].write_bytes(b'{"doc_id": 9}\n' * 50)
    assert FORMAT.sample(own, SampleKey(*key)) is None


def test_repeats_are_one_sample_that_says_how_many(read, make):
    row = make.row(0, acc=1, own={"resps": [["a", "b", "c"]]})
    found = read(make.results(ONE), a=[row]).tables
    assert json.loads(found.samples["metadata"][0])["repeats"] == 3
    assert found.runs["epochs"].to_list() == [1]


def test_without_a_number_of_documents_a_file_that_is_cut_off_does_not_say_how_many(read, make):
    rows = [make.row(i, acc=0) for i in range(2)]
    assert read(make.results(ONE), a=rows).tables.runs["samples_done"].to_list() == [2]
    whole = "".join(json.dumps(r) + "\n" for r in rows).encode()
    assert read(make.results(ONE), a=whole[:-20]).tables.runs["samples_done"].to_list() == [None]
