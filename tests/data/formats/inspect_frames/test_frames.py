"""What frames may hold that no demo has."""

import json

import polars as pl

from data.formats.base import Log, SampleKey
from data.formats.inspect_frames import FORMAT
from data.formats.inspect_frames.samples import asked
from data.problems import Code
from data.schema import Mark

SECRET = "sk-planted-0123456789abcdef"


def metrics(reading):
    return {(s, m): v for s, m, v in reading.tables.metrics.select("scorer", "metric", "value").rows()}


def scores(reading):
    t = reading.tables
    ids = t.samples["sample_id"].gather(t.scores["sample"])
    return {
        (i, s): Mark(m).name if v is None else v
        for i, (s, v, m) in zip(ids, t.scores.select("scorer", "value", "mark").rows(), strict=True)
    }


def test_names_with_underscores_are_told_from_their_metrics(read):
    evals = [{"score_my_grader_pass_rate": 0.5, "score_a_b_bootstrap_stderr": 0.1}]
    assert metrics(read(evals)) == {("my_grader_pass", "rate"): 0.5, ("a_b", "bootstrap_stderr"): 0.1}
    assert metrics(read(evals, [{"score_my_grader": "C"}]))["my_grader", "pass_rate"] == 0.5


def test_reducers_are_kept_apart(read):
    reading = read([{"score_m_mean_accuracy": 0.5, "score_m_at_least_2_accuracy": 0.25}], [{"score_m": "C"}])
    found = reading.tables.metrics.select("metric", "reducer", "value").rows()
    assert found == [("accuracy", "mean", 0.5), ("accuracy", "at_least_2", 0.25)]


def test_what_is_not_logged_is_left_out(read):
    rows = [
        {"eval_id": "E1", "score_a_mean": 1.0, "score_b_mean": None},
        {"eval_id": "E2", "score_a_mean": None, "score_b_mean": float("nan")},
    ]
    assert read(rows).tables.metrics.select("run", "scorer").rows() == [(0, "a")]


def test_parts_of_a_score_join_their_metrics(read):
    evals = [
        {
            "score_headline_name": "t",
            "score_headline_score": "ok",
            "score_headline_metric": "mean",
            "score_ok_mean": 1.0,
            "score_steps_mean": 3.0,
        }
    ]
    reading = read(evals, [{"score_t": '{"ok": "C", "steps": 3}'}])
    assert set(metrics(reading)) == {("t/ok", "mean"), ("t/steps", "mean")}
    assert scores(reading) == {("1", "t/ok"): 1.0, ("1", "t/steps"): 3.0}
    assert reading.tables.runs["headline_scorer"].to_list() == ["t/ok"]


def test_the_headline_is_by_the_reducer_that_has_its_value(read):
    headline = {
        "score_headline_name": "m",
        "score_headline_score": "m",
        "score_headline_metric": "accuracy",
        "score_headline_value": 1.0,
    }
    found = read([{**headline, "score_m_mean_accuracy": 0.5, "score_m_max_accuracy": 1.0}]).tables.runs
    columns = ("headline_scorer", "headline_metric", "headline_reducer")
    assert found.select(columns).rows() == [("m", "accuracy", "max")]


def test_grades_marks_and_columns_of_other_evaluations(read):
    samples = [
        {"id": "1", "score_m": "C", "score_other": None},
        {"id": "2", "score_m": None, "score_other": None},
        {"id": "3", "score_m": None, "score_other": None, "error": "broke"},
        {"id": "4", "score_m": "0.5", "score_other": None, "limit": "time"},
        {"id": "5", "score_m": "great", "score_other": None},
        {"id": "6", "eval_id": "E2", "score_m": None, "score_other": "I"},
    ]
    reading = read([{"total_samples": 5}, {"eval_id": "E2", "total_samples": 1}], samples)
    assert scores(reading) == {
        ("1", "m"): 1.0, ("2", "m"): "UNSCORED", ("3", "m"): "ERROR", ("4", "m"): 0.5, ("5", "m"): "INVALID", ("6", "other"): 0.0
    }  # fmt: skip
    assert [p.code for p in reading.problems] == [Code.UNKNOWN_GRADE]
    assert reading.tables.samples["run"].to_list() == [0, 0, 0, 0, 0, 1]
    assert reading.tables.runs.select("samples_done", "samples_failed").rows() == [(4, 1), (1, 0)]


