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
        (lambda f: rewrite(f / "cells" / "sky-tuned.parquet", layer=pl.col("layer") + 1), Code.BAD_VALUE),
        (lambda f: rewrite(f / "cells" / "sky-tuned.parquet", position=pl.col("position") - 1), Code.BAD_VALUE),
        (lambda f: rewrite(f / "cells" / "sky-tuned.parquet", layer=pl.col("layer").cast(pl.String)), Code.BAD_VALUE),
        (lambda f: rewrite(f / "cells" / "sky-tuned.parquet", logp2=pl.lit(-0.1)), Code.BAD_VALUE),
        (lambda f: rewrite(f / "cells" / "sky-tuned.parquet", logp1=pl.lit(0.6)), Code.BAD_VALUE),
        (lambda f: rewrite(f / "trajectories.parquet", layer_labels=pl.Series([["0", "1", "output"], ["output", "1", "0"]])), Code.BAD_VALUE),
        (lambda f: rewrite(f / "trajectories.parquet", includes_output=pl.Series([True, False])), Code.BAD_VALUE),
        (lambda f: rewrite(f / "trajectories.parquet", token_ids=pl.Series([[1, 2, 3, 4], [1, 2, 3]])), Code.BAD_VALUE),
        (lambda f: rewrite(f / "trajectories.parquet", statistics=pl.Series(['[{"id": "entropy"}]', "{"])), Code.BAD_VALUE),
        (lambda f: rewrite(f / "trajectories.parquet", statistics=pl.Series(['[{"id": "entropy"}]', "[]"])), Code.MISSING_FIELD),
        (lambda f: rewrite(f / "trajectories.parquet", trajectory_id=pl.Series(["sky-logit", None])), Code.MISSING_FIELD),
        (lambda f: rewrite(f / "trajectories.parquet", trajectory_id=pl.Series(["sky-logit", "sky-logit"])), Code.BAD_VALUE),
        (lambda f: rewrite(f / "trajectories.parquet", tokens=pl.Series([list("abcd"), ["x"] * 2_000_000])), Code.TOO_LARGE),
    ],
    ids=[
        "gone", "cut", "twice", "too few", "token count", "newer", "layers from 1", "positions from -1", "layers as text",
        "logp rises", "no logarithm", "output first", "output or not", "token ids", "statistics cut", "no statistics",
        "no id", "id twice", "too large",
    ],
)  # fmt: skip
def test_a_trajectory_that_cannot_be_trusted_is_named_and_the_other_stays(folder, damage, code):
    damage(folder)
    found = read(folder)
    assert code in codes(found)
    assert found.tables.trajectories["trajectory_id"].to_list() == ["sky-logit"]


def test_a_statistic_that_the_cells_do_not_have_is_named_and_the_others_stay(folder):
    rewrite(folder / "cells" / "sky-tuned.parquet", cross_entropy=pl.lit("x"))
    found = read(folder)
    assert [(p.code, p.detail) for p in found.problems] == [
        (Code.MISSING_FIELD, "cells/sky-tuned.parquet: cross_entropy")
    ]
    tuned = found.tables.trajectories.row(1, named=True)
    assert [x["id"] for x in trajectories.statistics(tuned["statistics"])] == ["entropy"]


def test_rows_may_stand_in_any_order(folder):
    path = folder / "cells" / "sky-tuned.parquet"
    before = trajectories.matrix(str(path), trajectories.changed(str(path)), "entropy", 3, 4)
    pl.read_parquet(path).sample(fraction=1, shuffle=True, seed=3).write_parquet(path)
    assert read(folder).problems == ()
    after = trajectories.matrix(str(path), trajectories.changed(str(path)) + 1, "entropy", 3, 4)
    np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Binary])
def test_a_token_of_a_million_letters_is_named(folder, kind):
    path = folder / "cells" / "sky-tuned.parquet"
    rewrite(path, top1=pl.lit("x" * 1_000_000).cast(kind))
    assert path.stat().st_size < 100_000
    (problem,) = read(folder).problems
    assert problem.code is Code.TOO_LARGE
    assert "a token of 1,000,000 bytes" in problem.detail


def test_likeliest_tokens_that_are_lists_are_named(folder):
    rewrite(folder / "cells" / "sky-tuned.parquet", top1=pl.lit(["x"]))
    assert codes(read(folder)) == [Code.BAD_VALUE]


def test_a_long_token_is_shown_in_part(folder):
    path = folder / "cells" / "sky-tuned.parquet"
    rewrite(path, top1=pl.lit("x" * 4_000))
    assert read(folder).problems == ()
    assert set(map(len, trajectories.top1(str(path), 1, 3, 4).ravel())) == {trajectories.LONGEST}
    assert len(trajectories.top(str(path), 0, 0, 3, 4).tokens[0]) == trajectories.LONGEST


def test_a_footer_that_says_it_is_huge_is_not_read(folder):
    path = folder / "cells" / "sky-tuned.parquet"
    path.write_bytes(path.read_bytes()[:-8] + (2**31 - 1).to_bytes(4, "little") + b"PAR1")
    assert codes(read(folder)) == [Code.MISSING_FIELD]


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


def npz(path, **arrays):
    shape = (2, 3)
    usual = {"meta": json.dumps({"trajectory_id": "one", "model": "m", "lens_type": "tuned_lens"})}
    usual |= {"layer_labels": np.array(["0", "output"]), "tokens": np.array(["a", "b", "c"])}
    np.savez(path, **usual | {"stat:entropy": np.zeros(shape, "f4")} | arrays)
    return path


def test_an_npz_as_the_library_makes_it_has_likeliest_tokens(tmp_path):
    tokens = np.array([[[["x", "6"], ["y", "3"]]] * 3] * 2)
    logp = np.log(np.full((2, 3, 2), [0.625, 0.375], "f4"))
    path = npz(tmp_path / "one.npz", label_strings=np.array([["x"] * 3] * 2), hover=tokens, topk_logp=logp)
    assert trajectories.top1(str(path), 0, 2, 3).tolist() == [["x"] * 3] * 2
    top = trajectories.top(str(path), 1, 2, 2, 3)
    assert top.tokens == ("x", "y")
    assert np.exp(top.logp) == pytest.approx([0.625, 0.375])


def test_an_npz_with_tokens_of_endless_letters_is_named(tmp_path):
    path = npz(tmp_path / "one.npz", label_strings=np.array([["x" * 5_000] * 3] * 2))
    assert codes(tuned_lens.FORMAT.read(Log(path))) == [Code.TOO_LARGE]


def test_labels_of_another_shape_are_not_shown(tmp_path):
    path = npz(tmp_path / "one.npz", label_strings=np.array([["x"] * 2] * 3))
    assert set(trajectories.top1(str(path), 0, 2, 3).ravel()) == {None}
    assert trajectories.top(str(path), 0, 0, 2, 3).tokens == ()


def test_an_npz_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = npz(tmp_path / "one.npz", tokens=np.array(["a", "b", "c"], dtype="U2000"))
    assert tuned_lens.FORMAT.read(Log(path)).tables.trajectories.height == 1
    monkeypatch.setattr("data.formats.tuned_lens.npz.MOST_BYTES", 100)
    monkeypatch.setattr(np.lib.npyio.NpzFile, "__getitem__", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(ValueError, match="is larger than"):
        tuned_lens.FORMAT.read(Log(path))


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
