"""One sample in several runs, side by side."""

import pytest

from data import originals
from data.cache import Cache
from data.ingest import Ingester
from data.queries import beside, transcripts
from tests.fixtures import talks
from tests.fixtures.talks import said

TALK = [said("user", "Add 6 and 7."), said("assistant", "", ("add", {"a": 6, "b": 7})), said("tool", "13")]


def judged(value, answer, why):
    return {"judge": {"value": value, "answer": answer, "explanation": why}}


@pytest.fixture
def s(tmp_path):
    one = {
        "id": "q",
        "messages": [*TALK, said("assistant", "It is 13.")],
        "scores": judged("C", "13", "Right."),
    }
    two = {
        "id": "q",
        "messages": [*TALK, said("assistant", "It is 14.")],
        "scores": judged("I", "14", "Wrong."),
    }
    again = two | {"epoch": 2, "messages": TALK}
    talks.write(tmp_path / "logs/a.eval", "lab/a", [one, {"id": "other"}])
    talks.write(tmp_path / "logs/b.eval", "lab/b", [two, again])
    talks.write(tmp_path / "logs/c.eval", "lab/c", [one], status="error")
    return Ingester([tmp_path / "logs"], Cache(tmp_path / "cache")).look()


def test_every_run_that_counts_has_a_column_for_each_epoch(s, view):
    names = [c.name for c in beside.columns(s, view("?task=talks&sample=q"))]
    assert names == ["lab/a · 1", "lab/b · 1", "lab/b · 2"]


def test_the_views_own_run_has_a_column_even_if_it_does_not_count(s, view):
    names = [c.name for c in beside.columns(s, view("?run=eval-c&sample=q"))]
    assert [n for n in names if n.startswith("lab/c")]


def test_the_views_own_run_and_epoch_come_first(s, view):
    assert [c.name for c in beside.chosen(s, view("?run=eval-b&sample=q&epoch=2"))][:2] == [
        "lab/b · 2",
        "lab/b · 1",
    ]


def test_chosen_columns_come_in_the_order_of_the_address_and_unknown_ones_not_at_all(s, view):
    state = view("?task=talks&sample=q").edit(beside=["lab/b · 2", "nobody · 1", "lab/a · 1"])
    assert [c.name for c in beside.chosen(s, state)] == ["lab/b · 2", "lab/a · 1"]


def test_chosen_columns_stay_when_a_second_run_of_their_model_comes(s, view, tmp_path):
    state = view("?task=talks&sample=q").edit(beside=["lab/b · 2", "lab/a · 1"])
    new = {"id": "q", "messages": [*TALK], "scores": judged("C", "13", "Right.")}
    talks.write(tmp_path / "logs/d.eval", "lab/a", [new])
    again = Ingester([tmp_path / "logs"], Cache(tmp_path / "cache")).look()
    found = [(c.run_id, c.epoch) for c in beside.chosen(again, state)]
    assert found[0] == ("eval-b", 2)
    assert sorted(found[1:]) == [("eval-a", 1), ("eval-d", 1)]


def test_a_row_has_what_each_made_of_it(s, view):
    row = beside.table(s, view("?task=talks&sample=q")).row(1, named=True)
    assert (row["name"], row["answer"], row["explanation"], row["judge"]) == (
        "lab/b · 1",
        "14",
        "Wrong.",
        0.0,
    )


@pytest.mark.parametrize(
    "query", ["", "?sample=q", "?task=talks", "?task=none&sample=q", "?task=talks&sample=none"]
)
def test_nothing_to_put_side_by_side(s, view, query):
    assert beside.table(s, view(query)).height == 0


def conversation(s, run, epoch=1):
    return transcripts.conversation(originals.sample(s, run, "q", epoch))


def test_two_transcripts_part_at_the_first_message_that_differs(s):
    assert transcripts.parting(conversation(s, "eval-a"), conversation(s, "eval-b")) == 4


def test_a_transcript_parts_where_the_other_goes_on(s):
    assert transcripts.parting(conversation(s, "eval-b", 2), conversation(s, "eval-b")) == 4


def test_equal_transcripts_do_not_part_though_their_calls_have_random_ids(s):
    assert transcripts.parting(conversation(s, "eval-a"), [*TALK, said("assistant", "It is 13.")]) is None


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("answer", "13"),
        ("explanation", "Right."),
        ("target", "42"),
        ("input", "Go on."),
        (
            "transcript",
            '[user]\nAdd 6 and 7.\n\n[assistant]\n→ add {"a": 6, "b": 7}\n\n[tool]\n13\n\n[assistant]\nIt is 13.',
        ),
    ],
)
def test_texts_that_can_be_compared(s, what, text):
    assert beside.text(originals.sample(s, "eval-a", "q", 1), what) == text


def test_answers_of_several_scorers_are_told_apart():
    found = {"scores": {"a": {"value": 1, "answer": "x"}, "b": {"value": 1, "answer": "y"}}}
    assert beside.text(found, "answer") == "a: x\n\nb: y"


def test_a_sample_is_read_once_for_all_panels(s, monkeypatch):
    monkeypatch.setattr(originals, "held", originals.Held())
    first = originals.sample(s, "eval-a", "q", 1)
    monkeypatch.setattr(originals, "_log", lambda _run: pytest.fail("read again"))
    assert originals.sample(s, "eval-a", "q", 1)["messages"] is first["messages"]
