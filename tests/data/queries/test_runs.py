"""Which runs a view is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cache import Cache
from data.problems import Code, Problem
from data.queries import choices, overview, runs, samples, selection
from data.viewstate import ViewState
from tests.fixtures import toy


def run(id, **more):
    return {"run_id": id, "model": id, **more}


def shown(s, view, query):
    return sorted(runs.table(s, view(query))["run_id"])


def test_every_run_is_listed_whatever_became_of_it(snapshot, view):
    s = snapshot(*(run(status, status=status) for status in ("success", "error", "cancelled", "started")))
    assert shown(s, view, "") == ["cancelled", "error", "started", "success"]
    assert shown(s, view, "?status=error&status=started") == ["error", "started"]


FILTERS = {
    "task": {"task": "x"},
    "model": {"model": "x"},
    "format": {"format": "x"},
    "tag": {"tags": ["w", "x"]},
    "suite": {"suite": "x"},
    "run": {"run_id": "x"},
}


@pytest.mark.parametrize("key", FILTERS)
def test_a_filter_keeps_what_has_the_value(snapshot, view, key):
    s = snapshot({"run_id": "x", **FILTERS[key]}, {"run_id": "y", "tags": ["z"], "suite": "y"})
    assert shown(s, view, f"?{key}=x") == ["x"]
    assert shown(s, view, f"?{key}=none") == []


def test_several_values_of_a_filter_mean_any_of_them(snapshot, view):
    s = snapshot(run("a"), run("b"), run("c"))
    assert shown(s, view, "?model=a&model=c") == ["a", "c"]


def test_dates_are_inclusive(snapshot, view):
    s = snapshot(*(run(d, created=f"{d}T12:00:00") for d in ("2026-01-01", "2026-01-02", "2026-01-03")))
    assert shown(s, view, "?since=2026-01-02") == ["2026-01-02", "2026-01-03"]
    assert shown(s, view, "?until=2026-01-02") == ["2026-01-01", "2026-01-02"]


@pytest.mark.parametrize("text", ["needle", "NEEDLE", "eed"])
@pytest.mark.parametrize("column", ["model", "task", "dataset", "location", "suite", "error"])
def test_text_finds_runs_by_their_names_place_and_error(snapshot, view, column, text):
    s = snapshot({"run_id": "x", column: "a Needle"}, {"run_id": "y"})
    assert shown(s, view, f"?q={text}") == ["x"]


ATTEMPTS = (
    run("old", task_key="k", status="success", created="2026-01-01T00:00:00"),
    run("new", task_key="k", status="success", created="2026-01-02T00:00:00"),
    run("newest", task_key="k", status="error", created="2026-01-03T00:00:00"),
)


def test_of_all_attempts_the_latest_success_counts(snapshot, view):
    s = snapshot(*ATTEMPTS)
    assert selection.counted(s, view(""))["run_id"].to_list() == ["new"]
    assert sorted(selection.counted(s, view("?attempts=all"))["run_id"]) == ["new", "old"]


def test_where_no_attempt_succeeded_the_latest_stands(snapshot, view):
    s = snapshot(*({**a, "status": "error"} for a in ATTEMPTS))
    assert selection.counted(s, view("?status=error"))["run_id"].to_list() == ["newest"]


def test_attempts_of_other_formats_are_others(snapshot, view):
    s = snapshot(*({**a, "format": a["run_id"]} for a in ATTEMPTS))
    assert s.runs["superseded"].to_list() == [False] * 3


def test_what_does_not_count_is_told_by_reason(snapshot, view):
    assert selection.left_out(snapshot(*ATTEMPTS), view("")) == selection.Left(unsuccessful=0, superseded=2)


def test_retryable_is_what_failed_and_was_not_tried_again(snapshot, view):
    s = snapshot(*ATTEMPTS, run("alone", status="error"), run("fine"))
    assert shown(s, view, "?retryable=1") == ["alone"]


def test_all_attempts_are_shown_together_latest_first(snapshot, view):
    found = runs.attempts(snapshot(*ATTEMPTS, run("other")), view("?run=old"))
    assert found["run_id"].to_list() == ["newest", "new", "old"]


def test_newest_runs_first_and_those_without_a_date_last(snapshot, view):
    s = snapshot(run("none"), *ATTEMPTS)
    assert runs.table(s, view(""))["run_id"].to_list() == ["newest", "new", "old", "none"]


def test_the_headline_stands_beside_its_run(snapshot, view):
    s = snapshot(run("a", metrics=[{"value": 0.25, "stderr": 0.1}, {"metric": "f1", "value": 0.9}]), run("b"))
    found = {r["run_id"]: (r["metric"], r["value"], r["stderr"]) for r in runs.table(s, view("")).to_dicts()}
    assert found == {"a": ("accuracy", 0.25, 0.1), "b": (None, None, None)}


def test_a_headline_is_on_the_scale_of_the_view(snapshot, view):
    judge = [
        {"scorer": "judge", "metric": "mean", "value": 0.9},
        {"scorer": "judge", "metric": "mean", "category": "x", "value": 7.5},
    ]
    rated = {"task": "u", "headline_scorer": "judge", "headline_metric": "mean", "metrics": judge}
    s = snapshot(run("a", metrics=[{"value": 0.57, "stderr": 0.07}]), run("b", **rated))
    (a, b) = runs.table(s, view("?scale=100")).sort("run_id").to_dicts()
    assert (a["value"], a["stderr"], a["low"] < 57 < a["high"]) == (57.0, 7.0, True)
    assert b["value"] == 0.9


def test_all_numbers_of_a_run_are_on_the_scale_of_the_view(snapshot, view):
    spread = [{"metric": "stderr", "value": 0.07}, {"metric": "var", "value": 0.25}]
    judge = [{"scorer": "judge", "metric": name, "value": x} for name, x in (("mean", 7.5), ("stderr", 0.5))]
    s = snapshot(run("a", metrics=[{"value": 0.57, "stderr": 0.07, "stddev": 0.5}, *spread, *judge]))
    found = runs.metrics(s, view("?run=a&scale=100")).select("scorer", "metric", "value", "stderr", "stddev")
    assert found.rows() == [
        ("accuracy", "accuracy", 57.0, 7.0, 50.0),
        ("accuracy", "stderr", 7.0, None, None),
        ("accuracy", "var", 2500.0, None, None),
        ("judge", "mean", 7.5, None, None),
        ("judge", "stderr", 0.5, None, None),
    ]
    assert runs.metrics(s, view("?run=a"))["value"].to_list() == [0.57, 0.07, 0.25, 7.5, 0.5]


def test_problems_are_listed_and_found_by_text(snapshot, view):
    s = snapshot(problems=(Problem(Code.TRUNCATED, "at 7", "/a.json"), Problem(Code.COPY, "x", "/b.json")))
    assert runs.problems(s, view("")).rows() == [("/a.json", "truncated", "at 7"), ("/b.json", "copy", "x")]
    assert runs.problems(s, view("?q=B.json"))["code"].to_list() == ["copy"]


def test_errors_are_counted_apart_from_remarks(snapshot, view):
    s = snapshot(run("a"), problems=(Problem(Code.TRUNCATED), Problem(Code.COPY), Problem(Code.UNFINISHED)))
    found = overview.counts(s, view(""))
    assert (found.runs, found.unread, found.notes) == (1, 1, 2)


def test_scores_are_counted_where_there_are_some(snapshot, view):
    scored = [
        {"id": "p", "scores": {"accuracy": 1.0, "f1": (0.5, "limit")}},
        {"id": "q", "scores": {"accuracy": "error"}},
    ]
    assert overview.counts(snapshot(run("a", samples=scored)), view("")).scores == 2


def test_scores_are_counted_of_the_runs_in_view(snapshot, view):
    p = [{"id": "p", "scores": {"x": 1.0}}]
    s = snapshot(run("a", samples=p), run("b", samples=p), run("c", task="u", samples=p))
    assert overview.counts(s, view("")).scores == 3
    assert overview.counts(s, view("?model=a")).scores == 1


@pytest.mark.parametrize("done", [0, 3, None])
def test_of_nothing_planned_there_is_no_coverage(snapshot, view, done):
    s = snapshot(run("a", metrics={"": 0.5}, samples_done=done, samples_planned=0))
    assert overview.matrix(s, view(""))["coverage"].to_list() == [None]


def test_coverage_is_what_was_done_of_what_was_planned(snapshot, view):
    s = snapshot(run("a", metrics={"": 0.5}, samples_done=3, samples_planned=4), run("b", metrics={"": 0.5}))
    found = {r["model"]: r["coverage"] for r in overview.matrix(s, view("")).to_dicts()}
    assert found == {"a": 0.75, "b": None}


def test_ten_latest_runs(snapshot, view):
    s = snapshot(*(run(f"r{d:02}", created=f"2026-01-{d:02}T00:00:00") for d in range(1, 13)))
    assert overview.latest(s, view(""))["run_id"].to_list() == [f"r{d:02}" for d in range(12, 2, -1)]


def test_samples_have_a_column_for_each_scorer(snapshot, view):
    s = snapshot(
        run("a", samples=[{"id": "p", "input": "1+1", "scores": {"x": 1.0, "y": 0.5}}]),
        run("b", task="u", samples=[{"id": "p", "scores": {"z": "error"}}]),
    )
    found = samples.table(s, view(""))
    assert found.columns[:8] == ["run_id", "task", "model", "sample_id", "epoch", "input", "target", "answer"]
    assert found.select("run_id", "input", "x", "y", "z").rows() == [
        ("a", "1+1", 1.0, 0.5, None),
        ("b", None, None, None, None),
    ]


def test_samples_keep_their_epochs_apart(snapshot, view):
    s = snapshot(run("a", samples=[{"id": "p", "epoch": e, "scores": {"x": e / 4}} for e in (1, 2)]))
    assert samples.table(s, view("")).select("epoch", "x").rows() == [(1, 0.25), (2, 0.5)]
    assert samples.table(s, view("?epoch=2"))["x"].to_list() == [0.5]


def test_a_scorer_called_like_a_column_does_not_take_its_place(snapshot, view):
    s = snapshot(run("a", samples=[{"id": "p", "answer": "42", "scores": {"answer": 1.0}}]))
    found = samples.table(s, view(""))
    assert found["answer"].to_list() == ["42"]
    assert 1.0 in found.row(0)


def test_a_sample_is_shown_in_every_run_of_its_task(snapshot, view):
    p = [{"id": "p", "scores": {"x": 1.0}}]
    s = snapshot(run("a", samples=p), run("b", samples=p), run("c", task="u", samples=p))
    assert sorted(samples.runs_of(s, view("?run=a&sample=p"))["run_id"]) == ["a", "b"]


def test_a_sample_of_an_unsuccessful_run_is_shown_beside_the_others(snapshot, view):
    p = [{"id": "p", "scores": {"x": 1.0}}]
    s = snapshot(run("a", status="error", samples=p), run("b", samples=p))
    assert sorted(samples.runs_of(s, view("?run=a&sample=p"))["run_id"]) == ["a", "b"]


def test_the_scores_of_one_sample_tell_why_there_is_none(snapshot, view):
    s = snapshot(run("a", samples=[{"id": "p", "scores": {"x": 1.0, "y": "unscored"}}]))
    found = samples.marks(s, view("?run=a&sample=p"))
    assert found.select("scorer", "value", "mark").rows() == [("x", 1.0, "value"), ("y", None, "unscored")]


@pytest.mark.parametrize("query", ["", "?run=none", "?run=a&sample=none", "?sample=p"])
def test_a_sample_that_is_not_there_is_an_empty_answer(snapshot, view, query):
    s = snapshot(run("a", samples=[{"id": "p", "scores": {"x": 1.0}}]))
    assert samples.marks(s, view(query)).height == 0
    assert samples.runs_of(s, view(query)).height == 0


def test_what_is_chosen_is_always_offered(snapshot, view):
    s = snapshot(run("a"))
    assert choices.of(s, view("?model=gone"), "models") == ["a", "gone"]


def test_headlines_are_offered_first(snapshot):
    s = snapshot(run("a", metrics=[{"metric": "aaa", "value": 1.0}, {"value": 0.5}]))
    assert choices.of(s, ViewState(), "metric") == ["accuracy", "accuracy/aaa"]


def test_the_categories_of_a_group_are_its_values(snapshot, view):
    sample = {"id": "p", "category": "own", "metadata": {"level": 3}, "scores": {"x": 1.0}}
    s = snapshot(run("a", samples=[sample], metadata_keys=["level"]))
    assert choices.of(s, view(""), "categories") == ["own"]
    assert choices.of(s, view("?group=level"), "categories") == ["3"]
    assert choices.of(s, view(""), "group") == ["level"]


@pytest.mark.parametrize("key", ["a.b", "a b", 'a"b', "a'b", "$", "[0]", "\\", "ключ", "🙂"])
def test_any_metadata_key_groups(snapshot, key):
    found = [
        {"id": str(i), "metadata": {key: v}, "scores": {"accuracy": i}} for i, v in enumerate(("x", "y"))
    ]
    s = snapshot(run("a", samples=found, metadata_keys=[key]))
    assert choices.of(s, ViewState().edit(group=key), "categories") == ["x", "y"]


@pytest.mark.parametrize(
    "name", ["run", "sample", "epoch", "sample_id", "model", "task", "error", "run_id", "category"]
)
def test_a_scorer_may_have_any_name(snapshot, view, name):
    found = samples.table(snapshot(run("a", samples=[{"id": "p", "scores": {name: 0.25}}])), view(""))
    assert found.select("run_id", "task", "model", "sample_id", "epoch").row(0) == ("a", "t", "a", "p", 1)
    assert 0.25 in found.row(0)


@pytest.mark.parametrize("task", ["t", "u"])
def test_two_harnesses_that_ran_one_model_on_one_task_are_told_apart(snapshot, view, task):
    s = snapshot(
        {"model": "a", "format": "one", "metrics": {"": 0.2}, "run_id": "1"},
        {"model": "a", "format": "two", "task": task, "metrics": {"": 0.9}, "run_id": "2"},
        {"model": "b", "format": "one", "metrics": {"": 0.5}, "run_id": "3"},
    )
    labels = dict(selection.counted(s, view("")).select("run_id", "label").rows())
    meet = task == "t"
    assert labels == {"1": "a (one)" if meet else "a", "2": "a (two)" if meet else "a", "3": "b"}


def test_a_run_is_called_the_same_whatever_the_link_asks_for(snapshot, view):
    s = snapshot(*ATTEMPTS)
    every = dict(selection.every(s, view("")).select("run_id", "label").rows())
    for query in ("", "?status=error", "?attempts=all", *(f"?run={r}" for r in every)):
        for run_id, label in selection.counted(s, view(query)).select("run_id", "label").rows():
            assert label == every[run_id]


RUN = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["a", "b", "a (one)"]),
        "task": st.sampled_from(["t", "u"]),
        "format": st.sampled_from(["one", "two"]),
        "status": st.sampled_from(["success", "error"]),
        "task_key": st.sampled_from(["x", "y", None]),
    }
)


@given(st.lists(RUN, max_size=8))
def test_a_label_is_one_run_on_its_task(tmp_path_factory, runs):
    numbered = [{**r, "run_id": f"r{i}", "metrics": {"": 0.5}} for i, r in enumerate(runs)]
    s = toy.snapshot(Cache(tmp_path_factory.mktemp("cache")), *numbered)
    found = selection.every(s, ViewState())
    assert found.select("label", "task").is_unique().all()


def test_runs_of_one_model_that_can_meet_in_a_chart_have_places_of_their_own(snapshot):
    """Those of one harness are called as their model is; of another, by when they ran."""
    days = {("t", "x"): ["2026-01-01"], ("u", "y"): ["2026-01-02", "2026-01-03"]}
    s = snapshot(
        *(
            {
                "run_id": day,
                "model": "m",
                "task": task,
                "format": format,
                "task_key": day,
                "created": f"{day}T00:00:00",
            }
            for (task, format), of_task in days.items()
            for day in of_task
        )
    )
    labels = set(selection.named(s)["label"])
    places = selection.places(s)
    assert labels == {"m", "m @ 20260102_0000", "m @ 20260103_0000"}
    assert {places[x].model for x in labels} == {0}
    assert len({places[x].name for x in labels}) == 3


def test_of_runs_that_all_have_names_of_their_own_the_first_looks_as_its_model_does(snapshot):
    days = ("2026-01-02", "2026-01-03")
    s = snapshot(
        *({"run_id": d, "model": "m", "task": "t", "task_key": d, "created": f"{d}T00:00:00"} for d in days)
    )
    places = selection.places(s)
    assert [places[x].name for x in ("m", "m @ 20260102_0000", "m @ 20260103_0000")] == [0, 0, 1]
