"""Who is compared: the baseline of a view, and its candidates."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from data.queries import selection
from data.store import Snapshot
from data.viewstate import ViewState


def models(s: Snapshot, v: ViewState) -> list[str]:
    """All that may be compared in this view."""
    return selection.counted(s, v)["label"].unique().sort().to_list()


def called(s: Snapshot, v: ViewState, name: str) -> list[str]:
    """The labels in this view of what a link calls by its label, by its name and timestamp, or by its model alone."""
    return selection.called(selection.counted(s, v), name)["label"].unique().sort().to_list()


def baseline(s: Snapshot, v: ViewState) -> str | None:
    """The chosen one, or none if it is not in the view; the `pick` if none is chosen."""
    if v.baseline:
        return next(iter(called(s, v, v.baseline)), None)
    found = pick(s, v)
    return found and found.baseline


class Pick(NamedTuple):
    """The baseline of a view that names none, and why."""

    baseline: str
    company: int
    """With how many others of the view it shares a task."""
    others: int
    usual: str
    """The one of a view without filters."""
    usual_company: int | None
    """With how many of the view that shares a task; None where it is not in the view."""


@lru_cache(maxsize=16)  # all panels of a page ask it, several times each
def pick(s: Snapshot, v: ViewState) -> Pick | None:
    """The one of all logs as long as nobody in the view shares a task with more others, so that a filter does not turn
    what is compared; else the first `by_company`. None where there are no runs."""
    here = company(s, v)
    if not here:
        return None
    usual = by_company(s, v.only("statuses", "attempts"))[0]
    kept = here.get(usual, -1) == max(here.values())
    found = usual if kept else by_company(s, v)[0]
    return Pick(found, here[found], len(here) - 1, usual, here.get(usual))


@lru_cache(maxsize=16)
def by_company(s: Snapshot, v: ViewState) -> list[str]:
    """Labels, those first that share a task with most others, then those with most samples: a model that was run alone
    is nothing to compare with, nor is one that saw a single sample."""
    done = dict(selection.counted(s, v).group_by("label").agg(pl.col("samples_done").sum()).rows())
    many = company(s, v)
    return sorted(many, key=lambda name: (-many[name], -done.get(name, 0), name))


@lru_cache(maxsize=16)
def company(s: Snapshot, v: ViewState) -> dict[str, int]:
    """Of each label in the view, with how many others it shares a task."""
    runs = selection.counted(s, v).select("label", "task").unique()
    codes = [runs[c].rank("dense").to_numpy().astype(np.int64) - 1 for c in runs.columns]
    names = runs["label"].unique().sort().to_list()
    ran = np.zeros((len(names), runs["task"].n_unique()), np.float32)
    ran[codes[0], codes[1]] = 1
    return dict(zip(names, (np.count_nonzero(ran @ ran.T, axis=1) - 1).tolist(), strict=True))


def candidates(s: Snapshot, v: ViewState) -> list[str]:
    """The chosen ones as far as they are in the view; all but the baseline if none is chosen."""
    if v.candidates:
        return sorted({label for name in v.candidates for label in called(s, v, name)})
    base = baseline(s, v)
    return [name for name in models(s, v) if name != base]
