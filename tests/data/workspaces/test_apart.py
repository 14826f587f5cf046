"""A file that is made to cost too much costs a process, is named, and harms no other."""

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import zstandard

from data import trajectories
from data.cache import Stamp
from data.formats import BY_NAME
from data.formats.base import Log, SampleKey
from data.ingest import Task, read_one
from data.problems import Code
from data.workspaces.apart import Apart, TooCostly
from tests.fixtures.wholes import plain

FIXTURES = Path(__file__).parents[2] / "fixtures"
GOOD = FIXTURES / "inspect" / "zstd.eval"


def task(path, format="inspect"):
    found = path.stat()
    return Task(Stamp(str(path), found.st_size, found.st_mtime_ns), (), BY_NAME[format])


@pytest.fixture
def apart():
    made = []

    def start(**bounds):
        made.append(Apart(**bounds))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def kept():
    """A process that is kept from file to file, as the server keeps it."""
    reader = Apart(memory=1 << 30)
    yield reader
    reader.close()


@pytest.fixture
def hungry(tmp_path):
    """JSON that comes to forty times its size in memory."""
    path = tmp_path / "results_2026-02-03T10-11-12.345678.json"
    path.write_bytes(
        b'{"results": {"a": {"acc,none": 0.5}}, "config": {"x": [' + b"[]," * 20_000_000 + b"[]]}}"
    )
    return path


def test_a_log_is_read_as_it_is_read_here(apart):
    here, there = read_one(task(GOOD)), apart().read(task(GOOD))
    assert there.problems == here.problems
    for (name, a), (_, b) in zip(here.tables, there.tables, strict=True):
        assert a.equals(b), name


def test_memory_has_an_end_and_the_next_log_is_read(apart, hungry):
    reader = apart(memory=400 << 20)
    found = reader.read(task(hungry, "lm_eval"))
    assert [p.code for p in found.problems] == [Code.TOO_COSTLY]
    assert found.tables.runs.is_empty()
    assert reader.read(task(GOOD)).tables.runs.height == 1


def test_time_has_an_end(apart, hungry):
    reader = apart(time_s=0.3)
    found = reader.read(task(hungry, "lm_eval"))
    assert [(p.code, p.detail) for p in found.problems] == [(Code.TOO_COSTLY, "more than 0.3 seconds")]


def test_a_process_that_was_killed_is_started_again(apart):
    reader = apart()
    reader.read(task(GOOD))
    reader._process.kill()
    reader._process.wait()
    assert [p.code for p in reader.read(task(GOOD)).problems] == [Code.TOO_COSTLY]
    assert reader.read(task(GOOD)).tables.runs.height == 1


def test_a_sample_is_had_and_an_error_is_told(apart, tmp_path):
    reader = apart()
    id, epoch, locator = read_one(task(GOOD)).tables.samples.select("sample_id", "epoch", "locator").row(0)
    key = SampleKey(id, epoch, locator)
    here = BY_NAME["inspect"].sample(Log(GOOD), key)
    assert plain(reader.sample("inspect", Log(GOOD), key)) == plain(here)
    assert reader.sample("inspect", Log(GOOD), SampleKey("none", 1)) is None
    with pytest.raises(ValueError, match="FileNotFoundError"):
        reader.sample("inspect", Log(tmp_path / "none.eval"), key)


def test_a_sample_that_costs_too_much_is_refused(apart, tmp_path):
    path = tmp_path / "log.json"
    sample = (
        b'{"id": 1, "epoch": 1, "input": "x", "target": "y", "metadata": {"x": ['
        + b"[]," * 10_000_000
        + b"[]]}}"
    )
    path.write_bytes(b'{"version": 2, "status": "success", "eval": {}, "samples": [' + sample + b"]}")
    with pytest.raises(TooCostly, match="seconds"):
        apart(time_s=0.01).sample("inspect", Log(path), SampleKey("1", 1))


