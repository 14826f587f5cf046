"""The Baseline page says what it is against and why, and which of two differences is which."""

import pytest

from app.pages.baseline import PAGE, deltas, ranking
from components.page import View
from data.viewstate import ViewState
from tests.fixtures.layouts import read, walk


def samples(values):
    return [
        {"id": str(i), "input_hash": 101 + 2 * i, "question_hash": 101 + 2 * i, "scores": {"accuracy": v}}
        for i, v in enumerate(values)
    ]


def run(model, values, **more):
    score = {"": sum(values) / len(values)}
    return {"model": model, "metrics": score, "samples": samples(values), **more}


SAME = (run("a", [1.0, 0.0] * 20), run("b", [1.0] * 40))
PARTED = (run("a", [1.0] * 10 + [0.0] * 30), run("b", [1.0] * 30))
MIXED = (*SAME, *({"model": m, "task": "u", "metrics": [{"scorer": "judge", "metric": "mean", "value": 4.0}],
                   "headline_scorer": "judge", "headline_metric": "mean"} for m in "ab"))  # fmt: skip


@pytest.fixture
def page(snapshot_of):
    def open_(*runs, query=""):
        return View(snapshot_of(*runs), ViewState.from_query(query))

    return open_


def drawn(panel, view):
    found = PAGE.panel(panel)
    return read(found.draw(found.frame(view), view))


def test_a_baseline_that_nobody_chose_says_why_it_is_the_one(page):
    words = "Baseline: a, picked since none shares tasks with more of the other models here (1 of 1)."
    assert words in drawn("conclusions", page(*SAME))
    assert "picked" not in drawn("conclusions", page(*SAME, query="?baseline=a"))


def test_a_filter_that_turns_the_baseline_says_so(page):
    runs = (run("a", [1.0] * 9), run("b", [0.0] * 9), run("b", [0.0] * 8, task="u"), run("c", [1.0] * 8, task="u"),
            run("c", [1.0] * 7, task="w"), run("d", [0.0] * 7, task="w"))  # fmt: skip
    assert "Baseline: b, picked" in drawn("conclusions", page(*runs))
    text = drawn("conclusions", page(*runs, query="?task=w"))
    assert "Baseline: c, picked" in text
    assert "Without filters it would be b, which has no run here." in text


@pytest.mark.parametrize(
    ("metric", "aspect"),
    [
        ({"value": 50.0}, "scale"),
        ({"value": 1.0, "reducer": "max"}, "epochs"),
        ({"metric": "f1", "value": 0.5}, "metric"),
    ],
)
def test_where_nothing_may_be_compared_it_says_in_what(page, metric, aspect):
    named = {"headline_metric": metric.get("metric", "accuracy"), "epochs": 2}
    plain = run("a", [1.0, 0.0], epochs=2, metrics=[{"value": 0.5, "reducer": "mean"}])
    view = page(plain, run("b", [1.0, 0.0], **named, metrics=[metric]), query="?baseline=a")
    assert f"they part in {aspect}." in drawn("ranking", view)
    assert "part in" not in drawn("ranking", page(*SAME, query="?baseline=a"))


def test_where_no_task_is_shared_that_is_why(page):
    view = page(run("a", [1.0]), run("b", [50.0], task="u"), query="?baseline=a")
    assert "No category has a score of both" in drawn("ranking", view)


def test_by_sample_it_says_that_nothing_is_tested_for_one_pair(page):
    assert "nothing is tested for a single pair" in drawn("conclusions", page(*SAME, query="?level=sample"))
    assert "single pair" not in drawn("conclusions", page(*SAME))


def of_many(n):
    return [run(f"m{i:02}", [1.0] * (40 - i) + [0.0] * i) for i in range(n + 1)]


def listed(view):
    """Sentences that are seen at once, those that are folded away, and what stands on the fold."""
    found = PAGE.panel("conclusions")
    everything = list(walk(found.draw(found.frame(view), view)))
    folds = [c for c in everything if type(c).__name__ == "Details"]
    away = [read(c) for fold in folds for c in walk(fold) if type(c).__name__ == "Li"]
    every = [read(c) for c in everything if type(c).__name__ == "Li"]
    return (
        every[: len(every) - len(away)],
        away,
        read([c for c in everything if type(c).__name__ == "Summary"]),
    )


@pytest.mark.parametrize(("n", "seen", "away", "words"), [
    (5, 5, 0, ""), (7, 7, 0, ""), (8, 6, 2, "2 more candidates"), (20, 6, 14, "14 more candidates"),
    (45, 6, 24, "24 more candidates"),
])  # fmt: skip
def test_of_many_candidates_the_first_six_are_said_and_the_others_on_demand(page, n, seen, away, words):
    first, folded, on_it = listed(page(*of_many(n), query="?baseline=m00"))
    assert (len(first), len(folded), on_it) == (seen, away, words)


def test_of_very_many_candidates_the_others_are_said_to_be_in_the_table(page):
    text = drawn("conclusions", page(*of_many(45), query="?baseline=m00"))
    assert "15 more candidates are in the table below" in text
    assert "in the table below" not in drawn("conclusions", page(*of_many(20), query="?baseline=m00"))


def bare(model, value):
    return {"model": model, "metrics": {"": value}}


