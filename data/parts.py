"""All samples and scores of one task, over all its runs, in codes instead of names.

A part is named by a digest of what it was made from, so that a new log of one task leaves the parts of
the other tasks as they are. On disk it is one folder of Arrow and npy files, memory-mapped by whoever reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from data import aside, cubes, pairing
from data.cubes import Cube
from data.pairing import Hashes, Pairs
from data.schema import SAMPLES

MOST_CELLS = 1 << 26
"""Of one cube, epochs x runs x samples: 600 MB. A cube is dense, so a few strange logs could ask for any size."""


def _no_hashes() -> Hashes:
    return np.zeros((0, 0), np.uint64)


class RunSamples(NamedTuple):
    """The samples of one run and their scores; `scores.sample` is a row number of `samples`."""

    run_id: str
    samples: pl.DataFrame
    scores: pl.DataFrame
    format: str = ""


@dataclass(frozen=True, eq=False)
class Part:
    """`ids` has a row per sample code: sample_id, category. Axis 1 of every cube is `runs`, axis 2 is `ids`.

    `samples` has the columns of the schema with `run` and `sample` as codes into this part; `scores` has
    run, sample, epoch, scorer (codes), value, mark, sorted by all four codes.
    """

    task: str
    runs: tuple[str, ...]
    scorers: tuple[str, ...]
    ids: pl.DataFrame
    samples: pl.LazyFrame
    scores: pl.LazyFrame
    cubes: Mapping[str, Cube]
    formats: tuple[str, ...] = ()
    """Of each run."""
    inputs: Hashes = field(default_factory=_no_hashes)
    """Run x sample: what was asked, to compare runs of one format; pairing.ABSENT, UNKNOWN, or the hash."""
    questions: Hashes = field(default_factory=_no_hashes)
    """The same of the question's own words, to compare runs of different formats."""
    left_out: tuple[str, ...] = ()
    """Runs that would have made it too large to hold."""
    home: Path | None = None
    """The folder it was loaded from; None while it lives in memory only."""

    @cached_property
    def run_code(self) -> Mapping[str, int]:
        return {run_id: i for i, run_id in enumerate(self.runs)}

    @cached_property
    def done(self) -> NDArray[np.int64]:
        """Of each run: samples x epochs that are here and that no error ended."""
        sound = self.samples.filter(pl.col("error").is_null()).select("run", "sample", "epoch").unique()
        found = sound.group_by("run").len().collect()
        out = np.zeros(len(self.runs), np.int64)
        out[found["run"].to_numpy()] = found["len"].to_numpy()
        return out

    def rows(self, run_ids: Sequence[str]) -> NDArray[np.intp]:
        """Where these runs are on the run axis, in the order given; runs without samples are left out."""
        return np.array([self.run_code[r] for r in run_ids if r in self.run_code], np.intp)

    def pair(self, a: int, b: int, kept: NDArray[np.bool_] | None = None) -> Pairs:
        """Which samples of two runs, given by their places on the run axis, are the same question. `kept` says which
        samples are looked at."""
        hashes = self.inputs if self.formats[a] == self.formats[b] else self.questions
        rows = [hashes[i] if kept is None else np.where(kept, hashes[i], pairing.ABSENT) for i in (a, b)]
        return pairing.pair(*rows)


def fitting(runs: Sequence[RunSamples], most: int) -> list[RunSamples]:
    """The runs whose samples can lie in one cube of `most` cells, in their order: those with few epochs and few samples
    go first, so that one that is out of all proportion leaves the others where they are."""
    every_id = pl.concat([r.samples["sample_id"] for r in runs])
    if every_id.n_unique() * len(runs) * max(map(_deepest, runs)) <= most:
        return list(runs)
    kept: list[int] = []
    ids: set[str] = set()
    deepest = 1
    for i in sorted(range(len(runs)), key=lambda i: (_deepest(runs[i]), runs[i].samples.height)):
        every, depth = ids.union(runs[i].samples["sample_id"]), max(deepest, _deepest(runs[i]))
        if len(every) * depth * (len(kept) + 1) <= most:
            kept.append(i)
            ids, deepest = every, depth
    return [runs[i] for i in sorted(kept)]


def _deepest(run: RunSamples) -> int:
    return int(run.samples["epoch"].max() or 1)  # type: ignore[arg-type]


