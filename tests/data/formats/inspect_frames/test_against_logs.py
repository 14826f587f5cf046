"""Frames say the same as the logs that they were made from."""

import json

import polars as pl
import pytest

from data.cache import Cache
from data.formats.base import SampleKey
from data.formats.inspect_frames import FORMAT
from data.ingest import Ingester
from data.problems import Code

RUN = ["model", "task", "dataset", "suite", "tags", "created", "status", "error", "epochs", "headline_scorer"]
RUN += ["headline_metric", "samples_planned", "samples_done", "metadata_keys"]


@pytest.fixture(scope="module")
def logs(demo_logs, tmp_path_factory):
    """The demo's logs of Inspect alone."""
    found = Ingester(
        [p for p in sorted(demo_logs.iterdir()) if p.is_file()], Cache(tmp_path_factory.mktemp("cache"))
    )
    return found.look()


@pytest.fixture(scope="module")
def both(frames, log_of):
    return FORMAT.read(log_of(frames / "both" / "evals.parquet"))


def runs(table):
    return {row["run_id"]: [row[c] for c in RUN] for row in table.iter_rows(named=True)}


def cells(tables):
    """(run, sample, epoch, scorer) -> value and mark, or from a snapshot all of its parts."""
    at = tables.samples.select("run", "sample_id", "epoch")[tables.scores["sample"]]
    ids = tables.runs["run_id"].gather(at["run"])
    return {
        (run, *about): tuple(score)
        for run, about, score in zip(
            ids,
            zip(at["sample_id"], at["epoch"], tables.scores["scorer"], strict=True),
            tables.scores.select("value", "mark").rows(),
            strict=True,
        )
    }


def logged_cells(snapshot):
    found = {}
    for part in snapshot.parts.values():
        ids = part.ids["sample_id"]
        for run, sample, epoch, scorer, *score in (
            part.scores.select("run", "sample", "epoch", "scorer", "value", "mark").collect().rows()
        ):
            found[part.runs[run], ids[sample], epoch, part.scorers[scorer]] = tuple(score)
    return found


@pytest.fixture(scope="module")
def whole(logs):
    """Only for these: samples that a retry took over have its id in a frame, and are missing from the run before."""
    failed = set(logs.runs.filter(pl.col("status") == "error")["run_id"])

    def only(found):
        assert failed
        return {k: v for k, v in found.items() if k[0] not in failed}

    return only


def metrics(runs, table):
    columns = ("scorer", "metric", "value", "stderr", "stddev", "reducer")
    return {
        (runs["run_id"][run], *rest[:2]): rest[2:5] for run, *rest in table.select("run", *columns).rows()
    }


def test_every_run(logs, both):
    found, wanted = runs(both.tables.runs), runs(logs.runs)
    assert found.keys() == wanted.keys()
    different = {k for k, row in found.items() if row[:11] != wanted[k][:11]}
    assert different == set()


def test_every_score(logs, both, whole):
    wanted = whole(logged_cells(logs))
    assert len(wanted) > 900
    assert whole(cells(both.tables)) == wanted


def test_every_metric(logs, both):
    wanted = metrics(logs.runs, logs.metrics)
    assert len(wanted) > 50
    assert metrics(both.tables.runs, both.tables.metrics) == wanted


def test_what_lists_show_of_the_samples(logs, both, whole):
    t = both.tables
    columns = (
        "sample_id",
        "epoch",
        "input",
        "input_hash",
        "question_hash",
        "total_tokens",
        "time_s",
        "error",
        "limit",
        "metadata",
    )
    found = {}
    for run, id, epoch, *rest, metadata in t.samples.select("run", *columns).rows():
        found[t.runs["run_id"][run], id, epoch] = (*rest, json.loads(metadata or "{}"))
    wanted = {}
    for part in logs.parts.values():
        names = part.ids["sample_id"]
        for run, sample, epoch, *rest, metadata in (
            part.samples.select("run", "sample", *columns[1:]).collect().rows()
        ):
            wanted[part.runs[run], names[sample], epoch] = (*rest, json.loads(metadata or "{}"))
    assert whole(found) == whole(wanted)


def test_no_problems(both):
    assert [p for p in both.problems if p.code is not Code.UNKNOWN_GRADE] == []


@pytest.mark.parametrize("name", ["prepared/p.parquet", "full/f.parquet"])
def test_samples_alone_have_the_same_scores(frames, log_of, logs, whole, name):
    reading = FORMAT.read(log_of(frames / name))
    assert [p.code for p in reading.problems if p.code is not Code.UNKNOWN_GRADE] == [Code.ORPHAN_DETAILS]
    named = dict(logs.runs.select("run_id", "task").rows())
    assert all(named[run] == task for run, task in reading.tables.runs.select("run_id", "task").rows())
    assert whole(cells(reading.tables)) == whole(logged_cells(logs))


def test_answers_and_models_where_the_frame_has_them(frames, log_of, logs):
    t = FORMAT.read(log_of(frames / "full" / "f.parquet")).tables
    models = dict(logs.runs.select("run_id", "model").rows())
    assert {run: models[run] for run in t.runs["run_id"]} == dict(t.runs.select("run_id", "model").rows())
    assert t.samples["answer"].drop_nulls().len() > 300


def test_a_whole_sample(frames, log_of, both):
    log = log_of(frames / "both" / "evals.parquet")
    t = both.tables
    choice = t.samples.filter(pl.col("input") == "Which gas do plants take in for photosynthesis?").row(
        0, named=True
    )
    found = FORMAT.sample(log, SampleKey(choice["sample_id"], choice["epoch"], choice["locator"]))
    assert found["input"] == "Which gas do plants take in for photosynthesis?"
    assert found["choices"] == ["oxygen", "nitrogen", "carbon dioxide", "helium"]
    assert set(found["scores"]) == {"choice"}


def test_beside_the_logs_themselves_frames_are_named_and_count_nothing(logs, demo_logs, frames, tmp_path):
    found = Ingester([demo_logs, frames / "both"], Cache(tmp_path)).look()
    assert "inspect_frames" not in set(found.runs["format"])
    named = {p.where for p in found.problems if p.code is Code.COPY}
    assert str(frames / "both" / "evals.parquet") in named
    assert set(logs.runs["run_id"]) <= set(found.runs["run_id"])
