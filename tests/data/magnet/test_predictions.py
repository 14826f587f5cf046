"""Predictions in each of their forms, against what pandas makes of the same files."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.magnet import errors, instances, predictions, probabilities
from data.magnet.columns import PREDICTIONS, normalized
from data.problems import Code

FIXTURES = Path(__file__).parents[2] / "fixtures" / "helm" / "runs"
RUN = "custom_mcqa,path=arith.jsonl,method=multiple_choice_joint,data_augmentation=misspelling0.5:gen=00,model=aster_aster-1b-v1"
SHARED = Path(__file__).parents[4] / "shared" / "real-logs"
needs_shared = pytest.mark.skipif(not (SHARED / "magnet").is_dir(), reason="the shared logs are not here")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return Ingester([FIXTURES], Cache(tmp_path_factory.mktemp("cache"))).look()


@pytest.fixture(scope="module")
def known(snapshot):
    return predictions.actual(snapshot.runs, snapshot.metrics)


BLANK = {"count": 1, "max": None, "mean": 0.5, "min": None, "stddev": 0.0, "sum": None}


def dumped(**more):
    """A row of `RunPrediction.to_df`, as MAGNET has it."""
    stat = {f"stats.{k}": v for k, v in BLANK.items()}
    kind = {f"stats.name.perturbation.{k}": None for k in ("computed_on", "name", "fairness", "robustness")}
    return {
        "run_spec.name": RUN,
        "stats.name.split": "test",
        "stats.name.name": "exact_match",
        **stat,
        **kind,
    } | more


def read(tmp_path, rows, name="predictions.csv"):
    path = tmp_path / name
    frame = pd.DataFrame(rows)
    match path.suffix:
        case ".csv":
            frame.to_csv(path)  # with the index, as people forget to leave out
        case ".json":
            frame.to_json(path, orient="records")
        case ".jsonl":
            frame.to_json(path, orient="records", lines=True)
        case ".parquet":
            pl.DataFrame(rows, infer_schema_length=None).write_parquet(path)
    return predictions.read(path)


def value(known, **where):
    rows = known.filter(pl.col(k).eq_missing(pl.lit(v, pl.String)) for k, v in where.items())
    assert rows.height == 1
    return rows["actual_mean"][0]


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "parquet"])
def test_magnets_own_frame_is_read_from_any_file(tmp_path, known, ending):
    found = read(tmp_path, [dumped()], f"p.{ending}")
    assert found.problems == ()
    assert found.rows.schema == PREDICTIONS
    pair = predictions.pairs(predictions.joined(found.rows, known))
    plain = value(known, run_spec=RUN, name="exact_match", split="test", perturbation=None)
    assert pair.select("predicted", "actual", "error").row(0) == (0.5, plain, 0.5 - plain)
    assert pair["stderr"][0] > 0


def test_a_perturbed_statistic_is_met_by_its_perturbation_only(tmp_path, known):
    where = {
        "name": "misspellings",
        "computed_on": "perturbed",
        "prob": 0.5,
        "robustness": True,
        "fairness": False,
    }
    row = dumped(**{f"stats.name.perturbation.{k}": v for k, v in where.items()})
    other = row | {"stats.name.perturbation.prob": 0.2}
    found = predictions.joined(read(tmp_path, [row, other]).rows, known)
    assert predictions.counts(found) == (2, 1, 1, 0)
    wanted = value(
        known,
        run_spec=RUN,
        name="exact_match",
        split="test",
        perturbation="misspellings",
        computed_on="perturbed",
    )
    assert found["actual_mean"].to_list() == [wanted, None]


def test_what_meets_nothing_stays_and_is_counted(tmp_path, known):
    rows = [
        dumped(),
        dumped(**{"stats.name.split": "valid"}),
        dumped(**{"run_spec.name": "no such run:model=a_b"}),
    ]
    found = predictions.joined(read(tmp_path, rows).rows, known)
    assert predictions.counts(found) == (3, 1, 2, 0)
    assert predictions.table(found)["source"].to_list() == ["predicted", "actual", "predicted", "predicted"]
    assert (
        found["model"].to_list() == ["aster/aster-1b-v1", "aster/aster-1b-v1", "a_b"]
        or found["model"][2] == "a_b"
    )


def test_the_prefix_is_not_part_of_the_name_except_where_it_is(tmp_path):
    rows = [
        dumped(**{"stats.name.name": n}) for n in ("predicted_exact_match", "predicted_index", "exact_match")
    ]
    assert read(tmp_path, rows).rows["name"].to_list() == ["exact_match", "predicted_index", "exact_match"]


def test_two_rows_a_prediction(tmp_path, known):
    numbers = {"min": 0, "max": 1, "count": 1, "stddev": 0, "sum": 0.5, "sum_squared": 0.25, "variance": 0}
    shape = {"run_spec": RUN, "split": "test", **numbers}
    rows = [
        shape | {"source": "predicted", "name": "predicted_exact_match", "mean": 0.4},
        shape | {"source": "actual", "name": "exact_match", "mean": 0.9},
        shape | {"source": "predicted", "name": "f1_of_nowhere", "mean": 0.1},
        shape | {"source": "actual", "name": "f1_of_nowhere", "mean": 0.2},
    ]
    found = predictions.joined(read(tmp_path, rows).rows, known)
    plain = value(known, run_spec=RUN, name="exact_match", split="test", perturbation=None)
    assert found.select("mean", "actual_mean", "actual_from").rows() == [
        (0.4, plain, "logs"),
        (0.1, 0.2, "file"),
    ]


def test_the_table_has_the_statistics_of_the_run(tmp_path, known):
    table = predictions.table(predictions.joined(read(tmp_path, [dumped()]).rows, known))
    columns = [
        "run_spec",
        "source",
        "name",
        "split",
        "mean",
        "min",
        "max",
        "count",
        "stddev",
        "sum",
        "sum_squared",
        "variance",
    ]
    assert table.columns[:12] == columns
    path = next(p for p in FIXTURES.rglob("stats.json.gz"))
    stats = pd.read_json(path)
    stat = next(
        r for r in stats.to_dict("records")
        if r["name"]["name"] == "exact_match" and "perturbation" not in r["name"] and r["name"]["split"] == "test"
    )  # fmt: skip
    assert table.row(1)[:4] == (RUN, "actual", "exact_match", "test")
    assert table.row(1)[4:12] == tuple(stat[c] for c in columns[4:])


def test_suites_with_the_same_run_both_answer(tmp_path, known):
    twice = pl.concat([known, known.with_columns(pl.lit("other").alias("suite"))])
    rows = read(tmp_path, [dumped(), dumped(suite="other"), dumped(suite="third")]).rows
    found = predictions.joined(rows, twice)
    assert predictions.counts(found) == (3, 2, 1, 1)
    assert found["suite"].to_list() == ["other", "packed", "other", "third"]


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "\x00\x01", "run_spec,stat_name\nx,y\n"])
def test_a_file_of_something_else_is_a_problem(tmp_path, content):
    (tmp_path / "p.csv").write_text(content)
    found = predictions.read(tmp_path / "p.csv")
    assert found.rows.is_empty()
    assert [p.code for p in found.problems] in ([Code.UNREADABLE], [Code.MISSING_FIELD])


def test_rows_that_predict_nothing_are_named(tmp_path):
    rows = [
        dumped(),
        dumped(**{"stats.mean": None}),
        dumped(**{"stats.mean": "a lot"}),
        dumped(**{"run_spec.name": None}),
    ]
    found = read(tmp_path, rows)
    assert found.rows.height == 1
    assert [(p.code, p.detail) for p in found.problems] == [(Code.BAD_VALUE, "3 rows without a prediction")]


def test_numbers_as_text_and_unknown_columns(tmp_path):
    frame = normalized(
        pl.DataFrame({"run_spec": ["r"], "stat_name": ["n"], "predicted_mean": ["0.25"], "surprise": [1]})
    )
    assert frame.select("run_spec", "name", "mean").row(0) == ("r", "n", 0.25)


def by_pandas(df):
    error = df["predicted"] - df["actual"]
    total = ((df["actual"] - df["actual"].mean()) ** 2).sum()
    return {
        "n": len(df),
        "mae": error.abs().mean(),
        "rmse": (error**2).mean() ** 0.5,
        "bias": error.mean(),
        "sd": error.std(),
        "low": error.mean() - 1.959963984540054 * error.std(),
        "high": error.mean() + 1.959963984540054 * error.std(),
        "r2": 1 - (error**2).sum() / total,
        "spearman": df["predicted"].rank().corr(df["actual"].rank()),
        **dict(zip(("slope", "intercept"), np.polyfit(df["predicted"], df["actual"], 1), strict=True)),
    }


@needs_shared
def test_magnets_real_table_agrees_with_pandas():
    path = SHARED / "magnet" / "perturbation_predicted_vs_actual.csv"
    plain = pd.read_csv(path)
    snapshot = Ingester(
        [SHARED / "helm" / "benchmark_output" / "runs" / "offline-perturb"], Cache.temporary()
    ).look()
    found = predictions.joined(
        predictions.read(path).rows, predictions.actual(snapshot.runs, snapshot.metrics)
    )
    assert predictions.counts(found) == (6, 6, 0, 0)
    assert found["actual_from"].to_list().count("logs") == 2  # the others are of runs that are not there
    assert found["actual_mean"].to_list() == pytest.approx(plain["actual_mean"].to_list(), abs=1e-12)
    assert found["mean"].to_list() == plain["predicted_mean"].to_list()
    wanted = by_pandas(plain.rename(columns={"predicted_mean": "predicted", "actual_mean": "actual"}))
    assert errors.errors(predictions.pairs(found)).row(0, named=True) == pytest.approx(wanted)
    by_model = errors.errors(predictions.pairs(found), ["model"])
    assert by_model.height == plain["run_spec"].nunique() == 6


def test_errors_over_many_rows_agree_with_pandas():
    rng = np.random.default_rng(0)
    df = pd.DataFrame({"model": rng.choice(["a", "b"], 200), "actual": rng.random(200).round(1)})
    df["predicted"] = (df["actual"] + rng.normal(0.1, 0.2, 200)).round(1)
    found = errors.errors(pl.from_pandas(df), ["model"])
    for row in found.iter_rows(named=True):
        wanted = by_pandas(df[df["model"] == row.pop("model")])
        assert row == pytest.approx(wanted)


def test_nothing_varies():
    row = errors.errors(pl.DataFrame({"predicted": [0.5, 0.5], "actual": [1.0, 1.0]})).row(0, named=True)
    assert (row["r2"], row["spearman"], row["mae"]) == (None, None, 0.5)


def test_auc_is_the_share_of_pairs_in_order():
    rng = np.random.default_rng(1)
    p, a = rng.random(60).round(1), rng.random(60) < 0.4
    pairs = [(x > y) + 0.5 * (x == y) for x in p[a] for y in p[~a]]
    found = probabilities.auc(p, a)
    assert found.value == pytest.approx(np.mean(pairs))
    assert 0 <= found.low < found.value < found.high <= 1
    assert (found.positives, found.negatives) == (a.sum(), (~a).sum())
    assert probabilities.auc(p, np.ones(60, bool)).is_degenerate


def test_predictions_of_instances_meet_their_scores(tmp_path, snapshot):
    known = instances.actual(snapshot.runs, list(snapshot.parts.values()))
    mine = known.filter((pl.col("run_spec") == RUN) & (pl.col("name") == "exact_match"))
    rows = [
        {"run_spec.name": RUN, "magnet.instance_predict_id": i, "instance_id": id, "per_instance_stats.stats.mean": a,
         "per_instance_stats.stats.name.name": "exact_match", "predictor": "oracle", "seed": 1}
        for i, (id, a) in enumerate(mine.filter(~pl.col("instance_id").str.contains(" · ")).select("instance_id", "actual").rows())
    ]  # fmt: skip
    rows.append(rows[0] | {"instance_id": "nowhere", "magnet.instance_predict_id": 99})
    predicted = read(tmp_path, rows).rows
    found = instances.joined(predicted, known)
    assert found.height == 5
    assert (
        found.filter(pl.col("actual").is_not_null())
        .select((pl.col("predicted") == pl.col("actual")).all())
        .item()
    )
    row = instances.separation(found).row(0, named=True)
    assert row["positives"] + row["negatives"] == 4
    assert row["unmatched"] == 1
    assert predictions.joined(predicted, predictions.actual(snapshot.runs, snapshot.metrics)).is_empty()


def test_json_details_survive(tmp_path):
    row = dumped(**{"stats.name.perturbation.name": "gender", "stats.name.perturbation.source_class": "male"})
    assert json.loads(read(tmp_path, [row]).rows["perturbation_detail"][0]) == {"source_class": "male"}
