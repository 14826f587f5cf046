"""What every log format promises, tested on each file in tests/fixtures/<name of the format>/."""

import json
import shutil
import zipfile
from functools import cache
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from data import formats
from data.cache import Cache
from data.formats import FORMATS
from data.formats.base import Format, Log, SampleKey
from data.ingest import Ingester
from data.problems import Code
from data.queries import runs
from data.schema import STATUSES, TABLES, Mark
from data.viewstate import ViewState

FIXTURES = Path(__file__).parent.parent / "fixtures"


def files(format):
    folder = FIXTURES / format.name
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))


def logs(format):
    """Each file that is a log of its own, with its companions."""
    owned = {p: format.companions(p, files(format)) for p in files(format)}
    taken = {c for companions in owned.values() for c in companions}
    return [Log(p, companions) for p, companions in owned.items() if p not in taken]


FILES = [pytest.param(f, p, id=f"{f.name}:{p.name}") for f in FORMATS for p in files(f)]
LOGS = [pytest.param(f, log, id=f"{f.name}:{log.path.name}") for f in FORMATS for log in logs(f)]
each_file = pytest.mark.parametrize(("format", "path"), FILES)
each_log = pytest.mark.parametrize(("format", "log"), LOGS)
each_format = pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)


def look(folder, cache):
    return Ingester([folder], Cache(cache)).look()


@each_format
def test_every_format_has_logs_to_test_it_with(format):
    assert isinstance(format, Format)
    assert files(format)


def test_formats_are_told_apart_by_name():
    assert len(formats.BY_NAME) == len(FORMATS)


@each_file
def test_exactly_one_format_claims_a_file(format, path):
    head = path.read_bytes()[: formats.HEAD_BYTES]
    assert [f.name for f in formats.claims(path, head)] == [format.name]


@each_file
def test_a_file_is_claimed_by_its_content_not_by_its_name_alone(format, path):
    for content in (b"", b"not a log", b"{}", b"[]", b"PK\x03\x04", b"\x00" * 100):
        assert formats.claims(path, content) == []


