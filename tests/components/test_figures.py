"""Figures draw the frame that they are given, and what a log says stays text in them."""

import base64

import numpy as np
import polars as pl
import pytest

from components import ids, theme
from components.figures import bars, difference, heat
from components.figures.graph import CONFIG, graph
from data.viewstate import ViewState

ROWS = {
    "axis": ["x", "x", "y"],
    "model": ["a", "b", "a"],
    "value": [0.5, 0.75, 0.25],
    "n": [10, None, 10],
    "run_id": ["r1", "r2", "r1"],
    "task": ["t"] * 3,
    "category": ["x", "x", "y"],
    "metric": ["accuracy"] * 3,
    "category_raw": ["x.csv", "x.csv", "y.csv"],
}


LOOK = theme.looks({"a": (0, 0), "b": (1, 0)}, "light")


def bar_figure(**more):
    return bars.score_bars(pl.DataFrame({**ROWS, **more}), LOOK, "light", 1.0, "accuracy")


def test_a_trace_a_model_and_a_place_a_category():
    a, b = bar_figure()["data"]
    assert (a["name"], a["x"], a["y"]) == ("a", [0, 1], [0.5, 0.25])
    assert (b["name"], b["x"], b["y"]) == ("b", [0], [0.75])


def test_categories_stand_in_the_order_of_the_rows():
    axis = bar_figure()["layout"]["xaxis"]
    assert (axis["ticktext"], axis["tickvals"]) == (["x", "y"], [0, 1])


def test_a_model_keeps_its_colour_when_others_go():
    whole = {t["name"]: t["marker"]["color"] for t in bar_figure()["data"]}
    alone = bars.score_bars(pl.DataFrame(ROWS).filter(pl.col("model") == "b"), LOOK, "light", 1.0, "")
    assert alone["data"][0]["marker"]["color"] == whole["b"]


def test_colours_are_told_apart_for_ten_models_in_both_modes():
    for mode in (theme.LIGHT, theme.DARK):
        assert len(set(theme.color_of([str(i) for i in range(10)], mode).values())) == 10


def test_a_tooltip_tells_the_value_and_over_how_many():
    tip = bar_figure()["data"][0]["text"][0]
    assert "0.5" in tip
    assert "10" in tip


def test_tags_in_names_are_shown_and_do_nothing():
    figure = bar_figure(model=["<i>a</i>", "b", "<i>a</i>"], axis=["<b>x", "<b>x", "y"])
    assert figure["data"][0]["name"] == "&lt;i&gt;a&lt;/i&gt;"
    assert figure["layout"]["xaxis"]["ticktext"][0] == "&lt;b&gt;x"
    assert "<i>" not in figure["data"][0]["text"][0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("<b>", "&lt;b&gt;"), ("&lt;", "&amp;lt;"), ("a & b", "a &amp; b"), ("plain", "plain"), (3, "3")],
)
def test_plain_text_is_plain(text, shown):
    assert bars.plain(text) == shown


DELTAS = pl.DataFrame(
    {
        "axis": ["x", "y", "z"], "delta": [0.25, -0.5, 0.0], "gain": [0.25, -0.5, 0.0], "candidate": ["c"] * 3,
        "baseline": ["b"] * 3, "baseline_score": [0.5] * 3, "candidate_score": [0.75, 0.0, 0.5], "task": ["t"] * 3,
        "category": ["x", "y", "z"], "run_id": ["r"] * 3, "metric": ["accuracy"] * 3,
    }
)  # fmt: skip


def test_better_and_worse_differ_by_side_colour_and_shape():
    trace, *_ = difference.delta_bars(DELTAS, "light", 0.5)["data"]
    c = theme.colors("light")
    assert trace["x"] == [0.25, -0.5, 0.0]
    assert trace["marker"]["color"] == [c.better, c.worse, c.same]
    assert trace["marker"]["pattern"]["shape"] == ["", "/", ""]


