"""What broke the tools before us (twinkle.md 2 D): one file each, what is read and what is said about it."""

import json
import math

import pytest

from data.cache import Cache
from data.formats.twinkle import FORMAT
from data.ingest import Ingester
from data.problems import Code

MISSING, BAD, DISAGREES = Code.MISSING_FIELD, Code.BAD_VALUE, Code.DISAGREES
A, B = "datasets/q/a_test.csv", "datasets/q/b_test.csv"


def block(make, **first):
    entries = [make.entry(A, 0.25) | first, make.entry(B, 0.75)]
    return make.block(make.entry(A, 0.25), make.entry(B, 0.75)) | {"results": entries}


def without_runs(make, **first):
    found = block(make, **first)
    del found["results"][0]["individual_runs"]
    return found


def no(key, mapping):
    return {k: v for k, v in mapping.items() if k != key}


# name: (dataset_results block, {category: value}, codes)
BLOCKS = {
    "nothing wrong": (lambda m: block(m), {None: 0.5, "a": 0.25, "b": 0.75}, []),
    "NaN": (lambda m: without_runs(m, accuracy_mean=math.nan), {None: 0.5, "b": 0.75}, [BAD, DISAGREES]),
    "Infinity": (lambda m: without_runs(m, accuracy_mean=math.inf), {None: 0.5, "b": 0.75}, [BAD, DISAGREES]),
    "null": (lambda m: without_runs(m, accuracy_mean=None), {None: 0.5, "b": 0.75}, [MISSING, DISAGREES]),
    "null, with runs": (lambda m: block(m, accuracy_mean=None), {None: 0.5, "a": 0.25, "b": 0.75}, [MISSING]),
    "null and no average": (
        lambda m: no("average_accuracy", without_runs(m, accuracy_mean=None)),
        {None: 0.75, "b": 0.75},
        [MISSING, MISSING],
    ),
    "string": (lambda m: block(m, accuracy_mean="0.25"), {None: 0.5, "a": 0.25, "b": 0.75}, []),
    "no number": (lambda m: without_runs(m, accuracy_mean="good"), {None: 0.5, "b": 0.75}, [BAD, DISAGREES]),
    "a list": (lambda m: without_runs(m, accuracy_mean=[1]), {None: 0.5, "b": 0.75}, [BAD, DISAGREES]),
    "0 to 100": (lambda m: block(m, accuracy_mean=81.5), {None: 0.5, "a": 81.5, "b": 0.75}, [BAD, DISAGREES]),
    "negative": (lambda m: block(m, accuracy_mean=-0.1), {None: 0.5, "a": -0.1, "b": 0.75}, [BAD, DISAGREES]),
    "legacy key": (
        lambda m: block(m) | {"results": [{"file": A, "accuracy": 0.25}, {"file": B, "accuracy": 0.75}]},
        {None: 0.5, "a": 0.25, "b": 0.75},
        [],
    ),
    "average null": (
        lambda m: block(m) | {"average_accuracy": None},
        {None: 0.5, "a": 0.25, "b": 0.75},
        [MISSING],
    ),
    "average NaN": (
        lambda m: block(m) | {"average_accuracy": math.nan},
        {None: 0.5, "a": 0.25, "b": 0.75},
        [MISSING],
    ),
    "average disagrees": (
        lambda m: block(m) | {"average_accuracy": 0.6},
        {None: 0.6, "a": 0.25, "b": 0.75},
        [DISAGREES],
    ),
    "average rounded away": (
        lambda m: block(m) | {"average_accuracy": 0.5 + 1e-7},
        {None: 0.5 + 1e-7, "a": 0.25, "b": 0.75},
        [],
    ),
    "entry is a string": (lambda m: block(m) | {"results": ["x", m.entry(B, 0.5)]}, {None: 0.5, "b": 0.5}, [BAD]),
    "entry without a file": (lambda m: block(m) | {"results": [{}, m.entry(B, 0.5)]}, {None: 0.5, "b": 0.5}, [BAD]),
    "file is a number": (lambda m: block(m, file=3) | {}, {None: 0.5, "b": 0.75}, [BAD, DISAGREES]),
    "no results": (lambda m: no("results", block(m)), {None: 0.5}, [MISSING]),
    "results is an object": (lambda m: block(m) | {"results": {}}, {None: 0.5}, [MISSING]),
    "nothing at all": (lambda m: {}, {}, [MISSING, MISSING]),
    "runs of another type": (
        lambda m: block(m, individual_runs={"accuracies": "x", "results": 3}),
        {None: 0.5, "a": 0.25, "b": 0.75},
        [],
    ),
    "runs with holes": (
        lambda m: block(m, individual_runs={"accuracies": [None, "x", 0.5], "results": [None, 3]}),
        {None: 0.5, "a": 0.25, "b": 0.75},
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block(make, read, name):
    build, values, codes = BLOCKS[name]
    reading = read(make.summary({"datasets/q/": build(make)}))
    metrics = reading.tables.metrics
    assert dict(metrics.select("category", "value").rows()) == pytest.approx(values, nan_ok=False)
    assert [p.code for p in reading.problems] == codes
    assert all("datasets/q/" in p.detail for p in reading.problems)
    assert reading.tables.runs["task"].to_list() == ["q"]


@pytest.mark.parametrize(
    ("change", "code", "detail", "model"),
    [
        ({"timestamp": None}, MISSING, "timestamp", "lab/m"),
        ({"timestamp": 20250101}, BAD, "20250101", "lab/m"),
        ({"timestamp": "yesterday"}, BAD, "yesterday", "lab/m"),
        ({"timestamp": "20261301_0000"}, BAD, "20261301_0000", "lab/m"),
        ({"config": None}, MISSING, "config", "<unknown>"),
        ({"config": "x"}, MISSING, "config", "<unknown>"),
        ({"config": {"model": None}}, MISSING, "config.model.name", "<unknown>"),
        ({"config": {"model": {}}}, MISSING, "config.model.name", "<unknown>"),
        ({"config": {"model": {"name": 3}}}, MISSING, "config.model.name", "<unknown>"),
        ({"config": {"model": {"name": " "}}}, MISSING, "config.model.name", "<unknown>"),
    ],
)
def test_a_head(make, read, change, code, detail, model):
    reading = read(make.summary({"datasets/q/": block(make)}) | change)
    assert reading.tables.runs["model"].to_list() == [model]
    assert (code, True) in [(p.code, detail in p.detail) for p in reading.problems]
    assert len(reading.tables.metrics) == 3


@pytest.mark.parametrize("key", ["timestamp", "config"])
def test_a_head_without(make, read, key):
    reading = read(no(key, make.summary({"datasets/q/": block(make)})))
    assert len(reading.tables.metrics) == 3
    assert key in [p.detail for p in reading.problems if p.code == MISSING]


@pytest.mark.parametrize("config", [{"model": "lab/x"}, {"model": {"name": "lab/x"}}])
def test_a_model_that_is_only_a_name(make, read, config):
    reading = read(make.summary({"datasets/q/": block(make)}, config=config))
    assert reading.tables.runs["model"].to_list() == ["lab/x"]
    assert not reading.problems


@pytest.mark.parametrize(
    ("found", "code"),
    [({}, MISSING), (None, BAD), ([], BAD), ("x", BAD), ({"d/": None}, BAD), ({"d/": 3}, BAD)],
)
def test_no_dataset(make, read, found, code):
    reading = read(make.summary(found))
    assert reading.tables.runs.is_empty()
    assert code in [p.code for p in reading.problems]


def test_one_bad_dataset_never_hides_the_others(make, read):
    reading = read(make.summary({"x/": None, "datasets/q/": block(make), "y/": 3}))
    assert reading.tables.runs["task"].to_list() == ["q"]
    assert [p.code for p in reading.problems] == [BAD, BAD]


def test_many_percentages_are_one_problem(make, read):
    entries = [make.entry(f"d/{i}.csv", 50.0 + i) for i in range(60)]
    (problem,) = read(make.summary({"d/": make.block(*entries)})).problems
    assert problem.code == BAD
    assert "60 of 60" in problem.detail
    assert "d/0.csv 50" in problem.detail


@pytest.mark.parametrize("form", ["lines", "list"])
def test_every_document_is_a_set_of_runs(make, read, form):
    docs = [make.summary({"datasets/q/": block(make)}, timestamp=f"20250101_000{i}") for i in range(3)]
    text = json.dumps(docs) if form == "list" else "\n".join(map(json.dumps, docs))
    reading = read(text.encode(), name="results_20250101_0000.jsonl")
    assert reading.tables.runs["created"].dt.minute().to_list() == [0, 1, 2]
    assert reading.tables.runs["run_id"].n_unique() == 3
    assert not reading.problems


def test_the_same_document_twice_is_one_run(make, read):
    doc = make.summary({"datasets/q/": block(make)})
    reading = read([doc, doc])
    assert len(reading.tables.runs) == 1
    assert [p.code for p in reading.problems] == [Code.COPY]


def test_a_strange_document_among_results(make, read):
    reading = read([3, {"a": 1}, make.summary({"datasets/q/": block(make)})])
    assert len(reading.tables.runs) == 1
    assert [p.code for p in reading.problems] == [BAD, BAD]


def test_same_model_and_minute_with_other_results_are_two_runs(make, read):
    first, second = (read(make.summary({"d/": make.block(make.entry("d/a.csv", a))})) for a in (0.2, 0.8))
    for column in ("run_id", "task_key", "content"):
        assert first.tables.runs[column][0] != second.tables.runs[column][0]


def test_same_numbers_under_other_settings_are_two_runs_that_keep_their_ids(make, folder, tmp_path):
    docs = [make.summary({"d/": make.block(make.entry("d/a.csv", 0.2))}) for _ in range(2)]
    for doc, method in zip(docs, ("box", "logit"), strict=True):
        doc["config"]["evaluation"]["evaluation_method"] = method
    first, second = (FORMAT.read(folder(d, name=f"{i}.json")).tables.runs for i, d in enumerate(docs))
    assert first["run_id"][0] == second["run_id"][0]
    found = Ingester([tmp_path], Cache.temporary()).look()
    assert found.runs.height == 2
    assert not found.runs["superseded"].any()
    assert not found.problems


def test_the_same_numbers_under_other_settings_in_one_file_are_two_runs(make, read):
    docs = [make.summary({"d/": make.block(make.entry("d/a.csv", 0.2))}) for _ in range(2)]
    docs[1]["config"]["evaluation"]["evaluation_method"] = "logit"
    reading = read(docs)
    assert (len(reading.tables.runs), list(reading.problems)) == (2, [])


def test_order_of_keys_and_name_of_file_make_no_other_run(make, read):
    doc = make.summary({"d/": make.block(make.entry("d/a.csv", 0.2))})
    text = json.dumps(doc)
    turned = json.loads(text, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert json.dumps(turned) != text
    columns = ("run_id", "task_key", "content", "config_digest")
    one, other = (
        read(doc).tables.runs.select(columns),
        read(turned, name="other.json").tables.runs.select(columns),
    )
    assert one.equals(other)


def test_truncated(make, read):
    raw = json.dumps(make.summary({"datasets/q/": block(make)}), indent=4).encode()
    reading = read(raw[: len(raw) // 2])
    assert reading.tables.runs.is_empty()
    assert [p.code for p in reading.problems] == [Code.TRUNCATED]


def test_a_serving_benchmark_is_named_and_not_read(read):
    reading = read({"timestamp": "20250401_120000", "config": {}, "metrics": {"throughput": {}}})
    assert reading.tables.runs.is_empty()
    assert [p.code for p in reading.problems] == [Code.NOT_AN_EVALUATION]


@pytest.mark.parametrize("at_top", [True, False])
def test_the_summary_of_the_readme(read, at_top):
    evaluation = {"dataset_path": "datasets/test/", "evaluation_method": "box"}
    doc = {
        "timestamp": "2025-03-14T11:58:00",
        "results": [
            {"file": "datasets/test/basic_train.csv", "accuracy": 0.4},
            {"file": "datasets/test/culinary_dev.csv", "accuracy": 0.6},
        ],
        "average_accuracy": 0.5,
        "config": {"model": {"name": "checkpoint-108"}},
    }
    (doc if at_top else doc["config"])["evaluation"] = evaluation
    reading = read(doc)
    assert not reading.problems
    assert reading.tables.runs.select("model", "task", "dataset").rows() == [
        ("checkpoint-108", "test", "datasets/test/")
    ]
    assert reading.tables.metrics.select("category", "value").rows() == [
        (None, 0.5),
        ("basic", 0.4),
        ("culinary", 0.6),
    ]