def _may_be_large(runs: Sequence[RunSamples], most: int) -> bool:
    """Without looking for samples that runs have in common."""
    return sum(r.samples.height for r in runs) * len(runs) * max(map(_deepest, runs)) > most


def build(task: str, every: Sequence[RunSamples]) -> Part:
    """The part of all these runs, or of those that fit."""
    runs = fitting(every, MOST_CELLS) if _may_be_large(every, MOST_CELLS) else every
    if not runs:
        return nothing(task, every)
    heights = [r.samples.height for r in runs]
    found = pl.concat([r.samples for r in runs])
    ids = _dictionary(found)
    samples = _coded(found, np.repeat(np.arange(len(runs), dtype=np.uint32), heights), ids)
    starts = np.cumsum([0, *heights])
    scorers = tuple(pl.concat([r.scores["scorer"] for r in runs]).unique().sort())
    scores = _coded_scores(samples, runs, starts, scorers)
    shape = (int(samples["epoch"].max() or 1), len(runs), ids.height)  # type: ignore[arg-type]
    return Part(
        task=task,
        runs=tuple(r.run_id for r in runs),
        scorers=scorers,
        ids=ids,
        samples=samples.sort("sample", "run", "epoch").lazy(),
        scores=scores.lazy(),
        cubes={name: _cube(shape, scores, code) for code, name in enumerate(scorers)},
        formats=tuple(r.format for r in runs),
        inputs=_hashes(shape[1:], samples, "input_hash"),
        questions=_hashes(shape[1:], samples, "question_hash"),
        left_out=_others(every, runs),
    )


def nothing(task: str, left_out: Sequence[RunSamples] = ()) -> Part:
    return Part(
        task, (), (), pl.DataFrame(), pl.LazyFrame(), pl.LazyFrame(), {}, left_out=_others(left_out, ())
    )


def _others(every: Sequence[RunSamples], runs: Sequence[RunSamples]) -> tuple[str, ...]:
    there = {r.run_id for r in runs}
    return tuple(r.run_id for r in every if r.run_id not in there)


def _hashes(shape: tuple[int, int], samples: pl.DataFrame, column: str) -> Hashes:
    """UNKNOWN where epochs of a sample were not asked the same."""
    at = samples["run"].to_numpy().astype(np.int64) * shape[1] + samples["sample"].to_numpy()
    values = samples[column].fill_null(int(pairing.UNKNOWN)).to_numpy()
    flat = np.full(shape[0] * shape[1], pairing.ABSENT)
    flat[at] = values
    flat[at[flat[at] != values]] = pairing.UNKNOWN
    return flat.reshape(shape)


def _dictionary(samples: pl.DataFrame) -> pl.DataFrame:
    """Every sample id once, with its category, in the order a person expects: 2 before 10."""
    categories = samples.select("sample_id", "category").drop_nulls().unique("sample_id", keep="first")
    ids = samples.select(pl.col("sample_id").unique()).join(categories, on="sample_id", how="left")
    return ids[in_natural_order(ids["sample_id"])]


FEW = 3
FEW_NUMBERS = "^([^0-9]*)" + FEW * "(?:([0-9]{1,15})([^0-9]*))?" + "$"


def in_natural_order(texts: pl.Series) -> Sequence[int] | pl.Series:
    """Where each stands that comes first, second, and so on.

    >>> [list(in_natural_order(pl.Series(t))) for t in (["q-10", "q-2", "10", "9"], ["2-10", "2-9"])]
    [[3, 2, 1, 0], [1, 0]]
    """
    # Most ids have few numbers: Polars then sorts by the texts and numbers in turn, in a twentieth of the time.
    pieces = texts.to_frame("id").select(piece=pl.col("id").str.extract_groups(FEW_NUMBERS)).unnest("piece")
    if pieces["1"].null_count():
        return sorted(range(texts.len()), key=[_natural(t) for t in texts].__getitem__)
    numbers = range(2, 2 * FEW + 1, 2)
    by = [(pl.col(str(n)).cast(pl.Int64), pl.col(str(n)), pl.col(str(n + 1))) for n in numbers]
    return pieces.select(pl.arg_sort_by(pl.col("1"), *(key for keys in by for key in keys))).to_series()


def _natural(text: str) -> list[tuple[bool, int, str]]:
    """
    >>> sorted(["q-10", "q-2", "10", "9"], key=_natural)
    ['9', '10', 'q-2', 'q-10']
    """
    return [
        (False, int(t), t) if "0" <= t[0] <= "9" else (True, 0, t)
        for t in re.findall(r"[0-9]{1,15}|[^0-9]+|[0-9]+", text)
    ]


