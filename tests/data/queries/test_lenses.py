"""A trajectory and the sample that it is of: by which rule they meet, and what each trajectory is called."""

import json
from pathlib import Path

import polars as pl
import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.queries import lenses, trajectories
from data.queries.lenses import Rule
from data.viewstate import ViewState

LINES = [
    {"task": "t", "model": "hf/lab/m", "sample_id": s, "epoch": e, "input": f"What is {s}?", "score": "C"}
    for s in ("a", "b")
    for e in (1, 2)
]


def manifest(folder, **more):
    (folder / "cells").mkdir(parents=True, exist_ok=True)
    rows = [{"trajectory_id": n, "model": "lab/m", "lens_type": "tuned_lens", "layer_labels": ["0", "output"],
             "tokens": ["x", "y"], "statistics": json.dumps([{"id": "entropy"}]), **said} for n, said in more.items()]  # fmt: skip
    for i, row in enumerate(rows):
        cells = {"trajectory_id": [row["trajectory_id"]] * 4, "layer": [0, 0, 1, 1], "position": [0, 1, 0, 1],
                 "entropy": [float(i)] * 4}  # fmt: skip
        pl.DataFrame(cells).write_parquet(folder / "cells" / f"{row['trajectory_id']}.parquet")
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(folder / "trajectories.parquet")


@pytest.fixture
def look(tmp_path):
    def at(lines=(), **folders):
        for name, more in folders.items():
            manifest(tmp_path / "logs" / name, **more)
        (tmp_path / "logs" / "samples.jsonl").write_text(
            "".join(json.dumps(x) + "\n" for x in [*LINES, *lines])
        )
        return Ingester([tmp_path / "logs"], Cache(tmp_path / "cache")).look()

    return at


def met(s):
    return {
        name: [(m.run["task"], m.sample_id, m.epoch, m.rule) for m in lenses.samples_of(s, row)]
        for name, row in lenses.named(s).items()
    }


NAMED = {"task": "t", "sample_id": "a"}


@pytest.mark.parametrize(
    ("link", "found"),
    [
        (NAMED, [("t", "a", 1, Rule.NAMES)]),
        (NAMED | {"epoch": 2}, [("t", "a", 2, Rule.NAMES)]),
        (NAMED | {"model": "openai/lab/m"}, [("t", "a", 1, Rule.NAMES)]),
        (NAMED | {"model": "lab/other"}, []),
        (NAMED | {"task": "u"}, []),
        (NAMED | {"sample_id": "z"}, []),
        ({"prompt": "What is b?"}, [("t", "b", 1, Rule.PROMPT)]),
        ({"prompt": "What is b?", "model": "lab/other"}, []),
        ({"prompt": "What is c?"}, []),
        ({"prompt": "What is b?", "sample_id": "a"}, []),
        ({}, []),
    ],
    ids=str,
)
def test_a_trajectory_finds_its_sample_by_the_first_rule_that_does(look, link, found):
    assert met(look(lens={"one": link})) == {"one": found}


def test_the_logs_own_id_comes_first(look):
    line = {"eval_id": "E", "task": "u", "model": "lab/other", "sample_id": "a", "score": "I"}
    s = look([line], lens={"one": NAMED | {"eval_id": "E"}, "two": NAMED | {"eval_id": "gone"}})
    assert met(s) == {"one": [("u", "a", 1, Rule.LOG)], "two": [("t", "a", 1, Rule.NAMES)]}


@pytest.mark.parametrize("link", [NAMED, {"prompt": "What is a?"}], ids=str)
def test_the_way_back_is_by_the_same_rule(look, link):
    s = look(lens={"one": link})
    (run,) = s.runs.to_dicts()
    assert lenses.of_sample(s, run, "a", 1) == ["one"]
    assert lenses.of_sample(s, run, "b", 1) == []


def test_two_manifests_that_use_one_id_are_two_trajectories(look):
    s = look(first={"x": {}}, second={"x": {}, "y": {}})
    assert list(lenses.named(s)) == ["x", "x (second)", "y"]
    both = trajectories.cells(s, ViewState().edit(trajectories=["x", "x (second)"]))
    assert both["trajectory_id"].unique(maintain_order=True).to_list() == ["x", "x (second)"]


def test_an_npz_beside_its_parquet_is_the_same_one(real_logs, tmp_path):
    s = Ingester([real_logs / "tuned_lens"], Cache(tmp_path / "cache")).look()
    cells = [Path(row["cells"]).name for row in lenses.named(s).values()]
    assert "capital-tuned.parquet" in cells
    assert "capital-tuned.npz" not in cells


def test_every_trajectory_of_a_real_sample_is_led_to_it_and_back(real_logs, tmp_path):
    s = Ingester([real_logs / "tuned_lens"], Cache(tmp_path / "cache")).look()
    (run,) = s.runs.to_dicts()
    for name, row in lenses.named(s).items():
        matches = lenses.samples_of(s, row)
        assert [m.sample_id for m in matches] == ([row["sample_id"]] if name.startswith("qa-") else [])
        assert all(name in lenses.of_sample(s, run, m.sample_id, m.epoch) for m in matches)
