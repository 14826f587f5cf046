"""What the Predictions page draws: figures of the frames' own numbers, and text that stays text."""

from dataclasses import replace

import polars as pl
import pytest

from app.pages.predictions import PAGE
from components.page import View
from data.viewstate import ViewState
from tests.fixtures.layouts import walk


def drawn(snapshot, panel, query=""):
    view = View(snapshot, ViewState.from_query(query))
    shown = PAGE.panel(panel)
    df = shown.frame(view)
    return df, shown.draw(df, view)


def figures(body):
    return [c.figure for c in walk(body) if type(c).__name__ == "Graph"]


def words(body):
    return " ".join(c.children for c in walk(body) if isinstance(getattr(c, "children", None), str))


def traces(figure, **having):
    return [t for t in figure["data"] if all(t.get(k) == v for k, v in having.items())]


@pytest.mark.parametrize("panel", [p.name for p in PAGE.panels])
def test_every_panel_has_something_to_show(panel, predicted):
    df, body = drawn(predicted, panel)
    assert df.height
    assert any(type(c).__name__ in ("Graph", "AgGrid") for c in walk(body))


def test_a_sweep_is_solid_where_measured_and_dashed_where_predicted(predicted):
    df, body = drawn(predicted, "sweeps")
    one = figures(body)[0]
    measured = [t for t in one["data"] if t.get("error_y")]
    dashed = [t for t in one["data"] if t.get("line", {}).get("dash") and t["x"] != [None]]
    assert len(measured) == len(dashed) == 1
    first = df.filter(df["name"] == df["name"][0], df["split"] == df["split"][0])
    assert measured[0]["y"] == first.filter(first["source"] == "actual")["value"].to_list()
    assert dashed[0]["y"] == first.filter(first["source"] == "predicted")["value"].to_list()
    assert "n 4" in measured[0]["text"][0]


def test_the_unperturbed_instances_stand_where_they_were_perturbed(predicted):
    df, body = drawn(predicted, "sweeps")
    before = df.filter((df["source"] == "actual") & (df["strength"] > 0))
    marks = [
        t
        for f in figures(body)
        for t in f["data"]
        if t["marker"].get("symbol") == "line-ew-open" and t["x"] != [None]
    ]
    assert [y for t in marks for y in t["y"]] == before["original"].to_list()


@pytest.mark.parametrize(
    ("query", "x", "y"), [("", "actual", "predicted"), ("?agreement=difference", "middle", "error")]
)
def test_pairs_are_shown_either_way(predicted, query, x, y):
    df, body = drawn(predicted, "pairs", query)
    points = [
        (a, b)
        for f in figures(body)
        for t in f["data"]
        if "customdata" in t
        for a, b in zip(t["x"], t["y"], strict=True)
    ]
    assert sorted(points) == sorted(df.select(x, y).rows())


def test_limits_of_agreement_are_those_of_the_table(predicted):
    df, body = drawn(predicted, "pairs", "?agreement=difference")
    table, _ = drawn(predicted, "summary")
    every = {r["name"]: r for r in table.to_dicts() if r["over"] == "all"}
    names = df["name"].unique(maintain_order=True)
    for name, figure in zip(names, figures(body), strict=True):
        levels = {t["y"][0] for t in traces(figure, mode="lines")}
        assert levels == {0, *(every[name][k] for k in ("bias", "low", "high"))}


@pytest.mark.parametrize("facet", ["task", "model", "predictor"])
def test_each_facet_has_a_chart(predicted, facet):
    df, body = drawn(predicted, "pairs", f"?facet={facet}")
    assert len(figures(body)) == df.select("name", "facet").n_unique()


def test_a_name_with_tags_is_no_markup(predicted):
    for panel in ("pairs", "sweeps", "roc", "reliability"):
        _, body = drawn(predicted, panel)
        told = str(figures(body))
        assert "mine" in told
        assert "<b>mine" not in told


def test_cards_are_text_and_say_their_verdict(predicted):
    _, body = drawn(predicted, "cards")
    assert {type(c).__name__ for c in walk(body)} <= {
        "Div",
        "AgGrid",
        "Details",
        "Summary",
        "Strong",
        "H3",
        "Pre",
    }
    assert "assert error < limit" in words(body)
    assert "2 verified, 1 falsified, 0 inconclusive of 3 cells · asked for a share of 0.5" in str(body)


def test_the_naive_guess_is_defined_where_it_is_shown(predicted):
    df, body = drawn(predicted, "summary")
    assert {"naive", "naive_mae", "gain"} <= set(df.columns)
    assert "n_eval_samples" in words(body)


def test_how_many_instances_met_nothing_is_said(predicted):
    _, body = drawn(predicted, "instances")
    assert "predicted instances met a score, 0 did not" in words(body)


def test_a_long_card_is_clipped_and_says_so(predicted):
    rows = predicted.cards.with_columns(
        pl.when(pl.col("cell").is_null()).then(pl.lit("x" * 30_000)).alias("claim")
    )
    _, body = drawn(replace(predicted, cards=rows), "cards")
    claim = next(c.children for c in walk(body) if type(c).__name__ == "Pre")
    assert claim.endswith("and 10,000 more characters in the log")
