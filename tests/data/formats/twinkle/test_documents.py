"""One document, several, and the broken ones among them."""

import json
import math

import pytest

from data.formats.twinkle.documents import parse
from data.problems import Code

DOC = {"a": 1, "b": ["臺灣", {"c": 0.8466257668711656}]}
LINE = json.dumps(DOC, ensure_ascii=False)
PRETTY = json.dumps(DOC, ensure_ascii=False, indent=4)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (LINE, 1),
        (PRETTY, 1),
        ("\ufeff" + PRETTY, 1),
        (f"[{LINE}, {LINE}]", 2),
        (f"{LINE}\n{LINE}\n", 2),
        (f"{LINE}\n\n  {LINE}\n", 2),
        (f"{PRETTY}\n{PRETTY}\n{LINE}", 3),
    ],
)
def test_every_document_is_read(text, count):
    assert parse(text) == ((DOC,) * count, ())


@pytest.mark.parametrize(
    ("text", "count", "code", "where"),
    [
        (f"{{broken\n{LINE}\n", 1, Code.UNREADABLE, "line 1"),
        (f"{LINE}\n{{'a': 1}}\n{LINE}\n", 2, Code.UNREADABLE, "line 2"),
        (f"{LINE}\n{LINE[:-3]}", 1, Code.TRUNCATED, "line 2"),
        ("{,}", 0, Code.UNREADABLE, "the file"),
        (PRETTY.replace("0.84", "zero"), 0, Code.UNREADABLE, "the file"),
    ],
)
def test_a_broken_line_costs_that_line(text, count, code, where):
    values, problems = parse(text)
    assert values == (DOC,) * count
    assert [(p.code, p.detail.startswith(where)) for p in problems] == [(code, True)]


@pytest.mark.parametrize("size", range(1, len(PRETTY)))
def test_cut_anywhere_is_truncated(size):
    values, problems = parse(PRETTY[:size])
    assert values == ()
    assert [p.code for p in problems] == [Code.TRUNCATED]


def test_numbers_that_json_does_not_know():
    ((value,), problems) = parse('{"a": NaN, "b": -Infinity}')
    assert math.isnan(value["a"])
    assert value["b"] == -math.inf
    assert not problems


def test_half_a_surrogate_becomes_something_that_can_be_stored():
    ((value,), _) = parse(r'{"a": "x\ud83dy"}')
    assert value == {"a": r"x\ud83dy"}
