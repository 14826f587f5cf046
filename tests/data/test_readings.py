"""What no log may do to the others, whatever its format."""

import pytest

from data.problems import Code
from data.schema import UNKNOWN
from tests.fixtures import toy

GOOD = {"run_id": "good", "samples": [{"id": "1", "scores": {"s": 1.0}}], "metrics": {"": 1.0}}


def bad(epoch):
    return {
        "run_id": "bad",
        "samples": [{"id": "1", "scores": {"s": 1.0}}, {"id": "2", "epoch": epoch, "scores": {"s": 0.0}}],
    }


@pytest.mark.parametrize("epoch", [-1, 0, 65, 1_000_000, 2**31 - 1, None])
def test_an_epoch_that_cannot_be_costs_its_sample_and_says_so(logs, ingester, epoch):
    toy.write(logs / "good.toy", GOOD)
    toy.write(logs / "bad.toy", bad(epoch))
    found = ingester().look()
    (problem,) = found.problems
    assert problem.code is Code.BAD_VALUE
    assert "epoch" in problem.detail
    part = found.parts["t"]
    assert part.cubes["s"].value.shape[0] == 1
    assert part.samples.collect().height == 2
    assert part.scores.collect()["value"].to_list() == [1.0, 1.0]


def test_late_epochs_of_a_log_that_declares_them_are_read(logs, ingester):
    toy.write(logs / "a.toy", {**bad(3), "epochs": 4})
    found = ingester().look()
    assert found.problems == ()
    assert found.parts["t"].cubes["s"].value.shape[0] == 3


@pytest.mark.parametrize("field", ["model", "task"])
def test_a_log_that_does_not_name_its_model_or_task_is_there_under_a_name_that_says_so(logs, ingester, field):
    toy.write(logs / "a.toy", {**GOOD, field: None})
    found = ingester().look()
    assert found.runs[field].to_list() == [UNKNOWN]
    assert list(found.parts) == [found.runs["task"][0]]
