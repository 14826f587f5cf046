"""Strips and bands share the axes of the cells, whichever way they lie and however far a reader zooms."""

import base64

import numpy as np
import polars as pl
import pytest

from components.figures import heat, margins
from data.viewstate import ViewState

WORDS = dict.fromkeys(("samples", "models", "mean", "score", "none", "flaky", *heat.MARKS), "word")


def means(n, **more):
    value = [0.25] * n
    return pl.DataFrame(
        {"mean": value, "low": [0.0] * n, "high": [0.5] * n, **more},
        schema_overrides=dict.fromkeys(("mean", "low", "high"), pl.Float64),
    )


NO_BANDS = pl.DataFrame(schema={"name": pl.String, "first": pl.Int64, "last": pl.Int64})


def figure(samples, query="", bands=NO_BANDS, **strip):
    n = samples * 2
    df = pl.DataFrame(
        {"sample_id": [f"s{i // 2}" for i in range(n)], "model": ["a", "b"] * samples, "run_id": ["r1", "r2"] * samples,
         "value": [0.5] * n, "mark": ["value"] * n, "flaky": [False] * n}
    )  # fmt: skip
    beside = margins.Beside(means(2), means(samples, **strip), bands, (0.0, 1.0))
    return heat.sample_heatmap(df, ViewState.from_query(query), "light", WORDS, (0.0, 1.0), beside, 400)


@pytest.mark.parametrize("samples", [5, 500])
@pytest.mark.parametrize(
    ("orientation", "of_samples", "of_models"), [("horizontal", "x", "y"), ("vertical", "y", "x")]
)
def test_a_strip_is_on_the_axis_of_its_cells(samples, orientation, of_samples, of_models):
    made = figure(samples, f"?orientation={orientation}")
    strip, other = made["data"][margins.SAMPLES_TRACE], made["data"][margins.MODELS_TRACE]
    assert f"{of_samples}axis" not in strip
    assert strip[f"{of_models}axis"] == f"{of_models}2"
    assert f"{of_models}axis" not in other
    assert other[f"{of_samples}axis"] == f"{of_samples}2"
    assert other[of_models] == [0, 1]


@pytest.mark.parametrize("orientation", ["horizontal", "vertical"])
@pytest.mark.parametrize("bands", [0, 1])
def test_strips_bands_and_cells_do_not_overlap(orientation, bands):
    df = pl.DataFrame({"name": ["b"], "first": [0], "last": [4]}) if bands else NO_BANDS
    layout = figure(5, f"?orientation={orientation}", df)["layout"]
    for axis in "xy":
        assert layout[f"{axis}axis"]["domain"][1] < layout[f"{axis}axis2"]["domain"][0] < 1
    for shape in layout.get("shapes", ()):
        side = "y" if orientation == "horizontal" else "x"
        cells, strip = layout[f"{side}axis"]["domain"][1], layout[f"{side}axis2"]["domain"][0]
        assert cells <= shape[f"{side}0"] < shape[f"{side}1"] < strip


def test_a_strip_cannot_be_zoomed_along_its_values():
    layout = figure(5)["layout"]
    assert layout["xaxis2"]["fixedrange"] is layout["yaxis2"]["fixedrange"] is True
    assert "fixedrange" not in layout["xaxis"]


def test_few_means_have_their_intervals():
    strip = figure(5)["data"][margins.SAMPLES_TRACE]
    assert strip["y"] == [1 + 0.25 * 61] * 5
    assert strip["error_y"]["array"] == pytest.approx([0.25 * 61] * 5)
    assert strip["error_y"]["arrayminus"] == pytest.approx([0.25 * 61] * 5)


def test_many_means_are_a_byte_each():
    strip = figure(1_000)["data"][margins.SAMPLES_TRACE]
    told = np.frombuffer(base64.b64decode(strip["y"]["bdata"]), np.uint8)
    assert told.tolist() == [1 + round(0.25 * 61)] * 1_000
    assert (strip["x0"], strip["dx"]) == (0, 1)


@pytest.mark.parametrize("samples", [3, 500])
def test_what_has_no_score_has_no_mark(samples):
    strip = figure(samples, mean=[None] * samples)["data"][margins.SAMPLES_TRACE]
    if samples == 3:
        assert strip["y"] == [None] * 3
    else:
        assert set(base64.b64decode(strip["y"]["bdata"])) == {0}


TWO = pl.DataFrame({"name": ["algebra", None], "first": [0, 60], "last": [59, 99]})


def test_a_band_has_its_name_where_there_is_room():
    layout = figure(100, bands=TWO)["layout"]
    assert [(n["text"], n["x"]) for n in layout["annotations"]] == [("algebra", 29.5), ("word", 79.5)]
    assert [s["x0"] for s in layout["shapes"] if s["type"] == "line"] == [59.5]


def test_under_a_zoom_a_name_stands_in_the_middle_of_what_is_left_of_its_band():
    layout = figure(100, "?zoom=49.5,79.5,1.5,-0.5", TWO)["layout"]
    assert [(n["text"], n["x"]) for n in layout["annotations"]] == [("algebra", 54.5), ("word", 69.5)]
    layout = figure(100, "?zoom=9.5,39.5,1.5,-0.5", TWO)["layout"]
    assert [n["text"] for n in layout["annotations"]] == ["algebra"]


def test_narrow_bands_have_no_names_and_too_many_none_at_all():
    narrow = pl.DataFrame(
        {"name": [f"band {i}" for i in range(200)], "first": range(200), "last": range(200)}
    )
    assert figure(200, bands=narrow)["layout"]["annotations"] == []
    many = pl.DataFrame({"name": ["b"] * 400, "first": range(400), "last": range(400)})
    assert "shapes" not in figure(400, bands=many)["layout"]


def test_a_band_called_like_a_tag_is_text():
    tag = pl.DataFrame({"name": ["<b>x</b>"], "first": [0], "last": [9]})
    assert figure(10, bands=tag)["layout"]["annotations"][0]["text"] == "&lt;b&gt;x&lt;/b&gt;"
