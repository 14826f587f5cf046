"""What must not be compared and what only differs, aspect by aspect, by hand-made runs."""

import json

import polars as pl
import pytest

from data.queries import baseline, comparability, conclusions, deltas
from data.queries.comparability import Outcome, Why

SAME, DIFFERS, BREAKS, UNKNOWN = Outcome


def question(i):
    """A number that says that all of the question is known (data/formats/inputs.py)."""
    return 2 * i + 101


def run(
    model,
    ids=range(10),
    asked=question,
    config="{}",
    scorer="accuracy",
    metric="accuracy",
    right=(1, 3, 5),
    **more,
):
    samples = [
        {
            "id": str(i),
            "scores": {scorer: float(i in right)},
            "input_hash": asked(i),
            "question_hash": asked(i),
        }
        for i in ids
    ]
    about = {
        "run_id": model,
        "model": model,
        "dataset": "d",
        "epochs": 1,
        "config": config,
        "headline_scorer": scorer,
        "headline_metric": metric,
        "metrics": [{"scorer": scorer, "metric": metric, "value": sum(i in right for i in ids) / len(ids)}],
        "samples": samples,
    }
    return about | more


def saying(direction):
    metric = {"scorer": "accuracy", "metric": "accuracy", "value": 0.3, "direction": direction}
    return {"metrics": [metric]}


def judged(s, v, candidate="b"):
    """aspect -> (outcome, why) of a candidate against a."""
    found = deltas.aspects(s, v).filter(pl.col("candidate").str.starts_with(candidate))
    assert found["aspect"].is_unique().all()
    return {
        aspect: (outcome, why) for aspect, outcome, why in found.select("aspect", "outcome", "why").rows()
    }


@pytest.fixture
def of(snapshot, view):
    """The outcomes of two runs that are alike but for what is given."""

    def compare(a=None, b=None, query="?baseline=a"):
        return judged(snapshot(run("a", **(a or {})), run("b", **(b or {}))), view(query))

    return compare


def test_two_runs_alike_are_the_same_in_all(of):
    assert set(of().values()) == {(SAME, None)}


@pytest.mark.parametrize(
    ("a", "b", "aspect", "outcome", "why"),
    [
        ({}, {"dataset": "e"}, "dataset", DIFFERS, None),
        ({}, {"dataset": "e", "ids": range(50, 60)}, "dataset", BREAKS, Why.OTHER_QUESTIONS),
        ({}, {"dataset": "e", "samples": []}, "dataset", DIFFERS, None),
        ({}, {"dataset": None}, "dataset", UNKNOWN, None),
        ({"dataset": None}, {"dataset": None}, "dataset", UNKNOWN, None),
        ({}, {"ids": range(50, 60)}, "samples", BREAKS, Why.NONE_IN_COMMON),
        ({}, {"ids": range(9)}, "samples", DIFFERS, Why.PARTLY_IN_COMMON),
        ({}, {"ids": range(1)}, "samples", DIFFERS, Why.PARTLY_IN_COMMON),
        ({}, {"samples": []}, "samples", UNKNOWN, None),
        ({}, {"samples": []}, "inputs", UNKNOWN, None),
        ({}, {"asked": lambda i: question(i + 100 * (i < 6))}, "inputs", BREAKS, Why.MOST_INPUTS_DIFFER),
        ({}, {"asked": lambda i: question(i + 100 * (i < 5))}, "inputs", DIFFERS, Why.SOME_INPUTS_DIFFER),
        ({}, {"asked": lambda i: question(i + 100 * (i < 1))}, "inputs", DIFFERS, Why.SOME_INPUTS_DIFFER),
        ({}, {"asked": lambda i: None}, "inputs", UNKNOWN, None),
        ({}, {"asked": lambda i: None if i == 3 else question(i)}, "inputs", UNKNOWN, None),
        ({}, {"scorer": "judge"}, "scorer", BREAKS, Why.OTHER_SCORER),
        ({}, {"metric": "mean"}, "metric", DIFFERS, None),
        ({}, {"metric": "exact_match"}, "metric", DIFFERS, None),
        ({}, {"metric": "f1"}, "metric", BREAKS, Why.OTHER_METRIC),
        ({}, {"metric": "wer"}, "metric", BREAKS, Why.OTHER_DIRECTION),
        (saying(1), saying(-1), "metric", BREAKS, Why.OTHER_DIRECTION),
        (saying(-1), saying(None), "metric", SAME, None),
        ({}, {"epochs": 3}, "epochs", DIFFERS, None),
        ({}, {"epochs": None}, "epochs", UNKNOWN, None),
        ({}, {"samples_done": 5, "samples_planned": 10}, "status", DIFFERS, Why.INCOMPLETE),
        ({}, {"samples_done": 10, "samples_planned": 10}, "status", SAME, None),
        ({}, {"samples_done": 10, "samples_planned": None}, "status", SAME, None),
    ],
)  # fmt: skip
def test_an_aspect_in_which_two_runs_part(of, a, b, aspect, outcome, why):
    assert of(a, b)[aspect] == (outcome, why)


