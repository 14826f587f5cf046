"""Bare NaN and Infinity go, text stays."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.formats.strict import NUMBERS, plain, strict, without_infinities, without_nan

VALUES = st.recursive(
    st.sampled_from([math.nan, math.inf, -math.inf, None, True, 1, 0.5])
    | st.text('aNI\\",:{}[] \t-')
    | st.sampled_from(
        ['":NaN,', "NaN", ", NaN, ", '\\":Infinity}', "[NaN]", "\\\\", 'x\\":NaN,', "-Infinity"]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('aN":, \\'), inner, max_size=4),
    max_leaves=20,
)


def meant(value):
    """What strict JSON should say for a value."""
    if isinstance(value, dict):
        return {k: meant(v) for k, v in value.items()}
    if isinstance(value, list):
        return [meant(v) for v in value]
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return None if math.isnan(value) else {v: k for k, v in NUMBERS.items()}[value]


@given(VALUES, st.sampled_from([None, 0, 2]), st.booleans())
def test_exactly_the_tokens(value, indent, ascii):
    text = json.dumps([value], indent=indent, ensure_ascii=ascii)
    assert json.loads(strict(text.encode()), parse_constant=pytest.fail) == meant([value])


@given(VALUES, st.sampled_from([(",", ":"), (" , ", " : ")]))
def test_exactly_the_tokens_however_it_is_spaced(value, separators):
    text = json.dumps([value], separators=separators)
    assert json.loads(strict(text.encode()), parse_constant=pytest.fail) == meant([value])


@pytest.mark.parametrize(
    "text",
    [
        '{"a":"x\\":NaN,"}',
        '{"a":":NaN,"}',
        '["NaN", "-Infinity", ", NaN,", "[NaN]", "{\\"a\\":NaN}"]',
        '{"NaN": 1, "Infinity": [2]}',
        "[1, 2]",
        "",
    ],
)
def test_text_stays(text):
    assert strict(text.encode()) == text.encode()


def test_infinity_is_left_for_the_second_look():
    assert without_nan(b"[Infinity, NaN]") == b"[Infinity, null]"


def test_metadata_has_no_infinities():
    text = strict(b'{"a": Infinity, "b": -Infinity, "c": "Infinity"}').decode()
    assert json.loads(without_infinities(text)) == {"a": None, "b": None, "c": "Infinity"}


def test_people_see_infinity_as_a_word():
    assert plain(json.loads(strict(b'{"a": [-Infinity, "x"]}'))) == {"a": ["-Infinity", "x"]}
