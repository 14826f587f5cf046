"""Lens trajectories: what the index takes over, what it refuses, and the arrays behind it."""

import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data import trajectories
from data.formats import tuned_lens
from data.formats.base import Log
from data.problems import Code

FIXTURE = Path(__file__).parents[3] / "fixtures" / "tuned_lens"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(FIXTURE, tmp_path / "lens"))


def read(folder):
    path = folder / "trajectories.parquet"
    beside = [p for p in folder.rglob("*") if p.is_file()]
    return tuned_lens.FORMAT.read(Log(path, tuned_lens.FORMAT.companions(path, beside)))


def rewrite(path, **columns):
    pl.read_parquet(path).with_columns(**columns).write_parquet(path)


def codes(reading):
    return [p.code for p in reading.problems]


def test_a_manifest_is_read_with_its_links(folder):
    found = read(folder)
    row = found.tables.trajectories.row(0, named=True)
    assert (row["trajectory_id"], row["task"], row["sample_id"], row["epoch"]) == (
        "sky-logit",
        "toy_task",
        "s-1",
        1,
    )
    assert row["layer_labels"] == ["0", "1", "output"]
    assert row["target_ids"] == [2, 3, 4, None]
    assert found.problems == ()


def test_cells_belong_to_their_manifest_and_are_no_logs(folder):
    found = read(folder).tables.trajectories["cells"].to_list()
    assert [Path(p).name for p in found] == ["sky-logit.parquet", "sky-tuned.parquet"]


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda f: (f / "cells" / "sky-tuned.parquet").unlink(), Code.MISSING_FIELD),
        (lambda f: (f / "cells" / "sky-tuned.parquet").write_bytes(b"PAR1 cut"), Code.MISSING_FIELD),
        (lambda f: rewrite(f / "cells" / "sky-tuned.parquet", layer=pl.lit(0, pl.Int16)), Code.BAD_VALUE),
        (lambda f: pl.read_parquet(f / "cells" / "sky-tuned.parquet").head(11).write_parquet(f / "cells" / "sky-tuned.parquet"), Code.BAD_VALUE),
        (lambda f: rewrite(f / "trajectories.parquet", n_positions=pl.Series([4, 5])), Code.BAD_VALUE),
        (lambda f: rewrite(f / "trajectories.parquet", schema_version=pl.Series([1, 2])), Code.UNKNOWN_VERSION),
    ],
    ids=["gone", "cut", "twice", "too few", "token count", "newer"],
)  # fmt: skip
def test_a_trajectory_that_cannot_be_trusted_is_named_and_the_other_stays(folder, damage, code):
    damage(folder)
    found = read(folder)
    assert code in codes(found)
    assert found.tables.trajectories["trajectory_id"].to_list() == ["sky-logit"]


def test_cells_without_a_row_in_the_manifest_are_named(folder):
    shutil.copy(folder / "cells" / "sky-tuned.parquet", folder / "cells" / "other.parquet")
    assert [(p.code, p.detail) for p in read(folder).problems] == [
        (Code.ORPHAN_DETAILS, "cells/other.parquet")
    ]


def test_a_matrix_is_layers_by_positions_and_nan_where_nothing_is_defined(folder):
    path = folder / "cells" / "sky-tuned.parquet"
    found = trajectories.matrix(str(path), trajectories.changed(str(path)), "cross_entropy", 3, 4)
    expected = [[2.0 - layer / 2 + position for position in range(3)] for layer in range(3)]
    assert found[:, :3].tolist() == expected
    assert np.isnan(found[:, 3]).all()


def test_the_likeliest_tokens_of_a_cell_come_best_first(folder):
    top = trajectories.top(str(folder / "cells" / "sky-tuned.parquet"), 1, 2, 3, 4)
    assert (top.tokens, top.logp) == (("\n", " a"), (-0.5, -1.5))


def test_an_npz_is_one_trajectory(tmp_path):
    path = tmp_path / "one.npz"
    meta = {"trajectory_id": "one", "model": "m", "lens_type": "tuned_lens", "sample_id": "s"}
    np.savez(
        path,
        meta=json.dumps(meta),
        layer_labels=np.array(["0", "output"]),
        tokens=np.array(["a", "b", "c"]),
        **{"stat:entropy": np.arange(6, dtype="f4").reshape(2, 3)},
    )
    row = tuned_lens.FORMAT.read(Log(path)).tables.trajectories.row(0, named=True)
    assert (row["trajectory_id"], row["tokens"]) == ("one", ["a", "b", "c"])
    assert trajectories.matrix(row["cells"], 0, "entropy", 2, 3).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_an_npz_of_the_wrong_shape_is_refused(tmp_path):
    path = tmp_path / "one.npz"
    arrays = {
        "layer_labels": np.array(["0"]),
        "tokens": np.array(["a", "b"]),
        "stat:entropy": np.zeros((2, 1)),
    }
    np.savez(path, meta="{}", **arrays)
    with pytest.raises(ValueError, match="stat:entropy"):
        tuned_lens.FORMAT.read(Log(path))


def test_nothing_in_an_npz_is_ever_unpickled(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(
        path, meta=np.array([{"a": 1}], dtype=object), layer_labels=np.array(["0"]), tokens=np.array(["a"])
    )
    with pytest.raises(ValueError, match="allow_pickle"):
        tuned_lens.FORMAT.read(Log(path))


def test_every_real_trajectory_is_read(real_logs):
    found = read(real_logs / "tuned_lens")
    assert found.problems == ()
    assert found.tables.trajectories.height == len(list((real_logs / "tuned_lens" / "cells").iterdir()))
