"""Right against wrong answers, layer by layer: which trajectories count, and scipy's interval over samples."""

import json

import numpy as np
import polars as pl
import pytest
from scipy import stats

from data.cache import Cache
from data.ingest import Ingester
from data.queries import outcomes
from data.viewstate import ViewState

LABELS = ["0", "1", "output"]
GRADES = {"a": "C", "b": "C", "c": "C", "d": "I", "e": "I", "f": 0.5, "g": None}
ALL = ViewState()


def value(name, layer, position):
    return float(ord(name[0]) % 7 + layer * 2 + position / 4 + len(name))


def write(folder, names, generated=(), epochs=None, **more):
    (folder / "cells").mkdir(parents=True, exist_ok=True)
    rows = []
    for name in names:
        at = [(layer, position) for layer in range(3) for position in range(4)]
        cells = {"trajectory_id": [name] * 12, "layer": [x for x, _ in at], "position": [p for _, p in at]}
        pl.DataFrame(cells | {"entropy": [value(name, *x) for x in at]}).write_parquet(
            folder / "cells" / f"{name}.parquet"
        )
        row = {
            "trajectory_id": name,
            "schema_version": 1,
            "model": "hf/lab/m",
            "lens_type": "tuned_lens",
            "layer_labels": LABELS,
            "tokens": list("wxyz"),
            "is_generated": [p in generated for p in range(4)],
            "statistics": json.dumps([{"id": "entropy", "name": "Entropy", "units": "nats"}]),
            "task": "t",
            "sample_id": name[0],
            "epoch": (epochs or {}).get(name, 1),
        }
        rows.append(row | more)
    pl.DataFrame(rows).write_parquet(folder / "trajectories.parquet")


@pytest.fixture
def look(tmp_path):
    def at(grades=GRADES, **more):
        lines = [{"task": "t", "model": "lab/m", "sample_id": s, "score": g} for s, g in grades.items()]
        lines += more.pop("lines", [])
        folder = tmp_path / "lens"
        write(folder, more.pop("names", list(GRADES)), **more)
        (folder / "samples.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
        return Ingester([folder], Cache(tmp_path / "cache")).look()

    return at


def answered(snapshot):
    return {name: answer.outcome for name, answer in outcomes.scored(snapshot).items()}


def of(found, outcome):
    return found.filter(outcome=outcome).sort("layer")


def test_means_and_intervals_are_scipys(look):
    found = outcomes.by_layer(look(), ALL)
    for outcome, names in (("correct", "abc"), ("incorrect", "de")):
        rows = of(found, outcome)
        for layer, row in enumerate(rows.to_dicts()):
            each = [np.mean([value(n, layer, p) for p in range(4)]) for n in names]
            low, high = stats.t.interval(0.95, len(each) - 1, np.mean(each), stats.sem(each))
            assert (row["value"], row["low"], row["high"]) == pytest.approx((np.mean(each), low, high))
            assert row["n"] == len(names)
        assert rows["layer_label"].to_list() == LABELS


def test_of_one_sample_there_is_no_interval(look):
    row = of(outcomes.by_layer(look(), ALL), "partly").row(0, named=True)
    assert (row["n"], row["low"], row["high"]) == (1, None, None)


def test_a_sample_without_a_score_is_in_no_group(look):
    assert "g" not in outcomes.scored(look())


def test_only_generated_positions_count_where_some_are_marked(look):
    found = of(outcomes.by_layer(look(generated=(2, 3)), ALL), "incorrect")
    wanted = [np.mean([value(n, layer, p) for n in "de" for p in (2, 3)]) for layer in range(3)]
    assert found["value"].to_list() == pytest.approx(wanted)


def test_several_trajectories_of_a_sample_count_as_one(look):
    s = look(names=["a", "b", "bx", "by", "d"])
    found = of(outcomes.by_layer(s, ALL), "correct")
    of_b = np.mean([value(n, 0, p) for n in ("b", "bx", "by") for p in range(4)])
    of_a = np.mean([value("a", 0, p) for p in range(4)])
    assert found["n"].to_list() == [2, 2, 2]
    assert found["value"][0] == pytest.approx((of_a + of_b) / 2)


def test_each_epoch_has_its_own_score(look):
    second = {"task": "t", "model": "lab/m", "sample_id": "a", "epoch": 2, "score": "I"}
    s = look(names=["a", "ax"], epochs={"ax": 2}, lines=[second])
    assert answered(s) == {"a": "correct", "ax": "incorrect"}


@pytest.mark.parametrize("other", [{"model": "lab/another"}, {"task": "u"}, {"sample_id": "z"}])
def test_trajectories_of_something_else_have_no_score(look, other):
    assert answered(look(**other)) == {}


def test_the_logs_own_id_comes_before_the_names(look):
    lines = [{"eval_id": "E1", "task": "t2", "model": "n", "sample_id": "a", "score": "I"}]
    assert answered(look(names=["a"], eval_id="E1", lines=lines)) == {"a": "incorrect"}


def test_without_scores_there_is_nothing_to_show(look):
    assert outcomes.by_layer(look(grades={}), ALL).is_empty()


def test_on_real_logs_seven_were_right_and_five_wrong(real_logs, tmp_path):
    s = Ingester([real_logs / "tuned_lens"], Cache(tmp_path)).look()
    found = outcomes.by_layer(s, ALL.edit(trajectories=["qa-01-tuned", "qa-01-logit"], statistic="entropy"))
    said = [json.loads(x) for x in (real_logs / "tuned_lens" / "eval_samples.jsonl").read_text().splitlines()]
    right = sum(x["score"] == "C" for x in said)
    assert set(found.select("lens_type", "outcome", "n").rows()) == {
        (lens, outcome, n)
        for lens in ("tuned_lens", "logit_lens")
        for outcome, n in (("correct", right), ("incorrect", len(said) - right))
    }