@pytest.mark.parametrize(
    ("one", "other", "aspect", "outcome"),
    [
        ({"plan": {"config": {"temperature": 0.0}}}, {"plan": {"config": {"temperature": 0}}}, "temperature", SAME),
        ({"plan": {"config": {"temperature": 0}}}, {"plan": {"config": {"temperature": 0.7}}}, "temperature", DIFFERS),
        ({"plan": {"config": {"temperature": 0}}}, {}, "temperature", DIFFERS),
        ({"plan": {"config": {"temperature": None}}}, {}, "temperature", SAME),
        ({"plan": {"config": {"max_tokens": 1}}}, {"model_generate_config": {"max_tokens": 1}}, "max_tokens", SAME),
        ({"config": {"limit": 5}}, {"config": {"limit": 6}}, "limit", DIFFERS),
        ({"config": {"limit": 5}}, {"adapter_spec": {"max_eval_instances": 5}}, "limit", SAME),
        ({"config": {"random_seed": 1}}, {"config": {"random_seed": 2}}, "seed", DIFFERS),
        ({"n_shot": 0}, {"n_shot": 5}, "few_shot", DIFFERS),
        ({"system_instruction": "a"}, {"system_instruction": "b"}, "system_prompt", DIFFERS),
        ({"evaluation": {"system_prompt": {"en": "a", "zh": "x"}}}, {"evaluation": {"system_prompt": {"zh": "x", "en": "a"}}}, "system_prompt", SAME),
        ({"evaluation": {"system_prompt": {"en": "a"}}}, {"evaluation": {"system_prompt": {"en": "b"}}}, "system_prompt", DIFFERS),
        ({"evaluation": {"system_prompt": {"en": "a"}, "system_prompt_enabled": False}}, {}, "system_prompt", SAME),
        ({"plan": {"steps": [{"solver": "system_message", "params": {"template": "be brief"}}]}}, {}, "system_prompt", DIFFERS),
        ({"plan": {"steps": [{"solver": "system_message", "params": {"template": "x"}}, {"solver": "generate"}]}},
         {"plan": {"steps": [{"solver": "generate"}]}}, "method", SAME),
        ({"plan": {"steps": [{"solver": "cot"}]}}, {"plan": {"steps": [{"solver": "generate"}]}}, "method", DIFFERS),
        ({"task_version": 1}, {"task_version": 2}, "version", DIFFERS),
        ({"packages": {"inspect_ai": "0.3.1"}}, {"packages": {"inspect_ai": "0.3.2"}}, "harness", DIFFERS),
        ({"config": {"epochs_reducer": ["mean"]}}, {"config": {"epochs_reducer": ["max"]}}, "epochs", SAME),
    ],
)  # fmt: skip
def test_a_setting_in_which_two_runs_part(of, one, other, aspect, outcome):
    assert of({"config": json.dumps(one)}, {"config": json.dumps(other)})[aspect] == (outcome, None)


