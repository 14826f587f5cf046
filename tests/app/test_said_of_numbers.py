"""Every score says how sure it is, by which method, over what, and what it is not over: on hover and in the download."""

import json

import pytest

from app.pages import PAGES
from components.page import View
from components.tables import TIPS
from data.viewstate import ViewState

PAGE = {page.key: page for page in PAGES}
EXPORTED = {"n", "low", "high", "interval", "level", "n_without"}


def rows(client, panel, query=""):
    return json.loads(client.get(f"/api/{panel}.json{query}").get_data())


def grid(snapshot, page, panel, query=""):
    """The rows of the table that a panel draws."""
    view = View(snapshot, ViewState.from_query(query))
    found = PAGE[page].panel(panel)
    drawn = found.draw(found.frame(view), view)
    return next(t.rowData for t in [drawn, *drawn._traverse()] if hasattr(t, "rowData"))


@pytest.mark.parametrize("panel", ["scores/bars", "trends/time", "trends/against"])
def test_a_score_is_downloaded_with_how_sure_it_is(client, panel):
    found = rows(client, panel, "?task=explain_why")
    assert found
    assert set(found[0]) >= EXPORTED
    assert all(row["low"] < row["value"] < row["high"] and row["interval"] == "t" for row in found)


def test_the_overview_says_of_each_score_what_the_scores_page_says(demo, client):
    known = {(r["task"], r["model"]): r for r in rows(client, "scores/bars", "?level=task&per_page=all")}
    drawn = {r["task"]: r for r in grid(demo, "overview", "matrix")}
    for row in rows(client, "overview/matrix"):
        for model in (m for m in row if (row["task"], m) in known):
            bar, tip = known[row["task"], model], drawn[row["task"]][TIPS].get(model)
            if row[model] is None:
                assert tip is None
                continue
            assert {c: row[f"{c}_{model}"] for c in EXPORTED} == {c: bar[c] for c in EXPORTED}
            assert bar["n"] is None or f"n {bar['n']:,}" in tip
            assert bar["low"] is None or "95 %" in tip


def test_the_table_of_scores_says_it_on_hover(demo):
    (row,) = grid(demo, "scores", "pivot", "?task=explain_why")
    assert row[TIPS]["acme/aurora-70b"] == "accuracy 0.750 (95 % 0.541–0.959, t, n 12)"


def test_what_a_score_is_not_over_is_said(demo):
    (row,) = grid(demo, "overview", "matrix", "?task=ledger_agent")
    assert row[TIPS]["open/lynx-13b"].endswith("n 10, 2 without a score)")


def test_a_run_says_how_sure_its_headline_is(demo, client):
    bars = {r["run_id"]: r for r in rows(client, "scores/bars", "?level=task&per_page=all&attempts=all")}
    table = {r["run_id"]: r for r in rows(client, "runs/table")}
    drawn = {r["run_id"]: r for r in grid(demo, "runs", "table")}
    for run_id, bar in bars.items():
        assert {c: table[run_id][c] for c in EXPORTED} == {c: bar[c] for c in EXPORTED}
        assert bar["low"] is None or f"n {bar['n']:,}" in drawn[run_id][TIPS]["value"]
    unscored = next(r for r in table.values() if r["value"] is None)
    assert TIPS not in drawn[unscored["run_id"]] or "value" not in drawn[unscored["run_id"]][TIPS]


def test_an_average_says_its_method_and_what_it_is_of(demo, client):
    over_six, *_ = rows(client, "scores/averages")
    assert (over_six["interval"], over_six["level"]) == ("satterthwaite", 0.95)
    tips = grid(demo, "scores", "averages")[0][TIPS]
    assert tips["macro"].endswith("Welch–Satterthwaite, n 196, 6 of 6 tasks)")
    (one, *_) = rows(client, "scores/averages", "?task=explain_why")
    assert one["interval"] == "t"


@pytest.mark.parametrize("panel", ["heatmap/models", "heatmap/items"])
def test_margins_of_the_heatmap_are_downloaded_with_method_and_level(client, panel):
    for row in rows(client, panel, "?task=explain_why"):
        assert (row["level"], row["interval"] in ("t", "wilson")) == (0.95, True) or row["low"] is None


def test_a_sample_says_over_which_models_its_mean_is(demo):
    tip = grid(demo, "heatmap", "items", "?task=explain_why")[0][TIPS]["mean"]
    assert tip == "0.917 · 0.651 to 1.18 (t, 95 %) · 4 models with a score"


def test_parts_of_a_difference_say_their_level_and_method(client):
    found = rows(client, "scores/contributions", "?task=mental_arithmetic&group=difficulty")
    known = [r for r in found if r["low"] is not None]
    assert known
    assert {r["level"] for r in known} == {0.95}
    assert all(r["interval"] for r in known)
    assert {(r["high"], r["level"], r["interval"]) for r in found if r not in known} == {(None, None, None)}
