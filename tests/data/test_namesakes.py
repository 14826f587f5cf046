"""Two tasks of one name never merge; one task stays one, whoever's package it is from."""

import pytest

from data.formats.inputs import hashes
from tests.fixtures import toy
from tests.fixtures.toy import run


def asked(*questions):
    return [
        {"id": str(i), "input_hash": h, "scores": {"s": 1.0}}
        for i, h in enumerate(hashes(questions).to_list())
    ]


def task(full, dataset, *questions, **more):
    return run(full or "?", qualified=full, dataset=dataset, samples=asked(*questions), **more)


def tasks(logs, ingester, *runs):
    for i, one in enumerate(runs):
        toy.write(logs / f"{i}.toy", one)
    found = ingester().look()
    assert set(found.parts) == set(found.runs["task"])
    return dict(found.runs.select("run_id", "task").rows())


def test_other_owners_datasets_and_questions_are_other_tasks(logs, ingester):
    found = tasks(logs, ingester, task("a/arc", "x", "1?", "2?"), task("b/arc", "y", "3?", "4?"))
    assert found == {"a/arc": "a/arc", "b/arc": "b/arc"}


def test_without_samples_owners_and_datasets_tell(logs, ingester):
    one, other = (run(f"{o}/arc", qualified=f"{o}/arc", dataset=f"{o} x", metrics={"": 0.5}) for o in "ab")
    toy.write(logs / "a.toy", one, other)
    assert sorted(ingester().look().runs["task"]) == ["a/arc", "b/arc"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (task("a/arc", "x", "1?"), task("b/arc", "x", "2?")),
        (task("a/arc", "x", "1?", "2?"), task("b/arc", "y", "2?", "3?")),
        (task("a/arc", None, "1?"), task("b/arc", "y", "2?")),
        (task("a/arc", "x", "1?"), task(None, "y", "2?")),
    ],
    ids=["one dataset", "a question in common", "dataset not told", "owner not told"],
)
def test_what_may_be_one_task_keeps_its_short_name(logs, ingester, one, other):
    assert set(tasks(logs, ingester, one, other).values()) == {"t"}


def test_names_that_go_together_are_one_task_beside_another(logs, ingester):
    runs = task("c/arc", "x", "1?"), task("a/arc", "z", "1?"), task("b/arc", "y", "3?")
    assert tasks(logs, ingester, *runs) == {"c/arc": "a/arc", "a/arc": "a/arc", "b/arc": "b/arc"}


def test_a_run_whose_owner_is_not_told_keeps_the_short_name_beside_them(logs, ingester):
    found = tasks(logs, ingester, task("a/arc", "x", "1?"), task("b/arc", "y", "3?"), task(None, "x", "1?"))
    assert found == {"a/arc": "a/arc", "b/arc": "b/arc", "?": "t"}
