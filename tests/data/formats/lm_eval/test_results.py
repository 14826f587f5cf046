"""A file of results becomes a run for each task."""

import json
from datetime import UTC, datetime

import pytest

from data.formats.lm_eval import FORMAT
from data.problems import Code

SECRET = "sk-planted-0123456789abcdef"


def metrics(reading):
    found = reading.tables.metrics
    return {(r, s, m): v for r, s, m, v in found.select("run", "scorer", "metric", "value").rows()}


def codes(reading):
    return [p.code for p in reading.problems]


def test_each_task_is_a_run_with_its_metrics(read, make):
    doc = make.results({"a": {"acc,none": 0.5, "acc_stderr,none": 0.1}, "b": {"f1,none": 0.25}})
    reading = read(doc)
    assert reading.tables.runs["task"].to_list() == ["a", "b"]
    assert metrics(reading) == {(0, "acc", "acc"): 0.5, (1, "f1", "f1"): 0.25}
    assert reading.tables.metrics["stderr"].to_list() == [0.1, None]


def test_two_filters_of_a_metric_stay_apart(read, make):
    doc = make.results({"g": {"exact_match,strict": 0.25, "exact_match,flexible": 0.75}})
    assert metrics(read(doc)) == {
        (0, "exact_match,strict", "exact_match"): 0.25,
        (0, "exact_match,flexible", "exact_match"): 0.75,
    }


def test_what_has_no_value_is_no_value(read, make):
    doc = make.results(
        {"a": {"acc,none": "N/A", "acc_stderr,none": "N/A", "f1,none": float("nan"), "g,none": 1}}
    )
    reading = read(doc)
    assert list(metrics(reading).values()) == [None, None, 1.0]
    assert reading.tables.runs["headline_scorer"].to_list() == ["g"]
    assert reading.problems == ()


def test_what_is_no_number_is_named(read, make):
    reading = read(make.results({"a": {"acc,none": [1, 2], "f1,none": 0.5}}))
    assert codes(reading) == [Code.BAD_VALUE]
    assert "acc" in reading.problems[0].detail


def test_a_group_is_no_task_and_names_the_suite_of_its_tasks(read, make):
    doc = make.results(
        {
            "mmlu": {"acc,none": 0.5},
            "mmlu_other": {"acc,none": 0.5},
            "virology": {"acc,none": 0.5},
            "x": {"acc,none": 1},
        },
        groups={"mmlu": {"acc,none": 0.5}, "mmlu_other": {"acc,none": 0.5}},
        group_subtasks={"mmlu": ["mmlu_other"], "mmlu_other": ["virology"], "x": []},
    )
    assert read(doc).tables.runs.select("task", "suite").rows() == [("virology", "mmlu"), ("x", None)]


def test_groups_that_contain_each_other_end(read, make):
    doc = make.results({"t": {"acc,none": 1}}, group_subtasks={"a": ["b", "t"], "b": ["a"]})
    assert read(doc).tables.runs.height == 1


def test_numbers_of_samples_date_shots_and_dataset(read, make):
    doc = make.results(
        {"a": {"acc,none": 1, "sample_len": 7}},
        configs={"a": {"dataset_path": "lab/data", "dataset_name": "en"}},
        **{
            "n-samples": {"a": {"original": 100, "effective": 10}},
            "n-shot": {"a": 5},
            "total_evaluation_time_seconds": "60.5",
        },
    )
    reading = read(doc)
    run = reading.tables.runs.row(0, named=True)
    assert reading.tables.metrics["n"].to_list() == [10]
    assert (run["samples_planned"], run["samples_done"]) == (10, None)
    assert (run["dataset"], run["tags"], run["duration_s"]) == ("lab/data/en", ["5-shot"], 60.5)
    assert run["created"] == datetime.fromtimestamp(1770113472.5, UTC)


def test_without_a_date_the_name_tells_it(read, make):
    reading = read(make.results({"a": {"acc,none": 1}}, date=None))
    assert reading.tables.runs["created"][0] == datetime(2026, 2, 3, 10, 11, 12, 345678, UTC)
    assert codes(reading) == []


