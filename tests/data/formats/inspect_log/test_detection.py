"""A log is known by its content under any name, and what lies beside logs is not taken for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.formats.inspect_log import FORMAT

HEAD_BYTES = 65_536


def head(path):
    return path.read_bytes()[:HEAD_BYTES]


@pytest.mark.parametrize("name", ["log.eval", "data_arc_sonnet.json", "log_valid.txt", "no suffix"])
def test_json_logs_under_any_name(make, name):
    assert FORMAT.matches(Path(name), json.dumps(make.header()).encode())


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n\t  ", b"\xef\xbb\xbf \r\n"])
def test_what_may_come_before(make, before):
    assert FORMAT.matches(Path("x.json"), before + json.dumps(make.header(), indent=2).encode())


def test_keys_in_any_order(make):
    log = {"error": None, "attachments": {"eval": 1}, **dict(sorted(make.header().items()))}
    assert FORMAT.matches(Path("x.json"), json.dumps(log, sort_keys=True).encode())


def test_logs_longer_than_the_head(make):
    log = make.header()
    log["eval"] = {**log["eval"], "dataset": {"sample_ids": ["é" * 50_000]}, "nan": float("nan")}
    assert FORMAT.matches(Path("x.json"), json.dumps(log, ensure_ascii=False).encode()[: HEAD_BYTES - 1])
    assert FORMAT.matches(Path("x.json"), json.dumps(log, ensure_ascii=False).encode()[:HEAD_BYTES])


def test_early_versions(make):
    assert FORMAT.matches(Path("x.json"), json.dumps({**make.header(), "version": 1}).encode())


@pytest.mark.parametrize(
    "first",
    ["_journal/start.json", "samples/1_epoch_1.json", "header.json", "summaries.json", "reductions.json"],
)
def test_zip_logs_by_their_first_member(eval_log, first):
    path = eval_log({first: {}})
    assert FORMAT.matches(Path("x.eval"), head(path))


def test_zip_logs_under_another_name(eval_log):
    path = eval_log({"_journal/start.json": {}})
    assert FORMAT.matches(Path("x.zip"), head(path))


@pytest.mark.parametrize("first", ["header.json", "word/document.xml", "samples/a.json", ""])
def test_other_zip_files(eval_log, first):
    path = eval_log({first: {}})
    assert not FORMAT.matches(Path("x.zip"), head(path))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\3\4",
        b"PK\5\6" + bytes(18),
        b"{}",
        b"[]",
        b'{"eval": 1, "version": 2}',
        b'{"version": 2, "note": "\\"eval\\": {\\"task\\": 1, \\"run_id\\": 2}"}',
        b'{"logs": {"version": 2, "eval": {"task": "a", "run_id": "b"}}}',
        b'[{"version": 2, "eval": {"task": "a", "run_id": "b"}}]',
        b'{"eval": {"task": "a", "run_id": "b"}}',
        b'{"version": 2, "eval": ' + b"[" * 60_000,
        b'version: 2\n"eval": {}',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_log_whatever_its_name(content):
    assert not FORMAT.matches(Path("2026-01-01T00-00-00_task_id.eval"), content)
    assert not FORMAT.matches(Path("2026-01-01T00-00-00_task_id.json"), content)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("logs.json", b'{"2026_a.eval": {"version": 2, "eval": {"task": "a"}}}'),
        ("listing.json", b'{"sub/2026_a.json": {"eval_id": "E"}}'),
        ("listing.json", b"{}"),
        ("eval-set.json", b'{"eval_set_id": "S", "tasks": []}'),
        (".eval-set-id", b"S"),
        ("flow.yaml", b"tasks: []"),
        ("logs/.buffer/2026_a/manifest.json", b"{}"),
        ("logs/.buffer/2026_a/segment.1.zip", b"PK\3\4"),
        ("logs/2026_a.checkpoints/1.json", b"{}"),
    ],
)
def test_sidecars(path, content):
    assert FORMAT.is_sidecar(Path(path), content)
    assert not FORMAT.matches(Path(path), content)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("logs.json", b'{"dataset_results": {}}'),
        ("listing.json", b"[1, 2]"),
        ("eval-set.json", b'{"anything": 1}'),
        ("runs/buffer/a.json", b"{}"),
        ("a.json", b"{}"),
    ],
)
def test_names_alone_hide_nothing(path, content):
    assert not FORMAT.is_sidecar(Path(path), content)


def test_a_log_called_like_a_manifest_is_a_log(make):
    content = json.dumps(make.header()).encode()
    assert FORMAT.matches(Path("logs.json"), content)
    assert not FORMAT.is_sidecar(Path("logs.json"), content)


def test_shards_are_hidden_once_their_merged_log_is_there(eval_log, tmp_path):
    content = head(eval_log({"_journal/start.json": {}}, "run.eval"))
    shard = tmp_path / "run.shards" / "0" / "a.eval"
    other = tmp_path / "other.shards" / "0" / "a.eval"
    assert FORMAT.is_sidecar(shard, content)
    assert not FORMAT.matches(shard, content)
    assert not FORMAT.is_sidecar(other, content)
    assert FORMAT.matches(other, content)
