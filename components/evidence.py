"""How each number beside a difference came about, in words: n, method, level, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from components.page import View
from components.text import name, reducer, say
from components.theme import number, signed

Row = Mapping[str, Any]


def how(df: pl.DataFrame, view: View) -> pl.Series:
    """Of rows with the columns of queries.evidence, one text each; null where there is nothing but the two scores."""
    return pl.Series("how", [" ".join(_of(row, view)) or None for row in df.to_dicts()], pl.String)


def _of(row: Row, view: View) -> Iterator[str]:
    if row["n"] is not None and row["baseline_n"] is not None:
        yield said(view, "logged", n=f"{row['n']:,}", baseline_n=f"{row['baseline_n']:,}")
    if row["without"]:
        yield said(view, "without", why=say(view.locale, "verdict", row["without"]))
    elif row["paired_delta"] is not None:
        yield from _paired(row, view)
        yield _tested(row, view)
        if row["detectable"] is not None:
            yield said(view, "detectable", detectable=number(row["detectable"]))


def _paired(row: Row, view: View) -> Iterator[str]:
    counts = {c: f"{row[c]:,}" for c in ("baseline_only", "candidate_only", "errored")}
    yield said(view, "pairs", n=f"{row['n_paired']:,}", **counts)
    yield said(view, "reduced", reducer=reducer(view.locale, row["reducer"]).lower())
    if row["cluster"]:
        worth = number(row["effective"])
        yield said(view, "clusters", clusters=row["clusters"], cluster=row["cluster"], effective=worth)
    delta = signed(row["paired_delta"])
    if row["low"] is None:
        yield said(view, "no_interval", delta=delta)
    else:
        ends = {"low": signed(row["low"]), "high": signed(row["high"]), "level": level(row["level"])}
        yield said(view, "interval", delta=delta, method=method(view, row["interval"]), **ends)


def _tested(row: Row, view: View) -> str:
    if row["p"] is None:
        return said(view, "untested")
    first = said(view, "test", p=chance(row["p"]), method=method(view, row["test"]))
    needed = chance(row["p_needed"])
    if row["tests"] == 1:
        return f"{first} {said(view, 'alone', needed=needed)}"
    adjust = say(view.locale, "options_adjust", row["adjusted_by"])
    after = {"tests": f"{row['tests']:,}", "adjust": adjust, "p": chance(row["p_adjusted"]), "needed": needed}
    return f"{first} {said(view, 'adjusted', **after)}"


def of_means(df: pl.DataFrame, view: View) -> pl.Series:
    """The same of queries.baseline.summary."""
    return pl.Series("how", [" ".join(_of_mean(row, view)) for row in df.to_dicts()], pl.String)


def _of_mean(row: Row, view: View) -> Iterator[str]:
    yield said(view, "mean", n=row["common"], total=row["total"])
    if row["paired_mean"] is None:
        yield said(view, "mean_paired_none")
        return
    ends = {"low": signed(row["paired_mean_low"]), "high": signed(row["paired_mean_high"])}
    if row["mean_low"] is None:
        yield said(view, "mean_none", without=row["common"] - row["paired_over"], parted=row["parted"])
        over = {"delta": signed(row["paired_mean"]), "n": row["paired_over"]}
        yield said(view, "mean_paired", level=level(row["level"]), **over, **ends)
    else:
        yield said(view, "mean_interval", level=level(row["level"]), **ends)


def said(view: View, key: str, **values: object) -> str:
    return say(view.locale, "how", key, **values)


def method(view: View, code: str) -> str:
    return name(view.locale, "method", code)


def level(share: float) -> str:
    """
    >>> level(0.95)
    '95 %'
    """
    return f"{100 * share:g} %"


def chance(p: float) -> str:
    """
    >>> chance(0.04321), chance(0.00001)
    ('0.0432', '1e-05')
    """
    return f"{p:.3g}"
