"""Each run is in the snapshot once, under an id of its own, and the attempt that counts is told from the others."""

import os
import shutil

from data.problems import Code
from tests.fixtures import toy
from tests.fixtures.toy import ids, run


def test_a_copy_is_one_run_and_one_remark(logs, ingester):
    path = toy.write(logs / "a.toy", run("r"))
    shutil.copy(path, logs / "b.toy")
    found = ingester().look()
    assert ids(found) == ["r"]
    assert [(p.code, p.where, p.detail) for p in found.problems] == [
        (Code.COPY, str(logs / "b.toy"), str(path))
    ]


def test_two_different_logs_with_one_id_are_two_runs(logs, ingester):
    """The newest keeps the id."""
    os.utime(toy.write(logs / "a.toy", run("r", content="aaaaaaaaaa", model="old")), (1, 1))
    os.utime(toy.write(logs / "b.toy", run("r", content="bbbbbbbbbb", model="new")), (2, 2))
    found = ingester().look().runs
    assert dict(found.select("model", "run_id").rows()) == {"new": "r", "old": "r~aaaaaaaa"}


def test_the_id_of_a_run_does_not_depend_on_the_order_of_the_files(logs, ingester):
    for name, content, time in (("z.toy", "aaaaaaaaaa", 1), ("b.toy", "bbbbbbbbbb", 2)):
        os.utime(toy.write(logs / name, run("r", content=content, model=content)), (time, time))
    found = ingester().look().runs
    assert dict(found.select("model", "run_id").rows()) == {"bbbbbbbbbb": "r", "aaaaaaaaaa": "r~aaaaaaaa"}


def test_of_retries_the_latest_success_counts(logs, ingester):
    for day, status in ((1, "success"), (2, "success"), (3, "error")):
        one = run(f"r{day}", task_key="k", status=status, created=f"2026-01-0{day}T00:00:00")
        toy.write(logs / f"{day}.toy", one)
    found = ingester().look().runs
    assert dict(found.select("run_id", "superseded").rows()) == {"r1": True, "r2": False, "r3": True}


def test_an_attempt_without_a_date_is_older_than_all_that_have_one(logs, ingester):
    toy.write(logs / "a.toy", run("dated", task_key="k", created="2026-01-01T00:00:00"))
    toy.write(logs / "b.toy", run("undated", task_key="k", created=None))
    found = ingester().look().runs
    assert dict(found.select("run_id", "superseded").rows()) == {"dated": False, "undated": True}


def test_a_copy_that_was_cut_off_later_never_stands_for_the_whole(logs, ingester):
    about = {"task_key": "k", "created": "2026-01-01T00:00:00"}
    samples = [{"id": str(i), "scores": {"s": 1.0}} for i in range(3)]
    whole = toy.write(logs / "whole.toy", run("r", content="wwwwwwwwww", samples=samples, **about))
    cut = toy.write(logs / "cut.toy", run("r", content="cccccccccc", samples=samples[:1], **about))
    os.utime(whole, (1, 1))
    os.utime(cut, (2, 2))
    found = ingester().look().runs
    assert dict(found.select("location", "superseded").rows()) == {str(whole): False, str(cut): True}


def test_two_tasks_are_no_attempts_at_one_though_their_logs_share_all_ids(logs, ingester):
    for task in ("t", "u"):
        toy.write(logs / f"{task}.toy", run("r", content=task * 10, task=task, task_key="k"))
    found = ingester().look()
    assert sorted(found.runs["task"]) == ["t", "u"]
    assert found.runs["run_id"].n_unique() == 2
    assert not found.runs["superseded"].any()


def test_one_file_may_hold_several_runs(logs, ingester):
    toy.write(
        logs / "a.toy",
        run("a", task="t", samples=[{"id": "1", "scores": {"s": 0.25}}]),
        run("b", task="t", samples=[{"id": "1", "scores": {"s": 0.5}}, {"id": "2", "scores": {"s": 0.75}}]),
        run("c", task="u", samples=[{"id": "1", "scores": {"s": 1.0}}]),
    )
    found = ingester().look()
    assert found.parts["t"].runs == ("a", "b")
    assert found.parts["t"].cubes["s"].value[0].tolist()[1] == [0.5, 0.75]
    assert found.parts["u"].cubes["s"].value.ravel().tolist() == [1.0]


def test_metrics_belong_to_their_own_run(logs, ingester):
    toy.write(logs / "a.toy", run("z", model="z", metrics={"": 0.1}), run("b", model="b", metrics={"": 0.2}))
    toy.write(logs / "b.toy", run("m", model="m", metrics={"": 0.3}))
    found = ingester().look()
    rows = found.metrics.with_columns(id=found.runs["run_id"].gather(found.metrics["run"]))
    assert dict(rows.select("id", "value").rows()) == {"z": 0.1, "b": 0.2, "m": 0.3}
