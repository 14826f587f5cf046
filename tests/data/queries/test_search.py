"""Samples are found by what they say, whatever the case."""

import pytest

from data import longtexts
from data.cache import Cache
from data.ingest import Ingester
from data.queries import samples, search
from tests.fixtures import talks


@pytest.fixture
def s(tmp_path):
    judged = {
        "judge": {"value": "C", "answer": "Forty-Two", "explanation": "The ÜBERZEUGEND part (really?)."}
    }
    talks.write(
        tmp_path / "logs/a.eval",
        "lab/a",
        [
            {
                "id": "first.id",
                "input": "What is six times seven?",
                "scores": judged,
                "metadata": {"kind": "Sums"},
            },
            {"id": "second", "input": "And now?", "scores": {"judge": {"value": "I", "answer": None}}},
        ],
    )
    talks.write(tmp_path / "logs/b.eval", "lab/b", [{"id": "first.id", "input": "What is six times seven?"}])
    return Ingester([tmp_path / "logs"], Cache(tmp_path / "cache")).look()


def found(s, view, text):
    df = samples.table(s, view("").edit(q=text))
    return [(r["model"], r["sample_id"]) for r in df.iter_rows(named=True)]


A, B, C = ("lab/a", "first.id"), ("lab/b", "first.id"), ("lab/a", "second")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SIX TIMES", [A, B]),
        ("forty-two", [A]),
        ("first.id", [A, B]),
        ("firstxid", []),
        ('"kind":"sums"', []),
        ("sums", [A]),
        ("", [A, B, C]),
        ("(", []),
        ("x" * 1_000, []),
    ],
)
def test_the_rows_that_say_it_are_found(s, view, text, rows):
    assert found(s, view, text) == rows


def test_long_texts_are_found_once_they_are_read(s, view):
    assert not search.is_complete(s, view(""))
    assert found(s, view, "überzeugend") == []
    longtexts.prepare(s)
    assert search.is_complete(s, view(""))
    assert found(s, view, "überzeugend") == [A]
    assert found(s, view, "(really?)") == [A]


LONG = "A sentence that goes on. " * 20


@pytest.mark.parametrize(
    "where",
    [
        {"input": LONG + "NEEDLE"},
        {"input": [{"role": "system", "content": "NEEDLE"}, {"role": "user", "content": "Go."}]},
        {"target": LONG + "NEEDLE"},
        {"target": [LONG, "NEEDLE"]},
        {"scores": {"a": {"value": 1, "answer": LONG + "NEEDLE"}}},
        {"scores": {"a": {"value": 1, "answer": "x"}, "b": {"value": 0, "answer": "NEEDLE"}}},
        {"scores": {"a": {"value": 1, "explanation": "NEEDLE"}}, "input": {"not": "as it should be"}},
        {"input": LONG[:155] + " NEEDLE "},
    ],
)
def test_all_of_a_text_is_searched_not_its_beginning_alone(where, tmp_path, view):
    talks.write(tmp_path / "logs/a.eval", "lab/a", [{"id": "q", **where}, {"id": "r"}])
    s = Ingester([tmp_path / "logs"], Cache(tmp_path / "cache")).look()
    longtexts.prepare(s)
    assert found(s, view, "needle") == [("lab/a", "q")]


def test_long_texts_are_read_once(s, monkeypatch):
    longtexts.prepare(s)
    monkeypatch.setattr(longtexts, "_read", lambda *_: pytest.fail("read again"))
    longtexts.prepare(s)


def test_a_log_that_is_gone_costs_its_own_long_texts(s, view, tmp_path):
    (tmp_path / "logs/b.eval").unlink()
    longtexts.prepare(s)
    assert found(s, view, "überzeugend") == [A]
