"""Whole samples: what the page shows is what inspect_ai reads, in every layout; and what is broken costs itself alone."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from data.formats.base import Log, SampleKey
from data.formats.inspect_log import FORMAT, drill
from data.problems import Code

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the program beside us finds: log -> samples, events, differences. It writes logs in each layout."""
    folder = tmp_path_factory.mktemp("whole")
    real = ROOT.parent / "shared" / "real-logs" / "inspect"
    others = sorted(map(str, real.iterdir())) if real.is_dir() else []
    program = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("whole_oracle.py"))]
    subprocess.run(
        [*program, str(folder), *others], check=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=300
    )
    return json.loads((folder / "said.jsn").read_text())


@pytest.mark.parametrize("name", ["agent.eval", "agent.json", "chunked/agent.eval"])
def test_logs_that_inspect_writes_are_read_as_inspect_reads_them(said, name):
    found = next(
        said[path] for path in said if path.endswith(f"/{name}") and ("chunked" in path) == ("/" in name)
    )
    assert found["differences"] == []
    assert found["samples"] == 4
    assert found["events"] > 40


def test_real_logs_are_read_as_inspect_reads_them(said, real_logs):
    found = {path: s for path, s in said.items() if str(real_logs) in path}
    assert [d for s in found.values() for d in s["differences"]] == []
    assert sum(s["samples"] for s in found.values()) >= 20


def found(path, id="1", epoch=1):
    return FORMAT.sample(Log(path), SampleKey(id, epoch))


@pytest.fixture
def body_log(eval_log, make):
    """A finished .eval log of one sample, whose member holds this: bytes as they are, or JSON."""

    def write(body, id=1, **more):
        members = {
            f"samples/{id}_epoch_1.json": body,
            "summaries.json": [make.sample(id, answer="short")],
            "header.json": make.header(),
        }
        return eval_log(members | more)

    return write


IDS = [
    "a/b",
    "../../etc/passwd",
    "a b",
    "é🙂",
    "<script>",
    "a\\b",
    "%2e%2e",
    "x_epoch_2",
    "'\"",
    "a\nb",
    "\u202e",
]


@pytest.mark.parametrize("id", IDS)
def test_ids_of_any_characters_are_found(body_log, make, id):
    path = body_log(make.sample(id, messages=[{"role": "user", "content": id}]), id)
    assert found(path, id)["messages"][0]["content"] == id


def test_nothing_but_its_own_member_is_unpacked(body_log, make):
    path = body_log(
        make.sample(messages=[{"role": "user", "content": "hi"}]), **{"summaries.json": b"not JSON"}
    )
    assert found(path)["messages"][0]["content"] == "hi"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"not JSON", Code.UNREADABLE),
        (b'{"id": 1, "messages": [', Code.UNREADABLE),
        (b"[1]", Code.UNREADABLE),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", Code.UNREADABLE),
    ],
)
def test_a_broken_sample_is_shown_by_its_summary_and_says_so(body_log, body, code):
    sample = found(body_log(body))
    assert sample["input"] == "1 + 1?"
    assert [p.code for p in sample["problems"]] == [code]


def test_a_sample_that_its_log_has_lost_is_shown_by_its_summary(eval_log, make):
    path = eval_log({"summaries.json": [make.sample()], "header.json": make.header()})
    assert [p.code for p in found(path)["problems"]] == [Code.MISSING_FIELD]


def test_a_sample_that_is_too_large_is_refused_before_it_is_unpacked(body_log, make, monkeypatch):
    monkeypatch.setattr(drill, "LARGEST", 100)
    sample = found(body_log(make.sample(store={"x": "y" * 200})))
    assert [p.code for p in sample["problems"]] == [Code.TOO_LARGE]


def test_a_sample_with_nan_keeps_all_else(body_log, make):
    messages = [{"role": "user", "content": "NaN, Infinity"}]
    path = body_log(
        make.sample(scores={"s": {"value": math.nan}}, messages=messages, metadata={"x": math.inf})
    )
    sample = found(path)
    assert sample["scores"] == {"s": {"value": "NaN"}}
    assert sample["metadata"] == {"x": "Infinity"}
    assert list(sample["messages"]) == messages


def test_lone_surrogates_are_replaced_and_cost_nothing_else(body_log):
    body = (
        b'{"id": 1, "messages": [{"role": "user", "content": "a\\ud800b"}, {"role": "user", "content": "c"}]}'
    )
    contents = [m["content"] for m in found(body_log(body))["messages"]]
    assert contents[1] == "c"
    assert (contents[0][0], contents[0][-1]) == ("a", "b")


