"""The panels of the scores page over HTTP: columns, what is said beside them, and bad questions."""

import json

import pytest

from app.pages import PAGES
from components import frame
from components.page import View
from data.viewstate import ViewState
from tests.fixtures.layouts import walk

SCORES = next(p for p in PAGES if p.key == "scores")
COLUMNS = {
    "bars": "model task category metric value n low high interval level clusters source reducer",
    "averages": "model metric macro macro_low macro_high weighted weighted_low weighted_high over categories of n level",
    "standing": "rank model metric task mean low high n rank_low rank_high tied p_above p_above_adjusted of seed resamples",
    "contributions": "task category candidate baseline n_paired share delta contribution whole within composition",
}


def rows(client, panel, query=""):
    return json.loads(client.get(f"/api/scores/{panel}.json{query}").get_data())


@pytest.mark.parametrize("panel", COLUMNS)
def test_every_panel_says_its_numbers_over_http(client, panel):
    query = "?task=tw_life" if panel == "contributions" else ""
    found = rows(client, panel, query)
    assert found
    assert set(COLUMNS[panel].split()) <= set(found[0])


@pytest.mark.parametrize("panel", COLUMNS)
@pytest.mark.parametrize(
    "query",
    [
        "?reducer=pass_at_9999", "?reducer=nonsense", "?cluster=none", "?chart=pie&highlight=nobody", "?task=none",
        "?baseline=nobody&candidate=nobody", "?reducer=pass_k_2&group=difficulty&cluster=category&scale=100&level=category",
        "?category=none&group=difficulty", "?adjust=none&alpha=0.5", "?metric=none", "?status=error",
    ],
)  # fmt: skip
def test_strange_questions_have_answers(client, panel, query):
    assert client.get(f"/api/scores/{panel}.json{query}").status_code == 200


def drawn(snapshot, panel, query=""):
    view = View(snapshot, ViewState.from_query(query))
    found = SCORES.panel(panel)
    return list(walk(frame.panel(SCORES, found, found.draw(found.frame(view), view), view)))


def words(nodes):
    return " ".join(n.children for n in nodes if isinstance(getattr(n, "children", None), str))


def test_who_is_left_out_by_a_reducer_is_counted_on_the_page(demo):
    said = words(drawn(demo, "bars", "?reducer=pass_at_2"))
    assert "Not scored by pass@2" in said
    assert "5 runs without samples, 15 runs with too few epochs" in said
    assert "Not scored" not in words(drawn(demo, "bars"))


def test_the_axis_says_that_scores_were_computed(demo):
    (graph,) = [n for n in drawn(demo, "bars", "?reducer=pass_at_2") if type(n).__name__ == "Graph"]
    assert graph.figure["layout"]["yaxis"]["title"]["text"] == "accuracy · samples, pass@2"


def kinds(nodes):
    return {t["type"] for n in nodes if type(n).__name__ == "Graph" for t in n.figure["data"]}


def test_more_than_ten_models_are_dots_unless_bars_are_chosen(large, demo):
    assert kinds(drawn(large, "bars", "?task=t")) == {"scatter"}
    assert kinds(drawn(large, "bars", "?task=t&chart=bars")) == {"bar"}
    assert kinds(drawn(demo, "bars")) == {"bar"}
    assert kinds(drawn(demo, "bars", "?chart=dots")) == {"scatter"}


def test_of_many_the_best_stand_out_and_the_page_says_so(large):
    assert "5 of 30 models stand out" in words(drawn(large, "bars", "?task=t"))
    assert "stand out" not in words(drawn(large, "bars", "?task=t&highlight=lab/model-03"))


def test_a_highlight_may_name_a_model_by_what_it_is_called_anywhere(large):
    nodes = drawn(large, "bars", "?task=t&highlight=lab/model-03&highlight=nobody")
    traces = [t for n in nodes if type(n).__name__ == "Graph" for t in n.figure["data"]]
    assert [t["name"] for t in traces if t["marker"]["size"] > 8] == ["lab/model-03"]


def test_the_standing_is_said_in_words(demo):
    said = words(drawn(demo, "standing", "?task=mental_arithmetic"))
    assert "acme/aurora-70b leads." in said
    assert "over the 28 of 28 samples that all 5 runs have a score for" in said
    assert "seed" in said


def test_other_standings_are_counted(demo):
    assert "more standings" in words(drawn(demo, "standing"))


def test_a_difference_is_said_to_be_the_sum_of_its_parts(demo):
    said = words(drawn(demo, "contributions", "?task=tw_life"))
    assert "acme/aurora-8b − acme/aurora-70b on tw_life: Δ −0.191 over 76 pairs" in said
    assert "composition explains nothing" in said
