"""What two runs have alike, in words."""

import polars as pl
import pytest

from components import comparability
from components.text import knows, locales
from data.aspects import PLACES
from data.queries.comparability import TABLE, Outcome, Why
from data.viewstate import ViewState

OTHERS = ("dataset", "samples", "inputs", "scorer", "metric", "epochs", "status", "harness")


def rows(*found):
    """(candidate, aspect, outcome, why) as a table."""
    usual = {"task": "t", "run_id": "b", "baseline_run": "a", "n_paired": 1200, "n_input_differs": 3}
    made = [
        usual | {"candidate": c, "aspect": a, "outcome": o, "why": w, "run_id": c, "baseline_value": "x"}
        for c, a, o, w in found
    ]
    return pl.DataFrame(made, schema=TABLE)


@pytest.mark.parametrize("locale", locales())
def test_every_aspect_outcome_and_reason_has_words(locale):
    assert [a for a in (*PLACES, *OTHERS) if not knows(locale, "aspects", a)] == []
    assert [o for o in Outcome if not knows(locale, "comparability", o)] == []
    assert [w for w in Why if not knows(locale, "whys", w)] == []


def test_what_matters_most_comes_first():
    df = rows(("b", "seed", "unknown", None), ("b", "limit", "same", None), ("c", "inputs", "breaks", "most_inputs_differ"),
              ("b", "epochs", "differs", None))  # fmt: skip
    found = comparability.worded(df, "en")
    assert found["outcome"].to_list() == ["breaks", "differs", "unknown", "same"]
    assert found["outcome_word"][0] == "✕ not comparable"


def test_a_remark_has_its_numbers():
    found = comparability.worded(rows(("b", "inputs", "differs", "some_inputs_differ")), "en")
    assert found["remark"].to_list() == [
        "3 samples of one id were asked something else and are left out; 1,200 are compared"
    ]


def test_only_what_is_the_same_in_every_couple_is_called_so():
    df = rows(("b", "seed", "same", None), ("b", "limit", "same", None), ("c", "seed", "differs", None), ("c", "limit", "same", None))  # fmt: skip
    assert comparability.alike(df, "en") == "The same in all 2 comparisons: sample limit."
    assert (
        comparability.alike(df.filter(pl.col("candidate") == "b"), "en")
        == "All else is the same: seed, sample limit."
    )


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"baseline_value": None, "aspect": "seed", "outcome": "differs"}, "not set"),
        ({"baseline_value": None, "aspect": "seed", "outcome": "unknown"}, "not in the log"),
        ({"baseline_value": "1", "aspect": "seed", "outcome": "differs"}, None),
        ({"baseline_value": None, "aspect": "inputs", "outcome": "breaks"}, None),
    ],
)
def test_what_is_not_there_is_said(row, word):
    assert comparability.unset(row, "baseline_value", "en") == word


def test_two_runs_lead_to_their_settings():
    row = {"run_id": "b", "baseline_run": "a"}
    assert comparability.settings(row, ViewState()) == "compare?run=a&run=b"
    assert comparability.settings({"run_id": "b"}, ViewState()) is None


def test_all_reasons_against_a_comparison_are_said():
    df = pl.DataFrame({"why_not": ["dataset, samples", None]}, schema={"why_not": pl.String})
    words = df.with_columns(comparability.not_comparable(df, "en"))
    assert words["not_comparable"].to_list() == ["dataset, samples", None]
    assert comparability.tips(words, "en").to_list() == ["✕ not comparable in: dataset, samples", None]