def test_who_looks_at_a_sample_does_not_wait_without_end_for_another(apart, monkeypatch):
    monkeypatch.setattr("data.workspaces.apart.PATIENCE_S", 0.01)
    reader = apart()
    with reader._lock, pytest.raises(TooCostly, match="try again"):
        reader.sample("inspect", Log(GOOD), SampleKey("1", 1))


LENS = FIXTURES / "tuned_lens" / "cells" / "sky-tuned.parquet"


def test_arrays_are_had_as_they_are_had_here_and_an_error_is_told(apart, tmp_path):
    reader = apart()
    for what, *about in (("matrix", "entropy", 3, 4), ("top1", 3, 4), ("top", 1, 2, 3, 4)):
        here, there = (read(what, str(LENS), *about) for read in (trajectories.here, reader.arrays))
        np.testing.assert_array_equal(here, there)
    with pytest.raises(ValueError, match="No such file"):
        reader.arrays("matrix", str(tmp_path / "none.parquet"), "entropy", 3, 4)


def test_texts_that_a_small_file_unpacks_to_are_never_in_the_memory_of_who_asks(apart, tmp_path):
    path, cells = tmp_path / "cells.parquet", 1_500
    frame = pl.DataFrame({"layer": [0] * cells, "position": range(cells)})
    frame.with_columns(top1=pl.lit("x" * 200_000)).write_parquet(path, compression="zstd")
    assert path.stat().st_size < 20_000
    reader = apart(memory=1 << 30)
    code = f"""
import resource
from data.workspaces.apart import Apart, TooCostly
reader = Apart()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    found = reader.arrays("top1", {str(path)!r}, 1, {cells})
except TooCostly:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
reader.close()
"""
    grown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(grown.stdout) < 50 << 10
    assert set(map(len, reader.arrays("top1", str(path), 1, cells).ravel())) == {trajectories.LONGEST}


def member(name, method, packed, data_size, crc):
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, method, 0, 0, crc, len(packed), data_size, len(name), 0)
    return head + name + packed


def archive(name, method, packed, size, crc):
    """A zip of one member, written by hand: libraries will not lie about a size."""
    local = member(name, method, packed, size, crc)
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, method, 0, 0, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, 0
    ) + name  # fmt: skip
    return local + central + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)


SIZE = 3 << 30
ZEROS = bytes(1 << 20)


def deflated():
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    parts = [packer.compress(ZEROS) for _ in range(300)]
    return b"".join([*parts, packer.flush()])


def zstandard_frame():
    out = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(out, closefd=False) as writer:
        for _ in range(3 << 10):
            writer.write(ZEROS)
    return out.getvalue()