def progress(reading):
    run = reading.tables.runs.row(0, named=True)
    return tuple(run[c] for c in ("samples_planned", "samples_done", "samples_failed", "total_tokens"))


def test_ten_rows_of_5000_are_not_all_that_was_done(read):
    ten = [{"id": str(i), "score_m": 0.0, "total_tokens": 3} for i in range(10)]
    assert progress(read([{"total_samples": 5000, "completed_samples": 4990}], ten)) == (
        5000,
        4990,
        None,
        None,
    )
    assert progress(read([{"total_samples": 10, "completed_samples": 10}], ten)) == (10, 10, 0, 30)
    assert progress(read([{}], ten)) == (None, None, None, None)


def test_rows_without_their_evaluation_are_all_there_is(read):
    rows = [{"id": "1", "score_m": 0.0}, {"id": "2", "score_m": None, "error": "lost"}]
    assert progress(read([], rows))[:3] == (2, 1, 1)


def test_a_sample_that_stands_there_twice_is_one_the_last(read):
    assert scores(read([{}], [{"score_m": "C"}, {"score_m": "I"}])) == {("1", "m"): 0.0}


def test_messages_are_read_from_their_text():
    said = asked("system:\nBe brief.\n\n\nuser:\nWhy?\n\n\nassistant:\nSo.\n")
    assert [(m.role, m.content) for m in said] == [
        ("system", "Be brief."),
        ("user", "Why?"),
        ("assistant", "So."),
    ]
    assert asked("no role here") == "no role here"
    assert asked(None) is None


def test_no_key_is_kept(read):
    args = json.dumps({"api_key": SECRET, "headers": {"Authorization": f"Bearer {SECRET}"}})
    run = read([{"model_args": args, "model_base_url": f"https://u:{SECRET}@h/v1"}]).tables.runs.row(
        0, named=True
    )
    assert SECRET not in json.dumps(run, default=str)
    assert "https://h/v1" in run["config"]


def test_the_frames_of_a_folder_are_one_log(tmp_path):
    one = {"eval_id": ["E1"], "task_name": ["t"], "model": ["m"]}
    two = {"sample_id": ["u"], "eval_id": ["E1"], "id": ["1"], "epoch": [1]}
    for name, columns in (("b_evals", one), ("a_samples", two), ("c_evals", one), ("strange", {"x": [1]})):
        pl.DataFrame(columns).write_parquet(tmp_path / f"{name}.parquet")
    files = sorted(tmp_path.iterdir())
    owned = {p.stem: [c.stem for c in FORMAT.companions(p, files)] for p in files}
    assert owned == {"b_evals": ["c_evals", "a_samples"], "a_samples": [], "c_evals": [], "strange": []}
    assert [p.stem for p in files if FORMAT.matches(p, b"PAR1")] == ["a_samples", "b_evals", "c_evals"]


def test_frames_of_messages_and_events_are_not_taken_for_samples(tmp_path):
    for extra in ("message_id", "event_id"):
        path = tmp_path / f"{extra}.parquet"
        pl.DataFrame(
            {"sample_id": ["u"], "eval_id": ["E"], "id": ["1"], "epoch": [1], extra: ["x"]}
        ).write_parquet(path)
        assert not FORMAT.matches(path, b"PAR1")


def test_a_sample_that_moved_is_none(read, tmp_path):
    reading = read([{}], [{"score_m": "C"}])
    (locator,) = reading.tables.samples["locator"]
    log = Log(tmp_path / "evals.parquet", (tmp_path / "samples.parquet",))
    assert FORMAT.sample(log, SampleKey("1", 1, locator))["input"] == "Why?"
    assert FORMAT.sample(log, SampleKey("1", 1, '{"file":"samples.parquet","row":9}')) is None
    assert FORMAT.sample(log, SampleKey("2", 1, locator)) is None