def test_messages_are_decoded_when_they_are_looked_at(body_log):
    many = b",".join(b'{"role": "user", "content": "%d"}' % i for i in range(100_000))
    sample = found(body_log(b'{"id": 1, "messages": [' + many + b"]}"))
    assert len(sample["messages"]) == 100_000
    assert [m["content"] for m in sample["messages"][99_998:]] == ["99998", "99999"]
    assert sample["messages"][-1]["content"] == "99999"


def test_attachments_stand_where_they_belong(body_log, make):
    messages = [
        {"role": "user", "content": [{"type": "image", "image": "attachment://p"}]},
        {"role": "assistant", "content": "tc://t", "tool_calls": [{"arguments": {"x": ["attachment://t"]}}]},
        {"role": "tool", "content": "attachment://gone, attachment://t"},
    ]
    sample = found(body_log(make.sample(messages=messages, attachments={"p": "data:x", "t": "a text"})))
    assert sample["messages"][0]["content"] == [{"type": "image", "image": "data:x"}]
    assert sample["messages"][1]["content"] == "a text"
    assert sample["messages"][1]["tool_calls"] == [{"arguments": {"x": ["a text"]}}]
    assert sample["messages"][2]["content"] == "attachment://gone, attachment://t"
    assert dict(sample["attachments"]) == {"p": "data:x", "t": "a text"}


def test_a_list_of_events_tells_each_on_one_line(body_log, make):
    events = [
        {"event": "span_begin", "id": "a", "name": "outer", "span_id": "a"},
        {"event": "span_begin", "id": "b", "parent_id": "a", "name": "inner", "span_id": "b"},
        {"event": "tool", "function": "look", "arguments": {"at": "x"}, "result": "seen\nit", "span_id": "b"},
        {"event": "span_end", "id": "b", "span_id": "b"},
        {"event": "score", "score": {"value": "C", "answer": "42"}, "span_id": "a"},
        {"event": "model", "model": "m", "output": {"choices": [{"message": {"content": "attachment://t"}}]}},
        {"event": 5},
        "no event",
    ]
    listed = found(body_log(make.sample(events=events, attachments={"t": "long " * 100})))["event_list"]()
    assert listed["kind"].to_list() == [
        *("span_begin", "span_begin", "tool", "span_end", "score", "model", "?", "?"),
    ]
    assert listed["depth"].to_list() == [0, 1, 2, 1, 1, 0, 0, 0]
    assert listed["name"].to_list()[:3] == ["outer", "inner", "look"]
    assert listed["text"][2] == '{"at": "x"} → seen it'
    assert listed["text"][4] == "C · 42"
    assert listed["text"][5].startswith("long long")


def test_steps_of_early_logs_lie_in_each_other(body_log, make):
    steps = [("begin", "a"), ("begin", "b"), ("end", "b"), ("end", "a")]
    events = [{"event": "step", "action": action, "name": name} for action, name in steps]
    listed = found(body_log(make.sample(transcript={"events": events})))["event_list"]()
    assert listed["depth"].to_list() == [0, 1, 1, 0]


def test_a_chunked_sample_that_lost_a_chunk_keeps_the_others(eval_log, make):
    folder = "samples/1_epoch_1"
    members = {
        f"{folder}/sample.json": make.sample(message_refs=[[0, 1], [3, 5]]),
        f"{folder}/messages/0.json": [{"role": "user", "content": "0"}, {"role": "user", "content": "1"}],
        f"{folder}/messages/3.json": [
            {"role": "user", "content": "attachment://1"},
            {"role": "user", "content": "4"},
        ],
        f"{folder}/attachments/0.json": ["zero"],
        f"{folder}/attachments/1.json": ["one"],
        "summaries.json": [make.sample()],
        "header.json": make.header(),
    }
    sample = found(eval_log(members))
    assert [m["content"] for m in sample["messages"]] == ["0", "one", "4"]


def test_a_damaged_chunk_says_so_in_place_of_its_messages(eval_log, make):
    folder, lost = "samples/1_epoch_1", b'["' + b"x" * 50 + b'"]'
    members = {
        f"{folder}/sample.json": make.sample(message_refs=[[0, 4]]),
        f"{folder}/messages/0.json": [{"role": "user", "content": "0"}],
        f"{folder}/messages/1.json": lost,
        f"{folder}/messages/3.json": [{"role": "user", "content": "3"}],
        f"{folder}/events/0.json": b"not JSON",
        "summaries.json": [make.sample()],
        "header.json": make.header(),
    }
    path = eval_log(members, compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(lost, lost.replace(b"x", b"y")))
    sample = found(path)
    contents = [m["content"] for m in sample["messages"]]
    assert (contents[0], contents[3]) == ("0", "3")
    assert "messages/1.json" in contents[1]
    assert contents[1] == contents[2]
    assert "events/0.json" in sample["events"][0]["message"]
