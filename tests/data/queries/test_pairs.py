"""Deltas by sample are of the same questions, and the view says how that is known."""

import polars as pl
import pytest

from data.queries import baseline, deltas, scores, selection

BY_SAMPLE = "?level=sample&baseline=a"


def asked(id, value, question=None, **more):
    """`question` is a hash; odd ones are of whole questions (data/formats/inputs.py)."""
    return {
        "id": id,
        "input_hash": question,
        "question_hash": question,
        "scores": {"accuracy": value},
        **more,
    }


def run(model, *samples, format="toy", **more):
    return {"model": model, "format": format, "samples": samples, "metrics": {"": 0.5}, **more}


def rows(s, v):
    return [
        tuple(r) for r in baseline.ranking(s, v).select("category", "delta", "n_paired", "paired_by").rows()
    ]


def test_by_id_with_another_input_left_out(snapshot, view):
    s = snapshot(
        run("a", asked("1", 0.0, 3), asked("2", 0.0, 5), asked("3", 0.0, 7)),
        run("b", asked("1", 1.0, 3), asked("2", 1.0, 5), asked("3", 1.0, 9)),
    )
    assert sorted(rows(s, view(BY_SAMPLE))) == [("1", 1.0, 2, "id"), ("2", 1.0, 2, "id")]
    (found,) = deltas.pairing(s, view(BY_SAMPLE)).to_dicts()
    assert (found["n_paired"], found["n_input_differs"], found["n_input_unknown"]) == (2, 1, 0)


def test_logs_that_do_not_say_what_was_asked_pair_by_id_and_it_is_counted(snapshot, view):
    s = snapshot(
        run("a", asked("1", 0.0), asked("2", 1.0, 5)), run("b", asked("1", 1.0, 3), asked("2", 1.0, 5))
    )
    assert len(rows(s, view(BY_SAMPLE))) == 2
    assert deltas.pairing(s, view(BY_SAMPLE))["n_input_unknown"].to_list() == [1]


def test_other_ids_pair_by_their_question(snapshot, view):
    s = snapshot(
        run("a", asked("id1", 0.0, 3), asked("id2", 1.0, 5), format="helm"),
        run("b", asked("1", 1.0, 5), asked("2", 1.0, 3), format="inspect"),
    )
    found = baseline.ranking(s, view(BY_SAMPLE)).select("category", "baseline_category", "delta").rows()
    assert sorted(found) == [("1", "id2", 0.0), ("2", "id1", 1.0)]


def test_within_a_format_its_own_hash_decides_and_across_formats_the_questions(snapshot, view):
    strict = {"input_hash": 3, "question_hash": 3}
    looser = {"input_hash": 5, "question_hash": 3}
    one, two = asked("1", 0.0) | strict, asked("1", 1.0) | looser
    same = snapshot(run("a", one), run("b", two))
    mixed = snapshot(run("a", one, format="helm"), run("b", two, format="lm_eval"))
    assert rows(same, view(BY_SAMPLE)) == []
    assert rows(mixed, view(BY_SAMPLE)) == [("1", 1.0, 1, "id")]


def test_a_sample_whose_epochs_were_asked_differently_is_of_unknown_input(snapshot, view):
    twice = (asked("1", 0.0, 3), asked("1", 0.0, 5, epoch=2))
    s = snapshot(run("a", *twice), run("b", asked("1", 1.0, 3)))
    assert deltas.pairing(s, view(BY_SAMPLE)).select("n_paired", "n_input_unknown").row(0) == (1, 1)


def test_every_candidate_is_paired_for_itself(snapshot, view):
    s = snapshot(
        run("a", asked("1", 0.0, 3), asked("2", 0.0, 5)),
        run("b", asked("1", 1.0, 3)),
        run("c", asked("1", 1.0, 3), asked("2", 1.0, 5)),
    )
    found = deltas.pairing(s, view(BY_SAMPLE)).select("candidate", "n_paired", "n_baseline_only").rows()
    assert sorted(found) == [("b", 1, 1), ("c", 2, 0)]


def test_two_tasks_with_equal_ids_never_meet(snapshot, view):
    s = snapshot(run("a", asked("1", 0.0, 3)), run("b", asked("1", 1.0, 3), task="u"))
    assert deltas.pairing(s, view(BY_SAMPLE)).height == 0
    assert rows(s, view(BY_SAMPLE)) == []


def test_at_other_levels_no_samples_are_counted(snapshot, view):
    s = snapshot(run("a", asked("1", 0.0, 3)), run("b", asked("1", 1.0, 3)))
    assert baseline.ranking(s, view("?baseline=a"))["n_paired"].to_list() == [None]


HELM = {"headline_scorer": "exact_match", "headline_metric": "exact_match", "format": "helm"}


def helm(model, value, **more):
    logged = [{"scorer": "exact_match", "metric": "exact_match", "value": value}]
    return {"model": model, "metrics": logged, **HELM, **more}


def test_right_answers_of_two_harnesses_are_one_measure(snapshot, view):
    s = snapshot(run("a", format="inspect"), helm("b", 0.75))
    (row,) = baseline.ranking(s, view("?baseline=a&level=task")).to_dicts()
    assert (row["metric"], row["delta"]) == ("accuracy", 0.25)


def test_what_is_no_share_of_right_answers_is_not(snapshot, view):
    bleu = {"metrics": [{"scorer": "bleu", "metric": "bleu", "value": 0.75}], "format": "helm"}
    s = snapshot(
        run("a", format="inspect"), run("b") | bleu | {"headline_scorer": "bleu", "headline_metric": "bleu"}
    )
    assert baseline.ranking(s, view("?baseline=a&level=task")).height == 0


def test_on_a_scale_of_100_both_are_shares(snapshot, view):
    s = snapshot(run("a", format="inspect"), helm("b", 0.75))
    found = scores.bars(s, view("?level=task&scale=100"))
    assert sorted(found["value"]) == [50.0, 75.0]


def test_one_model_in_two_harnesses_is_told_apart(snapshot, view):
    s = snapshot(run("m", format="inspect"), helm("m", 0.75), run("other", format="inspect"))
    labels = dict(
        selection.counted(s, view("")).select("format", "label").filter(pl.col("label") != "other").rows()
    )
    assert labels == {"inspect": "m (inspect)", "helm": "m (helm)"}
    (row,) = baseline.ranking(s, view("?baseline=m (inspect)&candidate=m (helm)&level=task")).to_dicts()
    assert row["delta"] == 0.25


@pytest.mark.parametrize("split", ["test", None])
def test_what_lies_in_no_split_stays_beside_a_task_of_splits(snapshot, view, split):
    s = snapshot(
        helm("a", 0.5, samples=[asked("id1", 0.0, 3, category="test") | {"scores": {"exact_match": 0.0}}])
        | {"metrics": [{"scorer": "exact_match", "metric": "exact_match", "value": 0.5, "split": "test"}]},
        run("b", asked("1", 1.0, 3, category=split), format="inspect"),
    )
    assert rows(s, view(BY_SAMPLE)) == [("1", 1.0, 1, "input")]
