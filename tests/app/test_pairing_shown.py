"""The Baseline page says by which rule samples were paired, and that harnesses were mixed."""

import pytest

from app.pages.baseline import PAGE
from components.page import View
from data.viewstate import ViewState
from tests.fixtures.layouts import read

QUERY = "?level=sample&baseline=a"


def asked(id, question, value=1.0):
    return {"id": id, "input_hash": question, "question_hash": question, "scores": {"accuracy": value}}


def run(model, format, *samples):
    return {"model": model, "format": format, "samples": samples, "metrics": {"": 0.5}}


@pytest.fixture
def words(snapshot_of):
    def draw(panel, *runs, query=QUERY):
        view = View(snapshot_of(*runs), ViewState.from_query(query))
        found = PAGE.panel(panel)
        return read(found.draw(found.frame(view), view))

    return draw


MIXED = (run("a", "helm", asked("1", 3), asked("2", 5), asked("3", 7)),
         run("b", "inspect", asked("1", 3), asked("2", 5), asked("3", 9)))  # fmt: skip


@pytest.mark.parametrize("panel", ["ranking", "pairing"])
def test_of_two_harnesses_by_id_with_another_input_left_out(words, panel):
    text = words(panel, *MIXED)
    assert (
        "Samples paired: 2 by sample id and input; 1 with the same id and a different input left out." in text
    )
    assert "helm, inspect" in text


def test_by_input_where_ids_differ(words):
    text = words("ranking", run("a", "helm", asked("x", 3)), run("b", "inspect", asked("y", 3)))
    assert "1 by input alone, since the sample ids of the two differ." in text


def test_of_one_harness_no_mixing_is_spoken_of(words):
    text = words("ranking", run("a", "toy", asked("1", 3)), run("b", "toy", asked("1", 3)))
    assert "Samples paired: 1 by sample id and input." in text
    assert "harness" not in text


def test_the_ranking_speaks_of_pairs_only_where_it_is_by_sample(words):
    assert "Samples paired" not in words("ranking", *MIXED, query="?level=task&baseline=a")


def test_without_samples_it_says_what_to_do(words):
    assert "samples" in words("pairing", run("a", "toy"), run("b", "toy"))
