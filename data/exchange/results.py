"""The metrics of a run as results of a record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from data import metrics
from data.formats.every_eval_ever import dialect


class Result(NamedTuple):
    id: str
    metric: Mapping[str, Any]
    block: dict[str, Any]


def results(run: Mapping[str, Any], logged: Sequence[Mapping[str, Any]]) -> list[Result]:
    """Those with a number: the schema has no place for others."""
    found: list[Result] = []
    for r in logged:
        if finite(r["value"]) is not None:
            id = _id(r)
            taken = sum(f.id.partition(" #")[0] == id for f in found)
            id = f"{id} #{taken + 1}" if taken else id
            found.append(Result(id, r, _block(run, r, id)))
    return found


def finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _id(r: Mapping[str, Any]) -> str:
    return "/".join(str(r[k]) for k in ("scorer", "metric", "category", "reducer") if r[k])


def _block(run: Mapping[str, Any], r: Mapping[str, Any], id: str) -> dict[str, Any]:
    scorer, metric = r["scorer"] or "", r["metric"] or ""
    share = metrics.about(metric).proportion and 0 <= (r["value"] or 0) <= 1
    own = {k: r[k] for k in (dialect.CATEGORY, dialect.CATEGORY_RAW, dialect.REDUCER) if r[k]}
    uncertainty = {
        "standard_error": None if finite(r["stderr"]) is None else {"value": r["stderr"]},
        "standard_deviation": finite(r["stddev"]),
        "num_samples": r["n"],
    }
    return {
        "evaluation_result_id": id,
        "evaluation_name": run["task"],
        "source_data": {"dataset_name": run["dataset"] or run["task"], "source_type": "other"},
        "metric_config": {
            "evaluation_description": f"{metric} from scorer {scorer}",
            "metric_id": metric,
            "metric_name": metric,
            "lower_is_better": metrics.direction(scorer, metric, r["direction"]) < 0,
            **({"score_type": "continuous", "min_score": 0.0, "max_score": 1.0} if share else {}),
            "additional_details": {dialect.SCORER: scorer, dialect.METRIC: metric, **own},
        },
        "score_details": {
            "score": r["value"],
            "uncertainty": {k: v for k, v in uncertainty.items() if v is not None},
        },
    }


def by_scorer(run: Mapping[str, Any], found: Sequence[Result]) -> dict[str, str]:
    """Scorer -> the result that its scores belong to: its headline, else its first that is no spread."""
    ids: dict[str, str] = {}
    for r in found:
        scorer, metric = r.metric["scorer"], r.metric["metric"]
        if r.metric["category"] is not None or metrics.about(metric).spread:
            continue
        is_headline = (scorer, metric) == (run["headline_scorer"], run["headline_metric"])
        is_headline &= run["headline_reducer"] in (None, r.metric["reducer"])
        if is_headline or scorer not in ids:
            ids[scorer] = r.id
    return ids
