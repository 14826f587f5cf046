"""Cell by cell against what inspect_ai itself reads, on real logs and on logs that it has just written."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from data.formats.base import Log
from data.formats.inspect_log import FORMAT
from data.queries.samples import SHOWN
from data.schema import Mark

HERE = Path(__file__).parent
REAL = sorted((HERE.parents[4] / "shared/real-logs/inspect").glob("*"))
WRITTEN = (
    "mixed.eval", "mixed.json", "deflated.eval", "edited.eval", "started.eval", "reduced.eval", "best.eval", "failing.eval",
    "failing.json", "stopped.eval", "limited.eval", "limited.json", "messages.eval", "messages.json",
    "unscored.eval",
)  # fmt: skip
UNKNOWN_GRADES = {"A", "B", "c", "", "nan"}
"""Where we differ on purpose: value_to_float makes 0 of a string that it does not know."""
INFINITIES = {"inf": math.inf, "-inf": -math.inf}
"""samples_df makes text of a column of mixed types, and of this text value_to_float makes 0."""


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    pytest.importorskip("inspect_ai")
    folder = tmp_path_factory.mktemp("inspect")
    copies = tmp_path_factory.mktemp("copies")
    subprocess.run(
        [sys.executable, HERE / "oracle.py", folder, *REAL],
        check=True,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "ORACLE_TMP": str(copies)},
    )
    return folder


@pytest.fixture(scope="session")
def said(written):
    """What the library says of each log."""
    return json.loads((written / "said.jsn").read_text())


@pytest.fixture(params=[*WRITTEN, *REAL], ids=lambda p: Path(p).name)
def path(request, written):
    return written / request.param


@pytest.fixture
def theirs(path, said):
    return said[str(path)]


@pytest.fixture
def ours(path):
    return FORMAT.read(Log(path)).tables


def test_every_log_is_told_by_its_content(path):
    with path.open("rb") as file:
        assert FORMAT.matches(Path("renamed.txt"), file.read(65_536))


def test_same_samples(ours, theirs):
    mine = [(s["sample_id"], s["epoch"]) for s in ours.samples.to_dicts()]
    assert sorted(mine) == sorted((s["id"], s["epoch"]) for s in theirs["samples"])


def test_same_cells_of_samples(ours, theirs):
    mine = by_sample(ours.samples.to_dicts())
    for sample in theirs["samples"]:
        row = mine[sample["id"], sample["epoch"]]
        # Where a log has no usage, the library says 0 tokens; absent is not 0 here.
        assert (row["total_tokens"] or 0) == sample["total_tokens"]
        assert row["time_s"] == sample["total_time"]
        assert (row["error"] or "") == sample["error"]
        assert row["limit"] == sample["limit"]
        assert (row["target"] or "").strip().replace(", ", ",") == sample["target"].strip()


def test_same_scores(ours, theirs):
    rows = ours.scores.with_columns(ours.samples[ours.scores["sample"], ["sample_id", "epoch"]])
    mine = {(r["sample_id"], r["epoch"], r["scorer"]): (r["value"], r["mark"]) for r in rows.to_dicts()}
    assert len(mine) == rows.height
    for sample, scorer, cell in cells(theirs):
        found = mine.pop((sample["id"], sample["epoch"], scorer), (None, None))
        assert found == expected(*cell, sample), f"{sample['id']} {scorer}"
    assert not mine


def cells(theirs):
    """Sample, scorer, cell; a list or a dictionary is a scorer for each part, also where a sample has none."""
    parts = {
        scorer: list(cell)
        for scores in theirs["floats"]
        for scorer, cell in scores.items()
        if isinstance(cell, dict)
    }
    for sample, scores in zip(theirs["samples"], theirs["floats"], strict=True):
        for scorer, cell in scores.items():
            for part in parts.get(scorer, ()):
                yield sample, f"{scorer}/{part}", cell[part] if isinstance(cell, dict) else cell
            if scorer not in parts:
                yield sample, scorer, cell


def expected(raw, number, sample):
    """The value and the mark that we want for a cell of samples_df and its value_to_float."""
    if raw is None:
        return None, Mark.ERROR if sample["error"] else Mark.UNSCORED
    if isinstance(raw, str) and raw in UNKNOWN_GRADES:
        assert number == 0.0
        return None, Mark.INVALID
    if raw in INFINITIES:
        return INFINITIES[raw], Mark.VALUE
    return number, Mark.LIMIT if sample["limit"] else Mark.VALUE


def by_sample(rows):
    return {(row["sample_id"], row["epoch"]): row for row in rows}


def test_same_metrics(ours, theirs):
    mine = ours.metrics.to_dicts()
    scores = (theirs["header"]["results"] or {"scores": []})["scores"]
    expected = [(score, metric) for score in scores for metric in score["metrics"].values()]
    assert len(mine) == len(expected)
    for row, (score, metric) in zip(mine, expected, strict=True):
        assert row["value"] == (None if is_nan(metric["value"]) else metric["value"])
        assert row["metric"].split("/")[-1] == metric["name"]
        assert (row["n"], row["reducer"]) == (score["scored_samples"], score["reducer"])
        assert row["scorer"].split("/")[0] == score["scorer"]


def is_nan(value):
    return value is None or (isinstance(value, float) and math.isnan(value))


def test_metrics_do_not_collide(ours):
    key = ["scorer", "metric", "reducer"]
    assert ours.metrics.select(key).n_unique() == ours.metrics.height


def test_metrics_are_of_scorers_that_the_samples_have(ours):
    if ours.scores.height:
        assert set(ours.metrics["scorer"]) <= set(ours.scores["scorer"])


def test_same_headline(ours, theirs):
    (run,) = ours.runs.to_dicts()
    if theirs["headline"] is None:
        assert (run["headline_scorer"], run["headline_metric"]) == (None, None)
        return
    scorer, score, metric, reducer, value = theirs["headline"]
    assert run["headline_scorer"] == (scorer if scorer == score else f"{scorer}/{score}")
    assert run["headline_metric"].split("/")[-1] == metric
    assert run["headline_reducer"] == reducer
    mine = ours.metrics.filter(
        pl.col(c).eq_missing(pl.lit(run[f"headline_{c}"])) for c in ("scorer", "metric", "reducer")
    )
    assert mine["value"].to_list() == [None if is_nan(value) else value]


def test_same_run(ours, theirs):
    (run,), header = ours.runs.to_dicts(), theirs["header"]
    spec, results = header["eval"], header["results"] or {}
    assert run["model"] == spec["model"]
    assert run["task"] == spec["task"].split("/")[-1]
    assert run["status"] == header["status"]
    assert run["created"].isoformat() == as_utc(spec["created"])
    assert run["tags"] == header["tags"]
    assert run["error"] == (header["error"] or {}).get("message")
    assert run["samples_planned"] == results.get("total_samples", run["samples_planned"])
    assert run["samples_done"] == results.get("completed_samples", run["samples_done"])
    usage = (header["stats"]["model_usage"] or {}).values()
    for kind in ("input_tokens", "output_tokens", "total_tokens"):
        assert (run[kind] or 0) == sum(u[kind] for u in usage)


def as_utc(text):
    return str(pl.Series([text]).str.to_datetime(time_zone="UTC")[0].isoformat())


def test_the_run_is_called_as_the_library_calls_it(path, ours, theirs):
    if path.name != "log_formats.eval" and "popularity_mj7" not in path.name:  # older than eval_id
        assert ours.runs["run_id"].item() == theirs["header"]["eval"]["eval_id"]


def test_both_containers_agree(written):
    """An .eval and a .json of the same task ask and grade the same."""
    for name in ("failing", "limited", "messages"):
        one, other = (FORMAT.read(Log(written / f"{name}.{s}")).tables for s in ("eval", "json"))
        same = [
            "sample_id",
            "epoch",
            "input",
            "target",
            "answer",
            "input_hash",
            "question_hash",
            "total_tokens",
            "error",
            "limit",
        ]
        # A summary has its white space collapsed, as previews have it where they are shown.
        shown = [t.samples.select(same).with_columns(SHOWN).sort("sample_id") for t in (one, other)]
        assert shown[0].equals(shown[1])
        assert one.runs["config_digest"].equals(other.runs["config_digest"])


def test_unfinished_logs_are_read_as_far_as_they_go(written):
    whole = FORMAT.read(Log(written / "mixed.eval")).tables
    part = FORMAT.read(Log(written / "started.eval")).tables
    assert 0 < part.samples.height < whole.samples.height
    assert set(part.samples["input"]) <= set(whole.samples["input"])
