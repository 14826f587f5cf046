"""A heatmap of layers: its colours are the numbers', its labels follow the window, and it weighs what it may."""

import base64
import json

import numpy as np
import polars as pl
import pytest

from components import theme
from components.figures import layer_lines, layers, tokens
from components.figures.levels import TOP
from data.queries.trajectories import CELLS, Limits
from data.viewstate import ViewState

WORDS = {"layers": "Layer", "tokens": "Token", "statistic": "Entropy (nats)", "mean": "mean"}


def cells(rows, columns, value=None, top1=True):
    n = rows * columns
    return pl.DataFrame(
        {
            "trajectory_id": ["x"] * n,
            "statistic": ["entropy"] * n,
            "layer": np.repeat(np.arange(rows), columns),
            "layer_label": np.repeat([*map(str, range(rows - 1)), "output"], columns),
            "position": np.tile(np.arange(columns), rows),
            "token": [f"t{i}" for i in range(columns)] * rows,
            "value": np.linspace(0, 1, n) if value is None else value,
            "top1": [f"w{i}" for i in range(n)] if top1 else [None] * n,
        },
        schema=CELLS,
    )


def drawn(df, query=""):
    return layers.lens_heatmap(df, Limits(0, 1), ViewState.from_query(query), "light", WORDS)


def shown(trace):
    """Numbers of a trace as a matrix."""
    rows, columns = map(int, trace["z"]["shape"].split(","))
    assert trace["z"]["dtype"] == "f4"
    return np.frombuffer(base64.b64decode(trace["z"]["bdata"]), "<f4").reshape(rows, columns)


def test_what_is_drawn_is_the_stored_numbers():
    df = cells(7, 30)
    trace = drawn(df)["data"][0]
    np.testing.assert_array_equal(shown(trace), df["value"].to_numpy().reshape(7, 30).astype(np.float32))
    assert (trace["zmin"], trace["zmax"]) == (0, 1)


def test_what_is_not_defined_has_no_colour():
    df = cells(2, 3, value=[None, 0.0, 1.0, 0.5, None, 2.0])
    assert np.isnan(shown(drawn(df)["data"][0])).tolist() == [[True, False, False], [False, True, False]]


def test_the_output_is_always_named():
    for rows in (3, 61, 80, 121):
        axis = drawn(cells(rows, 2))["layout"]["yaxis"]
        assert axis["ticktext"][-1] == "output"
        assert axis["tickvals"][-1] == rows - 1
        assert len(axis["tickvals"]) <= tokens.TICKS


def test_a_window_names_its_own_tokens_and_writes_its_own_cells():
    figure = drawn(cells(80, 500), "?zoom=99.5,119.5,59.5,79.5")
    assert figure["layout"]["xaxis"]["ticktext"] == [f"t{i}" for i in range(100, 120)]
    written = figure["data"][1]
    assert (written["x"][0], written["y"][0], len(written["text"])) == (100, 60, 400)
    assert written["text"][0].endswith(str(60 * 500 + 100)[-4:])


@pytest.mark.parametrize("zoom", ["-9,9999,-9,9999", "500,600,90,99", "5,5,5,5", "3,1,3,1"])
def test_any_window_is_drawn(zoom):
    assert drawn(cells(4, 50), f"?zoom={zoom}")["data"]


def test_all_of_a_small_one_is_written():
    colours, written = drawn(cells(3, 5))["data"]
    assert (
        dict(zip(zip(written["x"], written["y"], strict=True), written["text"], strict=True))[4, 2] == "w14"
    )
    assert "text" not in colours
    assert len(drawn(cells(3, 5, top1=False))["data"]) == 1


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("scale", ["default", "diverging", "grey", "viridis"])
def test_what_is_written_has_a_contrast_that_is_read(mode, scale):
    """4.5 to 1 is what WCAG 2 asks of text of this size; its formula is written out here once more."""

    def luminance(color):
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    ends = [color for _, color in theme.scale(scale, mode)]
    ink = tokens.inks(np.array([1, TOP], np.uint8), scale, mode)
    for ground, text in ((ends[0], ink[0]), (ends[-1], ink[1])):
        a, b = sorted((luminance(ground), luminance(text)))
        assert (b + 0.05) / (a + 0.05) >= 4.5


def test_a_token_is_cut_to_the_width_of_its_column():
    long = pl.lit(" multiplication")
    for query, text in (
        ("", "…tiplication"),
        ("?token_width=40", "…tion"),
        ("?token_width=120", "·multiplication"),
    ):
        (_, written) = drawn(cells(3, 5).with_columns(top1=long), query)["data"]
        assert set(written["text"]) == {text}
    assert len(drawn(cells(3, 5), "?token_width=10")["data"]) == 1


