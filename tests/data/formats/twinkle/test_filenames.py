"""Which files belong together."""

from pathlib import Path

import pytest

from data.formats.twinkle.filenames import companions, own

HERE = Path("/logs/m/high")
SUMMARY = HERE / "results_20250806_1543.json"
RUNS = tuple(HERE / f"eval_results_20250806_1543_run{i}.jsonl" for i in (0, 1, 2, 10))
OTHERS = [
    HERE / "eval_results_20250806_1544_run0.jsonl",
    HERE.parent / "eval_results_20250806_1543_run0.jsonl",
    HERE / "results_20250806_1543.csv",
    HERE / "notes.jsonl",
]


def test_a_summary_has_its_runs_in_their_order():
    assert companions(SUMMARY, [*reversed(RUNS), *OTHERS, SUMMARY]) == RUNS


@pytest.mark.parametrize("name", ["eval_results_20250806_1543_run0.json", "eval_results_20250806_1543.jsonl"])
@pytest.mark.parametrize("folder", ["", "details"])
def test_older_places_and_extensions(name, folder):
    path = HERE / folder / name
    assert companions(SUMMARY, [path, *OTHERS]) == (path,)


def test_seconds_are_not_minutes():
    late = HERE / "eval_results_20250806_154301_run0.jsonl"
    assert companions(SUMMARY, [late]) == ()
    assert companions(HERE / "results_20250806_154301.json", [late, *RUNS]) == (late,)


def test_without_a_summary_the_first_run_has_the_others():
    assert companions(RUNS[0], RUNS) == RUNS[1:]
    assert [companions(r, RUNS) for r in RUNS[1:]] == [()] * 3


def test_shards_belong_to_their_own_summary_and_to_the_merged_one():
    shards = [HERE / f"eval_results_20250806_1543_run0_node0_rank{i}.jsonl" for i in (0, 1)]
    part = HERE / "results_20250806_1543_node0_rank1.json"
    assert companions(part, [*shards, RUNS[0]]) == (shards[1],)
    claimed = companions(SUMMARY, [*shards, RUNS[0]])
    assert set(claimed) == {RUNS[0], *shards}
    assert own(SUMMARY, claimed) == (RUNS[0],)


def test_a_file_of_another_name_has_none():
    assert companions(HERE / "mine.json", RUNS) == ()