@pytest.mark.parametrize(
    ("more", "model"),
    [
        ({"model_name": "lab/true", "config": {"model_args": "pretrained=other"}}, "lab/true"),
        ({"config": {"model": "hf", "model_args": "pretrained=lab/a,dtype=auto"}}, "lab/a"),
        ({"config": {"model": "openai", "model_args": "base_url=http://h/v1,model=gpt"}}, "gpt"),
        ({"config": {"model": "hf", "model_args": {"dtype": "auto", "pretrained": "lab/b"}}}, "lab/b"),
        ({"config": {"model": "dummy", "model_args": ""}}, "dummy"),
    ],
)
def test_the_model_by_its_true_name(read, make, more, model):
    doc = make.results({"a": {"acc,none": 1}}, model_name=None) | more
    assert read(doc).tables.runs["model"].to_list() == [model]


def test_no_model_is_said(read, make):
    reading = read(make.results({"a": {"acc,none": 1}}, model_name=""))
    assert reading.tables.runs["model"].to_list() == ["<unknown>"]
    assert codes(reading) == [Code.MISSING_FIELD]


def test_before_version_0_4_metrics_had_no_filter(read):
    doc = {
        "results": {"lambada": {"ppl": 12.5, "ppl_stderr": 0.5, "acc": 0.4}},
        "versions": {"lambada": 0},
        "config": {"model": "hf-causal", "model_args": "pretrained=lab/old"},
    }
    reading = read(doc)
    assert metrics(reading) == {(0, "ppl", "ppl"): 12.5, (0, "acc", "acc"): 0.4}
    assert reading.tables.metrics["stderr"].to_list() == [0.5, None]


def test_no_key_is_kept(read, make):
    doc = make.results(
        {"a": {"acc,none": 1}},
        config={
            "model": "x",
            "model_args": f"model=m,api_key={SECRET},dtype=auto",
            "headers": {"Authorization": SECRET},
        },
    )
    run = read(doc).tables.runs.row(0, named=True)
    assert SECRET not in json.dumps(run, default=str)
    assert "model=m" in run["config"]


def test_comparable_runs_share_a_digest_whatever_the_model(read, make):
    def digest(stamp, shots=0, **more):
        own = {"doc_to_text": "<function f at 0x7f00>", "metadata": more}
        doc = make.results(
            {"a": {"acc,none": 1}}, configs={"a": own}, **{"n-shot": {"a": shots}}, model_name=str(more)
        )
        return read(doc, stamp=stamp).tables.runs["config_digest"][0]

    one, two, three = (
        digest("2026-02-03T10-11-12"),
        digest("2026-02-04T10-11-12", pretrained="x"),
        digest("2026-02-05T10-11-12", 5),
    )
    assert one == two != three


def test_cut_off_results_give_what_is_left(log, make):
    whole = json.dumps(make.results({"a": {"acc,none": 0.5}, "b": {"acc,none": 0.25}})).encode()
    reading = FORMAT.read(log(whole[: whole.index(b'"b"') + 10]))
    assert codes(reading)[0] is Code.TRUNCATED
    assert metrics(reading)[0, "acc", "acc"] == 0.5


def test_of_damaged_results_what_comes_before_the_damage_stays(read, make):
    reading = read(
        b'{"model_name": "x", "date": 1, "results": {"a": {"acc,none": 0.5]]}', a=[make.row(0, acc=1.0)]
    )
    assert codes(reading) == [Code.UNREADABLE]
    assert metrics(reading) == {(0, "acc", "acc"): 0.5}
    assert reading.tables.samples["run"].to_list() == [0]


def test_samples_of_unreadable_results_stay(read, make):
    reading = read(b"nonsense", a=[make.row(0, acc=1.0)])
    assert codes(reading) == [Code.UNREADABLE, Code.ORPHAN_DETAILS]
    assert reading.tables.samples.height == 1
    assert reading.tables.runs["model"].to_list() == ["lab/m"]


def test_which_way_is_better_is_what_the_task_says(read, make):
    found = {"brier_score,none": 0.1, "acc,none": 0.5, "acc,strict": 0.4, "odd,none": 1, "new,none": 2}
    told = {"a": {"brier_score": False, "acc": True, "odd": "yes"}, "b": {"new": False}}
    reading = read(make.results({"a": found}, higher_is_better=told))
    assert reading.tables.metrics["direction"].to_list() == [-1, 1, 1, None, None]
