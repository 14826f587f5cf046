"""Columns `score_<name>_<metric>` of a frame of evaluations as rows of `metrics`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from data import metrics
from data.formats.loose import real, text

PREFIX = "score_"
HEADLINE = "score_headline_"
REDUCED = re.compile(r"(?P<reducer>mean|median|mode|max|at_least_\d+|pass_at_\d+)_(?P<metric>.+)")


class Column(NamedTuple):
    """`name` is that of a score: a scorer's, or of one part of what it gives."""

    name: str
    reducer: str | None
    metric: str
    value: float


class Headline(NamedTuple):
    scorer: str | None = None
    metric: str | None = None
    value: float | None = None


def headline(e: Mapping[str, Any]) -> Headline:
    scorer, name = text(e.get(f"{HEADLINE}name")), text(e.get(f"{HEADLINE}score"))
    spelt = name if scorer in (None, name) else f"{scorer}/{name or scorer}"
    return Headline(spelt, text(e.get(f"{HEADLINE}metric")), real(e.get(f"{HEADLINE}value")))


def headline_reducer(main: Headline, logged: Collection[Mapping[str, Any]]) -> str | None:
    """A frame does not name it: of the `rows` of that metric the first that has its value."""
    mine = [r for r in logged if (r["scorer"], r["metric"]) == (main.scorer, main.metric)]
    return next((r["reducer"] for r in mine if r["value"] == main.value), None)


def rows(e: Mapping[str, Any], scorers: Collection[str]) -> list[dict[str, Any]]:
    """`scorers` are those that samples have, the parts of one as `scorer/part`."""
    known = {s.rpartition("/")[2]: s for s in (*scorers, headline(e).scorer or "") if s}
    columns = list(_columns(e, known))
    return [
        {
            "scorer": known.get(c.name, c.name),
            "metric": c.metric,
            "value": c.value,
            "reducer": c.reducer,
            "source": "actual",
            **_spread(c, columns),
        }
        for c in columns
    ]


def _columns(e: Mapping[str, Any], known: Collection[str]) -> Iterator[Column]:
    for key, value in e.items():
        if not key.startswith(PREFIX) or key.startswith(HEADLINE) or (number := real(value)) is None:
            continue
        name, rest = split(key.removeprefix(PREFIX), known)
        reduced = REDUCED.fullmatch(rest) if rest not in metrics.METRICS else None
        if reduced:
            yield Column(name, reduced["reducer"], reduced["metric"], number)
        else:
            yield Column(name, None, rest, number)


def split(spelt: str, known: Collection[str]) -> tuple[str, str]:
    """Both halves may have underscores: a name that is known decides, else a metric that is, else the last one.

    >>> split("my_grader_mean", ["my_grader"]), split("x_y_bootstrap_stderr", []), split("a_b_c", [])
    (('my_grader', 'mean'), ('x_y', 'bootstrap_stderr'), ('a_b', 'c'))
    """
    for name in sorted(known, key=len, reverse=True):
        if spelt.startswith(f"{name}_"):
            return name, spelt[len(name) + 1 :]
    for metric in sorted(metrics.METRICS, key=len, reverse=True):
        if spelt.endswith(f"_{metric}"):
            return spelt[: -len(metric) - 1], metric
    name, _, metric = spelt.rpartition("_")
    return (name, metric) if name else (spelt, spelt)


def _spread(c: Column, columns: list[Column]) -> dict[str, float | None]:
    """The standard error and deviation that were logged for the same score."""
    if c.metric in metrics.SPREADS:
        return {}
    own = {o.metric: o.value for o in columns if (o.name, o.reducer) == (c.name, c.reducer)}
    return {
        "stderr": own.get("stderr", own.get("bootstrap_stderr")),
        "stddev": own.get("std", own.get("bootstrap_std")),
    }
