"""The one row about a log, and its metrics."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest

from data.formats.redaction import REMOVED, redacted
from data.problems import Code


@pytest.fixture
def run(read_json, make):
    """The row of runs of a log with this header."""

    def row(spec=None, **more):
        log = make.header(**more)
        log["eval"] = {**log["eval"], **(spec or {})}
        return read_json(**log).tables.runs.row(0, named=True)

    return row


def test_identity(run):
    row = run({"eval_set_id": "S1"})
    assert (row["run_id"], row["suite"], row["format"]) == ("E1", "S1", "inspect")
    assert (row["task"], row["model"], row["dataset"]) == ("arithmetic", "lab/model", "sums")
    assert row["created"] == datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)


def test_a_time_without_an_offset_is_utc(run):
    assert run({"created": "2024-05-05T07:59:35"})["created"] == datetime(2024, 5, 5, 7, 59, 35, tzinfo=UTC)


@pytest.mark.parametrize("created", [None, "", "yesterday", 5])
def test_a_time_that_is_none(run, created):
    assert run({"created": created})["created"] is None


def test_logs_older_than_eval_id_get_a_stable_one(run):
    first, again = run({"eval_id": None}), run({"eval_id": None})
    assert first["run_id"] == again["run_id"] != run({"eval_id": None, "task_id": "T2"})["run_id"]
    assert len(first["run_id"]) == 32


def test_retries_share_a_key_and_other_models_do_not(run):
    first, retry = run(), run({"eval_id": "E2", "run_id": "R2", "created": "2026-02-02T00:00:00+00:00"})
    assert first["task_key"] == retry["task_key"] != run({"model": "lab/other"})["task_key"]
    assert first["run_id"] != retry["run_id"]


@pytest.mark.parametrize("status", ["success", "error", "cancelled", "started"])
def test_status(run, status):
    assert run(status=status)["status"] == status


def test_an_unknown_status_is_never_a_success(read_json):
    reading = read_json(status="sucess")
    assert reading.tables.runs["status"].item() == "error"
    assert Code.BAD_VALUE in [p.code for p in reading.problems]


def test_error(run):
    row = run(
        status="error", error={"message": "no credit", "traceback": "Traceback\n", "traceback_ansi": "\x1b"}
    )
    assert (row["error"], row["traceback"]) == ("no credit", "Traceback\n")


def test_tags_are_the_edited_ones(run):
    assert run({"tags": ["a"]}, tags=["b", "c"])["tags"] == ["b", "c"]
    assert run({"tags": ["a"]})["tags"] == ["a"]
    assert run({"tags": ["a"]}, tags=[])["tags"] == []
    assert run()["tags"] == []


@pytest.mark.parametrize(
    ("spec", "planned"),
    [
        ({"dataset": {"samples": 100, "sample_ids": [1, 2, 3]}, "config": {"epochs": 2}}, 6),
        ({"dataset": {"samples": 100}, "config": {"limit": 10, "epochs": 3}}, 30),
        ({"dataset": {"samples": 5}, "config": {"limit": 10}}, 5),
        ({"dataset": {"samples": 100}, "config": {"limit": [10, 30]}}, 20),
        ({"dataset": {"samples": 25}, "config": {"limit": [10, 30]}}, 15),
        ({"dataset": {}, "config": {"limit": 20}}, 20),
        ({"dataset": {}, "config": {}}, None),
        ({"dataset": {"samples": 7}, "config": None}, 7),
    ],
)
def test_planned_samples(run, spec, planned):
    assert run(spec, results=None)["samples_planned"] == planned


def test_results_know_best_what_was_planned(run):
    assert run(results={"total_samples": 30, "completed_samples": 15})["samples_planned"] == 30


def test_progress_is_counted_in_the_samples(run, make):
    samples = [make.sample(1, value="C"), make.sample(2, error={"message": "boom"}), make.sample(3)]
    row = run(samples=samples, results={"total_samples": 4, "completed_samples": 2})
    assert (row["samples_planned"], row["samples_done"], row["samples_failed"]) == (4, 2, 1)


def test_a_log_that_was_cut_down_to_some_samples_still_did_them_all(run, make):
    row = run(samples=[make.sample(1, value="C")], results={"total_samples": 40, "completed_samples": 30})
    assert (row["samples_planned"], row["samples_done"], row["samples_failed"]) == (40, 30, None)


def test_progress_of_logs_that_keep_no_samples(run):
    row = run(results={"total_samples": 3, "completed_samples": 2})
    assert (row["samples_done"], row["samples_failed"]) == (2, None)


def test_usage_is_summed_and_absent_is_not_zero(run):
    usage = {"m": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}, "grader": {"input_tokens": 10}}
    row = run(stats={"model_usage": usage})
    assert (row["input_tokens"], row["output_tokens"], row["total_tokens"], row["cost"]) == (11, 2, 3, None)
    assert json.loads(row["usage"]) == usage
    assert run(stats={})["total_tokens"] is None
    assert run(stats={})["usage"] is None


def test_cost(run):
    assert (
        run(stats={"model_usage": {"a": {"total_cost": 0.5}, "b": {"total_cost": 1}, "c": {}}})["cost"] == 1.5
    )


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-01-01T00:00:00+00:00", "2026-01-01T01:01:00+01:00", 60.0),
        ("2026-01-01T00:00:00+00:00", "", None),
    ],
)
def test_duration(run, start, end, seconds):
    assert run(stats={"started_at": start, "completed_at": end})["duration_s"] == seconds


def test_config_has_neither_sample_ids_nor_secrets(run):
    text = run(
        {"model_args": {"api_key": "sk-1", "max_tokens": 5}, "task_args": {"n": 1}}, plan={"steps": [{}]}
    )
    config = json.loads(text["config"])
    assert config["dataset"] == {"name": "sums", "samples": 100}
    assert config["model_args"] == {"api_key": REMOVED, "max_tokens": 5}
    assert (config["task_args"], config["plan"]) == ({"n": 1}, {"steps": [{}]})


def test_config_is_strict_json(run):
    config = json.loads(run({"task_args": {"x": math.nan}})["config"], parse_constant=pytest.fail)
    assert config["task_args"] == {"x": None}


@pytest.mark.parametrize(
    "change",
    [
        {"task_args": {"n": 2}},
        {"solver": "other"},
        {"model_generate_config": {"temperature": 1}},
        {"config": {"epochs": 3}},
        {"config": {"epochs": 2, "message_limit": 5}},
        {"dataset": {"name": "other"}},
        {"task_version": 2},
    ],
)
def test_the_digest_tells_what_matters(run, change):
    assert run(change)["config_digest"] != run()["config_digest"]


@pytest.mark.parametrize(
    "change",
    [
        {"eval_id": "E2", "run_id": "R2", "task_id": "T2", "created": "2026-03-03T00:00:00+00:00"},
        {"model": "lab/other"},
        {"config": {"epochs": 2, "max_samples": 5, "log_buffer": 3}},
        {"tags": ["x"]},
        {"model_args": None},
    ],
)
def test_the_digest_ignores_what_does_not(run, change):
    assert run(change)["config_digest"] == run()["config_digest"]


def test_secrets():
    given = {
        "OPENAI_API_KEY": "a", "hfToken": "b", "headers": {"Authorization": "Bearer c"}, "pass": {"password": 1},
        "credentials": ["d"], "aws_secret_access_key": "e", "access_key": "f", "list": [{"token": "g"}],
        "url": "https://user:pw@host/x?api_key=h&n=1", "git": "git@github.com:a/b", "env": "HF_TOKEN=i",
        "header": "Authorization: Bearer abcdefghij",
    }  # fmt: skip
    text = json.dumps(redacted(given))
    assert redacted(given)["url"] == f"https://host/x?api_key={REMOVED}&n=1"
    assert redacted(given)["git"] == "git@github.com:a/b"
    assert redacted(given)["pass"] == {"password": REMOVED}
    for secret in ('"a"', '"b"', "Bearer c", '"d"', '"e"', '"f"', '"g"', "=h", "=i", "abcdefghij", "pw"):
        assert secret not in text


def test_what_only_looks_like_secrets():
    given = {
        "max_tokens": 5, "token_limit": 6, "total_tokens": 7, "stop_token": "x", "tokenizer": "y", "key": "z",
        "token_limit_type": "all", "author": "me", "monkey": "m", "prompt": "The token is in the password file.",
        "api_key": None,
    }  # fmt: skip
    assert redacted(given) == given


@pytest.fixture
def metrics(read_json):
    def rows(**results):
        return read_json(results=results).tables.metrics.to_dicts()

    return rows


def picked(rows, *names):
    return [tuple(row[n] for n in names) for row in rows]


def test_metrics_have_their_standard_error(metrics, make):
    rows = metrics(scores=[{**make.score("s", accuracy=0.5, stderr=0.1, std=0.2), "scored_samples": 9}])
    assert picked(rows, "scorer", "metric", "value", "stderr", "stddev", "n", "source") == [
        ("s", "accuracy", 0.5, 0.1, 0.2, 9, "actual"),
        ("s", "stderr", 0.1, None, None, 9, "actual"),
        ("s", "std", 0.2, None, None, 9, "actual"),
    ]


def test_standard_errors_stay_with_their_score(metrics, make):
    rows = metrics(scores=[make.score("s", accuracy=0.5, stderr=0.1), make.score("t", accuracy=1)])
    assert picked(rows, "scorer", "stderr")[-1] == ("t", None)


def test_metrics_that_are_not_a_number(metrics, make):
    assert picked(metrics(scores=[make.score("s", mean=math.nan, high=math.inf)]), "metric", "value") == [
        ("mean", None),
        ("high", math.inf),
    ]


def test_keys_of_a_dictionary_are_scorers(metrics, make):
    score = {"name": "f1", "scorer": "s", "metrics": {"mean": make.metric(0.5)}}
    assert picked(metrics(scores=[score]), "scorer", "metric") == [("s/f1", "mean")]


def test_a_key_called_like_its_scorer(read_json, make):
    score = {"name": "s", "scorer": "s", "metrics": {"mean": make.metric(0.5)}}
    reading = read_json(samples=[make.sample(value={"s": 0.5})], results={"scores": [score]})
    assert set(reading.tables.metrics["scorer"]) == set(reading.tables.scores["scorer"]) == {"s/s"}
    assert reading.tables.runs["headline_scorer"].item() == "s/s"


def test_reducers_are_apart(metrics, make):
    rows = metrics(scores=[{**make.score("s", mean=n), "reducer": r} for n, r in enumerate(["mean", "max"])])
    assert picked(rows, "reducer", "value") == [("mean", 0.0), ("max", 1.0)]


def test_groups_are_apart(metrics, make):
    grouped = {
        "accuracy": make.metric(0.5),
        "stderr": make.metric(0.1),
        "algebra": make.metric(1, "algebra", group="grouped"),
        "algebra2": make.metric(0, "algebra", group="grouped"),
        "other": make.metric(0, "algebra", group="also"),
    }
    rows = metrics(scores=[{"name": "s", "scorer": "s", "metrics": grouped}])
    assert picked(rows, "metric", "stderr") == [
        ("accuracy", 0.1),
        ("stderr", None),
        ("grouped/algebra", None),
        ("grouped/algebra2", None),
        ("also/algebra", None),
    ]


def test_results_of_early_2024(metrics, make):
    rows = metrics(
        scorer={"name": "s"}, metrics={"accuracy": make.metric(math.nan), "bootstrap_std": make.metric(0)}
    )
    assert picked(rows, "scorer", "metric", "value") == [("s", "accuracy", None), ("s", "bootstrap_std", 0.0)]


def test_results_of_mid_2024(metrics, make):
    rows = metrics(scorers=[{"name": "s", "metrics": {"accuracy": make.metric(1)}}])
    assert picked(rows, "scorer", "metric", "value") == [("s", "accuracy", 1.0)]


@pytest.mark.parametrize("results", [None, {}, {"scores": None}, {"scores": "x"}, {"scores": [None, {}]}])
def test_results_without_metrics(read_json, results):
    assert read_json(results=results).tables.metrics.is_empty()


@pytest.mark.parametrize(
    ("results", "declared", "headline"),
    [
        ({}, None, ("a", "x", None)),
        (
            {"headline": {"scorer": "b", "score": "k", "metric": "v", "reducer": "max"}},
            None,
            ("b/k", "v", "max"),
        ),
        ({}, {"metric": "y"}, ("a", "y", None)),
        ({}, {"scorer": "b"}, ("b/k", "u", "mean")),
        ({}, {"score": "k", "reducer": "max"}, ("b/k", "v", "max")),
        ({}, {"scorer": "gone"}, ("a", "x", None)),
        ({}, {"scorer": "a", "metric": "v"}, ("a", "x", None)),
        ({"headline": {"scorer": "a", "metric": "y"}}, {"scorer": "b"}, ("a", "y", None)),
    ],
)
def test_headline(run, make, results, declared, headline):
    scores = [
        make.score("a", x=1, y=2),
        {"name": "k", "scorer": "b", "reducer": "mean", "metrics": {"u": make.metric(3)}},
        {"name": "k", "scorer": "b", "reducer": "max", "metrics": {"v": make.metric(4)}},
    ]
    row = run({"headline_metric": declared}, results={"scores": scores, **results})
    assert (row["headline_scorer"], row["headline_metric"], row["headline_reducer"]) == headline


def test_no_headline_without_metrics(run, make):
    row = run(results={"scores": [{"name": "a", "scorer": "a", "metrics": {}}]})
    assert (row["headline_scorer"], row["headline_metric"]) == ("a", None)
    assert run(results=None)["headline_scorer"] is None
