"""A sample read alone has everything that its file has of it: every value of the raw rows is in it, as a value or as the
name of a score."""

import json
from functools import lru_cache
from pathlib import Path

import pytest

from data.cache import Cache
from data.formats import BY_NAME
from data.formats.base import Log, SampleKey
from data.ingest import Ingester

NO_FILTER = "none"
"""What lm-eval writes where answers went through no filter."""
EACH = 3
"""Samples of each run: the first and the last, and one between."""


def leaves(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


@lru_cache(maxsize=2)
def document(path):
    return json.loads(path.read_text())


def of_helm(folder, sample_id, epoch):
    """By HELM's own keys: the id (and for a perturbed copy its name after it), and the trial."""
    from data.formats.helm.samples import sample_id as named

    for s in document(folder / "scenario_state.json")["request_states"]:
        i = s["instance"]
        if named(i["id"], i.get("perturbation")) == sample_id and s["train_trial_index"] + 1 == epoch:
            yield s
    for e in document(folder / "per_instance_stats.json"):
        if (
            named(e["instance_id"], e.get("perturbation")) == sample_id
            and e["train_trial_index"] + 1 == epoch
        ):
            yield e


def of_lines(files, locator):
    place = json.loads(locator)
    path = next(p for p in files if p.name == place["file"])
    spans = place["at"] if isinstance(place["at"], list) else [[place["at"], place["size"]]]
    for at, size in spans:
        row = json.loads(path.read_bytes()[at : at + size])
        yield row["details"][place["index"]] if "index" in place else row


def chosen(snapshot, format):
    for part in snapshot.parts.values():
        samples = part.samples.collect()
        for run in snapshot.runs.filter(format=format, task=part.task).to_dicts():
            mine = samples.filter(run=part.run_code[run["run_id"]]) if run["run_id"] in part.run_code else []
            for at in sorted({0, len(mine) // 2, len(mine) - 1})[:EACH] if len(mine) else ():
                row = mine.row(at, named=True)
                yield run, part.ids["sample_id"][row["sample"]], row["epoch"], row["locator"]


@pytest.fixture(scope="module")
def looked(real_logs, tmp_path_factory):
    def look(name):
        return Ingester([real_logs / name], Cache(tmp_path_factory.mktemp("cache"))).look()

    return look


@pytest.mark.parametrize("format", ["helm", "twinkle", "lm_eval"])
def test_nothing_of_a_sample_is_left_out(looked, format):
    seen = 0
    for run, sample_id, epoch, locator in chosen(looked(format), format):
        path = Path(run["location"])
        beside = [p for pattern in ("*", "*/*") for p in path.parent.glob(pattern) if p.is_file()]
        log = Log(path, BY_NAME[format].companions(path, beside))
        found = BY_NAME[format].sample(log, SampleKey(sample_id, epoch, locator))
        raw = list(
            of_helm(path.parent, sample_id, epoch) if format == "helm" else of_lines([path, *beside], locator)
        )
        assert raw
        there = {str(x) for x in leaves(json.loads(json.dumps(found)))}
        names = " ".join(map(str, found["scores"]))
        for row in raw:
            values = [str(v) for v in leaves(row) if not isinstance(v, bool) and v != NO_FILTER]
            lost = {v for v in values if v not in there and v not in names}
            assert not lost, (run["task"], sample_id)
        seen += 1
    assert seen >= EACH