def test_how_epochs_became_one_value_counts_where_there_are_several(of):
    several = [
        {"config": json.dumps({"config": {"epochs_reducer": [r]}}), "epochs": 4} for r in ("mean", "max")
    ]
    assert of(*several)["epochs"] == (BREAKS, Why.OTHER_REDUCER)


@pytest.mark.parametrize(
    ("a", "b", "outcome", "why"),
    [
        ("mean", "max", BREAKS, Why.OTHER_REDUCER),
        ("mean", "mean_score", SAME, None),
        ("max", "max", SAME, None),
        ("mean", None, SAME, None),
    ],
)
def test_how_epochs_became_one_value_as_logged(of, a, b, outcome, why):
    logged = [
        {"epochs": 4, "metrics": [{"scorer": "accuracy", "metric": "accuracy", "value": 0.3, "reducer": r}]}
        for r in (a, b)
    ]
    assert of(*logged)["epochs"] == (outcome, why)


def test_logged_values_count_before_what_was_asked(of):
    """Of several reducers that a run was told, one stands behind the value."""
    config = json.dumps({"config": {"epochs_reducer": ["mean", "max"]}})
    assert of({"config": config, "epochs": 4}, {"config": config, "epochs": 4})["epochs"] == (SAME, None)


def scored(value, metric="accuracy"):
    return {"metric": metric, "metrics": [{"scorer": "accuracy", "metric": metric, "value": value}]}


def test_shares_and_percentages_are_on_two_scales(of):
    assert of(scored(0.5), scored(50.0))["scale"] == (BREAKS, Why.OTHER_SCALE)
    assert of(scored(60.0), scored(50.0))["scale"] == (SAME, None)
    assert "scale" not in of(scored(0.5, "mean"), scored(50.0, "mean"))
    assert of(scored(0.5), scored(50.0), "?baseline=a&level=sample")["scale"] == (DIFFERS, Why.OTHER_SCALE)


@pytest.mark.parametrize(
    "config", [None, "no json", "[]", "3", '{"a":' * 5_000, '{"plan": 3, "scorers": "x", "config": [1]}']
)
def test_settings_that_cannot_be_read_are_unknown_or_plain(of, config):
    found = of({"config": '{"n_shot": 5}'}, {"config": config})
    assert found["few_shot"][0] in (UNKNOWN, DIFFERS)
    assert BREAKS not in {outcome for outcome, _ in found.values()}


@pytest.mark.parametrize(
    "steps", ['"x"', "[1, null]", '[{"solver": 3}]', '[{"solver": "system_message", "params": 3}]', "{}"]
)
def test_steps_of_any_shape_break_no_page(of, steps):
    assert of({"config": f'{{"plan": {{"steps": {steps}}}}}'}, {})["method"][0] in (SAME, DIFFERS)


def test_one_scorer_told_different_things(of):
    told = [
        {"config": json.dumps({"scorers": [{"name": "accuracy", "options": o}]})}
        for o in ({}, {"location": "end"})
    ]
    assert of(*told)["scorer"] == (DIFFERS, Why.OTHER_OPTIONS)


def test_two_harnesses_have_two_names_for_a_right_answer(snapshot, view):
    s = snapshot(run("a", scorer="choice"), run("b", scorer="none", metric="acc", format="other"))
    found = judged(s, view("?baseline=a"))
    assert found["scorer"] == (DIFFERS, None)
    assert found["metric"] == (DIFFERS, None)
    assert found["harness"] == (DIFFERS, None)
    assert found["seed"] == (UNKNOWN, None)
    assert found["inputs"] == (SAME, None)


def test_how_many_samples_meet(snapshot, view):
    s = snapshot(run("a", range(10)), run("b", range(4, 12), lambda i: question(i + 100 * (i == 5))))
    found = deltas.aspects(s, view("?baseline=a")).filter(pl.col("aspect") == "samples")
    counts = {c: found[c][0] for c in found.columns if c.startswith("n_")}
    assert counts == {
        "n_paired": 5,
        "n_candidate_only": 2,
        "n_baseline_only": 4,
        "n_input_differs": 1,
        "n_input_unknown": 0,
    }
    assert (found["baseline_value"][0], found["candidate_value"][0]) == ("10", "8")


