"""What is written can be read again, here and by everybody who follows the schema."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from data import exchange
from data.cache import Cache
from data.formats import claims
from data.ingest import Ingester
from data.problems import Code
from data.queries import selection
from data.viewstate import ViewState

SCHEMAS = Path(__file__).parents[3] / "shared" / "formats" / "every_eval_ever"
ALL = ViewState()


def validator(name):
    path = SCHEMAS / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return jsonschema.Draft7Validator(json.loads(path.read_text("utf-8")))


@pytest.fixture(scope="module")
def written(demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    exchange.write(demo, ALL, folder)
    return folder


@pytest.fixture(scope="module")
def again(written, tmp_path_factory):
    return Ingester([written], Cache(tmp_path_factory.mktemp("cache"))).look()


def source(run):
    """The run that a run was written from."""
    return json.loads(run["config"])["source_metadata"]["additional_details"]["run_id"]


def names(snapshot, source=lambda run: run["run_id"]):
    runs = selection.counted(snapshot, ALL).iter_rows(named=True)
    return {run["run_id"]: (source(run), run["row"]) for run in runs}


def cells(snapshot, source=lambda run: run["run_id"]):
    """(run, sample, epoch, scorer) -> value, of all that have one."""
    named = names(snapshot, source)
    found = {}
    for part in snapshot.parts.values():
        ids = part.ids["sample_id"]
        for run, sample, epoch, scorer, value in (
            part.scores.select("run", "sample", "epoch", "scorer", "value").collect().rows()
        ):
            if value is not None and part.runs[run] in named:
                found[named[part.runs[run]][0], ids[sample], epoch, part.scorers[scorer]] = value
    return found


def measured(snapshot, source=lambda run: run["run_id"]):
    of_row = {row: name for name, row in names(snapshot, source).values()}
    columns = ("run", "category", "scorer", "metric", "value", "stderr", "stddev", "n", "reducer")
    rows = snapshot.metrics.select(columns).rows()
    return sorted(map(repr, ((of_row[r], *rest) for r, *rest in rows if r in of_row and rest[3] is not None)))


def test_every_score_comes_back(demo, again):
    before = cells(demo)
    assert len(before) > 1000
    assert cells(again, source) == before


def test_every_metric_comes_back(demo, again):
    assert measured(again, source) == measured(demo)
    assert again.problems == ()


def test_every_run_comes_back_with_what_it_is_known_by(demo, again):
    columns = ["model", "task", "dataset", "suite", "tags", "created", "headline_scorer", "headline_metric"]

    def known(snapshot, source=lambda run: run["run_id"]):
        return {
            source(run): [run[c] for c in columns]
            for run in selection.counted(snapshot, ALL).iter_rows(named=True)
        }

    was, now = known(demo), known(again, source)
    assert {k: v[:6] for k, v in now.items()} == {k: [*v[:2], v[2] or v[1], *v[3:6]] for k, v in was.items()}


def test_records_are_valid(written):
    check = validator("eval.schema.json")
    records = sorted(written.rglob("*.json"))
    assert len(records) > 20
    for path in records:
        assert [e.message for e in check.iter_errors(json.loads(path.read_text("utf-8")))] == [], path.name


def test_rows_are_valid(written):
    check = validator("instance_level_eval.schema.json")
    lines = [line for path in written.rglob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    assert len(lines) > 1000
    for line in lines:
        assert [e.message for e in check.iter_errors(json.loads(line))] == []


@pytest.mark.skipif(
    shutil.which("every_eval_ever") is None, reason="needs every-eval-ever, of Python 3.12, on PATH"
)
def test_the_coalitions_own_validator_takes_them(written):
    files = [p.relative_to(written) for p in written.rglob("*") if p.is_file()]
    done = subprocess.run(
        ["every_eval_ever", "validate", *files], cwd=written, capture_output=True, text=True, check=False
    )
    assert " 0 failed (0 errors" in done.stdout, done.stdout


def test_a_record_points_to_its_rows(written):
    for path in written.rglob("*.json"):
        pointer = json.loads(path.read_text("utf-8")).get("detailed_evaluation_results")
        rows = path.with_name(f"{path.stem}_samples.jsonl")
        assert rows.exists() == bool(pointer)
        if pointer:
            assert pointer["file_path"] == rows.relative_to(written).as_posix()
            assert pointer["checksum"] == hashlib.sha256(rows.read_bytes()).hexdigest()
            assert pointer["total_rows"] == len(rows.read_text("utf-8").splitlines())


def test_rows_belong_to_a_result_of_their_record(written):
    for path in written.rglob("*.json"):
        record = json.loads(path.read_text("utf-8"))
        ids = [r["evaluation_result_id"] for r in record["evaluation_results"]]
        assert len(set(ids)) == len(ids)
        rows = path.with_name(f"{path.stem}_samples.jsonl")
        for line in rows.read_text("utf-8").splitlines() if rows.exists() else ():
            row = json.loads(line)
            assert row["evaluation_id"] == record["evaluation_id"]
            assert row.get("evaluation_result_id", ids[0]) in ids


def test_questions_are_hashed_as_the_schema_says(written):
    rows = [
        json.loads(line) for path in written.rglob("*.jsonl") for line in path.read_text("utf-8").splitlines()
    ]
    for r in rows:
        both = {k: r["input"][k] for k in ("raw", "reference")}
        spelt = json.dumps(both, sort_keys=True, separators=(",", ":"))
        assert r["sample_hash"] == hashlib.sha256(spelt.encode()).hexdigest()


def test_whole_questions_are_written_not_their_previews(tmp_path):
    question, folder = "why? " * 200, tmp_path / "logs"
    folder.mkdir()
    row = {
        "doc_id": 0,
        "doc": {},
        "arguments": [[question, {}]],
        "resps": [["so"]],
        "metrics": ["acc"],
        "acc": 1,
    }
    (folder / "samples_t_2026-01-01T00-00-00.jsonl").write_text(json.dumps(row))
    (record,) = exchange.to_every_eval_ever(Ingester([folder], Cache(tmp_path / "cache")).look(), ALL)
    assert record.instances[0]["input"]["raw"] == question
    assert record.instances[0]["output"]["raw"] == ["so"]


def test_to_write_twice_gives_the_same_files(demo, written, tmp_path):
    exchange.write(demo, ALL, tmp_path)
    files = sorted(p.relative_to(written) for p in written.rglob("*") if p.is_file())
    assert sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file()) == files
    assert all((tmp_path / f).read_bytes() == (written / f).read_bytes() for f in files)


def test_only_what_is_in_view_is_written(demo, tmp_path):
    task = demo.runs["task"][0]
    state = ViewState().edit(tasks=[task])
    files = exchange.write(demo, state, tmp_path)
    assert {
        json.loads(p.read_text("utf-8"))["evaluation_results"][0]["evaluation_name"]
        for p in files
        if p.suffix == ".json"
    } == {task}
    assert len([p for p in files if p.suffix == ".json"]) == selection.counted(demo, state).height


HOSTILE = "../../../etc/pass\x00wd<script>"


def toy(**more):
    usual = {
        "location": "/nowhere/x.toy",
        "format": "twinkle",
        "model": HOSTILE,
        "task": HOSTILE,
        "run_id": HOSTILE,
    }
    return (
        usual
        | {"metrics": {"": 0.5}, "samples": [{"id": HOSTILE, "input": "what?", "scores": {"accuracy": 1.0}}]}
        | more
    )


@pytest.mark.parametrize(
    "name", [HOSTILE, "..", "/etc/x", "a\\..\\b", "CON/aux.1", "data", "." * 300, "本/模"]
)
def test_names_in_a_log_lead_nowhere_else(snapshot, tmp_path, name):
    """At most three folders of harmless names below `data`, whatever a model or task is called."""
    files = exchange.write(snapshot(toy(model=name, task=name)), ALL, tmp_path)
    folders = [p.parent.relative_to(tmp_path).parts for p in files]
    assert all(len(f) == 4 and f[0] == "data" for f in folders)
    assert all(re.fullmatch(r"(?!\.)[A-Za-z0-9._-]{1,101}(?<!\.)", part) for f in folders for part in f)
    assert not {part.partition(".")[0].lower() for f in folders for part in f[1:]} & {"data", "con", "aux"}


def test_no_file_is_named_by_a_log(snapshot, tmp_path):
    files = exchange.write(snapshot(toy()), ALL, tmp_path)
    assert all(set(p.stem.removesuffix("_samples")) <= set("0123456789abcdef-") for p in files)
    record = json.loads(files[1].read_text("utf-8"))
    assert ".." not in record["detailed_evaluation_results"]["file_path"].split("/")
    assert [e.message for e in validator("eval.schema.json").iter_errors(record)] == []
    assert record["model_info"]["id"] == HOSTILE


def test_where_the_log_is_gone_its_preview_is_written_without_a_hash(snapshot):
    (record,) = exchange.to_every_eval_ever(snapshot(toy()), ALL)
    (row,) = record.instances
    assert (row["input"]["raw"], row["sample_hash"]) == ("what?", None)


def test_what_the_schema_has_no_place_for_is_left_out_and_counted(snapshot):
    inf = float("inf")
    samples = [
        {"id": str(i), "scores": {"accuracy": v}} for i, v in enumerate([1.0, inf, "error", "unscored"])
    ]
    found = snapshot(toy(metrics={"": 0.5, "c": inf, "d": None}, samples=samples))
    (record,) = exchange.to_every_eval_ever(found, ALL)
    assert [r["sample_id"] for r in record.instances] == ["0"]
    assert len(record.aggregate["evaluation_results"]) == 1
    assert record.aggregate["source_metadata"]["additional_details"]["scores_left_out"] == "3"


def test_a_run_without_samples_is_a_record_alone(snapshot, tmp_path):
    files = exchange.write(snapshot(toy(samples=[])), ALL, tmp_path)
    assert [p.suffix for p in files] == [".json"]
    assert [f.name for f in claims(files[0], files[0].read_bytes())] == ["every_eval_ever"]


def test_a_lower_score_that_the_log_calls_better_stays_so(snapshot):
    rows = [{"scorer": "surprise", "metric": "surprise", "value": 0.5, "direction": -1}]
    scores = [{"id": "a", "scores": {"surprise": 0.0}}, {"id": "b", "scores": {"surprise": 1.0}}]
    (record,) = exchange.to_every_eval_ever(snapshot(toy(metrics=rows, samples=scores)), ALL)
    assert record.aggregate["evaluation_results"][0]["metric_config"]["lower_is_better"] is True
    assert [r["evaluation"]["is_correct"] for r in record.instances] == [True, False]


def test_a_lower_score_that_is_better_is_called_so(snapshot):
    rows = [
        {"scorer": "wer", "metric": "mean", "value": 0.25},
        {"scorer": "match", "metric": "accuracy", "value": 0.5},
    ]
    scores = [
        {"id": "a", "scores": {"wer": 0.0, "match": 0.0}},
        {"id": "b", "scores": {"wer": 1.0, "match": 1.0}},
    ]
    (record,) = exchange.to_every_eval_ever(snapshot(toy(metrics=rows, samples=scores)), ALL)
    found = {
        r["metric_config"]["metric_id"]: r["metric_config"] for r in record.aggregate["evaluation_results"]
    }
    assert [found[m]["lower_is_better"] for m in ("mean", "accuracy")] == [True, False]
    right = {
        (r["sample_id"], r["evaluation_result_id"]): r["evaluation"]["is_correct"] for r in record.instances
    }
    assert right == {
        ("a", "wer/mean"): True,
        ("b", "wer/mean"): False,
        ("a", "match/accuracy"): False,
        ("b", "match/accuracy"): True,
    }


def test_beside_the_logs_that_they_were_written_from_records_count_nothing(
    demo, demo_logs, written, tmp_path
):
    found = Ingester([demo_logs, written], Cache(tmp_path)).look()
    assert sorted(found.runs["run_id"]) == sorted(demo.runs["run_id"])
    assert set(found.runs["format"]) == set(demo.runs["format"])
    records = {str(p) for p in written.rglob("*.json")}
    assert records <= {p.where for p in found.problems if p.code is Code.COPY}


def test_a_record_alone_is_still_the_run_that_it_was_written_from(demo, again):
    assert set(again.runs["run_id"]) <= set(demo.runs["run_id"])


def test_a_percentage_is_written_without_the_bounds_of_a_share(snapshot):
    (record,) = exchange.to_every_eval_ever(snapshot(toy(metrics={"": 0.5, "c": 81.5})), ALL)
    configs = [r["metric_config"] for r in record.aggregate["evaluation_results"]]
    assert [c.get("max_score") for c in configs] == [1.0, None]


def test_scores_of_samples_belong_to_the_headline_of_its_own_reducer(snapshot):
    both = [
        {"value": 0.5, "reducer": "mean"},
        {"value": 1.0, "reducer": "max"},
        {"value": 0.0, "reducer": "min"},
    ]
    (record,) = exchange.to_every_eval_ever(snapshot(toy(metrics=both, headline_reducer="max")), ALL)
    assert {r["evaluation_result_id"] for r in record.instances} == {"accuracy/accuracy/max"}