def test_where_less_is_better_a_lower_score_is_drawn_as_better():
    turned = DELTAS.with_columns(gain=-pl.col("delta"))
    trace, *_ = difference.delta_bars(turned, "light", 0.5)["data"]
    c = theme.colors("light")
    assert trace["marker"]["color"] == [c.worse, c.better, c.same]
    assert trace["x"] == [0.25, -0.5, 0.0]


def test_what_must_not_be_compared_is_grey_and_crossed_and_says_so():
    marked = DELTAS.with_columns(
        pl.Series("comparable", [True, False, False]),
        pl.Series("not_comparable", [None, "not comparable in: <b>inputs</b>", "not comparable in: scorer"]),
    )
    fair, unfair, *_ = difference.delta_bars(marked, "light", 0.5)["data"]
    c = theme.colors("light")
    assert (fair["y"], fair["marker"]["color"], fair["marker"]["pattern"]["shape"]) == ([0], [c.better], [""])
    assert (unfair["y"], unfair["marker"]["color"]) == ([1, 2], [c.same, c.same])
    assert unfair["marker"]["pattern"]["shape"] == ["x", "x"]
    assert not any("not comparable" in tip for tip in fair["hovertext"])
    assert all("not comparable" in tip for tip in unfair["hovertext"])
    assert "<b>inputs" not in unfair["hovertext"][0]


KNOWN = DELTAS.with_columns(
    low=pl.Series([0.1, -0.6, -0.1]), high=pl.Series([0.4, -0.4, 0.1]), paired_delta=pl.Series([0.25, 0.3, 0.0]),
    how=pl.Series(["Pairs of samples: 20. " + "word " * 30, "<b>bold</b>", None]),
)  # fmt: skip


def test_what_an_interval_is_around_is_marked_where_it_is_not_the_end_of_the_bar():
    marks = [t for t in difference.delta_bars(KNOWN, "light", 0.5)["data"] if t.get("mode") == "markers"]
    assert [(t["x"], t["y"]) for t in marks if t["marker"]["size"] > 1] == [([0.3], [1])]
    whole = difference.delta_bars(KNOWN.with_columns(paired_delta="delta"), "light", 0.5)["data"]
    assert not [t for t in whole if t.get("mode") == "markers" and t["marker"]["size"] > 1]


def test_a_bar_says_how_its_numbers_came_about_in_lines_that_fit():
    first, second, third = difference.delta_bars(KNOWN, "light", 0.5)["data"][0]["hovertext"]
    assert "Pairs of samples: 20." in first
    assert max(map(len, first.split("<br>"))) < 90
    assert "&lt;b&gt;bold" in second
    assert third.endswith("</b>")


def test_the_first_delta_is_on_top():
    figure = difference.delta_bars(DELTAS, "light", 0.5)
    top, bottom = figure["layout"]["yaxis"]["range"][::-1]
    assert top < bottom
    assert figure["layout"]["yaxis"]["ticktext"] == ["x", "y", "z"]


def test_the_axis_reaches_as_far_to_both_sides():
    low, high = difference.delta_bars(DELTAS, "light", 0.5)["layout"]["xaxis"]["range"]
    assert low == -high
    assert high > 0.5


def cells(values, marks=None):
    """Two samples by two models, sample by sample."""
    return pl.DataFrame(
        {
            "sample_id": ["p", "p", "q", "q"],
            "model": ["a", "b"] * 2,
            "run_id": ["r1", "r2"] * 2,
            "flaky": [False] * 4,
            "value": values,
            "mark": marks or ["value"] * 4,
        },
        schema_overrides={"value": pl.Float64},
    )


WORDS = {"samples": "Samples", "models": "Models", "score": "accuracy", "value": "score", "missing": "missing",
         "error": "error", "limit": "limit", "unscored": "unscored", "invalid": "invalid", "flaky": "flaky",
         "none": "none", "mean": "Mean"}  # fmt: skip


def heat_figure(df, query=""):
    state = ViewState.from_query(query)
    return heat.sample_heatmap(df, state, "light", WORDS, (0.0, state.factor))


