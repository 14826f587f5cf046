"""Evaluation cards are read, and never run."""

import json
from pathlib import Path

import pytest

from data.magnet import cards
from data.problems import Code

SHARED = Path(__file__).parents[4] / "shared" / "real-logs" / "magnet"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared logs are not here")
def test_the_real_card():
    (path,) = cards.find(SHARED)
    folder = path.parent
    card = cards.read(path)
    assert card.problems == ()
    assert (card.result, card.threshold, card.cells.height) == ("VERIFIED", 0.6, 12)
    assert card.created.isoformat() == "2026-11-21T02:29:43+00:00"
    assert sum(card.shares.values()) == 12
    for cell, score in card.cells.select("cell", "symbol.comp_score").rows():
        doc = json.loads((folder / "results" / cell / "verdict.json").read_text())
        assert doc["symbols"]["comp_score"] == score


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "abc_2026-01-02__03-04-05-678"
    (home / "results" / "1").mkdir(parents=True)
    (home / "results" / "2").mkdir()
    (home / "verdict.json").write_text('{"result": "FALSIFIED"}')
    (home / "results" / "1" / "verdict.json").write_text('{"status": "VERIFIED", "symbols": {"x": 1}}')
    (home / "results" / "2" / "verdict.json").write_text(
        '{"status": "FALSIFIED", "symbols": {"x": "one", "y": [1]}}'
    )
    (home / "card.yaml").write_text("title: t\nclaim: {python: 'import os; os.abort()'}\n")
    return home


def test_a_claim_is_text(folder):
    card = cards.read(folder / "card.yaml")
    assert card.claim == "import os; os.abort()"
    assert card.created.isoformat() == "2026-01-02T03:04:05+00:00"
    assert card.cells["symbol.x"].to_list() == ["1", "one"]


@pytest.mark.parametrize(
    "text",
    [
        "title: !!python/object/apply:os.abort []",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "title: [unclosed",
        "\x00",
    ],
)
def test_what_would_run_or_explode_is_a_problem(folder, text):
    (folder / "card.yaml").write_text(text)
    card = cards.read(folder / "card.yaml")
    assert [p.code for p in card.problems] == [Code.UNREADABLE]
    assert card.title is None
    assert card.cells.height == 2


def test_without_a_verdict_it_is_unfinished(folder):
    (folder / "verdict.json").unlink()
    card = cards.read(folder / "card.yaml")
    assert card.result is None
    assert [p.code for p in card.problems] == [Code.UNFINISHED]


def test_a_cut_off_verdict_is_named_and_the_others_are_read(folder):
    (folder / "results" / "1" / "verdict.json").write_text('{"status": "VER')
    card = cards.read(folder / "card.yaml")
    assert card.cells["cell"].to_list() == ["2"]
    assert [p.code for p in card.problems] == [Code.UNREADABLE]