BOMBS = {
    "deflate, honest": (8, deflated, 300 << 20),
    "deflate, lying small": (8, deflated, 1000),
    "deflate, lying large": (8, deflated, SIZE),
    "zstd, honest": (93, zstandard_frame, SIZE),
    "zstd, lying small": (93, zstandard_frame, 1000),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_zip_bomb_is_named_and_never_unpacked(bomb, apart, tmp_path):
    method, packed, size = BOMBS[bomb]
    path = tmp_path / "bomb.eval"
    path.write_bytes(archive(b"header.json", method, packed(), size, 0))
    assert path.stat().st_size < 500_000
    reader = apart(memory=300 << 20)
    found = reader.read(task(path))
    assert found.tables.runs.is_empty()
    assert [p.code for p in found.problems] == [Code.UNREADABLE if "small" in bomb else Code.TOO_LARGE]
    peak = next(
        line
        for line in Path(f"/proc/{reader._process.pid}/status").read_text().splitlines()
        if "VmHWM" in line
    )
    assert int(peak.split()[1]) < 200 << 10


def test_a_bomb_in_one_member_leaves_the_rest_of_the_log(tmp_path):
    with zipfile.ZipFile(GOOD) as good:
        members = {n: good.getinfo(n) for n in good.namelist()}
    path = tmp_path / "half.eval"
    header = json.dumps(
        {"version": 2, "status": "success", "eval": {"task": "t", "model": "m", "run_id": "r", "eval_id": "e"}, "results": {"scores": []}}
    )  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("header.json", header)
        new.writestr("summaries.json", bytes(80 << 20))
    assert "header.json" in members
    found = read_one(task(path))
    assert found.tables.runs.height == 1
    assert Code.TOO_LARGE in [p.code for p in found.problems]


@pytest.mark.parametrize("depth", [1_000, 1_000_000])
@pytest.mark.parametrize("format", ["inspect", "lm_eval", "twinkle", "every_eval_ever", "helm"])
def test_json_that_is_nested_without_end_is_a_problem(format, depth, kept, tmp_path):
    beginnings = {
        "inspect": '{"version": 2, "status": "success", "eval": {"task": "t", "model": "m"}, "plan": {}, "samples": ',
        "lm_eval": '{"results": {"a": {"acc,none": 0.5}}, "config": ',
        "twinkle": '{"timestamp": "20260101_0000", "config": {}, "dataset_results": ',
        "every_eval_ever": '{"schema_version": "0.2.0", "evaluation_id": "x", "evaluation_results": ',
        "helm": '{"name": ',
    }
    path = tmp_path / ("stats.json" if format == "helm" else "results_2026-02-03T10-11-12.345678.json")
    path.write_text(beginnings[format] + "[" * depth + "]" * depth + "}")
    found = kept.read(task(path, format))
    assert found.problems
    assert not found.tables.samples.height


def test_a_parquet_file_of_a_thousand_million_rows_is_a_problem(apart, tmp_path):
    path = tmp_path / "trajectories.parquet"
    frame = pl.DataFrame({"trajectory_id": ["x"]}).lazy()
    big = pl.concat([frame.select(pl.col("trajectory_id").repeat_by(10_000_000).explode())] * 3)
    big.with_columns(tokens=pl.lit("[]"), layer_labels=pl.lit("[]"), statistics=pl.lit("[]")).sink_parquet(
        path, compression="zstd"
    )
    found = apart(memory=400 << 20).read(task(path, "tuned_lens"))
    assert [p.code for p in found.problems] in ([Code.TOO_COSTLY], [Code.UNREADABLE], [Code.ORPHAN_DETAILS])


def test_an_array_that_unpacks_without_end_is_a_problem(apart, tmp_path):
    path = tmp_path / "lens.npz"
    array = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        array, {"descr": "<f4", "fortran_order": False, "shape": (1 << 14, 1 << 14)}
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, text in (("meta", "{}"), ("layer_labels", "x"), ("tokens", "x")):
            buffer = io.BytesIO()
            np.save(buffer, np.array(text if name == "meta" else [text]))
            new.writestr(f"{name}.npy", buffer.getvalue())
        new.writestr("stat:entropy.npy", array.getvalue() + bytes(1 << 30))
    assert path.stat().st_size < 2_000_000
    found = apart(memory=400 << 20).read(task(path, "tuned_lens"))
    assert [p.code for p in found.problems] in ([Code.TOO_COSTLY], [Code.UNREADABLE])


def test_a_manifest_cannot_name_a_file_elsewhere(tmp_path):
    """Its arrays are those that lie beside it: a path in it could be any file of the machine."""
    folder = FIXTURES / "tuned_lens"
    outside = next((folder / "cells").glob("*.parquet"))
    path = tmp_path / "trajectories.parquet"
    pl.read_parquet(folder / "trajectories.parquet").with_columns(cells=pl.lit(str(outside))).write_parquet(
        path
    )
    found = read_one(task(path, "tuned_lens"))
    assert found.tables.trajectories.is_empty()
    assert {p.code for p in found.problems} == {Code.MISSING_FIELD}
    assert os.path.exists(outside)
