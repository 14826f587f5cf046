"""Sentences about who is ahead are true of the table that they are made from."""

import polars as pl
import pytest

from components import standings
from components.page import View
from data.queries.standing import STANDING
from data.store import Snapshot
from data.viewstate import ViewState

VIEW = View(Snapshot(), ViewState())
USUAL = {"metric": "accuracy", "task": "t", "n": 20, "of": 28, "left_out": 0, "level": 0.95, "adjusted_by": "bh", "alpha": 0.05,
         "resamples": 1000, "seed": 7, "reducer": "mean", "direction": 1,
         "rank_low": 1, "rank_high": 2}  # fmt: skip


def table(*rows):
    """(model, group, apart) each."""
    return pl.DataFrame([USUAL | {"rank": i + 1, "model": m, "tied": g, "apart": a} for i, (m, g, a) in enumerate(rows)],
                        schema=STANDING)  # fmt: skip


def said(*rows):
    return " ".join(standings.sentences(table(*rows), VIEW))


def test_of_few_samples_it_says_that_ranks_may_be_chance():
    few = table(("A", 1, True), ("B", 1, True)).with_columns(pl.lit(None).alias("rank_low"), n=3)
    *_, last = standings.sentences(few, VIEW)
    assert last.startswith("3 samples in common are too few for ranks")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("A", 1, True), ("B", 1, True)], "A and B lead, and cannot be told apart."),
        ([("A", 1, True), ("B", 2, True)], "A leads. B is behind A."),
        (
            [("A", 1, True), ("B", 1, True), ("C", 2, True)],
            "A and B lead, and cannot be told apart. C is behind A and B.",
        ),
        (
            [("A", 1, True), ("B", 1, True), ("C", 2, False)],
            "A and B lead, and cannot be told apart. C is behind A.",
        ),
        (
            [("A", 1, True), ("B", 1, True), ("C", 1, True)],
            "A has the best mean; B and C cannot be told from A.",
        ),
        (
            [("A", 1, True), ("B", 2, True), ("C", 2, True)],
            "A leads. B and C are behind A, and cannot be told apart.",
        ),
        (
            [("A", 1, True), ("B", 2, True), ("C", 2, False), ("D", 2, True)],
            "A leads. B is next, behind A; C and D cannot be told from B.",
        ),
        (
            [("A", 1, True), ("B", 2, True), ("C", 1, True)],
            "A and C lead, and cannot be told apart. B is behind A and C.",
        ),
    ],
)
def test_groups_become_sentences(rows, sentence):
    assert said(*rows) == sentence


def test_many_groups_and_many_names_are_counted():
    assert said(*((f"M{i}", i, True) for i in range(1, 7))).endswith("3 more follow.")
    crowd = said(*((f"M{i}", 1, True) for i in range(9)))
    assert crowd == "M0 has the best mean; M1, M2, M3 and 5 others cannot be told from M0."


def test_nothing_in_common_is_said():
    assert "No sample" in said(("A", None, True), ("B", None, True))


def test_the_method_names_samples_seed_and_level():
    told = standings.method(table(("A", 1, True), ("B", 1, True)), VIEW)
    for part in ("20 of 28 samples", "2 runs", "seed 7", "95 %", "Benjamini–Hochberg", "0.05", "mean"):
        assert part in told


def test_left_out_runs_and_clusters_are_said():
    df = table(("A", 1, True), ("B", 1, True)).with_columns(left_out=pl.lit(3), cluster=pl.lit("passage"))
    told = standings.method(df, VIEW)
    assert "3 more runs" in told
    assert "passage" in told


@pytest.mark.parametrize(
    ("ranks", "groups", "sentence"),
    [
        ([1, 1, 1, 4], [1] * 4, "A, B and C share the best mean; D cannot be told from them."),
        ([1, 1, 1], [1] * 3, "A, B and C have the same best mean."),
        ([1, 1, 3], [1, 1, 2], "A and B have the same best mean. C is behind A and B."),
        (
            [1, 2, 2, 4],
            [1, 2, 2, 2],
            "A leads. B and C come next with the same mean, behind A; D cannot be told from these.",
        ),
    ],
)
def test_all_that_share_the_best_mean_are_named(ranks, groups, sentence):
    df = table(*((m, g, True) for m, g in zip("ABCD", groups, strict=False)))
    assert " ".join(standings.sentences(df.with_columns(rank=pl.Series(ranks)), VIEW)) == sentence


def test_a_better_run_that_cannot_be_compared_comes_before_those_that_lead():
    others = pl.DataFrame(
        {"model": ["X", "Y", "Z"], "value": [0.9, 0.4, None], "better": [True, False, False]}
    )
    first, *_, last = standings.sentences(table(("A", 1, True), ("B", 1, True)), VIEW, others)
    assert first.startswith("X (0.900) scored better than any run below, but cannot be ranked")
    assert last.endswith("Y (0.400) and Z.")


def test_without_a_better_one_the_sentence_begins_with_who_leads():
    others = pl.DataFrame({"model": ["Y"], "value": [0.4], "better": [False]})
    assert next(standings.sentences(table(("A", 1, True), ("B", 2, True)), VIEW, others)) == "A leads."