def test_a_chart_that_is_written_into_is_never_narrower_than_its_texts():
    narrow = layers.size(cells(31, 24), ViewState())
    assert narrow.least >= 24 * narrow.letters * 6
    assert layers.size(cells(31, 24), ViewState().edit(token_width=80)).width > 24 * 80


@pytest.mark.parametrize(("rows", "columns"), [(31, 2048), (80, 64), (120, 20)])
def test_where_no_text_is_legible_none_is_written(rows, columns):
    assert layers.size(cells(rows, columns), ViewState()).letters == 0
    assert len(drawn(cells(rows, columns))["data"]) == 1


def test_tokens_are_shown_as_text_and_white_space_is_seen():
    hostile = pl.Series(["<b>x</b>", " a", "\n", "&amp;", "\u202e", ""])
    (_, written) = drawn(cells(2, 3).with_columns(top1=hostile))["data"]
    assert written["text"] == ["&lt;b&gt;x&lt;/b&gt;", "·a", "⏎", "&amp;amp;", "⟨U+202E⟩", "∅"]


def test_a_logarithmic_scale_has_its_ends_and_powers_of_ten_between():
    df = cells(1, 4, value=[1.0, 10.0, 1000.0, 0.0])
    figure = layers.lens_heatmap(
        df, Limits(1, 49_000), ViewState.from_query("?color_scale=log"), "light", WORDS
    )
    bar = figure["data"][0]["colorbar"]
    assert bar["ticktext"] == ["1", "10", "100", "1,000", "49,000"]
    at = dict(zip(bar["ticktext"], bar["tickvals"], strict=True))
    assert shown(figure["data"][0])[0] == pytest.approx([at["1"], at["10"], at["1,000"], at["1"]], abs=0.5)


def test_chosen_cells_are_framed_where_they_are_shown():
    df = cells(6, 8).filter(pl.col("layer").is_in([1, 3, 5]))
    frames = drawn(df, "?token=2&token=99&token=x&layer=3&layer=4")["layout"]["shapes"]
    assert [(f["x0"], f["y0"], f["y1"]) for f in frames] == [(1.5, -0.5, 2.5), (1.5, 0.5, 1.5)]


def test_80_layers_of_2048_tokens_weigh_about_a_megabyte():
    assert len(json.dumps(drawn(cells(80, 2048)))) < 1_000_000
    assert len(json.dumps(drawn(cells(80, 2048), "?zoom=0,39,40,79"))) < 1_000_000


def lines(outcome, n=3, low=(0.5, 1.0)):
    return pl.DataFrame(
        {
            "lens_type": ["tuned_lens"] * 2,
            "outcome": [outcome] * 2,
            "layer": [0, 1],
            "layer_label": ["0", "output"],
            "value": [1.0, 2.0],
            "low": low,
            "high": [None if x is None else x + 1 for x in low],
            "n": [n, n],
        },
        schema_overrides={"low": pl.Float64, "high": pl.Float64},
    )


def test_right_and_wrong_differ_by_more_than_colour_and_say_how_many():
    figure = layer_lines.outcome_lines(pl.concat([lines("correct"), lines("incorrect", 2)]), "dark", WORDS)
    named = {t["name"]: t for t in figure["data"] if t.get("name")}
    assert list(named) == ["correct · tuned_lens (n = 3)", "incorrect · tuned_lens (n = 2)"]
    assert len({t["marker"]["symbol"] for t in named.values()}) == 2
    bands = [t for t in figure["data"] if "fill" in t]
    assert [t["y"] for t in bands] == [[1.5, 2.0]] * 2


def test_without_an_interval_there_is_no_band():
    figure = layer_lines.outcome_lines(lines("correct", 1, (None, None)), "light", WORDS)
    assert len(figure["data"]) == 1


def test_one_token_has_one_colour_in_both_trajectories_which_differ_by_dashes():
    both = [
        cells(3, 4).with_columns(trajectory_id=pl.lit(name)).filter(pl.col("position") > 1) for name in "ab"
    ]
    drawn = layer_lines.layer_lines(pl.concat(both), "light", WORDS)["data"]
    lines = {t["name"]: t["line"] for t in drawn}
    assert lines["2: t2 (a)"]["color"] == lines["2: t2 (b)"]["color"] != lines["3: t3 (a)"]["color"]
    assert lines["2: t2 (a)"]["dash"] != lines["2: t2 (b)"]["dash"]