def is_text(path):
    """In UTF-8, as nearly all are."""
    try:
        return path.suffix in (".json", ".jsonl", ".csv") and bool(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return False


TEXTS = [p for p in LOGS if is_text(p.values[1].path)]


def accented(text, log, format):
    """With letters beyond ASCII in the names of models, none of them beyond Latin-1."""
    for model in format.read(log).tables.runs["model"].unique():
        text = text.replace(json.dumps(model), json.dumps(f"{model} é", ensure_ascii=False))
    return text.encode("latin-1", "replace").decode("latin-1")


def scored(snapshot):
    """Of each task the sample ids and the scores, in no order."""
    return {
        task: (part.ids["sample_id"].to_list(), sorted(map(str, part.scores.collect()["value"])))
        for task, part in snapshot.parts.items()
    }


def counts(snapshot):
    return {task: (len(ids), values) for task, (ids, values) in scored(snapshot).items()}


def named(snapshot, path):
    return {p.code for p in snapshot.problems if p.where == str(path)}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
@pytest.mark.parametrize(("format", "log"), TEXTS)
def test_a_log_saved_in_another_encoding_is_read_right_or_named_with_what_to_do(
    format, log, encoding, tmp_path
):
    home = FIXTURES / format.name
    shutil.copytree(home, tmp_path / "logs")
    path = tmp_path / "logs" / log.path.relative_to(home)
    path.write_text(accented(path.read_text(encoding="utf-8-sig"), log, format), encoding="utf-8")
    before = look(tmp_path / "logs", tmp_path / "before")
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    after = look(tmp_path / "logs", tmp_path / "after")
    news = named(after, path) - named(before, path)
    if not news:
        assert after.runs["model"].to_list() == before.runs["model"].to_list()
        assert scored(after) == scored(before)
    if news == {Code.WRONG_LETTERS}:
        assert counts(after) == counts(before)


@each_log
def test_tables_have_the_columns_and_types_of_the_schema(format, log):
    for name, frame in format.read(log).tables:
        assert frame.schema == TABLES[name], name


@each_log
def test_there_is_a_run_with_its_task_model_and_status(format, log):
    tables = format.read(log).tables
    found = tables.runs
    beside = (tables.trajectories, tables.predictions, tables.cards)
    assert found.height + sum(t.height for t in beside) > 0
    assert found.select("run_id", "task", "model", "status", "content").null_count().row(0) == (0,) * 5
    assert set(found["status"]) <= set(STATUSES)


@each_log
def test_rows_refer_to_rows_that_exist(format, log):
    t = format.read(log).tables
    assert (t.metrics["run"] < t.runs.height).all()
    assert (t.samples["run"] < t.runs.height).all()
    assert (t.scores["sample"] < t.samples.height).all()
    assert t.samples["epoch"].min() in (None, 1)


@each_log
def test_a_score_is_a_number_or_has_a_mark_that_says_why_not(format, log):
    scores = format.read(log).tables.scores
    assert not scores["value"].is_nan().any()
    plain = scores["mark"] == Mark.VALUE
    assert scores.filter(plain)["value"].null_count() == 0
    assert set(scores["mark"]) <= {int(m) for m in Mark}


@each_log
def test_reading_twice_gives_the_same(format, log):
    one, two = format.read(log), format.read(log)
    assert one.problems == two.problems
    for (name, a), (_, b) in zip(one.tables, two.tables, strict=True):
        assert a.equals(b), name


@each_log
def test_an_index_has_the_same_runs_and_numbers_as_the_whole(format, log):
    if format.index is None:
        return
    early, whole = format.index(log).tables, format.read(log).tables
    assert early.runs.select("run_id", "task", "model", "suite").equals(
        whole.runs.select("run_id", "task", "model", "suite")
    )
    numbers = ["run", "category", "scorer", "metric", "value", "source"]
    assert early.metrics.select(numbers).equals(whole.metrics.select(numbers))
    assert early.samples.is_empty()
    assert early.scores.is_empty()


@each_format
def test_ids_and_numbers_do_not_depend_on_where_the_logs_lie(format, tmp_path):
    elsewhere = tmp_path / "some where" / "else"
    shutil.copytree(FIXTURES / format.name, elsewhere)
    here = look(FIXTURES / format.name, tmp_path / "one")
    there = look(elsewhere, tmp_path / "two")
    where = ["location", "modified"]
    assert_frame_equal(here.runs.drop(where), there.runs.drop(where))
    assert_frame_equal(here.metrics, there.metrics)


@each_log
def test_every_sample_that_is_listed_can_be_read_alone(format, log):
    samples = format.read(log).tables.samples
    for id, epoch, locator, preview in samples.select("sample_id", "epoch", "locator", "input").rows():
        found = format.sample(log, SampleKey(id, epoch, locator))
        assert found is not None, (id, epoch)
        assert {"input", "scores"} <= set(found)
        assert bool(found["input"]) == bool(preview)


@each_log
def test_a_sample_that_is_not_there_is_none(format, log):
    assert format.sample(log, SampleKey("no such sample", 1, None)) is None


@each_log
def test_many_samples_are_the_same_as_each_by_itself(format, log):
    if format.samples is None:
        return
    listed = format.read(log).tables.samples.select("sample_id", "epoch", "locator").rows()
    keys = [SampleKey("no such sample", 1, None), *(SampleKey(*row) for row in reversed(listed))]
    assert list(format.samples(log, keys)) == [format.sample(log, key) for key in keys]


def amount(snapshot):
    return (
        snapshot.runs.height,
        snapshot.metrics.height,
        sum(p.samples.collect().height for p in snapshot.parts.values()),
    )


CUTS = [0.05, 0.5, 0.9, 0.99]


@pytest.fixture(scope="module")
def uncut(tmp_path_factory):
    """The logs of a format as they are: format -> snapshot."""
    return cache(lambda format: look(FIXTURES / format.name, tmp_path_factory.mktemp("uncut")))


def told(snapshot):
    """Of each file, by name, what is wrong with it."""
    return {(Path(p.where).name, p.code) for p in snapshot.problems}


@pytest.mark.parametrize("share", CUTS)
@each_file
def test_a_file_that_is_cut_off_is_named_or_gives_less_and_never_harms_the_others(
    format, path, share, uncut, tmp_path
):
    folder = tmp_path / "logs"
    shutil.copytree(FIXTURES / format.name, folder)
    whole = uncut(format)
    cut = folder / path.relative_to(FIXTURES / format.name)
    cut.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    found = look(folder, tmp_path / "cut")
    is_named = len(found.problems) > len(whole.problems) or told(found) - told(whole)
    assert is_named or amount(found) < amount(whole)
    own = next(log.path.name for log in logs(format) if path in (log.path, *log.companions))
    others = {r for r, at in whole.runs.select("run_id", "location").rows() if Path(at).name != own}
    assert others <= set(found.runs["run_id"])


@each_file
def test_any_bytes_in_place_of_a_file_cost_that_file_only(format, path, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    raw = bytearray(path.read_bytes())
    for i in range(len(raw) // 3, len(raw), 97):
        raw[i] ^= 0x5A
    (folder / path.name).write_bytes(raw)
    found = look(folder, tmp_path / "cache")
    assert found.problems or found.runs.height


SECRET = "sk-planted-0123456789abcdef"
PLACES = {
    "config",
    "llm_api",
    "model_args",
    "task_args",
    "model_base_url_args",
    "args",
    "extra_body",
    "model",
}


def planted(value, times):
    if isinstance(value, list):
        return [planted(v, times) for v in value]
    if not isinstance(value, dict):
        return value
    new = {k: planted(v, times) for k, v in value.items()}
    for place in PLACES & set(new):
        if isinstance(new[place], dict):
            times.append(place)
            new[place] |= {
                "api_key": SECRET,
                "headers": {"Authorization": f"Bearer {SECRET}"},
                "hf_token": SECRET,
            }
    return new


def plant(path, target):
    """A copy with keys wherever a config may hold them; how many, None where this test cannot write the file."""
    times = []
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
                for item in old.infolist():
                    doc = planted(json.loads(old.read(item)), times if item.filename == "header.json" else [])
                    new.writestr(item.filename, json.dumps(doc))
        else:
            lines = (
                path.read_text("utf-8").splitlines() if path.suffix == ".jsonl" else [path.read_text("utf-8")]
            )
            target.write_text("\n".join(json.dumps(planted(json.loads(x), times)) for x in lines), "utf-8")
    except (ValueError, NotImplementedError):
        return None
    return len(times)


@each_format
def test_keys_in_a_config_are_neither_shown_nor_kept(format, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    count = sum(plant(p, folder / p.name) or 0 for p in files(format))
    if not count:
        pytest.skip("its logs hold no config")
    found = look(folder, tmp_path / "cache")
    assert found.runs.height > 0
    assert SECRET not in found.runs.write_json()
    assert SECRET not in runs.table(found, ViewState()).write_json()
    kept = [p for p in (tmp_path / "cache").rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]
    assert kept == []
