"""The sentences of a comparison are true of its numbers, and the words of a number say how it came about."""

import pytest

from components import evidence, verdicts
from components.page import View
from components.text import knows
from data.cache import Cache
from data.queries import baseline, conclusions
from data.statistics.methods import Method
from data.store import Snapshot
from data.viewstate import ViewState
from tests.fixtures import toy


def run(model, values, *, scorer="accuracy", metric="accuracy", cluster=lambda i: None, **more):
    known = [v for v in values if v is not None]
    mean = [{"scorer": scorer, "metric": metric, "value": sum(known) / len(known)}]
    samples = [
        {"id": str(i), "input_hash": 101 + 2 * i, "question_hash": 101 + 2 * i, "scores": {scorer: v},
         "metadata": {"text": cluster(i)}}
        for i, v in enumerate(values)
        if v is not None
    ]  # fmt: skip
    about = {"model": model, "run_id": model, "metadata_keys": ["text"], "headline_scorer": scorer}
    return about | {"metrics": mean, "samples": samples, "headline_metric": metric} | more


@pytest.fixture
def said(tmp_path):
    """The sentences about the first candidate."""

    def ask(*runs, query="?baseline=a"):
        view = View(toy.snapshot(Cache(tmp_path / "cache"), *runs), ViewState.from_query(query))
        row = conclusions.conclusions(view.snapshot, view.state).to_dicts()[0]
        return list(verdicts.sentences(row, view))

    return ask


HALF = [0.0, 1.0] * 20


def test_better_says_how_much_of_how_many_and_how_sure(said):
    """10 / 52 ± 1.959964 sqrt((12 / 52 - (10 / 52)^2) / 52), and twice a half to the power of 10."""
    assert said(run("a", [0.0] * 10 + HALF), run("b", [1.0] * 10 + HALF)) == [
        "b is better than a on t: Δ +0.200 (95 % interval +0.073 to +0.312; 50 pairs; p = 0.002)."
    ]


def test_where_less_is_better_it_says_so(said):
    low, high = [0.1 + i / 500 for i in range(30)], [0.3 + i / 400 for i in range(30)]
    found = said(run("a", high, scorer="wer", metric="mean"), run("b", low, scorer="wer", metric="mean"))
    assert found[0].startswith("b is better than a on t: Δ −0.2")
    assert found[1] == "Of wer/mean, less is better."


def test_of_no_change_it_says_what_would_have_been_seen(said):
    found = said(run("a", HALF), run("b", HALF))
    assert found[0].startswith("No detectable change from a to b on t: Δ 0 (95 % interval")
    assert found[1:] == ["A true difference of 0.190 would have been found about four times in five."]


def test_what_would_count_alone_and_not_among_many_says_so(said):
    """Six of six is p = 0.03: of two tests, the other of which finds nothing, it is 0.06."""
    runs = run("a", [0.0] * 6 + HALF), run("b", [1.0] * 6 + HALF), run("c", [0.0] * 6 + HALF)
    found = said(*runs)
    assert "adjusted p = 0.062" in found[0]
    assert found[1] == "By itself that p would count; of 2 tests looked at together it does not."


def test_with_a_margin_also_how_many_pairs_would_show_it(said):
    found = said(run("a", HALF), run("b", HALF[1:] + HALF[:1]), query="?baseline=a&margin=0.05")
    assert found[-1].startswith("To find a difference of 0.050 so often would take about 3,")


@pytest.mark.parametrize(
    ("n", "words"), [(1, "1 pair of b and a on t is too few"), (4, "4 pairs of b and a on t are")]
)
def test_too_few_pairs(said, n, words):
    assert said(run("a", [0.0] * n), run("b", [1.0] * n))[0].startswith(words)


def test_too_few_clusters_are_not_called_too_few_pairs(said):
    found = said(*(run(m, HALF, cluster=lambda i: i % 4) for m in "ab"), query="?baseline=a&cluster=text")
    assert found[0].startswith("4 clusters, which 40 pairs of b and a on t are in, are too few")


def test_clusters_of_unequal_size_say_what_they_are_worth(said):
    runs = (run(m, HALF, cluster=lambda i: max(0, i - 20)) for m in "ab")
    found = said(*runs, query="?baseline=a&cluster=text")
    assert "in 20 clusters of such unequal size that they tell no more than 3.48 equal ones" in found[0]


