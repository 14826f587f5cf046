"""Layers against tokens: which cells are shown, on which range, and how a trajectory finds its sample."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.queries import lenses, trajectories
from data.queries.trajectories import Limits
from data.viewstate import ViewState

FIXTURE = Path(__file__).parents[2] / "fixtures" / "tuned_lens"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return Ingester([FIXTURE], Cache(tmp_path_factory.mktemp("cache"))).look()


def view(**fields):
    return ViewState().edit(**fields)


@pytest.mark.parametrize(
    ("layers", "last", "fields", "shown"),
    [
        (4, "output", {}, [0, 1, 2, 3]),
        (4, "output", {"stride": 2}, [1, 3]),
        (5, "output", {"stride": 3}, [1, 4]),
        (4, "output", {"output": "0"}, [0, 1, 2]),
        (31, "output", {"stride": 200}, [30]),
        (4, "3", {"output": "0"}, [0, 1, 2, 3]),
        (4, "3", {"stride": 2}, [1, 3]),
        (1, "output", {"output": "0"}, []),
    ],
)
def test_a_stride_never_loses_the_output_and_only_an_output_is_left_out(layers, last, fields, shown):
    labels = [*map(str, range(layers - 1)), last]
    assert trajectories.rows_shown(labels, view(**fields)).tolist() == shown


def test_cells_are_the_stored_numbers(snapshot):
    found = trajectories.cells(snapshot, view(trajectories=["sky-tuned"], statistic="cross_entropy"))
    stored = pl.read_parquet(FIXTURE / "cells" / "sky-tuned.parquet").sort("layer", "position")
    assert found["value"].to_list() == stored["cross_entropy"].to_list()
    assert found["top1"].to_list() == stored["top1"].to_list()
    assert found["layer_label"].unique(maintain_order=True).to_list() == ["0", "1", "output"]
    assert found["token"].head(4).to_list() == ["The", " sky", " is", " <b>"]


def test_two_share_one_range_and_it_is_the_inner_98_percent(snapshot):
    found = trajectories.cells(snapshot, view(trajectories=["sky-tuned", "sky-logit"]))
    low, high = np.percentile(found["value"].to_numpy(), [1, 99])
    assert trajectories.limits(found, view()) == Limits(pytest.approx(low), pytest.approx(high))


def test_a_chosen_range_counts(snapshot):
    found = trajectories.cells(snapshot, view())
    assert trajectories.limits(found, view(low=0.5, high=2)) == Limits(0.5, 2)


def test_a_range_is_never_empty(snapshot):
    assert trajectories.limits(trajectories.cells(snapshot, view()), view(low=3, high=1)) == Limits(3, 4)


def test_the_difference_is_first_minus_second(snapshot):
    found = trajectories.difference(snapshot, view(trajectories=["sky-logit", "sky-tuned"]))
    assert found["value"].to_list() == pytest.approx([1.0] * 12, abs=1e-6)


def other(row, **changes):
    return {**row, **changes}


def test_what_cannot_be_compared_says_why(snapshot):
    (row,) = trajectories.chosen(snapshot, view(trajectories=["sky-logit"]))
    assert trajectories.apart(row, row) is None
    assert trajectories.apart(row, other(row, tokens=["a", "b", "c", "d"])) is None
    assert trajectories.apart(row, other(row, tokens=["a"])) == "tokens"
    assert trajectories.apart(row, other(row, layer_labels=["0", "output"])) == "layers"


def test_positions_with_other_tokens_are_counted(snapshot):
    (row,) = trajectories.chosen(snapshot, view(trajectories=["sky-logit"]))
    swapped = other(row, tokens=["The", " sea", " is", " <b>"])
    assert trajectories.other_tokens(row, swapped) == 1


def test_a_signed_statistic_has_0_in_the_middle():
    found = pl.DataFrame({"value": [-1.0, 0.0, 4.0]})
    low, high = trajectories.limits(found, view(), signed=True)
    assert -low == high == pytest.approx(np.percentile([-1, 0, 4], 99))
    assert trajectories.is_signed({"id": "log_prob_diff"})
    assert not trajectories.is_signed({"id": "entropy"})


def test_a_logarithmic_range_is_of_what_is_above_0():
    found = pl.DataFrame({"value": [0.0] * 50 + [0.5, 8.0]})
    assert trajectories.limits(found, view(color_scale="log")).low == pytest.approx(0.575)


def test_the_likeliest_tokens_of_chosen_cells_are_the_stored_ones(snapshot):
    found = trajectories.likely(snapshot, view(trajectories=["sky-tuned"], layers=["1"], tokens=["2"]))
    assert found.select("layer_label", "token", "rank", "likely", "logp").rows() == [
        ("1", " is", 1, "\n", -0.5),
        ("1", " is", 2, " a", -1.5),
    ]
    assert found["probability"].to_list() == pytest.approx(np.exp([-0.5, -1.5]).tolist())


def test_unless_cells_are_chosen_the_likeliest_are_the_outputs(snapshot):
    found = trajectories.likely(snapshot, view(trajectories=["sky-tuned"], statistic="cross_entropy"))
    assert set(found["layer_label"]) == {"output"}
    assert found["position"].unique().sort().to_list() == [0, 1, 2]


def test_positions_that_are_not_there_are_not_looked_for(snapshot):
    found = trajectories.lines(
        snapshot, view(trajectories=["sky-tuned"], tokens=["1", "99", "²", "-1", "9" * 40])
    )
    assert found["position"].drop_nulls().unique().to_list() == [1]


def test_one_trajectory_has_no_difference(snapshot):
    assert trajectories.difference(snapshot, view(trajectories=["sky-logit"])).is_empty()


def test_lines_go_through_all_layers_whatever_the_stride(snapshot):
    found = trajectories.lines(snapshot, view(trajectories=["sky-tuned"], tokens=["1"], stride=2))
    assert found.filter(pl.col("position") == 1)["value"].to_list() == pytest.approx([3.1, 2.1, 1.1])


def test_the_mean_line_is_over_what_is_defined(snapshot):
    found = trajectories.lines(snapshot, view(trajectories=["sky-tuned"], statistic="cross_entropy"))
    mean = found.filter(pl.col("position").is_null())["value"].to_list()
    assert mean == pytest.approx([np.mean([2.0 - layer / 2 + p for p in range(3)]) for layer in range(3)])


def test_the_last_positions_that_have_the_statistic_are_drawn(snapshot):
    found = trajectories.lines(snapshot, view(trajectories=["sky-tuned"], statistic="cross_entropy"))
    assert found["position"].drop_nulls().unique().sort().to_list() == [0, 1, 2]


@pytest.mark.parametrize(
    ("run", "sample", "epoch", "found"),
    [
        ({"run_id": "x", "model": "hf/toy/two-layers", "task": "toy_task"}, "s-1", 1, 2),
        ({"run_id": "x", "model": "toy/two-layers", "task": "toy_task"}, "s-1", 2, 0),
        ({"run_id": "x", "model": "toy/two-layers", "task": "another"}, "s-1", 1, 0),
        ({"run_id": "x", "model": "toy/three-layers", "task": "toy_task"}, "s-1", 1, 0),
        ({"run_id": "x", "model": "toy/two-layers", "task": "toy_task"}, "s-2", 1, 0),
    ],
)
def test_a_sample_finds_its_trajectories_by_task_model_sample_and_epoch(snapshot, run, sample, epoch, found):
    assert len(lenses.of_sample(snapshot, run, sample, epoch)) == found


def test_nothing_is_found_where_there_is_nothing(snapshot):
    from data.store import Snapshot

    for question in (trajectories.cells, trajectories.lines, trajectories.difference):
        assert question(Snapshot(), view()).is_empty()
    assert trajectories.chosen(Snapshot(), view(trajectories=["x"])) == []
    assert trajectories.chosen(snapshot, view(trajectories=["gone"]))[0]["trajectory_id"] == "sky-logit"
