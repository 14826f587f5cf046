"""Figures draw the frame that they are given, and what a log says stays text in them."""

import base64
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from plotly.colors import sample_colorscale, unlabel_rgb

from components import ids, theme
from components.figures import bars, difference, heat, names
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


SEEN_BY = {
    "all cones": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
"""What linear red, green and blue are to them: Machado, Oliveira and Fernandes (2009), severity 1."""
CONES = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
         [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
LAB = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
       [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip
"""Oklab (Ottosson 2020), in which equal distances look about equal; 0.02 is about the least that one sees."""


def oklab(color, eyes):
    linear = np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(color)])
    seen = np.clip(np.array(SEEN_BY[eyes]) @ linear, 0, 1)
    return np.array(LAB) @ np.cbrt(np.array(CONES) @ seen)


@pytest.mark.parametrize("eyes", SEEN_BY)
@pytest.mark.parametrize("mode", [theme.LIGHT, theme.DARK])
def test_any_two_models_are_told_apart_by_any_eyes(mode, eyes):
    places = {str(i): (i, 0) for i in range(9)}
    shown = [oklab(look.color, eyes) for look in theme.looks(places, mode).values()]
    assert min(np.linalg.norm(a - b) for a, b in combinations(shown, 2)) > 0.08


@pytest.mark.parametrize("mode", [theme.LIGHT, theme.DARK])
def test_a_whisker_shows_on_any_bar_and_a_bar_on_its_ground(mode):
    c = theme.colors(mode)
    for look in theme.looks({str(i): (i, 0) for i in range(9)}, mode).values():
        assert contrast(look.color, c.ink) > 1.7
        assert contrast(look.color, c.ground) > 2.2


def contrast(one, other):
    low, high = sorted((luminance(rgb(one)), luminance(rgb(other))))
    return (high + 0.05) / (low + 0.05)


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
    assert names.plain(text) == shown


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
    parted=pl.Series([False, True, False]),
    how=pl.Series(["Pairs of samples: 20. " + "word " * 30, "<b>bold</b>", None]),
)  # fmt: skip


def test_what_an_interval_is_around_is_marked_where_it_is_not_the_end_of_the_bar():
    marks = [t for t in difference.delta_bars(KNOWN, "light", 0.5)["data"] if t.get("mode") == "markers"]
    assert [(t["x"], t["y"]) for t in marks if t["marker"]["size"] > 1] == [([0.3], [1])]
    whole = difference.delta_bars(KNOWN.with_columns(parted=False), "light", 0.5)["data"]
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
    sign = figure["data"][-1]
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


def test_long_names_below_the_cells_get_room_where_they_are_turned():
    v = ViewState()
    assert heat.below(["x" * 30] * 40, v) == heat.below(["x" * 300] * 400, v) > 100
    assert heat.below(["x" * 30] * 3, v) == heat.below(["1"] * 40, v) == heat.below([], v) == 0


def test_names_are_of_what_is_zoomed_into():
    axis = heat_figure(many(1_000), "?zoom=99.5,104.5,1.5,-0.5")["layout"]["xaxis"]
    assert axis["tickvals"] == [100, 101, 102, 103, 104]


@pytest.mark.parametrize("colors", ["default", "diverging", "grey", "viridis"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_colour_scale_runs_from_0_to_1(colors, mode):
    stops = [at for at, _ in theme.scale(colors, mode)]
    assert (stops[0], stops[-1]) == (0, 1)
    assert stops == sorted(stops)


def written(figure):
    return next((t for t in figure["data"] if t.get("mode") == "text"), {"text": []})


def luminance(rgb):
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def rgb(color):
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


@pytest.mark.parametrize("colors", ["default", "diverging", "grey", "viridis"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_number_in_a_cell_is_read_on_any_colour(colors, mode):
    """4.5 to 1 is what WCAG 2 asks of text of this size; its formula is written out here, and the colours under the
    numbers are what Plotly makes of the chart's own scale."""
    shares = np.linspace(0, 1, 41)
    df = many(len(shares), value=np.repeat(shares, 2))
    state = ViewState.from_query(f"?colors={colors}&values=1")
    figure = heat.sample_heatmap(df, state, mode, WORDS, (0.0, 1.0))
    scale, text = figure["data"][0]["colorscale"], written(figure)
    stops = [[at, color] for at, color in scale if not color.startswith("rgba")]
    assert len(text["x"]) == 82
    for x, color in zip(text["x"], text["textfont"]["color"], strict=True):
        level = levels(figure)[0, x] / 62
        first = stops[0][0]
        ((r, g, b),) = [
            [float(n) / 255 for n in unlabel_rgb(c)]
            for c in sample_colorscale(
                [[(at - first) / (1 - first), c] for at, c in stops],
                [max(0.0, (level - first) / (1 - first))],
            )
        ]
        low, high = sorted((luminance((r, g, b)), luminance(rgb(color))))
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_numbers_are_written_into_cells_that_have_room_and_no_score_has_none():
    df = cells([0.5, None, 1.0, -0.25], ["value", "missing", "value", "value"])
    text = written(heat_figure(df))
    assert dict(zip(zip(text["x"], text["y"], strict=True), text["text"], strict=True)) == {
        (0, 0): "0.5", (1, 0): "1", (1, 1): "−0.25"
    }  # fmt: skip
    assert written(heat_figure(df, "?values=0"))["text"] == []


def test_a_cell_that_nearly_always_passes_is_not_written_as_one_that_always_does():
    df = cells([0.004, 1.0, 0.996, 0.0], ["value"] * 4)
    assert sorted(written(heat_figure(df))["text"]) == ["0", "1", "<0.01", ">0.99"]


def test_numbers_go_where_cells_are_too_small_and_come_with_a_zoom_or_when_asked_for():
    df = many(110)
    assert written(heat_figure(df))["text"] == []
    assert set(written(heat_figure(df, "?values=1"))["text"]) == {"0.5"}
    zoomed = written(heat_figure(df, "?zoom=99.5,104.5,1.5,-0.5"))
    assert sorted(set(zoomed["x"])) == [100, 101, 102, 103, 104]


def test_more_numbers_than_can_be_drawn_are_not():
    assert written(heat_figure(many(heat.MOST_WRITTEN), "?values=1"))["text"] == []


def test_no_chart_offers_to_upload_its_data():
    assert CONFIG["showSendToCloud"] is False
    (drawn,) = graph(ids.graph("p", "x"), {"data": [], "layout": {}}, 300).children
    assert drawn.config["showSendToCloud"] is False


def test_a_chart_has_its_height_before_plotly_has_come():
    made = graph(ids.graph("p", "x"), {"data": [], "layout": {}}, 300)
    assert made.style["minHeight"] == made.children[0].style["height"] == "300px"


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