def test_what_is_in_no_pair_is_said(said):
    a, b = [*HALF, 1.0, 0.0, 1.0], [*HALF, None, None, None]
    assert "In no pair, for want of a score of the same question in the other: 3 samples of a." in said(
        run("a", a), run("b", b)
    )


def test_by_sample_the_sentence_is_the_one_of_the_whole_task(said):
    """No pair is tested by itself, and nothing is said of its having no test."""
    runs = run("a", [0.0] * 10 + HALF), run("b", [1.0] * 10 + HALF)
    assert said(*runs, query="?baseline=a&level=sample") == said(*runs)
    assert said(*runs, query="?baseline=a&level=sample&q=11") == said(*runs)


def test_sentences_of_several_metrics_name_theirs(said):
    judged = [run(m, [x] * 12, scorer="judge", metric="mean", task="u") for m, x in (("a", 0.5), ("b", 0.5))]
    found = said(*(run(m, HALF) for m in "ab"), *(r | {"run_id": f"{r['model']} u"} for r in judged))
    assert found[0].startswith("No detectable change from a to b on t in accuracy: Δ 0")


def test_where_the_pairs_are_not_all_that_was_scored_both_differences_are_told(said):
    """20 of 40 right against 20 of 43, of which 40 are pairs."""
    found = said(run("a", [*HALF, 0.0, 0.0, 0.0]), run("b", [*HALF, None, None, None]))
    assert found[0].startswith("No detectable change from a to b on t: Δ 0 (")
    assert (
        "That is over the pairs; between the two scores as logged (n = 40, and 43 of a) Δ is +0.035." in found
    )


def test_few_pairs_ask_for_care(said):
    found = said(run("a", [0.0] * 8), run("b", [1.0] * 8))
    assert "That rests on only 8 pairs: take it with care." in found


def test_one_test_is_not_called_adjusted(said):
    view = View(Snapshot(), ViewState())
    assert verdicts.chance(0.02, view, 1) == "p = 0.020"
    assert verdicts.chance(0.02, view, 2) == "adjusted p = 0.020"
    assert "no others to be adjusted for" in verdicts.method(view, 1, 1)
    assert "Of 200 tests" in verdicts.method(view, 200, 1)


@pytest.mark.parametrize(
    "method", [m for m in Method if m.startswith(("paired", "mcnemar", "bonett", "sign"))]
)
def test_every_method_of_a_difference_has_words(method):
    assert knows("en", "method", method)


@pytest.fixture
def how(tmp_path):
    def ask(*runs, query="?baseline=a"):
        view = View(toy.snapshot(Cache(tmp_path / "cache"), *runs), ViewState.from_query(query))
        return evidence.how(baseline.ranking(view.snapshot, view.state), view).to_list()

    return ask


def test_a_number_says_n_method_level_and_what_was_left_out(how):
    (text,) = how(run("a", [*HALF, 1.0]), run("b", [*HALF, None]))
    for words in ("Pairs of samples: 40.", "baseline 1, candidate 0", "Epochs: mean", "95 % interval", "Bonett and Price",
                  "McNemar, exact", "The only test", "Detectable"):  # fmt: skip
        assert words in text


def test_of_clusters_it_says_how_many_they_are_and_what_they_are_worth(how):
    clusters = {"cluster": lambda i: i % 10}
    (text,) = how(
        run("a", HALF, **clusters), run("b", [*HALF[1:], 1.0], **clusters), query="?baseline=a&cluster=text"
    )
    assert "Clusters by text: 10, worth 10 of equal size." in text
    assert "t over clusters" in text


def test_of_many_tests_it_says_how_they_are_adjusted(how):
    first, _ = how(run("a", HALF), run("b", HALF), run("c", [1.0] * 40))
    assert "Adjusted for 2 tests (Benjamini–Hochberg)" in first


def test_without_samples_it_says_why_there_is_nothing_more(how):
    (text,) = how(run("a", HALF), {"model": "b", "metrics": {"": 0.5}, "run_id": "b"})
    assert text == "No interval and no test: no samples."
