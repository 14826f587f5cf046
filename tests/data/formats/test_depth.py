"""One value nested too deep never costs what stands around it."""

import json

import pytest

from data.formats import depth
from data.formats.depth import DEEPEST, shallow
from data.formats.lenient import document, lines
from data.problems import Code


def nested(levels, inside=1):
    for _ in range(levels):
        inside = [inside]
    return inside


def test_what_is_not_too_deep_stays_as_it_is():
    data = json.dumps({"a": nested(DEEPEST - 1), "b": "[" * 500}).encode()
    assert shallow(data) == (data, 0)


@pytest.mark.parametrize("block", [1, 7, 64, 1 << 20])
def test_what_is_too_deep_becomes_null_and_is_counted(monkeypatch, block):
    monkeypatch.setattr(depth, "BLOCK", block)
    over = nested(DEEPEST + 3, inside='"]\\"')
    found = shallow(json.dumps({"a": over, "b": ['\\"]', {"c": over}], "d": 1}).encode())
    kept = json.loads(found.data)
    assert found.cut == 2
    assert kept == {
        "a": nested(DEEPEST - 1, None),
        "b": ['\\"]', {"c": nested(DEEPEST - 3, None)}],
        "d": 1,
    }


def test_a_document_keeps_what_is_not_too_deep():
    found = document(b'{"a": ' + b"[" * 9_000 + b"]" * 9_000 + b', "b": 2}')
    assert found.value["b"] == 2
    assert [p.code for p in found.problems] == [Code.BAD_VALUE]


def test_a_line_that_is_too_deep_costs_that_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": ' + b"[" * 9_000 + b"]" * 9_000 + b'}\n{"a": 3}\n')
    found = lines(path)
    assert [json.loads(bytes(r.fields["a"])) for r in found.rows] == [1, 3]
    assert [p.code for p in found.problems] == [Code.UNREADABLE]
