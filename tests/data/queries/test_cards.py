"""Evaluation cards as MAGNET wrote them: shown as parsed, never run."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from data.cache import Cache
from data.ingest import Ingester
from data.queries import cards
from data.viewstate import ViewState

FIXTURE = Path(__file__).parents[2] / "fixtures" / "magnet_card"
(RUN,) = FIXTURE.iterdir()


def look(folder, tmp_path):
    return Ingester([folder], Cache(tmp_path / "cache")).look()


@pytest.fixture
def snapshot(tmp_path):
    return look(FIXTURE, tmp_path)


def test_a_card_with_its_counts(snapshot):
    row = cards.cards(snapshot, ViewState()).row(0, named=True)
    assert row["title"] == "A line through misspellings beats the mean, <b>mostly</b>"
    counts = ("cells", "verified", "falsified", "inconclusive")
    assert [row[c] for c in counts] == [3, 2, 1, 0]
    assert (row["result"], row["threshold"], row["strategy"], row["predictor"]) == (
        "VERIFIED",
        0.5,
        "fraction",
        "line",
    )
    assert row["share"] == pytest.approx(2 / 3)
    assert row["metrics"] == "Mean error: 0.1567"
    assert row["claim"].startswith("assert error < limit")


def test_every_cell_with_its_symbols(snapshot):
    found = cards.verdicts(snapshot, ViewState())
    for row in found.iter_rows(named=True):
        doc = json.loads((RUN / "results" / row["cell"] / "verdict.json").read_text())
        assert {k: row[k] for k in doc["symbols"]} == doc["symbols"]
        assert (row["status"], row["output"], row["timestamp"]) == (
            doc["status"],
            doc["output"],
            doc["timestamp"],
        )


def test_the_tree_says_what_the_card_says(snapshot):
    about = cards.cards(snapshot, ViewState())["about"][0]
    assert yaml.safe_load(cards.tree(about)) == yaml.safe_load((RUN / "card.yaml").read_text())


def test_text_finds_a_card_with_its_cells(snapshot):
    assert cards.verdicts(snapshot, ViewState().edit(q="MISSPELLINGS")).height == 3
    assert cards.cards(snapshot, ViewState().edit(q="elsewhere")).is_empty()
    assert cards.verdicts(snapshot, ViewState().edit(q="elsewhere")).is_empty()


def test_a_symbol_may_be_called_as_a_column_is(tmp_path):
    shutil.copytree(RUN, tmp_path / "logs" / RUN.name)
    one = next((tmp_path / "logs").rglob("results/*/verdict.json"))
    doc = json.loads(one.read_text())
    doc["symbols"] |= {"status": "mine", "output": 3, "many": [1, 2], "deep": {"a": 1}}
    one.write_text(json.dumps(doc))
    found = cards.verdicts(look(tmp_path / "logs", tmp_path), ViewState())
    row = found.filter(found["cell"] == one.parent.name).row(0, named=True)
    assert (row["status"], row["symbol status"], row["symbol output"]) == (doc["status"], "mine", 3)
    assert not {"many", "deep"} & set(found.columns)


def test_a_verdict_that_is_gone_is_missed(tmp_path):
    shutil.copytree(RUN, tmp_path / "logs" / RUN.name)
    shutil.rmtree(next((tmp_path / "logs").rglob("results/*")))
    found = look(tmp_path / "logs", tmp_path)
    assert [(p.code, p.detail) for p in found.problems] == [("missing_field", "the verdict of 1 cells")]
    assert cards.cards(found, ViewState())["cells"].to_list() == [2]


def test_verdicts_whose_card_is_gone_are_named(tmp_path):
    shutil.copytree(RUN, tmp_path / "logs" / RUN.name)
    next((tmp_path / "logs").rglob("card.yaml")).unlink()
    found = look(tmp_path / "logs", tmp_path)
    assert {p.code for p in found.problems} == {"missing_field"}
    assert found.cards.is_empty()


def test_a_card_that_was_never_evaluated_is_shown_as_that(tmp_path):
    (tmp_path / "logs").mkdir()
    shutil.copy(RUN / "card.yaml", tmp_path / "logs" / "mine.yaml")
    found = look(tmp_path / "logs", tmp_path)
    row = cards.cards(found, ViewState()).row(0, named=True)
    assert (row["result"], row["cells"], row["share"], found.problems) == (None, 0, None, ())


def test_another_verdict_is_seen_at_the_next_look(tmp_path):
    shutil.copytree(RUN, tmp_path / "logs" / RUN.name)
    work = Ingester([tmp_path / "logs"], Cache(tmp_path / "cache"))
    work.look()
    one = next((tmp_path / "logs").rglob("results/*/verdict.json"))
    one.write_text(one.read_text().replace("VERIFIED", "INCONCLUSIVE").replace("FALSIFIED", "INCONCLUSIVE"))
    assert cards.cards(work.look(), ViewState())["inconclusive"].to_list() == [1]


def test_cards_survive_a_second_start(tmp_path):
    look(FIXTURE, tmp_path)
    again = look(FIXTURE, tmp_path)
    assert cards.cards(again, ViewState()).height == 1


def test_other_yaml_is_no_card(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "card.yaml").write_text("title: a recipe\n")
    found = look(tmp_path / "logs", tmp_path)
    assert [p.code for p in found.problems] == ["unknown_format"]


def test_secrets_of_a_card_are_not_kept(tmp_path):
    shutil.copytree(RUN, tmp_path / "logs" / RUN.name)
    card = next((tmp_path / "logs").rglob("card.yaml"))
    card.write_text(card.read_text() + "api_key: sk-1234567890\n")
    one = next((tmp_path / "logs").rglob("results/*/verdict.json"))
    doc = json.loads(one.read_text())
    doc["symbols"]["hf_token"] = "sk-1234567890"
    one.write_text(json.dumps(doc))
    found = look(tmp_path / "logs", tmp_path)
    assert found.problems == ()
    assert "sk-1234567890" not in found.cards.write_json()
    assert "(removed)" in found.cards.write_json()
