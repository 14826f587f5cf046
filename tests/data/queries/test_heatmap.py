"""Samples against models, by hand-made scores."""

import pytest

from data.queries import choices, heatmap


def sample(id, value, epoch=1, **more):
    return {"id": id, "epoch": epoch, "scores": {"accuracy": value}, **more}


def ids(df):
    return list(dict.fromkeys(df["sample_id"]))


def models(df):
    return list(dict.fromkeys(df["model"]))


def cell(df, sample_id, model):
    return next(r for r in df.to_dicts() if (r["sample_id"], r["model"]) == (sample_id, model))


@pytest.mark.parametrize("mark", ["error", "limit", "unscored", "invalid", "missing"])
def test_a_cell_without_a_score_says_why_and_is_not_zero(snapshot, view, mark):
    df = heatmap.cells(snapshot({"samples": [sample("p", mark), sample("q", 0.0)]}), view(""))
    assert (cell(df, "p", "m")["value"], cell(df, "p", "m")["mark"]) == (None, mark)
    assert (cell(df, "q", "m")["value"], cell(df, "q", "m")["mark"]) == (0.0, "value")


def test_a_sample_that_one_model_was_not_asked_is_missing_there(snapshot, view):
    s = snapshot({"model": "a", "samples": [sample("p", 1.0)]}, {"model": "b", "samples": [sample("q", 1.0)]})
    df = heatmap.cells(s, view(""))
    assert df.height == 4
    assert (cell(df, "q", "a")["value"], cell(df, "q", "a")["mark"]) == (None, "missing")


def test_a_sample_cut_off_and_scored_all_the_same_keeps_both(snapshot, view):
    df = heatmap.cells(snapshot({"samples": [sample("p", (0.5, "limit"))]}), view(""))
    assert (cell(df, "p", "m")["value"], cell(df, "p", "m")["mark"]) == (0.5, "limit")


def test_epochs_without_a_value_do_not_count(snapshot, view):
    s = snapshot({"samples": [sample("p", 1.0, 1), sample("p", "error", 2), sample("p", 0.0, 3)]})
    row = cell(heatmap.cells(s, view("")), "p", "m")
    assert (row["value"], row["epochs"], row["mark"]) == (0.5, 2, "value")


def test_two_tasks_with_equal_ids_never_merge(snapshot, view):
    s = snapshot({"task": "t", "samples": [sample("1", 1.0)]}, {"task": "u", "samples": [sample("1", 0.0)]})
    first, second = heatmap.cells(s, view("")), heatmap.cells(s, view("?task=u"))
    assert (first["task"].to_list(), first["value"].to_list()) == (["t"], [1.0])
    assert (second["task"].to_list(), second["value"].to_list()) == (["u"], [0.0])


def test_the_task_that_most_models_ran_comes_first(snapshot, view):
    one = {"samples": [sample("1", 1.0)]}
    s = snapshot({"task": "t", **one}, {"task": "u", "model": "a", **one}, {"task": "u", "model": "b", **one})
    assert set(heatmap.cells(s, view(""))["task"]) == {"u"}
    assert set(heatmap.cells(s, view("?model=m"))["task"]) == {"t"}


def test_models_stand_in_ones_own_order_also_when_a_second_run_of_one_comes(snapshot, view):
    state = view("?sort_models=custom&arrange=b&arrange=a")
    one = {"samples": [sample("1", 1.0)]}
    old, new = ({"model": "b", "created": f"2026-01-0{day}T03:04:00", **one} for day in (2, 3))
    a = {"model": "a", **one}
    assert models(heatmap.cells(snapshot(old, a), state)) == ["b", "a"]
    assert models(heatmap.cells(snapshot(old, new, a), state)) == [
        "b @ 20260102_0304", "b @ 20260103_0304", "a"
    ]  # fmt: skip


HARD_AND_EASY = {
    "samples": [sample("hard", 0.0), sample("mid", 0.5), sample("easy", 1.0), sample("lost", "error")]
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["easy", "mid", "hard", "lost"]),
        ("?order=asc", ["hard", "mid", "easy", "lost"]),
        ("?sort=name", ["easy", "hard", "lost", "mid"]),
        ("?sort=name&order=asc", ["mid", "lost", "hard", "easy"]),
        ("?sort=custom&arrange=mid&arrange=lost", ["mid", "lost", "easy", "hard"]),
    ],
)
def test_samples_come_in_the_order_asked_for_those_without_a_score_last(snapshot, view, query, expected):
    assert ids(heatmap.cells(snapshot(HARD_AND_EASY), view(query))) == expected


def test_unsorted_samples_come_as_a_person_counts(snapshot, view):
    s = snapshot({"samples": [sample(i, 1.0) for i in ("10", "9", "q-10", "q-9")]})
    assert ids(heatmap.cells(s, view("?sort=none"))) == ["9", "10", "q-9", "q-10"]


def test_a_model_is_not_put_lower_for_samples_it_was_not_asked(snapshot, view):
    """By the mean a is ahead, by the sum b would be."""
    s = snapshot(
        {"model": "a", "samples": [sample("p", 1.0)]},
        {"model": "b", "samples": [sample(i, 0.8) for i in "pqr"]},
    )
    assert models(heatmap.cells(s, view(""))) == ["a", "b"]
    assert models(heatmap.cells(s, view("?order_models=asc"))) == ["b", "a"]


@pytest.mark.parametrize("column", ["input", "target", "answer"])
def test_text_finds_samples_by_what_was_said_in_any_case(snapshot, view, column):
    s = snapshot({"samples": [sample("p", 1.0, **{column: "The Needle"}), sample("q", 1.0)]})
    assert ids(heatmap.cells(s, view("?q=needle"))) == ["p"]