def _coded(samples: pl.DataFrame, run: NDArray[np.uint32], ids: pl.DataFrame) -> pl.DataFrame:
    """The rows in their order, with `run` as given and `sample` for sample_id."""
    codes = ids.select("sample_id", pl.int_range(pl.len(), dtype=pl.UInt32).alias("sample"))
    return samples.join(codes, on="sample_id", how="left", maintain_order="left").select(
        pl.Series("run", run),
        "sample",
        "epoch",
        *(c for c in SAMPLES if c not in {"run", "sample_id", "epoch", "category"}),
    )


def _coded_scores(
    samples: pl.DataFrame, runs: Sequence[RunSamples], starts: NDArray[np.int64], scorers: Sequence[str]
) -> pl.DataFrame:
    """One row each (run, sample, epoch, scorer). A sample logged twice counts once: the later one wins."""
    code = pl.col("scorer").replace_strict(list(scorers), range(len(scorers)), return_dtype=pl.UInt16)
    rows = pl.concat(
        [
            r.scores.select(pl.col("sample").cast(pl.UInt32) + int(start), code, "value", "mark")
            for r, start in zip(runs, starts, strict=False)
        ]
    )
    where = samples.select("run", "sample", "epoch")[rows["sample"]]
    by = ["run", "sample", "epoch", "scorer"]
    ordered = where.hstack(rows.drop("sample")).sort(by, maintain_order=True)
    again = pl.all_horizontal(
        pl.col(by) == pl.col(by).shift(-1)
    )  # the next row is of the same cell, and later
    return ordered.filter(~again.fill_null(False))


def _cube(shape: tuple[int, int, int], scores: pl.DataFrame, scorer: int) -> Cube:
    part = scores.filter(pl.col("scorer") == scorer)
    epoch, run, sample = (part[c].to_numpy().astype(np.int64) for c in ("epoch", "run", "sample"))
    at = ((epoch - 1) * shape[1] + run) * shape[2] + sample
    return cubes.build(shape, at, part["value"].fill_null(np.nan).to_numpy(), part["mark"].to_numpy())


def save(part: Part, folder: Path) -> None:
    """Whole or not at all."""
    with aside.folder(folder) as new:
        part.ids.write_ipc(new / "ids.arrow", compression="uncompressed")
        part.samples.collect().write_ipc(new / "samples.arrow", compression="uncompressed")
        part.scores.collect().write_ipc(new / "scores.arrow", compression="uncompressed")
        for i, name in enumerate(part.scorers):
            np.save(new / f"{i}.level.npy", part.cubes[name].level)
            np.save(new / f"{i}.value.npy", part.cubes[name].value)
        np.save(new / "inputs.npy", part.inputs)
        np.save(new / "questions.npy", part.questions)
        spans = [(part.cubes[s].low, part.cubes[s].high) for s in part.scorers]
        about = {
            "task": part.task,
            "runs": part.runs,
            "formats": part.formats,
            "scorers": part.scorers,
            "spans": spans,
            "left_out": part.left_out,
        }
        (new / "part.json").write_text(json.dumps(about))


def load(folder: Path) -> Part:
    """Raises what the disk says when the folder is gone or damaged; the caller then builds it anew."""
    about = json.loads((folder / "part.json").read_text())
    return Part(
        task=about["task"],
        runs=tuple(about["runs"]),
        scorers=tuple(about["scorers"]),
        ids=pl.read_ipc(folder / "ids.arrow"),
        samples=_scan(folder / "samples.arrow"),
        scores=_scan(folder / "scores.arrow"),
        cubes={
            name: Cube(_map(folder / f"{i}.level.npy"), _map(folder / f"{i}.value.npy"), *about["spans"][i])
            for i, name in enumerate(about["scorers"])
        },
        formats=tuple(about["formats"]),
        inputs=_map(folder / "inputs.npy"),
        questions=_map(folder / "questions.npy"),
        left_out=tuple(about["left_out"]),
        home=folder,
    )


def _scan(path: Path) -> pl.LazyFrame:
    scan = pl.scan_ipc(path)
    scan.collect_schema()  # a damaged file shows now, not when somebody looks at a page
    return scan


def _map(path: Path) -> np.ndarray:
    return np.load(path, mmap_mode="r", allow_pickle=False)
