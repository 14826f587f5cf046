"""Runs that HELM itself wrote, against a plain reading of their JSON."""

import json
import statistics
from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest

from data import formats
from data.formats.base import Log, SampleKey
from data.formats.helm import FORMAT
from data.formats.helm.reading import index

ROOT = Path(__file__).parents[5] / "shared" / "real-logs" / "helm"
FILES = sorted(p for p in ROOT.rglob("*") if p.is_file())
RUNS = [p for p in FILES if p.name == "run_spec.json"]
pytestmark = pytest.mark.skipif(not RUNS, reason="the shared logs are not here")
NUMBERS = ["count", "sum", "sum_squared", "min", "max", "value", "variance", "stddev"]
NOT_MEANS = (
    "perplexity",
    "bits_per_byte",
    "logprob_per_byte",
    "num_instances",
    "ece_",
    "platt_",
    "selective_",
    "classification_m",
)


def name(path):
    return f"{path.parent.parent.name}/{path.parent.name}"


def log_of(path):
    return Log(path, FORMAT.companions(path, list(path.parent.iterdir())))


def load(path, file):
    return json.loads((path.parent / file).read_text())


@pytest.fixture(scope="module")
def readings():
    return {p: FORMAT.read(log_of(p)) for p in RUNS}


def distinct(metrics):
    """One row a Stat: the headline's split is a row of its own and a category."""
    return metrics.unique(
        ["scorer", "split", "sub_split", "perturbation", "perturbation_detail", "computed_on"]
    )


def test_every_file_is_of_a_run_or_beside_one():
    for path in FILES:
        head = path.read_bytes()[: formats.HEAD_BYTES]
        assert ([f.name for f in formats.claims(path, head)] == ["helm"]) != FORMAT.is_sidecar(path, head), (
            path
        )


def test_nothing_to_complain_about(readings):
    assert len(RUNS) == 44
    assert [r.problems for r in readings.values() if r.problems] == []
    assert {r.tables.runs["status"][0] for r in readings.values()} == {"success"}
    ids = [r.tables.runs["run_id"][0] for r in readings.values()]
    assert len(set(ids)) == 44


def key_of(stat):
    n, p = stat["name"], stat["name"].get("perturbation") or {}
    return n["name"], n.get("split"), p.get("name"), p.get("computed_on"), p.get("prob")


@pytest.mark.parametrize("path", RUNS, ids=name)
def test_every_stat_split_and_perturbation_is_the_files(path, readings):
    wanted = {
        key_of(s): [
            s["count"],
            s["sum"],
            s["sum_squared"],
            *(s.get(k) for k in ("min", "max", "mean", "variance", "stddev")),
        ]
        for s in load(path, "stats.json")
    }
    rows = distinct(readings[path].tables.metrics)
    found = {}
    for row in rows.iter_rows(named=True):
        prob = json.loads(row["perturbation_detail"] or "{}").get("prob")
        found[row["scorer"], row["split"], row["perturbation"], row["computed_on"], prob] = [
            row[k] for k in NUMBERS
        ]
    assert rows.height == len(wanted) == len(load(path, "stats.json"))
    assert found == wanted


def by_instance(path):
    """(name, split, prob or None) -> (instance, trial) -> value."""
    values = defaultdict(dict)
    for e in load(path, "per_instance_stats.json"):
        for s in e["stats"]:
            if s["count"]:
                prob = (e.get("perturbation") or {}).get("prob")
                where = s["name"]["name"], s["name"]["split"], prob
                values[where][e["instance_id"], e["train_trial_index"]] = s["mean"]
    return values


def expected(values, name, split, computed_on, prob, perturbed):
    plain = values.get((name, split, None), {})
    if computed_on is None:
        return plain
    if perturbed == "perturbed":
        own = values.get((name, split, prob), {})
        return (
            own
            if computed_on == "perturbed"
            else {k: plain[k] if computed_on == "original" else min(plain[k], v) for k, v in own.items()}
        )
    others = [v for (n, s, p), v in values.items() if (n, s) == (name, split) and p is not None]
    if perturbed == "fairness":
        others = []  # misspellings are no fairness perturbation
    return {k: min([v, *(o[k] for o in others if k in o)]) for k, v in plain.items()}


@pytest.mark.parametrize("path", RUNS, ids=name)
def test_means_and_errors_recomputed_from_the_instances(path, readings):
    values = by_instance(path)
    checked = 0
    for row in readings[path].tables.metrics.filter(pl.col("value").is_not_null()).iter_rows(named=True):
        if row["scorer"].startswith(NOT_MEANS):
            assert row["stderr"] is None
            continue
        prob = json.loads(row["perturbation_detail"] or "{}").get("prob")
        kind = row["perturbation"] if row["perturbation"] in (None, "robustness", "fairness") else "perturbed"
        of = defaultdict(list)
        for (instance, _), v in expected(
            values, row["scorer"], row["split"], row["computed_on"], prob, kind
        ).items():
            of[instance].append(v)
        means = [statistics.fmean(v) for v in of.values()]
        if row["scorer"].startswith(("num_", "inference_")) and row["stderr"] is None:
            continue  # the worst of several trials is not the mean of instances
        assert row["value"] == pytest.approx(statistics.fmean(means), abs=1e-9)
        assert row["n"] == len(means)
        error = statistics.stdev(means) / len(means) ** 0.5 if len(means) > 1 else None
        assert row["stderr"] == (error if error is None else pytest.approx(error, abs=1e-9))
        checked += 1
    assert checked > 20