def test_candidates_of_whom_nothing_can_be_tested_are_spoken_of_together(page):
    runs = [*SAME, *(bare(f"x{i}", i / 10) for i in range(8))]
    first, folded, _ = listed(page(*runs, query="?baseline=a"))
    assert (len(first), folded) == (2, [])
    assert "b is better than a" in first[0]
    assert "8 candidates (x7, x6, x5, x4, x3 and 3 more)" in first[1]
    why = "one of the two logs has no scores of samples"
    assert f"none of their differences from a can be tested: {why}." in first[1]


def test_each_reason_why_nothing_can_be_tested_is_said_alone(page):
    other = {"model": "x", "metrics": {"": 0.9}, "samples": samples([0.0] * 40)}
    first, _, _ = listed(page(*SAME, other, bare("w", 0.1), query="?baseline=a"))
    told = {text.split()[2]: text.partition("cannot be told: ")[2] for text in first if "cannot" in text}
    assert told == {
        "x": "accuracy is not the mean of the samples that the logs have.",
        "w": "one of the two logs has no scores of samples.",
    }


def test_of_several_reasons_each_says_of_how_many(page):
    b = [*(bare("b", 0.5) | {"task": t} for t in "vw"), {**SAME[1], "metrics": {"": 0.1}}]
    a = [*(bare("a", 0.4) | {"task": t} for t in "vw"), SAME[0]]
    (only,), _, _ = listed(page(*a, *b, query="?baseline=a"))
    assert (
        "none of 3 differences from a can be tested: one of the two logs has no scores of samples (in 2);"
        in only
    )
    assert "accuracy is not the mean of the samples that the logs have (in 1)." in only


def test_of_the_one_category_that_was_chosen_it_is_said_what_it_comes_to(page):
    runs = [
        run(m, values, metrics={"": 0.5, "x": sum(values) / 40, "y": 0.5})
        for m, values in (("a", [1.0, 0.0] * 20), ("b", [1.0] * 40))
    ]
    for each in runs:
        each["samples"] = [s | {"category": "x"} for s in each["samples"]]
    (only,), _, _ = listed(page(*runs, query="?baseline=a&category=x"))
    assert "b is better than a on x: Δ +0.500" in only
    (only,), _, _ = listed(page(*runs, query="?baseline=a&category=y"))
    assert "cannot be told: the logs have no samples in common." in only


def test_of_the_one_category_that_the_logs_have_a_score_of_it_is_said_what_it_comes_to(page):
    runs = [
        {**run(m, values), "metrics": {"x": sum(values) / 40}}
        for m, values in (("a", [1.0, 0.0] * 20), ("b", [1.0] * 40))
    ]
    for each in runs:
        each["samples"] = [s | {"category": "x"} for s in each["samples"]]
    (only,), _, _ = listed(page(*runs, query="?baseline=a"))
    assert "b: of one difference from a, 1 is really better, 0 really worse." in only


def test_a_lead_that_comes_from_samples_left_out_is_said_wherever_it_counts(page):
    """b has the ten that a gets right, too, and no others: Δ as logged is 0.75, and over the pairs nothing."""
    view = page(run("a", [1.0] * 10 + [0.0] * 30), run("b", [1.0] * 10), query="?baseline=a")
    for panel in ("ranking", "top", "bottom", "summary"):
        assert "The pairs do not confirm one of these differences" in drawn(panel, view), panel
        borne_out = page(run("a", [0.0] * 40), run("b", [1.0] * 30), query="?baseline=a")
        assert "do not confirm" not in drawn(panel, borne_out), panel


def test_of_two_such_candidates_each_is_spoken_of(page):
    first, _, _ = listed(page(*SAME, bare("x", 0.1), bare("y", 0.2), query="?baseline=a"))
    assert [text.split()[1] for text in first] == ["b", "Whether", "Whether"]


def test_the_sentences_stand_in_the_order_of_the_charts(page):
    view = page(*of_many(20), query="?baseline=m10")
    first, folded, _ = listed(view)
    charts = ranking.frame(view)["candidate"].unique(maintain_order=True).to_list()
    assert all(name in text for name, text in zip(charts, first + folded, strict=True))
    assert charts[0] == "m00"


def columns(view):
    return [c.field for c in deltas.columns(ranking.frame(view), view)]


def test_what_a_reader_asks_first_stands_first(page):
    first = ["candidate", "axis", "delta", "low", "p_adjusted", "n_paired", "verdict_word", "baseline_score"]
    assert columns(page(*SAME))[:8] == first
    assert columns(page(*MIXED))[:4] == ["candidate", "axis", "metric", "delta"]


def test_by_sample_there_are_no_columns_of_tests(page):
    assert not {"low", "p_adjusted", "verdict_word"} & set(columns(page(*SAME, query="?level=sample")))


def test_of_two_differences_each_is_named(page):
    view = page(*PARTED)
    named = {c.field: c.name for c in deltas.columns(ranking.frame(view), view)}
    assert (named["delta"], "paired_delta" in named) == ("delta_logged", True)
    for panel in ("ranking", "top", "bottom", "summary"):
        assert "as logged" in drawn(panel, view), panel
        assert "as logged" not in drawn(panel, page(*SAME)), panel


def test_the_summary_counts_every_difference_without_an_interval(page):
    """One of b, that has another in t, and the only one of c."""
    runs = (
        *PARTED,
        *({"model": m, "task": "u", "metrics": {"": x}} for m, x in (("a", 0.5), ("b", 0.6), ("c", 0.7))),
    )
    text = drawn("summary", page(*runs, query="?baseline=a"))
    assert "In one difference the two do not have the same samples" in text
    assert "2 differences have no interval over their own samples" in text
