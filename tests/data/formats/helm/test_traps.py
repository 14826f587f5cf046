"""Runs as people really have them: cut off, incomplete, packed, copied between suites, with NaN in them."""

import gzip
import json
import os
import shutil
from pathlib import Path

import polars as pl
import pytest
import zstandard

from data.cache import Cache
from data.formats.base import Log, SampleKey
from data.formats.helm import FORMAT, packed
from data.formats.helm.detect import RUN_FILES
from data.formats.helm.headline import headline
from data.formats.helm.spec import task
from data.ingest import Ingester
from data.problems import Code
from data.queries import measures, selection
from data.schema import Mark
from data.viewstate import ViewState

FIXTURES = Path(__file__).parents[3] / "fixtures" / "helm" / "runs"
(PLAIN,) = (FIXTURES / "plain").iterdir()
(PACKED,) = (FIXTURES / "packed").iterdir()


def read(folder):
    """The run as ingest would find it."""
    files = sorted(folder.iterdir())
    owned = {p: FORMAT.companions(p, files) for p in files if FORMAT.matches(p, p.read_bytes()[:65_536])}
    (main,) = set(owned) - {c for cs in owned.values() for c in cs}
    return FORMAT.read(Log(main, owned[main]))


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "runs" / "suite" / PLAIN.name
    shutil.copytree(PLAIN, folder)
    return folder