@pytest.mark.parametrize("path", RUNS, ids=name)
def test_one_row_a_statistic_for_the_whole_task_and_it_is_the_headlines_split(path, readings):
    tables = readings[path].tables
    whole = tables.metrics.filter(pl.col("category").is_null())
    assert whole["scorer"].is_unique().all()
    assert whole["perturbation"].null_count() == whole.height
    assert set(whole["split"]) == {"test" if "test" in set(tables.metrics["split"]) else "valid"}
    assert tables.runs["headline_metric"][0] in set(whole["metric"])


def test_without_augmentation_there_is_nothing_beside_the_splits(readings):
    plain = [r for p, r in readings.items() if "data_augmentation" not in p.parent.name]
    for r in plain:
        shown = r.tables.metrics.filter(pl.col("source") == "actual").drop_nulls("category")
        assert set(shown["category"]) <= {"test", "valid", "train"}


@pytest.mark.parametrize("path", RUNS, ids=name)
def test_scores_are_the_instances_own(path, readings):
    t = readings[path].tables
    found = t.scores.with_columns(
        t.samples[c].gather(t.scores["sample"]) for c in ("sample_id", "epoch", "category")
    )
    values = by_instance(path)
    for scorer, value, sample, epoch, category in found.select(
        "scorer", "value", "sample_id", "epoch", "category"
    ).rows():
        instance, _, label = sample.partition(" · ")
        prob = float(label.rpartition(" ")[2]) if label else None
        assert values[scorer, category.split(" ")[0], prob][instance, epoch - 1] == value
    assert found.height == sum(len(v) for (n, *_), v in values.items() if n in set(found["scorer"]))


@pytest.mark.parametrize("path", RUNS[::7], ids=name)
def test_samples_are_read_again_whole(path, readings):
    samples = readings[path].tables.samples
    for id, epoch, asked, answer, target in samples.select(
        "sample_id", "epoch", "input", "answer", "target"
    ).rows()[::29]:
        one = FORMAT.sample(log_of(path), SampleKey(id, epoch))
        assert one["input"].startswith(asked)
        assert one["target"][:160] == target
        assert (one["answer"] or "")[:160] == (answer or "")
        assert one["stats"]
        assert one["completions"]


def raw_states(path):
    """(instance, perturbation's strength, trial) -> its requests, as the file has them."""
    found = defaultdict(list)
    for s in json.loads(path.with_name("scenario_state.json").read_text())["request_states"]:
        prob = s["instance"].get("perturbation", {}).get("prob")
        found[s["instance"]["id"], prob, s["train_trial_index"]].append(s)
    return found


@pytest.mark.parametrize("path", RUNS[::9], ids=name)
def test_a_sample_is_what_was_sent_and_what_came_back(path, readings):
    states = raw_states(path)
    for id, epoch in readings[path].tables.samples.select("sample_id", "epoch").rows()[::53]:
        instance, _, label = id.partition(" · ")
        asked = states[instance, float(label.rpartition(" ")[2]) if label else None, epoch - 1]
        one = FORMAT.sample(log_of(path), SampleKey(id, epoch))
        sent = [m["content"] for m in one["messages"] if m["role"] == "user"]
        said = [m["content"] for m in one["messages"] if m["role"] == "assistant"]
        assert sent == [s["request"]["prompt"] for s in asked]
        assert said == [c["text"] for s in asked for c in s["result"]["completions"]]
        if len(asked) == 1:
            assert one["output"] == said[0]
        names = {s["name"]["name"] for s in one["stats"] if s["count"]}
        assert set(one["scores"]) | set(one["bookkeeping"]) == names


def test_where_each_choice_was_a_request_the_output_is_how_likely_each_was(readings):
    (path,) = [p for p in RUNS if "separate_calibrated" in p.parent.name]
    (id, _, _), asked = next(iter(raw_states(path).items()))
    one = FORMAT.sample(log_of(path), SampleKey(id, 1))
    texts = [r["output"]["text"] for r in asked[0]["instance"]["references"]]
    assert len(one["output"]) == len(asked) == 2 * len(texts)
    for s in asked:
        text = texts[s["reference_index"]]
        key = text if s["request_mode"] == "original" else f"{text} (calibration)"
        assert one["output"][key] == s["result"]["completions"][0]["logprob"]


@pytest.mark.parametrize("path", RUNS[::5], ids=name)
def test_the_index_alone_has_the_same_numbers(path, readings):
    found = index(log_of(path)).tables
    same = [c for c in found.metrics.columns if c not in ("stderr", "n")]
    assert found.metrics.select(same).equals(readings[path].tables.metrics.select(same))
    assert found.samples.is_empty()


def test_tokens_are_summed_over_requests(readings):
    path = next(p for p in RUNS if "separate_calibrated" in str(p))
    wanted = sum(
        s["sum"]
        for e in load(path, "per_instance_stats.json")
        for s in e["stats"]
        if s["name"]["name"] == "num_prompt_tokens"
    )
    assert readings[path].tables.runs["input_tokens"][0] == wanted