OTHER_INPUTS = {"asked": lambda i: question(i + 100)}


def test_the_ranking_says_what_must_not_be_compared(snapshot, view):
    s = snapshot(run("a"), run("b", **OTHER_INPUTS), run("c", right=range(9)))
    found = {r["candidate"]: r for r in baseline.ranking(s, view("?baseline=a")).to_dicts()}
    assert found["b"]["comparable"] is False
    assert found["b"]["why_not"] == "inputs"
    assert (found["b"]["verdict"], found["b"]["p"], found["b"]["without"]) == (None, None, "not_comparable")
    assert (found["c"]["comparable"], found["c"]["why_not"]) == (True, None)
    assert found["c"]["n_paired"] == 10


def test_all_reasons_are_named(snapshot, view):
    s = snapshot(run("a"), run("b", range(50, 60), dataset="e"))
    assert baseline.ranking(s, view("?baseline=a"))["why_not"].to_list() == ["dataset, samples"]


def test_what_must_not_be_compared_is_neither_summed_up_nor_judged(snapshot, view):
    s = snapshot(run("a"), run("b", **OTHER_INPUTS), run("c", right=range(9)))
    v = view("?baseline=a")
    assert baseline.summary(s, v)["candidate"].to_list() == ["c"]
    assert baseline.extremes(s, v, largest=True)["candidate"].to_list() == ["c"]
    told = {
        r["candidate"]: (r["shown"], r["incomparable"], r["tested"])
        for r in conclusions.conclusions(s, v).to_dicts()
    }
    assert told == {"b": (0, 1, 0), "c": (1, 0, 1)}


def test_one_broken_pair_leaves_the_p_of_the_others_as_it_is(snapshot, view):
    sound = [run("a"), run("c", right=range(9), ids=range(3, 10))]
    alone = baseline.ranking(snapshot(*sound), view("?baseline=a")).filter(pl.col("candidate") == "c")
    beside = baseline.ranking(snapshot(*sound, run("b", **OTHER_INPUTS)), view("?baseline=a")).filter(
        pl.col("candidate") == "c"
    )
    assert alone["p_adjusted"].to_list() == beside["p_adjusted"].to_list()


def test_rows_keep_their_order_whatever_is_broken(snapshot, view):
    s = snapshot(run("a"), run("b"), run("c", **OTHER_INPUTS), run("d"))
    v = view("?baseline=a")
    assert deltas.judged(s, v)["candidate"].to_list() == deltas.deltas(s, v)["candidate"].to_list()


def test_a_sample_that_is_the_same_question_may_be_compared_on_its_own(snapshot, view):
    s = snapshot(run("a"), run("b", asked=lambda i: question(i + 100 * (i < 6))))
    found = baseline.ranking(s, view("?baseline=a&level=sample"))
    assert found["comparable"].all()


def test_a_break_is_of_one_task_only(snapshot, view):
    runs = [run("a"), run("b", **OTHER_INPUTS)]
    runs += [run(m, run_id=f"{m}2", task="u") for m in ("a", "b")]
    found = baseline.ranking(snapshot(*runs), view("?baseline=a")).select("task", "comparable").rows()
    assert sorted(found) == [("t", False), ("u", True)]


@pytest.mark.parametrize("query", ["", "?baseline=gone", "?model=a", "?candidate=gone", "?task=none"])
def test_nothing_to_compare_is_an_empty_card(snapshot, view, query):
    s = snapshot(run("a"))
    found = deltas.aspects(s, view(query))
    assert found.is_empty()
    assert found.schema == comparability.TABLE
    assert baseline.ranking(s, view(query)).is_empty()


def test_samples_that_the_categories_leave_out_break_nothing(snapshot, view):
    runs = [run("a"), run("b")]
    for r in runs:
        for sample in r["samples"]:
            sample["category"] = "x"
    s = snapshot(*runs)
    assert judged(s, view("?baseline=a&category=none"))["samples"] == (UNKNOWN, None)
    assert judged(s, view("?baseline=a&category=x"))["samples"] == (SAME, None)
