"""A heatmap of layers: its colours are the numbers', its labels follow the window, and it weighs what it may."""

import base64
import json

import numpy as np
import polars as pl
import pytest

from components.figures import layers
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
    """Levels of a trace as a matrix."""
    rows, columns = map(int, trace["z"]["shape"].split(","))
    return np.frombuffer(base64.b64decode(trace["z"]["bdata"]), np.uint8).reshape(rows, columns)


def test_colours_are_the_stored_numbers_to_a_62nd_of_the_range():
    df = cells(7, 30)
    back = (shown(drawn(df)["data"][0]).astype(float) - 1) / 61
    assert np.abs(back - df["value"].to_numpy().reshape(7, 30)).max() <= 0.5 / 61 + 1e-9


def test_what_is_not_defined_has_no_colour():
    df = cells(2, 3, value=[None, 0.0, 1.0, 0.5, None, 2.0])
    assert (shown(drawn(df)["data"][0]) == 0).tolist() == [[True, False, False], [False, True, False]]


def test_the_output_is_always_named():
    for rows in (3, 61, 80, 121):
        axis = drawn(cells(rows, 2))["layout"]["yaxis"]
        assert axis["ticktext"][-1] == "output"
        assert axis["tickvals"][-1] == rows - 1
        assert len(axis["tickvals"]) <= layers.TICKS


def test_a_window_names_its_own_tokens_and_writes_its_own_cells():
    figure = drawn(cells(80, 500), "?zoom=99.5,119.5,59.5,79.5")
    assert figure["layout"]["xaxis"]["ticktext"] == [f"t{i}" for i in range(100, 120)]
    written = figure["data"][1]
    assert (written["x0"], written["y0"]) == (100, 60)
    assert written["text"][0][0].endswith(str(60 * 500 + 100)[-4:])
    np.testing.assert_array_equal(shown(written), shown(figure["data"][0])[60:80, 100:120])


@pytest.mark.parametrize("zoom", ["-9,9999,-9,9999", "500,600,90,99", "5,5,5,5", "3,1,3,1"])
def test_any_window_is_drawn(zoom):
    assert drawn(cells(4, 50), f"?zoom={zoom}")["data"]


def test_all_of_a_small_one_is_written_once():
    (trace,) = drawn(cells(3, 5))["data"]
    assert trace["text"][2][4] == "w14"
    assert "text" not in drawn(cells(3, 5, top1=False))["data"][0]


def test_80_layers_of_2048_tokens_weigh_less_than_a_megabyte():
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
    figure = layers.outcome_lines(pl.concat([lines("correct"), lines("incorrect", 2)]), "dark", WORDS)
    named = {t["name"]: t for t in figure["data"] if t.get("name")}
    assert list(named) == ["correct · tuned_lens (n = 3)", "incorrect · tuned_lens (n = 2)"]
    assert len({t["marker"]["symbol"] for t in named.values()}) == 2
    bands = [t for t in figure["data"] if "fill" in t]
    assert [t["y"] for t in bands] == [[1.5, 2.0]] * 2


def test_without_an_interval_there_is_no_band():
    figure = layers.outcome_lines(lines("correct", 1, (None, None)), "light", WORDS)
    assert len(figure["data"]) == 1
