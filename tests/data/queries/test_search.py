"""Samples are found by what they say, whatever the case."""

import pytest

from data import explanations
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


def test_explanations_are_found_once_they_are_read(s, view):
    assert not search.is_complete(s, view(""))
    assert found(s, view, "überzeugend") == []
    explanations.prepare(s)
    assert search.is_complete(s, view(""))
    assert found(s, view, "überzeugend") == [A]
    assert found(s, view, "(really?)") == [A]


def test_explanations_are_read_once(s, monkeypatch):
    explanations.prepare(s)
    monkeypatch.setattr(explanations, "_read", lambda *_: pytest.fail("read again"))
    explanations.prepare(s)


def test_a_log_that_is_gone_costs_its_own_explanations(s, view, tmp_path):
    (tmp_path / "logs/b.eval").unlink()
    explanations.prepare(s)
    assert found(s, view, "überzeugend") == [A]