@pytest.fixture
def perturbed(tmp_path):
    """The packed fixture, unpacked."""
    folder = tmp_path / "runs" / "suite" / PACKED.name
    folder.mkdir(parents=True)
    for path in PACKED.iterdir():
        (folder / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    return folder


def edit(path, change):
    doc = json.loads(path.read_text())
    change(doc)
    path.write_text(json.dumps(doc, indent=2))


def codes(reading):
    return [p.code for p in reading.problems]


@pytest.mark.parametrize("name", RUN_FILES)
def test_a_file_that_is_missing_is_named_and_the_rest_is_read(run, name):
    (run / name).unlink()
    found = read(run)
    assert codes(found) == [Code.UNFINISHED]
    assert name in found.problems[0].detail
    row = found.tables.runs.row(0, named=True)
    assert row["status"] == "started"
    assert row["task"] == "simple_mcqa:gen=00"
    assert found.tables.metrics.is_empty() == (name == "stats.json")
    assert found.tables.samples.is_empty() == (name == "per_instance_stats.json")


@pytest.mark.parametrize("name", RUN_FILES)
def test_a_file_that_is_cut_off_is_named_and_read_up_to_the_cut(run, name):
    whole = read(run).tables
    raw = (run / name).read_bytes()
    (run / name).write_bytes(raw[: len(raw) * 2 // 3])
    found = read(run)
    assert Code.TRUNCATED in codes(found)
    assert any(name in p.detail for p in found.problems)
    assert found.tables.runs["status"][0] == "started"
    assert found.tables.metrics.height > whole.metrics.height // 3
    assert found.tables.samples.height >= 2


def test_of_a_cut_off_file_no_half_statistic_is_taken(run):
    whole = read(run).tables.metrics
    raw = (run / "stats.json").read_bytes()
    at = raw.rfind(b'"mean"')
    (run / "stats.json").write_bytes(raw[: at + 12])
    found = read(run).tables.metrics.filter(pl.col("count") > 0)
    assert found.drop_nulls("value").height == found.height
    joined = found.join(whole, on=["scorer", "split", "perturbation", "category"], nulls_equal=True)
    assert joined.height == found.height
    assert (joined["value"] == joined["value_right"]).all()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gz", "zst"])
def test_packed_is_the_same(run, pack):
    whole = read(run).tables
    for path in list(run.iterdir()):
        ending = ".gz" if pack is gzip.compress else ".zst"
        path.with_name(path.name + ending).write_bytes(pack(path.read_bytes()))
        path.unlink()
    found = read(run)
    assert found.problems == ()
    for (name, a), (_, b) in zip(whole, found.tables, strict=True):
        assert a.equals(b), name
    assert found.tables.samples.height == 4


def test_several_packed_parts_in_a_row_are_one_file(run):
    path = run / "stats.json"
    raw, wanted = path.read_bytes(), read(run).tables.metrics
    for pack, ending in ((gzip.compress, ".gz"), (zstandard.compress, ".zst")):
        target = run / f"stats.json{ending}"
        target.write_bytes(pack(raw[:5000]) + pack(raw[5000:]))
        assert packed.read(target) == (raw, False)
    assert read(run).tables.metrics.equals(wanted)


def test_a_zstandard_that_tells_no_ends_reads_the_same(run, monkeypatch):
    """0.18, which crfm-helm wants beside it."""
    monkeypatch.setattr(packed, "FRAMES_END", False)
    path = run / "stats.json"
    raw = path.read_bytes()
    target = run / "stats.json.zst"
    target.write_bytes(zstandard.compress(raw[:5000]) + zstandard.compress(raw[5000:]))
    assert packed.read(target) == (raw, False)
    path.unlink()
    assert read(run).problems == ()
    target.write_bytes(zstandard.compress(raw)[:-400])
    assert codes(read(run)) == [Code.TRUNCATED]


def test_the_end_of_a_packed_file_is_missed_even_when_all_text_is_there(perturbed):
    path = perturbed / "stats.json"
    short = gzip.compress(path.read_bytes())[:-4]
    path.unlink()
    path.with_name("stats.json.gz").write_bytes(short)
    assert codes(read(perturbed)) == [Code.TRUNCATED]


def test_a_bomb_is_refused(run, monkeypatch):
    monkeypatch.setattr(packed, "SUSPECT", 1 << 20)
    (run / "per_instance_stats.json").unlink()
    (run / "per_instance_stats.json.gz").write_bytes(
        gzip.compress(b"[" + b" " * (8 << 20) + b"]" + b'"instance_id" "stats"')
    )
    files = sorted(run.iterdir())
    found = FORMAT.read(Log(run / "run_spec.json", FORMAT.companions(run / "run_spec.json", files)))
    assert codes(found) == [Code.TOO_LARGE]
    assert found.tables.metrics.height > 0


def test_nan_is_no_score_and_infinity_is_one(run):
    def spoil(entries):
        own = [s for s in entries[0]["stats"] if s["name"]["name"] == "exact_match"]
        own[0]["mean"] = float("nan")
        other = [s for s in entries[1]["stats"] if s["name"]["name"] == "exact_match"]
        other[0]["mean"] = float("inf")

    edit(run / "per_instance_stats.json", spoil)
    edit(run / "stats.json", lambda stats: stats[0].update(max=float("inf"), variance=float("nan")))
    edit(
        run / "scenario_state.json",
        lambda s: s["request_states"][0]["result"]["completions"][0].update(logprob=float("-inf")),
    )
    found = read(run).tables
    scores = found.scores.filter(pl.col("scorer") == "exact_match")
    assert scores["mark"].to_list() == [Mark.UNSCORED, *[Mark.VALUE] * 3]
    assert scores["value"].to_list()[:2] == [None, float("inf")]
    assert found.metrics["max"].is_infinite().any()
    assert found.samples["input"].null_count() == 0
    log = Log(run / "run_spec.json", tuple(run.iterdir()))
    one = FORMAT.sample(log, SampleKey(found.samples["sample_id"][0], 1))
    assert one["completions"][0]["logprob"] == "-Infinity"


def look(folder, tmp_path):
    return Ingester([folder], Cache(tmp_path / "cache")).look()


def test_one_name_in_two_suites_is_two_runs(run, tmp_path):
    shutil.copytree(run, tmp_path / "runs" / "other" / run.name)
    snapshot = look(tmp_path / "runs", tmp_path)
    assert sorted(snapshot.runs["suite"]) == ["other", "suite"]
    assert snapshot.problems == ()
    assert not snapshot.runs["superseded"].any()


def test_a_link_to_the_latest_suite_counts_nothing_twice(run, tmp_path):
    os.symlink(run.parent, tmp_path / "runs" / "latest")
    assert look(tmp_path / "runs", tmp_path).runs.height == 1


def test_what_helm_leaves_beside_its_runs_is_silent(run, tmp_path):
    suite = run.parent
    beside = {
        "summary.json": {"suite": "suite", "date": "2026-01-01"},
        "runs.json": [{"run_path": "x", "run_spec": {"adapter_spec": {}}}],
        "run_specs.json": [json.loads((run / "run_spec.json").read_text())],
        "runs_to_run_suites.json": {run.name: "suite"},
        "groups.json": [{"title": "All", "header": [], "rows": []}],
        "costs.json": {},
        "groups/mmlu.json": [{"title": "t", "header": [], "rows": []}],
        "groups/latex/mmlu.tex": {},
        "eval_cache/x.json": {"any": "thing"},
        f"{run.name}/display_predictions.json": [],
    }
    for name, doc in beside.items():
        (suite / name).parent.mkdir(parents=True, exist_ok=True)
        (suite / name).write_text(json.dumps(doc))
    snapshot = look(tmp_path / "runs", tmp_path)
    assert snapshot.problems == ()
    assert snapshot.runs.height == 1


def test_statistics_of_a_folder_that_is_no_run_are_named(run, tmp_path):
    folder = tmp_path / "runs" / "suite" / "whatever"
    folder.mkdir()
    shutil.copy(run / "stats.json", folder)
    snapshot = look(tmp_path / "runs", tmp_path)
    assert [(p.code, p.detail) for p in snapshot.problems] == [(Code.MISSING_FIELD, "run_spec.json")]


def test_perturbed_rows_are_categories_and_never_the_whole(perturbed, tmp_path):
    snapshot = look(tmp_path / "runs", tmp_path)
    rows = measures.chosen(measures.logged(snapshot, selection.counted(snapshot, ViewState())), ViewState())
    assert rows.filter(pl.col("category").is_null()).height == 1
    assert sorted(rows["category"].drop_nulls()) == [
        "test",
        "test · misspellings 0.5 (original)",
        "test · misspellings 0.5 (perturbed)",
        "test · misspellings 0.5 (worst)",
        "test · robustness (worst)",
    ]
    assert rows["stderr"].null_count() == 0


def test_bundles_of_one_instance_are_merged(run):
    def split(entries):
        entries.append({**entries[0], "stats": [{**entries[0]["stats"][0], "mean": 0.25, "sum": 0.25}]})
        entries[-1]["stats"][0]["name"] = {"name": "toxicity_score", "split": "test"}

    edit(run / "per_instance_stats.json", split)
    found = read(run).tables
    assert found.samples.height == 4
    assert found.scores.filter(pl.col("scorer") == "toxicity_score").select("sample", "value").rows() == [
        (0, 0.25)
    ]


def test_parts_of_a_split_make_up_the_whole(run):
    def part(stats):
        own = [s for s in stats if s["name"]["name"] == "exact_match" and not s["name"].get("perturbation")]
        for s in own:
            stats.append(json.loads(json.dumps(s)))
            s["name"]["sub_split"] = "a"
            s |= {"sum": 0.5, "mean": 0.5}
            stats[-1]["name"]["sub_split"] = "b"
            stats[-1] |= {"sum": 1.0, "mean": 1.0}

    edit(run / "stats.json", part)
    rows = read(run).tables.metrics.filter(
        (pl.col("scorer") == "exact_match") & pl.col("perturbation").is_null()
    )
    assert dict(rows.select("category", "value").rows()) == {
        None: 0.75,
        "test": 0.75,
        "test/a": 0.5,
        "test/b": 1.0,
    }


def test_a_stat_that_its_instances_contradict_is_named_and_kept(run):
    def change(stats):
        for s in stats:
            if s["name"]["name"] == "exact_match":
                s["mean"] = 0.123

    edit(run / "stats.json", change)
    found = read(run)
    assert codes(found) == [Code.DISAGREES]
    row = found.tables.metrics.filter((pl.col("metric") == "exact_match") & pl.col("category").is_null())
    assert row.select("value", "stderr").row(0) == (0.123, None)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("simple_mcqa:model=mock_alpha-7b", "simple_mcqa"),
        ("dyck_language_np=3:model=m", "dyck_language_np=3"),
        (
            "a,data_augmentation=gender_prob=1.0_source=male:model=m",
            "a,data_augmentation=gender_prob=1.0_source=male",
        ),
        ("mmlu:model=amazon_nova-micro-v1:0,eval_split=test", "mmlu:eval_split=test"),
        ("no model at all", "no model at all"),
    ],
)
def test_a_task_is_the_run_without_its_model(name, wanted):
    assert task(name) == wanted


@pytest.mark.parametrize(
    ("groups", "present", "wanted"),
    [
        (
            ["gsm"],
            {("final_number_exact_match", "test"), ("exact_match", "test")},
            ("final_number_exact_match", "test"),
        ),
        (
            ["gsm"],
            {("exact_match_indicator", "test"), ("exact_match", "test")},
            ("exact_match_indicator", "test"),
        ),
        (
            ["boolq"],
            {("quasi_exact_match", "valid"), ("quasi_exact_match", "test")},
            ("quasi_exact_match", "valid"),
        ),
        (["imdb"], {("exact_match", "valid")}, ("exact_match", "valid")),
        (["mine"], {("exact_match", "valid"), ("bits_per_byte", "test")}, ("bits_per_byte", "test")),
        (["mine"], {("num_bytes", "test")}, (None, "test")),
        ([], set(), (None, None)),
    ],
)
def test_the_headline_is_the_schemas_else_by_name_and_on_one_split(groups, present, wanted):
    assert headline(groups, present) == wanted


def test_a_part_of_the_instances_is_no_number_for_all(run):
    """Of runs that are wrong throughout, any part has the same mean as the whole."""
    whole = read(run).tables
    (n,) = whole.runs["samples_done"]

    def wrong(doc):
        for entry in doc:
            for stat in entry["stats"]:
                if stat["name"]["name"] == "exact_match":
                    stat.update(sum=0.0, sum_squared=0.0, min=0.0, max=0.0, mean=0.0)

    def zero(doc):
        for stat in doc:
            if stat["name"]["name"] == "exact_match":
                stat.update(sum=0.0, sum_squared=0.0, min=0.0, max=0.0, mean=0.0)

    edit(run / "per_instance_stats.json", wrong)
    edit(run / "stats.json", zero)
    mine = (pl.col("metric") == "exact_match") & pl.col("category").is_null()
    before = read(run).tables.metrics.filter(mine)["n"].item()
    edit(run / "per_instance_stats.json", lambda doc: doc.__delitem__(slice(2, None)))
    part = read(run).tables
    assert part.samples.height < n
    assert part.runs["samples_done"].item() == n
    assert part.metrics.filter(mine)["n"].item() == before
