"""The tables of samples and scores: one sample an instance, perturbation and trial.

A perturbed copy of an instance is a sample of its own, since a model answers it separately.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from data.formats.helm import bookkeeping
from data.formats.helm.instances import Instances
from data.formats.helm.perturbations import category, label
from data.schema import Mark


def sample_id(instance: str, perturbation: Mapping[str, Any] | None) -> str:
    """
    >>> sample_id("id7", {"name": "misspellings", "prob": 0.2})
    'id7 · misspellings 0.2'
    """
    return instance if perturbation is None else f"{instance} · {label(perturbation)}"


def samples(found: Instances, texts: pl.DataFrame) -> pl.DataFrame:
    kinds = found.perturbations
    tokens = [found.totals.get(name) for name in (bookkeeping.INPUT_TOKENS, bookkeeping.OUTPUT_TOKENS)]
    return pl.DataFrame(
        {
            "run": pl.Series([0] * len(found), dtype=pl.UInt32),
            "sample_id": pl.Series(
                [sample_id(k.instance, kinds.get(k.perturbation)) for k in found.keys], dtype=pl.String
            ),
            "epoch": pl.Series([k.trial + 1 for k in found.keys], dtype=pl.Int32),
            "category": pl.Series(_categories(found), dtype=pl.String),
            "total_tokens": _whole(np.sum([t for t in tokens if t is not None], axis=0), len(found)),
            "time_s": _numbers(found.totals.get(bookkeeping.TIME), len(found)),
        }
    ).hstack(texts)


def _categories(found: Instances) -> list[str]:
    names: dict[tuple[Any, ...], str] = {}
    out = []
    for key, split, sub_split in zip(found.keys, found.splits, found.sub_splits, strict=True):
        kind = (split, sub_split, key.perturbation)
        if kind not in names:
            names[kind] = category(split, sub_split, found.perturbations.get(key.perturbation))
        out.append(names[kind])
    return out


def _numbers(values: Any, size: int) -> pl.Series:
    if values is None or np.ndim(values) == 0:
        return pl.Series([None] * size, dtype=pl.Float64)
    return pl.Series(values, nan_to_null=True, dtype=pl.Float64)


def _whole(values: Any, size: int) -> pl.Series:
    return _numbers(values, size).cast(pl.Int64, strict=False)


def scores(found: Instances) -> pl.DataFrame:
    frames = [_column(found, name) for name in found.means if bookkeeping.is_score(name)]
    return pl.concat(frames) if frames else pl.DataFrame()


def _column(found: Instances, name: str) -> pl.DataFrame:
    """A sample that a statistic does not cover has no row; one for which it was logged as NaN is unscored."""
    values = found.means[name]
    unscored = found.unscored.get(name)
    here = ~np.isnan(values) if unscored is None else ~np.isnan(values) | unscored
    rows = np.flatnonzero(here)
    marks = np.full(len(rows), Mark.VALUE, np.uint8)
    if unscored is not None:
        marks[np.isnan(values[rows])] = Mark.UNSCORED
    return pl.DataFrame(
        {
            "sample": rows.astype(np.uint32),
            "scorer": pl.Series([name], dtype=pl.String).new_from_index(0, len(rows)),
            "value": pl.Series(values[rows], nan_to_null=True),
            "mark": marks,
        }
    )
