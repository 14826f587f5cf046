"""Snapshots to draw and export: of published logs, and of names and numbers made to be awkward."""

import csv
import io
import json
import random
from functools import partial
from pathlib import Path, PurePosixPath
from statistics import fmean

import pandas as pd
import polars as pl
import pytest

from app.factory import create_app
from app.pages import PAGES
from components.page import View
from data.cache import Cache
from data.ingest import Ingester
from data.magnet import instances, predictions
from data.problems import Code, Problem
from data.store import Snapshot, Store
from data.viewstate import ViewState
from tests.fixtures import toy

REAL = "twinkle/results_20250806_1543.json"


def perturbed(doc, model, stamp, seed):
    """Another model's results: noise on each number, five categories that it lacks, one of its own, some ties."""
    rng = random.Random(seed)
    new = json.loads(json.dumps(doc))
    new["config"]["model"]["name"] = model
    new["timestamp"] = stamp
    for block in new["dataset_results"].values():
        files = block["results"]
        for i, file in enumerate(files):
            if i % 9:  # the others stay as they are: ties
                file["accuracy_mean"] = min(1.0, max(0.0, file["accuracy_mean"] + rng.gauss(-0.01, 0.08)))
        if len(files) > 5:
            gone = set(rng.sample(range(len(files)), 5))
            block["results"] = [f for i, f in enumerate(files) if i not in gone]
            own = json.loads(json.dumps(block["results"][0])) | {"accuracy_mean": rng.random()}
            own["file"] = str(PurePosixPath(own["file"]).with_name(f"only_{model}_test.csv"))
            block["results"].append(own)
        block["average_accuracy"] += 0.003  # not the mean of its files, so that the two are told apart
    return new


class Plain:
    """What the logs say. `values[task, category][model]`, and `logged[task][model]`, as they are in the files."""

    def __init__(self, docs):
        self.values, self.logged = {}, {}
        for doc in docs:
            model = doc["config"]["model"]["name"]
            for key, block in doc["dataset_results"].items():
                task = key.rstrip("/").split("/")[-1]
                self.logged.setdefault(task, {})[model] = block["average_accuracy"]
                for file in block["results"]:
                    category = PurePosixPath(file["file"]).stem.removesuffix("_test")
                    self.values.setdefault((task, category), {})[model] = file["accuracy_mean"]

    def of(self, task):
        return {category: models for (t, category), models in self.values.items() if t == task}

    def means(self, task):
        return {category: fmean(models.values()) for category, models in self.of(task).items()}

    def deltas(self, task, baseline, candidate, scale=1):
        return {
            category: (models[candidate] - models[baseline]) * scale
            for category, models in self.of(task).items()
            if baseline in models and candidate in models
        }


@pytest.fixture(scope="session")
def docs(real_logs):
    doc = json.loads((real_logs / REAL).read_text(encoding="utf-8"))
    return [
        doc,
        perturbed(doc, "beta-7b", "20250901_0900", 1),
        perturbed(doc, "gamma-70b", "20250902_1000", 2),
    ]


@pytest.fixture(scope="session")
def plain(docs):
    return Plain(docs)


