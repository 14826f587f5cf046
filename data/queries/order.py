"""In which order the runs and the samples of a heatmap stand, and which of the samples are wanted at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.cubes import Floats
from data.queries import groups, labels, selection
from data.queries.matrix import Rows, ScoreMatrix
from data.statistics import seriation
from data.statistics.arrays import SAME
from data.statistics.items import apart, items
from data.viewstate import ViewState


def wanted(found: ScoreMatrix, which: str) -> Rows:
    """Columns of the samples that `ViewState.which` asks for. What one model alone made of a sample is neither agreed nor
    disagreed upon."""
    if which == "flaky":
        return np.flatnonzero(found.flaky.any(axis=0))
    spread = items(found.bounded).disagreement  # NaN below two runs
    return np.flatnonzero(spread > SAME if which == "disagree" else spread <= SAME)


def of_runs(found: ScoreMatrix, v: ViewState) -> Rows:
    value = found.bounded
    if v.sort_models == "similarity":
        return _turned(seriation.order_of_runs(found.what.direction * value), v.order_models)
    key = apart(value) if v.sort_models == "disagreement" else None
    names = labels.of_models(found, v) if v.sort_models == "name" else found.models
    first = [n for name in v.arrange for n in sorted(selection.called(found.what.runs, name)["label"])]
    return arranged(key, found.matrix.value, names.to_list(), v.sort_models, v.order_models, first)


def of_samples(found: ScoreMatrix, v: ViewState, bands: groups.Groups | None) -> Rows:
    """Within their bands, if there are some: those of a band in the order asked for, the ones without a band last."""
    order = _of_samples(found, v)
    if bands is None:
        return order
    band = np.where(bands.code < 0, len(bands.names), bands.code)[order]
    return order[np.argsort(band, kind="stable")]


def _of_samples(found: ScoreMatrix, v: ViewState) -> Rows:
    value = found.bounded
    if v.sort == "similarity":
        return _turned(seriation.order_of_samples(found.what.direction * value), v.order)
    key = None
    if v.sort in ("discrimination", "disagreement"):
        key = getattr(items(value), v.sort)
    names: Sequence[object] = range(value.shape[1])
    if v.sort in ("name", "custom"):  # by name is by what is read, one's own order is by ids
        names = (labels.of_samples(found, v) if v.sort == "name" else found.names).to_list()
    return arranged(key, found.matrix.value.T, names, v.sort, v.order, v.arrange)


def _turned(order: Rows, direction: str) -> Rows:
    return order if direction == "desc" else order[::-1]


def arranged(
    key: Floats | None, value: Floats, names: Sequence[object], sort: str, order: str, first: Sequence[str]
) -> Rows:
    """The order of the rows of `value`: by the key, or else by the mean over what exists (never the sum, which would
    punish absence); rows without any come last, equal ones as they were."""
    if sort == "none":
        return np.arange(len(names))
    if sort == "name":
        by_name = np.array(sorted(range(len(names)), key=names.__getitem__), np.intp)  # type: ignore[arg-type]
        return _turned(by_name, order)
    if sort == "custom":
        place = {name: i for i, name in enumerate(first)}
        return np.array(sorted(range(len(names)), key=lambda i: place.get(names[i], len(place))), np.intp)  # type: ignore[call-overload]
    by = row_means(value) if key is None else key
    return np.argsort(np.where(np.isnan(by), np.inf, -by if order == "desc" else by), kind="stable")


def row_means(value: Floats) -> Floats:
    """Mean of each row over what is there; NaN for a row with nothing."""
    n = np.count_nonzero(~np.isnan(value), axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, np.nansum(value, axis=1) / n, np.nan)
