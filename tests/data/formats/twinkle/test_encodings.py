"""Every encoding in which somebody saved a result."""

import json

import pytest

from data.formats.twinkle import FORMAT
from data.formats.twinkle.encodings import Undecodable, decode, is_utf8

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "big5", "cp950")
TEXTS = ('{"模型": "繁體中文"}', '{"模型": "繁體中文 "}')
"""Of odd and of even length in Big5: half of all Big5 texts would pass for UTF-16."""


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_survives(encoding, text):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("mark", [b"\xfe\xff"])
def test_utf16_big_endian_with_mark(mark):
    assert decode(mark + TEXTS[0].encode("utf-16-be")) == TEXTS[0]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_cut_within_a_character(encoding):
    raw = '{"a": "臺灣"}'.encode(encoding)
    assert decode(raw[:-4]).startswith('{"a": "')


def test_what_no_encoding_knows():
    with pytest.raises(Undecodable):
        decode(b'{"\xff\xff\xff": 1}')


def test_only_plain_utf8_has_its_places_where_they_are():
    assert is_utf8("臺灣".encode())
    assert not any(is_utf8(TEXTS[0].encode(e)) for e in ENCODINGS if e != "utf-8")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_results_in_any_encoding_are_the_same_run(make, read, folder, encoding):
    doc = make.summary({"datasets/臺灣/": make.block(make.entry("datasets/臺灣/歷史_test.csv", 0.5))})
    plain = read(doc)
    log = folder(json.dumps(doc, ensure_ascii=False).encode(encoding))
    assert FORMAT.matches(log.path, log.path.read_bytes())
    reading = FORMAT.read(log)
    assert not reading.problems
    assert reading.tables.runs.equals(plain.tables.runs)
    assert reading.tables.metrics["category"].to_list() == [None, "歷史"]
