"""The way back from a row to its sample."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from data.formats.base import Log, SampleKey
from data.formats.inspect_log import FORMAT

FIXTURES = sorted((Path(__file__).parents[3] / "fixtures/inspect").iterdir())


def found(path, id, epoch=1):
    return FORMAT.sample(Log(path), SampleKey(id, epoch))


def decoded(sample):
    """All that is decoded only when it is asked for, decoded."""
    texts, listed = dict(sample["attachments"]), sample["event_list"]().to_dicts()
    messages, events = list(sample["messages"]), list(sample["events"])
    return sample | {"messages": messages, "events": events, "attachments": texts, "event_list": listed}


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_every_row_leads_to_its_sample(path):
    rows = FORMAT.read(Log(path)).tables.samples.to_dicts()
    assert rows
    for row in rows:
        sample = found(path, row["sample_id"], row["epoch"])
        assert (str(sample["id"]), sample["epoch"]) == (row["sample_id"], row["epoch"])
        json.dumps(decoded(sample), allow_nan=False)


def test_what_a_sample_has(eval_log, make):
    scores = {"s": {"value": math.nan, "answer": "a", "explanation": "why", "metadata": {"x": math.inf}}}
    whole = make.sample(
        "a/b #?%<b>", 2, scores=scores, choices=["x"], uuid="U", model_usage={"m": {"total_tokens": 3}}
    )
    path = eval_log({"summaries.json": [make.sample(), whole], "header.json": make.header()})
    sample = found(path, "a/b #?%<b>", 2)
    assert sample["scores"]["s"] == {
        "value": None,
        "answer": "a",
        "explanation": "why",
        "metadata": {"x": "Infinity"},
    }
    assert (sample["input"], sample["target"], sample["choices"]) == ("1 + 1?", "2", ["x"])
    assert (sample["uuid"], sample["error"], sample["limit"]) == ("U", None, None)
    assert sample["model_usage"] == {"m": {"total_tokens": 3}}


def test_whole_logs_give_the_same_words_as_summaries(json_log, make):
    whole = make.sample(
        value="C",
        error={"message": "boom", "traceback": "T"},
        limit={"type": "token", "limit": 5},
        error_retries=[{"message": "x"}],
        messages=[{"role": "user", "content": "x"}] * 3,
        events=[{}],
        attachments={"a": "b"},
        store={},
    )
    sample = found(json_log(make.header(samples=[whole])), "1")
    assert (sample["error"], sample["limit"], sample["retries"], sample["message_count"]) == (
        "boom",
        "token",
        1,
        3,
    )
    assert list(sample["messages"]) == [{"role": "user", "content": "x"}] * 3


def test_single_scores_of_early_logs(json_log, make):
    path = json_log(make.header(samples=[make.sample(score={"value": "C"})]))
    assert found(path, "1")["scores"] == {"score": {"value": "C"}}
    results = {"scorer": {"name": "match"}, "metrics": {}}
    path = json_log(make.header(samples=[make.sample(score={"value": "C"})], results=results))
    assert found(path, "1")["scores"] == {"match": {"value": "C"}}


def test_samples_of_running_logs(eval_log, make):
    start = {"version": 2, "eval": make.header()["eval"]}
    members = {f"_journal/summaries/{n}.json": [make.sample(1, input=str(n))] for n in (1, 10, 9)}
    assert found(eval_log({"_journal/start.json": start, **members}), "1")["input"] == "10"


def test_the_last_of_an_id_and_epoch_wins(eval_log, make):
    samples = [make.sample(1, input="old"), make.sample("1", input="new"), make.sample(1, 2, input="other")]
    assert found(eval_log({"summaries.json": samples, "header.json": make.header()}), "1")["input"] == "new"


@pytest.mark.parametrize(("id", "epoch"), [("2", 1), ("1", 2), ("", 1)])
def test_samples_that_are_not_there(eval_log, json_log, make, id, epoch):
    assert (
        found(eval_log({"summaries.json": [make.sample()], "header.json": make.header()}), id, epoch) is None
    )
    assert found(json_log(make.header(samples=[make.sample()])), id, epoch) is None
    assert found(json_log(make.header()), id, epoch) is None


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_every_row_of_a_cut_off_log_leads_to_its_sample(path, tmp_path):
    cut = tmp_path / path.name
    cut.write_bytes(path.read_bytes()[: -200 if path.suffix == ".eval" else -5000])
    for row in FORMAT.read(Log(cut)).tables.samples.to_dicts():
        assert found(cut, row["sample_id"], row["epoch"])["input"] == found(path, row["sample_id"])["input"]


def test_a_broken_neighbour_hides_nothing(eval_log, json_log, make):
    samples = [make.sample(1), "text", {"id": {}}, 5]
    assert found(eval_log({"summaries.json": samples, "header.json": make.header()}), "1") is not None
    assert found(json_log(make.header(samples=samples)), "1") is not None


def test_a_whole_sample_tells_what_was_said_last(make, json_log):
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "attachment://a1"}]
    output = {"choices": [{"message": {"role": "assistant", "content": parts}, "stop_reason": "stop"}]}
    whole = make.sample(output=output, attachments={"a1": "42"})
    sample = found(json_log(make.header(samples=[whole])), "1")
    assert (sample["output"], sample["stop_reason"]) == ("42", "stop")


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("value", [1.0, math.nan, math.inf, -math.inf])
def test_a_sample_of_a_json_log_is_read_from_its_slice(json_log, make, bom, value):
    scores = {"s": {"value": value, "explanation": 'NaN, -Infinity: "NaN" é🙂'}}
    samples = [make.sample(i, scores=scores, target=f"of {i}") for i in (1, 2, 3)]
    path = json_log(make.header(samples=[*samples, make.sample(2, scores=scores, target="again")]))
    path.write_bytes(bom + path.read_bytes())
    assert [found(path, str(i))["target"] for i in (1, 2, 3)] == ["of 1", "again", "of 3"]
    assert found(path, "2")["scores"]["s"]["explanation"] == scores["s"]["explanation"]
    assert found(path, "4") is None


def test_where_the_samples_of_a_log_stand_is_found_anew_when_it_changes(json_log, make):
    path = json_log(make.header(samples=[make.sample(1, target="before")]))
    assert found(path, "1")["target"] == "before"
    longer = make.header(samples=[make.sample(9, target="more"), make.sample(1, target="after")])
    path.write_text(json.dumps(longer))
    assert found(path, "1")["target"] == "after"
