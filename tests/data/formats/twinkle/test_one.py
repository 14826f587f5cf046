"""One answer, read again."""

import json
import math

import pytest

from data.formats.base import SampleKey
from data.formats.twinkle import FORMAT

A, B = "d/a_test.csv", "d/b_test.csv"
OLD = "eval_results_20260314_0910_run0.jsonl"


def keys(log):
    samples = FORMAT.read(log).tables.samples
    return [SampleKey(*row) for row in samples.select("sample_id", "epoch", "locator").rows()]


@pytest.fixture
def log(make, folder):
    rows = [
        make.row(0, True, llm_reasoning_output="想", logprob_scores={"A": -math.inf}),
        make.row(1, False, image_path="p.png", wer=0.5),
        make.row(0, True, llm_output="臺"),
    ]
    return folder(make.summary({"d/": make.block(make.entry(A, 0.5), make.entry(B, 1.0))}), rows)


def test_the_whole_answer(log):
    first, second, third = (FORMAT.sample(log, k) for k in keys(log))
    assert first["input"] == "問題 0\nA: 甲\nB: 乙"
    assert first["choices"] == ["甲", "乙"]
    assert first["target"] == "A"
    assert first["output"] == "\\box{A}"
    assert first["reasoning"] == "想"
    assert first["usage"] == {"completion_tokens": 7, "prompt_tokens": 10, "total_tokens": 17}
    assert first["scores"] == {"accuracy": {"value": 1.0, "answer": "A", "explanation": None}}
    assert first["metadata"]["logprob_scores"] == {"A": -math.inf}
    assert second["scores"]["accuracy"]["value"] == 0.0
    assert second["scores"]["wer"] == {"value": 0.5}
    assert second["metadata"]["image_path"] == "p.png"
    assert third["output"] == "臺"
    assert third["reasoning"] is None


def test_a_question_without_options_has_no_choices(make, folder):
    log = folder(
        make.summary({"d/": make.block(make.entry(A, 1.0))}), [make.row(0, True, question="1+1?\nB: no")]
    )
    assert FORMAT.sample(log, keys(log)[0])["choices"] == []


@pytest.mark.parametrize(
    "key",
    [
        SampleKey("a/0", 1),
        SampleKey("a/0", 1, "not json"),
        SampleKey("a/0", 1, "[]"),
        SampleKey("a/0", 1, "{}"),
        SampleKey("a/0", 1, '{"file": "elsewhere.jsonl", "at": 0, "size": 9}'),
        SampleKey("a/0", 1, json.dumps({"file": OLD, "at": 7, "size": 90})),
        SampleKey("a/0", 1, json.dumps({"file": OLD, "at": "x", "size": 90})),
        SampleKey("a/0", 1, json.dumps({"file": OLD, "at": 10**9, "size": 90})),
        SampleKey("a/0", 1, json.dumps({"file": "../" + OLD, "at": 0, "size": 90})),
    ],
)
def test_what_is_not_there(log, key):
    assert FORMAT.sample(log, key) is None


def test_another_answer_at_the_same_place(log):
    first, second, _ = keys(log)
    assert FORMAT.sample(log, second._replace(locator=first.locator)) is None


def test_a_file_that_went_away(log):
    (first, *_) = keys(log)
    log.companions[0].unlink()
    assert FORMAT.sample(log, first) is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp950"])
def test_places_hold_in_any_encoding(log, encoding):
    text = log.companions[0].read_text("utf-8")
    log.companions[0].write_bytes(text.encode(encoding))
    assert [FORMAT.sample(log, k)["output"] for k in keys(log)] == ["\\box{A}", "\\box{A}", "臺"]


def test_within_an_envelope(make, folder):
    log = folder(make.summary({"d/": make.block(make.entry(A, 0.5))}), [])
    rows = [make.row(1, True, llm_output="first"), make.row(0, False, llm_output="second")]
    envelope = {"timestamp": "20260314_0910_run0", "file": A, "accuracy": 0.5, "details": rows}
    log.companions[0].write_text(json.dumps(envelope, ensure_ascii=False) + "\n", "utf-8")
    found = {k.sample_id: FORMAT.sample(log, k)["output"] for k in keys(log)}
    assert found == {"a/1": "first", "a/0": "second"}


def test_reasoning_under_its_old_name(make, folder):
    row = make.row(0, True) | {"llm_resoning_output": "想"}
    del row["llm_reasoning_output"]
    log = folder(make.summary({"d/": make.block(make.entry(A, 1.0))}), [row])
    assert FORMAT.sample(log, keys(log)[0])["reasoning"] == "想"
