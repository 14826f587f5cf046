"""Which files are the harness's, whatever they are called."""

import json

import pytest

from data.formats.lm_eval import FORMAT
from data.formats.lm_eval.filenames import when

ROW = {"doc_id": 0, "doc": {}, "resps": []}
OURS = [
    {"results": {"a": {"acc,none": 1}}, "configs": {}, "versions": {}},
    {"results": {"a": {"acc,none": 1}}},
    {"results": {"a": {"acc": 1}}, "versions": {}, "config": {}},
    ROW,
]
OTHERS = [
    {"results": [{"file": "x", "accuracy": 1}], "config": {}},
    {"results": {"scores": [], "total_samples": 3}, "eval": {}, "version": 2},
    {"results": {}, "versions": {}, "configs": {}},
    {"results": {"all": {"acc": 1}}, "versions": {}, "config_general": {}},
    {"doc_id": 1, "text": "a corpus"},
]


@pytest.mark.parametrize("doc", OURS, ids=str)
def test_ours(tmp_path, doc):
    assert FORMAT.matches(tmp_path / "any name.txt", json.dumps(doc).encode())


@pytest.mark.parametrize("doc", OTHERS, ids=str)
def test_not_ours(tmp_path, doc):
    assert not FORMAT.matches(tmp_path / "results_2026-01-01T00-00-00.json", json.dumps(doc).encode())


def test_beginnings_of_long_files(tmp_path):
    results = json.dumps(OURS[0] | {"pretty_env_info": "x" * 1000}).encode()
    assert FORMAT.matches(tmp_path / "r.json", results[:100])
    row = json.dumps(ROW | {"doc": {"text": "x" * 1000}}).encode()
    assert FORMAT.matches(tmp_path / "samples_a.jsonl", row[:100])
    assert not FORMAT.matches(tmp_path / "other.jsonl", row[:100])


def test_a_date_that_is_none_is_none():
    assert when("results_2026-99-99T00-00-00.json") is None