def levels(figure):
    z = figure["data"][0]["z"]
    shape = tuple(int(n) for n in z["shape"].split(","))
    return np.frombuffer(base64.b64decode(z["bdata"]), np.uint8).reshape(shape)


def test_models_down_and_samples_across_or_the_other_way_round():
    df = cells([0.0, 1.0, 0.0, 0.0])
    assert levels(heat_figure(df)).tolist() == [[1, 1], [62, 1]]
    assert levels(heat_figure(df, "?orientation=vertical")).tolist() == [[1, 62], [1, 1]]


def test_axis_labels_follow_the_orientation():
    df = cells([0.0] * 4)
    wide, tall = heat_figure(df)["layout"], heat_figure(df, "?orientation=vertical")["layout"]
    assert (wide["xaxis"]["ticktext"], wide["yaxis"]["ticktext"]) == (["p", "q"], ["a", "b"])
    assert (tall["xaxis"]["ticktext"], tall["yaxis"]["ticktext"]) == (["a", "b"], ["p", "q"])


def test_axis_labels_are_the_names_that_the_reader_asked_for():
    named = cells([0.0] * 4).with_columns(
        sample_label=pl.Series(["<b>why", "<b>why", "how", "how"]),
        model_label=pl.Series(["a #1", "b #2"] * 2),
    )
    layout = heat_figure(named)["layout"]
    assert layout["xaxis"]["ticktext"] == ["&lt;b&gt;why", "how"]
    assert layout["yaxis"]["ticktext"] == ["a #1", "b #2"]


def test_nothing_is_another_level_than_zero():
    assert levels(
        heat_figure(cells([0.0, None, 1.0, 1.0], ["value", "missing", "value", "value"]))
    ).tolist() == [[1, 62], [0, 62]]


def test_bytes_of_a_heatmap_have_no_slash():
    df = cells([0.0, 0.4, 0.7, 1.0])
    assert "/" not in heat_figure(df)["data"][0]["z"]["bdata"]


@pytest.mark.parametrize("mark", ["missing", "error", "limit", "unscored", "invalid"])
def test_every_reason_for_no_score_has_its_own_sign_and_is_counted(mark):
    figure = heat_figure(cells([0.0, None, 1.0, None], ["value", mark, "value", mark]))
    _, sign = figure["data"]
    assert (sign["x"], sign["y"], sign["name"]) == ([0, 1], [1, 1], f"{WORDS[mark]} (2)")
    assert sign["marker"]["symbol"] == theme.MARK_SYMBOLS[mark]


def test_settings_of_the_reader_are_kept():
    figure = heat_figure(cells([0.0] * 4), "?legend=0&gap=2&title=My title")
    assert (figure["data"][0]["showscale"], figure["data"][0]["xgap"]) == (False, 2)
    assert figure["layout"]["title"]["text"] == "My title"


def test_two_runs_of_one_name_are_two_rows():
    """Axes are of runs: names need not be unique."""
    df = cells([0.0, 1.0, 0.0, 0.0]).with_columns(model=pl.lit("m"), sample_id=pl.lit("s"))
    figure = heat_figure(df)
    assert levels(figure).tolist() == [[1, 1], [62, 1]]
    assert figure["layout"]["yaxis"]["ticktext"] == ["m", "m"]


FLAKY = {"flaky": [False, True, False, False]}


def signs(figure):
    return [t for t in figure["data"] if t["type"] == "scatter" and "flaky" in t.get("name", "")]


@pytest.mark.parametrize("orientation", ["horizontal", "vertical"])
def test_a_flaky_cell_has_a_sign_in_its_corner(orientation):
    df = cells([0.0, 0.5, 1.0, 1.0]).with_columns(pl.Series("flaky", FLAKY["flaky"]))
    (sign,) = signs(heat_figure(df, f"?orientation={orientation}"))
    at = (round(sign["x"][0]), round(sign["y"][0]))
    assert at == ((0, 1) if orientation == "horizontal" else (1, 0))
    assert (sign["x"][0], sign["y"][0]) != at
    assert (sign["name"], sign["marker"]["symbol"]) == ("flaky (1)", theme.MARK_SYMBOLS["flaky"])