def test_text_is_text_and_no_pattern(snapshot, view):
    s = snapshot({"samples": [sample("a.b", 1.0), sample("axb", 1.0), sample("[", 1.0)]})
    assert ids(heatmap.cells(s, view("?q=a.b"))) == ["a.b"]
    assert ids(heatmap.cells(s, view("?q=["))) == ["["]


def test_a_category_keeps_its_samples_only(snapshot, view):
    s = snapshot({"samples": [sample("p", 1.0, category="x"), sample("q", 1.0, category="y")]})
    assert ids(heatmap.cells(s, view("?category=y"))) == ["q"]
    assert heatmap.cells(s, view("?category=none")).height == 0


@pytest.mark.parametrize("id", ["a/b", "#", "?", "100%", "<b>", "🙂", "a b", "ä", '"', "'", "\\", "=1+1"])
def test_any_id_is_found_by_its_name(snapshot, view, id):
    state = view("").edit(sample=id)
    df = heatmap.cells(snapshot({"samples": [sample(id, 1.0), sample("other", 1.0)]}), view(state.to_query()))
    assert ids(df) == [id]


def test_of_two_scorers_the_headline_is_shown_unless_one_is_named(snapshot, view):
    s = snapshot({"samples": [{"id": "p", "scores": {"accuracy": 1.0, "other": 0.25}}], "metrics": {"": 1.0}})
    assert heatmap.cells(s, view(""))["scorer"].to_list() == ["accuracy"]
    assert heatmap.cells(s, view("?metric=other"))["value"].to_list() == [0.25]


def test_from_0_to_100_shares_only(snapshot, view):
    s = snapshot({"samples": [sample("p", 0.25)]}, {"task": "u", "samples": [sample("p", 8.0)]})
    assert heatmap.cells(s, view("?task=t&scale=100"))["value"].to_list() == [25.0]
    assert heatmap.cells(s, view("?task=u&scale=100"))["value"].to_list() == [8.0]


def test_infinity_is_a_value_and_no_accident(snapshot, view):
    s = snapshot({"samples": [sample("p", float("inf")), sample("q", 1.0), sample("r", float("-inf"))]})
    df = heatmap.cells(s, view(""))
    assert ids(df) == ["p", "q", "r"]
    assert df["value"].to_list() == [float("inf"), 1.0, float("-inf")]


def test_nothing_to_show_is_an_empty_frame_with_its_columns(snapshot, view):
    df = heatmap.cells(snapshot({"metrics": {"": 0.5}}), view(""))
    assert (df.height, df.columns) == (0, list(heatmap.CELLS))


def test_a_scorer_that_is_asked_for_chooses_the_task_that_has_it(snapshot, view):
    """Never another scorer's numbers under its name."""
    s = snapshot(
        {"task": "t", "samples": [sample("p", 1.0)]},
        {"task": "u", "samples": [{"id": "p", "scores": {"z": 0.25}}], "headline_scorer": "z"},
    )
    assert heatmap.cells(s, view("?metric=z"))["task"].to_list() == ["u"]
    assert heatmap.cells(s, view("?metric=none")).height == 0


def test_a_run_that_ended_before_its_metrics_has_its_scores_shown_by_their_name(snapshot, view):
    s = snapshot({"status": "error", "samples": [sample("p", 0.25)], "headline_scorer": None})
    for name in ("", "accuracy", "accuracy/mean"):
        assert heatmap.cells(s, view("?status=error").edit(metric=name))["value"].to_list() == [0.25]


def test_what_is_chosen_does_not_decide_what_is_a_share(snapshot, view):
    s = snapshot({"samples": [sample("p", 0.5), sample("q", 8.0)]})
    assert heatmap.cells(s, view("?scale=100&sample=p"))["value"].to_list() == [0.5]


def test_what_can_come_first_in_an_order_of_ones_own_is_what_is_shown(snapshot, view):
    s = snapshot(HARD_AND_EASY)
    assert choices.of(s, view(""), "arrange") == ["m", "easy", "mid", "hard", "lost"]
    assert choices.of(s, view("?sort=custom&arrange=hard"), "arrange") == ["m", "hard", "easy", "lost", "mid"]
    assert choices.of(snapshot(), view(""), "arrange") == []


def asked(model, *inputs, format=None):
    kinds = "input_hash", "question_hash"
    return {
        "model": model,
        "format": format,
        "samples": [sample(str(i), 1.0, **dict.fromkeys(kinds, h)) for i, h in enumerate(inputs)],
    }


@pytest.mark.parametrize(
    ("runs", "n"),
    [
        ([asked("a", 3, 5, 7), asked("b", 3, 5, 7)], 0),
        ([asked("a", 3, 5, 7), asked("b", 3, 9, 11)], 2),
        ([asked("a", 3, 5, None), asked("b", 3, None, 7)], 0),
        ([asked("a", 3), asked("b", 3, 5), asked("c", 3, 7)], 1),
        ([asked("a", 3, format="x"), asked("b", 5, format="y")], 1),
        ([asked("a", 3)], 0),
    ],
    ids=["same", "two differ", "not known", "of three", "two harnesses", "one alone"],
)
def test_samples_that_were_not_asked_the_same_of_all_are_counted(snapshot, view, runs, n):
    assert heatmap.asked_otherwise(snapshot(*runs), view("")) == n


def test_only_models_and_samples_in_the_picture_count_as_asked_otherwise(snapshot, view):
    s = snapshot(asked("a", 3, 5), asked("b", 3, 7), asked("c", 3, 5))
    assert heatmap.asked_otherwise(s, view("?model=a&model=c")) == 0
    assert heatmap.asked_otherwise(s, view("?model=a&model=b")) == 1
