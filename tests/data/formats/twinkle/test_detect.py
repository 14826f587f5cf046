"""A file is Twinkle's by its content. A name only settles a doubt."""

import json
from pathlib import Path

import pytest

from data.formats import HEAD_BYTES
from data.formats.twinkle import FORMAT

ROW = {"question_id": 0, "question": "?", "correct_answer": "A", "predicted_answer": "A", "is_correct": True}
ENVELOPE = {"timestamp": "20250401_1200_run0", "file": "d/a.csv", "accuracy": 1.0, "details": [ROW]}
BENCHMARK = {"timestamp": "20250401_120000", "config": {}, "metrics": {"throughput": 3, "latency": {}}}
LEGACY = {"timestamp": "20250314_1158", "results": [{"file": "d/a.csv", "accuracy": 0.4}]}


def matches(content: object, name: str = "x.json") -> bool:
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return FORMAT.matches(Path(name), raw[:HEAD_BYTES])


@pytest.mark.parametrize("doc", [ROW, ENVELOPE, BENCHMARK, LEGACY, {"dataset_results": {}}, [LEGACY]])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "big5"])
def test_ours_under_any_name_in_any_encoding(doc, encoding):
    assert matches(json.dumps(doc, ensure_ascii=False, indent=4).encode(encoding))
    assert matches(json.dumps(doc).encode(encoding), "y.jsonl")


@pytest.mark.parametrize(
    "doc",
    [
        {},
        [],
        {"timestamp": "20250314_1158", "config": {}},
        {"results": {"mmlu": {"acc": 0.5}}, "config": {"model": "hf"}},  # lm-evaluation-harness
        {"version": 2, "status": "success", "eval": {"dataset": {}}, "results": {"scores": []}},  # Inspect
        {"evaluation_results": [], "model_info": {}},  # Every Eval Ever
        {"doc_id": 0, "question": "?", "metrics": ["acc"]},
        {"note": 'the key "dataset_results" is only talked about'},
        {"question_id": 3},
        {"metrics": {"accuracy": 1}},
    ],
)
@pytest.mark.parametrize("name", ["x.json", "results_20250314_1158.json", "benchmark_results_1.json"])
def test_a_name_alone_never_makes_a_log(doc, name):
    assert not matches(doc, name)


def test_names_of_other_kinds_are_never_ours():
    assert not matches(LEGACY, "results.txt")
    assert not matches(b"\x89PNG question_id", "results_1.json")


def test_the_first_line_may_be_broken():
    assert matches(b"{oops\n" + json.dumps(LEGACY).encode(), "x.jsonl")


def test_a_cut_off_summary_is_still_ours(make):
    raw = json.dumps(make.summary({"d/": make.block(make.entry("d/a.csv", 0.5))}), indent=4).encode()
    cut = raw[: raw.index(b"accuracy_mean") + 20]
    assert matches(cut)


def test_a_summary_with_a_syntax_error_is_ours_so_that_it_gets_reported():
    assert matches(b'{\n"timestamp": oops,\n"dataset_results": {}}', "results_20250314_1158.json")
    assert not matches(b'{\n"timestamp": oops,\n"dataset_results": {}}', "notes.json")


def test_a_prompt_longer_than_what_is_looked_at(make):
    doc = make.summary({})
    doc["config"]["evaluation"]["system_prompt"] = "long " * HEAD_BYTES
    assert matches(doc, "results_20250314_1158.json")
    assert matches({**ROW, "question": "long " * HEAD_BYTES}, "eval_results_20250314_1158_run0.jsonl")


@pytest.mark.parametrize(
    ("suffix", "head"),
    [(".csv", b"timestamp,config_model_name,"), (".xlsx", b"PK\x03\x04"), (".html", b"<!doctype")],
)
def test_an_export_is_skipped_beside_its_summary_only(tmp_path, suffix, head):
    export = tmp_path / f"results_20250314_1158{suffix}"
    assert not FORMAT.is_sidecar(export, head)
    export.with_suffix(".json").write_text("{}")
    assert FORMAT.is_sidecar(export, head)
    assert not FORMAT.is_sidecar(export, b"something else")