@pytest.fixture(scope="session")
def three_models(docs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("three")
    for doc in docs:
        name = f"results_{doc['timestamp']}.json"
        (folder / name).write_text(json.dumps(doc, ensure_ascii=False), encoding="utf-8")
    return Ingester([folder], Cache(tmp_path_factory.mktemp("cache"))).look()


def client_of(snapshot):
    return create_app(Store(snapshot)).server.test_client()


def from_frame(snapshot):
    """Through ViewState and the panel's frame."""

    def ask(panel, query=""):
        page, name = panel.split("/")
        found = next(p for p in PAGES if p.key == page).panel(name)
        return found.frame(View(snapshot, ViewState.from_query(query))).to_pandas()

    return ask


def from_csv(snapshot):
    """Through HTTP, as a spreadsheet gets it."""
    client = client_of(snapshot)

    def ask(panel, query=""):
        text = client.get(f"/api/{panel}.csv{query}").get_data().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        df = pd.DataFrame(rows[1:], columns=rows[0]).map(undefused)
        return df.map(lambda x: None if x == "" else x).apply(as_numbers)

    return ask


def undefused(text):
    return text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text


def as_numbers(column):
    try:
        return pd.to_numeric(column)
    except (ValueError, TypeError):
        return column


ROADS = {"frame": from_frame, "csv": from_csv}


@pytest.fixture(scope="session", params=ROADS)
def ask(request, three_models):
    return ROADS[request.param](three_models)


@pytest.fixture(scope="session")
def client(demo):
    return client_of(demo)


STRANGE = [
    "<b>x</b>",
    "=1+1",
    "-2",
    "@cmd",
    "category",
    "task",
    "metric",
    "model",
    "a.b",
    "a/b",
    "🙂",
    "臺灣",
    "x" * 300,
    "%41",
    "{x}",
    "a\nb",
]


@pytest.fixture(scope="session")
def strange(tmp_path_factory):
    """Models, tasks, categories, samples and texts whose names mean something to somebody else."""
    cache = Cache(tmp_path_factory.mktemp("cache"))
    runs = [
        {
            "run_id": f"r{i}", "model": name, "task": "t", "dataset": name, "error": name, "tags": [name],
            "created": "2026-01-02T03:04:05", "metadata_keys": [name], "config": json.dumps({name: name}),
            "metrics": [{"value": 0.5}, *({"category": c, "value": (i + j) % 7 / 7} for j, c in enumerate(STRANGE))],
            "samples": [{"id": c, "input": c, "target": c, "answer": c, "category": c, "metadata": {name: c},
                         "scores": {"accuracy": 0.5, name: 0.25}} for c in STRANGE],
        }
        for i, name in enumerate(STRANGE)
    ]  # fmt: skip
    tasks = [{"run_id": f"t{i}", "task": name, "metrics": {"": 0.5}} for i, name in enumerate(STRANGE)]
    problems = [Problem(Code.BAD_VALUE, name, f"/{name}") for name in STRANGE]
    return toy.snapshot(cache, *runs, *tasks, problems=problems)


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """Thirty models, sixty categories, two measures, failures, and scores of each sample."""
    rng = random.Random(7)
    runs = []
    for m in range(30):
        categories = {f"category {c:02}": rng.random() for c in range(60)}
        samples = [{"id": f"s{i}", "category": f"category {i % 60:02}", "input": "why?",
                    "scores": {"accuracy": rng.choice([0.0, 1.0, "error", "limit"])}} for i in range(120)]  # fmt: skip
        about = {"model": f"lab/model-{m:02}", "created": f"2026-01-{m % 28 + 1:02}T00:00:00"}
        runs.append({**about, "run_id": f"a{m}", "metrics": {"": 0.5, **categories}, "samples": samples})
        judge = [{"scorer": "judge", "metric": "mean", "value": rng.random() * 10}]
        other = {"task": "u", "headline_scorer": "judge", "headline_metric": "mean", "metrics": judge}
        runs.append({**about, "run_id": f"b{m}", "task": "u", **other})
        runs.append(
            {**about, "run_id": f"c{m}", "task": f"t{m:02}", "status": "error", "error": "why", "metrics": {}}
        )
    return toy.snapshot(Cache(tmp_path_factory.mktemp("cache")), *runs)


FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture(scope="session")
def predicted(tmp_path_factory):
    """HELM runs, evaluation cards, and predictions of runs, of a sweep, of instances and of a run that is nowhere,
    by a name with tags."""
    folder = tmp_path_factory.mktemp("predicted")
    snapshot = Ingester([FIXTURES / "helm"], Cache(folder / "first")).look()
    known = predictions.actual(snapshot.runs, snapshot.metrics).filter(pl.col("name") == pl.col("headline"))
    single = instances.actual(snapshot.runs, list(snapshot.parts.values()))
    of_runs = known.select("run_spec", "name", "split", "perturbation", "computed_on", "perturbation_detail", "sub_split",
                           (pl.col("actual_mean") * 0.9).alias("mean"), pl.lit(TAGGED).alias("predictor"))  # fmt: skip
    of_single = single.filter(pl.col("name") == "exact_match").select(
        "run_spec", "name", "instance_id", (pl.col("actual") * 0.8).alias("mean"), pl.lit(TAGGED).alias("predictor"),
        pl.lit(1).alias("seed"),
    )  # fmt: skip
    nowhere = of_runs.head(1).with_columns(pl.lit(f"nowhere:model={TAGGED}").alias("run_spec"))
    (folder / "logs").mkdir()
    pl.concat([of_runs, of_single, nowhere], how="diagonal").write_parquet(folder / "logs" / "p.parquet")
    roots = [FIXTURES / "helm", FIXTURES / "magnet_card", folder / "logs"]
    return Ingester(roots, Cache(folder / "cache")).look()


TAGGED = "<b>mine</b>"


@pytest.fixture(scope="session")
def snapshots(demo, strange, large, three_models, predicted):
    return {
        "empty": Snapshot(),
        "demo": demo,
        "strange": strange,
        "large": large,
        "twinkle": three_models,
        "predicted": predicted,
    }


@pytest.fixture
def snapshot_of(tmp_path):
    """A snapshot of toy runs."""
    return partial(toy.snapshot, Cache(tmp_path / "cache"))