def many(samples, **more):
    n = samples * 2
    return pl.DataFrame(
        {"sample_id": [f"s{i // 2}" for i in range(n)], "model": ["a", "b"] * samples, "run_id": ["r1", "r2"] * samples,
         "value": [0.5] * n, "mark": ["value"] * n, "flaky": [i % 100 == 0 for i in range(n)], **more}
    )  # fmt: skip


def test_signs_of_flaky_cells_go_where_cells_are_too_small_and_come_with_a_zoom():
    df = many(1_000)
    assert signs(heat_figure(df)) == []
    (sign,) = signs(heat_figure(df, "?zoom=99.5,160.5,1.5,-0.5"))
    assert [round(x) for x in sign["x"]] == [100, 150]


def test_colours_can_show_how_far_epochs_are_apart():
    df = cells([0.5] * 4).with_columns(spread=pl.Series([1.0, 0.0, 0.5, 0.0]))
    assert levels(heat_figure(df, "?shows=spread")).tolist() == [[62, 31], [1, 1]]


def test_more_samples_than_a_canvas_holds_are_drawn_as_means_of_neighbours():
    samples = heat.MOST_ALONG * 2
    df = many(samples, value=[float(i % 4 < 2) for i in range(samples * 2)])
    figure = heat_figure(df)
    trace = figure["data"][0]
    assert levels(figure).shape == (2, heat.MOST_ALONG)
    assert set(levels(figure).ravel().tolist()) == {31}
    assert (trace["x0"], trace["dx"]) == (0.5, 2)
    assert heat.pools(samples, ViewState())


def test_zoomed_into_they_are_themselves_again_and_stand_where_they_did():
    samples = heat.MOST_ALONG * 2
    df = many(samples, value=[float(i // 2 == 20_000) for i in range(samples * 2)])
    figure = heat_figure(df, "?zoom=19989.5,20009.5,1.5,-0.5")
    trace = figure["data"][0]
    place = np.flatnonzero(levels(figure)[0] == 62) * trace["dx"] + trace["x0"]
    assert (place.tolist(), trace["dx"]) == ([20_000], 1)
    assert levels(figure).shape[1] <= 61


@pytest.mark.parametrize(
    "window",
    [(-0.5, 9.5), (-50.0, -40.0), (99_990.0, 100_050.0), (200_000.0, 300_000.0), (5.0, 5.0), (99.5, 9.5)],
)
def test_whatever_a_zoom_asks_for_there_is_something_to_draw(window):
    first, last, step = heat.detail(100_000, window)
    assert 0 <= first < last <= 100_000
    assert -(-(last - first) // step) <= heat.MOST_ALONG


def test_names_are_of_what_is_zoomed_into():
    axis = heat_figure(many(1_000), "?zoom=99.5,104.5,1.5,-0.5")["layout"]["xaxis"]
    assert axis["tickvals"] == [100, 101, 102, 103, 104]


@pytest.mark.parametrize("colors", ["default", "diverging", "grey", "viridis"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_colour_scale_runs_from_0_to_1(colors, mode):
    stops = [at for at, _ in theme.scale(colors, mode)]
    assert (stops[0], stops[-1]) == (0, 1)
    assert stops == sorted(stops)


def test_no_chart_offers_to_upload_its_data():
    assert CONFIG["showSendToCloud"] is False
    assert graph(ids.graph("p", "x"), {"data": [], "layout": {}}, 300).config["showSendToCloud"] is False


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (float("nan"), "–"), (float("inf"), "∞"), (float("-inf"), "−∞"), (0.0, "0"), (1.0, "1"), (0.5, "0.500"),
     (-0.25, "−0.250"), (82.5, "82.5"), (1234567.0, "1,234,567")],
)  # fmt: skip
def test_numbers_are_written_as_people_read_them(value, text):
    assert theme.number(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.5, "+0.500"), (-0.5, "−0.500"), (0.0, "0"), (None, "–")])
def test_a_delta_always_has_its_sign(value, text):
    assert theme.signed(value) == text
