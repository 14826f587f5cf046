"""Every Stat of stats.json as a row of `metrics`.

HELM has three rows for each statistic and split even where nothing was perturbed: the plain one, and the worst over
all robustness and over all fairness perturbations, the original included, which then are the plain one again. And it
runs the splits test and valid together, of which its leaderboards take one. So that nothing counts twice:

- category null: the statistic over the headline's split, unperturbed. One row for each statistic.
- category "valid", "test · misspellings 0.2 (perturbed)", "test · robustness (worst)": everything else. Where there
  is anything else, the headline's split is repeated as a category of its own ("test"), to be seen beside the others.
- source "restated" and no category of use: the worst over perturbations of which the run has none. Kept, since the
  log says it, and left out of every comparison, since it is the plain row by construction.

A drop in robustness is perturbed minus original of the SAME perturbation: only these two are over the same
instances, those that the perturbation changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from data.formats.helm.headline import Headline
from data.formats.helm.perturbations import AGGREGATES, category, detail, is_aggregate
from data.formats.helm.records import Stat, StatName
from data.formats.helm.uncertainty import Estimate, Estimates, Slice, agree, slice_of
from data.problems import Code, Problem
from data.schema import METRICS

ACTUAL, RESTATED = "actual", "restated"


class Rows(NamedTuple):
    frame: pl.DataFrame
    problems: tuple[Problem, ...] = ()


class Place(NamedTuple):
    """What all statistics over the same instances have in common."""

    over: Slice
    columns: Mapping[str, Any]


def present(stats: Sequence[Stat]) -> set[tuple[str, str | None]]:
    """Unperturbed statistics that have a value."""
    return {(s.name.name, s.name.split) for s in stats if s.name.perturbation is None and s.mean is not None}


def rows(stats: Sequence[Stat], main: Headline, known: Estimates | None) -> Rows:
    places = _places(stats, main)
    sizes = {
        p.over: round(s.mean) for s, p in zip(stats, places, strict=True) if _counts(s) and s.mean is not None
    }
    wrong: list[str] = []
    found = [_row(s, p, known, sizes.get(p.over), wrong) for s, p in zip(stats, places, strict=True)]
    found = [*_merged(found, main, known), *found]
    found += list(_repeated(found, main))
    frame = pl.DataFrame(found, schema=dict(METRICS)) if found else pl.DataFrame(schema=METRICS)
    return Rows(frame, _disagreeing(wrong))


def _counts(stat: Stat) -> bool:
    """Whether it is the number of instances, as HELM has it."""
    return stat.name.name == "num_instances"


def _places(stats: Sequence[Stat], main: Headline) -> list[Place]:
    """The place of each, worked out once for the hundreds of statistics that share it."""
    kinds = _kinds(stats)
    known: dict[object, Place] = {}
    found = []
    for stat in stats:
        name = stat.name
        key = (name.split, name.sub_split, name.perturbation and repr(name.perturbation))
        place = known.get(key)
        if place is None:
            place = known[key] = _place(name, main, kinds)
        found.append(place)
    return found


def _kinds(stats: Sequence[Stat]) -> set[str]:
    """Which of robustness and fairness some perturbation of this run is about."""
    perturbed = [p for s in stats if (p := s.name.perturbation) is not None and not is_aggregate(p)]
    return {kind for kind in AGGREGATES for p in perturbed if p.get(kind)}


def _place(name: StatName, main: Headline, kinds: set[str]) -> Place:
    perturbation = name.perturbation
    is_restated = (
        perturbation is not None and is_aggregate(perturbation) and perturbation["name"] not in kinds
    )
    is_main = perturbation is None and name.split == main.split and name.sub_split is None
    place = None if is_main else category(name.split, name.sub_split, perturbation)
    columns = {
        "run": 0,
        "category": place,
        "category_raw": place,
        "source": RESTATED if is_restated else ACTUAL,
        "split": name.split,
        "sub_split": name.sub_split,
        **_perturbed(perturbation),
    }
    return Place(slice_of(name.split, name.sub_split, perturbation), columns)


def _perturbed(perturbation: Mapping[str, Any] | None) -> dict[str, Any]:
    if perturbation is None:
        return {"perturbation": None, "perturbation_detail": None, "computed_on": None}
    return {
        "perturbation": perturbation.get("name"),
        "perturbation_detail": detail(perturbation),
        "computed_on": perturbation.get("computed_on"),
    }


def _row(
    stat: Stat, place: Place, known: Estimates | None, size: int | None, wrong: list[str]
) -> dict[str, Any]:
    name = stat.name.name
    estimate = known.get(name, place.over) if known and stat.mean is not None else None
    if known and size is not None and known.size(place.over) < size:
        estimate = None  # of a part of the instances, whatever their mean is
    n, stderr = _measured(stat, estimate, size, wrong)
    return {
        **place.columns,
        "scorer": name,
        "metric": name,
        "value": stat.mean,
        "n": n,
        "stderr": stderr,
        "count": stat.count,
        "sum": stat.sum,
        "sum_squared": stat.sum_squared,
        "min": stat.min,
        "max": stat.max,
        "variance": stat.variance,
        "stddev": stat.stddev,
    }


def _measured(
    stat: Stat, known: Estimate | None, size: int | None, wrong: list[str]
) -> tuple[int | None, float | None]:
    """Over how many instances, and how sure. Only where the instances say what the statistic says."""
    if stat.mean is None:
        return None, None
    if known is None:
        return size, None
    if agree(known.mean, stat.mean):
        return known.n, known.stderr
    if stat.name.perturbation is None:
        where = f"{stat.name.name} of {stat.name.split}"
        wrong.append(f"{where} is {stat.mean:g}, the mean of its instances {known.mean:g}")
    return size, None


def _merged(
    found: Sequence[dict[str, Any]], main: Headline, known: Estimates | None
) -> Iterator[dict[str, Any]]:
    """Of a split that is reported in parts only, the whole, as HELM's own tables have it: counts and sums are added
    up, so that each part counts the same."""
    wholes = {
        (r["scorer"], r["split"]) for r in found if r["sub_split"] is None and not r.get("perturbation")
    }
    parts: dict[tuple[Any, Any], list[dict[str, Any]]] = {}
    for r in found:
        if r["sub_split"] is not None and not r.get("perturbation") and r["value"] is not None:
            parts.setdefault((r["scorer"], r["split"]), []).append(r)
    for key, rows in parts.items():
        if key not in wholes:
            place = None if key[1] == main.split else category(key[1])
            estimate = known.get(key[0], slice_of(key[1], None, None)) if known else None
            yield {"category": place, "category_raw": place, **_whole(rows, estimate)}


def _whole(rows: Sequence[dict[str, Any]], known: Estimate | None) -> dict[str, Any]:
    sizes = [r.get("n") for r in rows]
    count, total = sum(r["count"] for r in rows), sum(r["sum"] or 0.0 for r in rows)
    shared = {k: rows[0][k] for k in ("run", "scorer", "metric", "source", "split")}
    value = total / count if count else None
    sure = known.stderr if known and value is not None and agree(known.mean, value) else None
    n = sum(s for s in sizes if s) if all(sizes) else None
    return {**shared, "sub_split": None, "value": value, "count": count, "sum": total, "n": n, "stderr": sure}


def _repeated(found: Sequence[dict[str, Any]], main: Headline) -> Iterator[dict[str, Any]]:
    others = {r["scorer"] for r in found if r["category"] is not None and r["source"] == ACTUAL}
    place = category(main.split)
    for r in found:
        if r["category"] is None and r["scorer"] in others and r["value"] is not None:
            yield r | {"category": place, "category_raw": place}


def _disagreeing(wrong: Sequence[str]) -> tuple[Problem, ...]:
    if not wrong:
        return ()
    more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return (Problem(Code.DISAGREES, f"stats.json: {wrong[0]}{more}"),)
