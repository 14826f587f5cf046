"""The results of a record, each with the task, scorer and metric that it is of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from data.formats.every_eval_ever import dialect
from data.formats.loose import at, items, real, table, text, whole
from data.problems import Code, Problem
from data.schema import UNKNOWN

BY_SCORER = re.compile(r"(?P<metric>.+) from scorer (?P<scorer>.+)")
BY_FILTER = re.compile(r"(?P<metric>.+) \(filter: (?P<filter>.+)\)")
"""How the coalition's converters of Inspect's and of the harness's logs describe a metric."""
ON_A_TASK = re.compile(r"(?P<metric>.+?) on .+")
HARNESS_NAME = re.compile(r"[a-z0-9_@.]+")
UNNAMED = "score"


class Result(NamedTuple):
    id: str | None
    task: str
    scorer: str
    metric: str
    category: str | None
    row: dict[str, Any]
    """Of `metrics`, but `run`."""
    logged: Mapping[str, Any]


def results(doc: Mapping[str, Any], problems: list[Problem]) -> list[Result]:
    found = doc.get("evaluation_results")
    if not isinstance(found, list):
        problems.append(Problem(Code.MISSING_FIELD, "evaluation_results"))
    blocks = [r for r in items(found) if isinstance(r, dict)]
    if strange := len(items(found)) - len(blocks):
        problems.append(Problem(Code.BAD_VALUE, f"{strange} of evaluation_results are no objects"))
    return list(_apart([_result(b, problems) for b in blocks]))


def _result(block: Mapping[str, Any], problems: list[Problem]) -> Result:
    own = table(at(block, "metric_config", "additional_details"))
    task = text(block.get("evaluation_name")) or text(at(block, "source_data", "dataset_name")) or UNKNOWN
    scorer, metric = _names(table(block.get("metric_config")))
    category = text(own.get(dialect.CATEGORY))
    value = real(at(block, "score_details", "score"))
    if value is None:
        problems.append(Problem(Code.MISSING_FIELD, f"{task}: score_details.score of {metric}"))
    row = {
        "category": category,
        "category_raw": text(own.get(dialect.CATEGORY_RAW)) or category,
        "metric": metric,
        "value": value,
        **_uncertainty(at(block, "score_details", "uncertainty")),
        "reducer": text(own.get(dialect.REDUCER)),
        # The schema wants the field of everybody, so that "no" is also what one writes who does not know.
        "direction": -1 if at(block, "metric_config", "lower_is_better") is True else None,
        "source": "actual",
    }
    return Result(text(block.get("evaluation_result_id")), task, scorer, metric, category, row, block)


def _names(config: Mapping[str, Any]) -> tuple[str, str]:
    """Scorer and metric, as far as the record tells them apart."""
    own = table(config.get("additional_details"))
    described = text(config.get("evaluation_description")) or ""
    metric = text(own.get(dialect.METRIC)) or _metric(config)
    if scorer := text(own.get(dialect.SCORER)):
        return scorer, metric or UNNAMED
    if by := BY_SCORER.fullmatch(described):
        return by["scorer"], metric or by["metric"]
    if by := BY_FILTER.fullmatch(described):
        name = metric or by["metric"]
        return f"{name},{by['filter']}", name
    if metric is None and (on := ON_A_TASK.fullmatch(described)):
        metric = _plain(on["metric"])
    return metric or UNNAMED, metric or UNNAMED


def _metric(config: Mapping[str, Any]) -> str | None:
    """The harness's own name for it where that was kept, or else the general one."""
    name = text(config.get("metric_name"))
    if name and HARNESS_NAME.fullmatch(name):
        return name
    return _plain(config.get("metric_id")) or _plain(name)


def _plain(name: Any) -> str | None:
    """A name for display as a name for programs: "Exact Match" and exact-match are exact_match."""
    found = text(name)
    return re.sub(r"[\s_-]+", "_", found.strip().lower()) if found else None


def _uncertainty(logged: Any) -> dict[str, Any]:
    error = at(logged, "standard_error")
    return {
        "stderr": real(at(error, "value") if isinstance(error, dict) else error),
        "stddev": real(at(logged, "standard_deviation")),
        "n": whole(at(logged, "num_samples")),
    }


def _apart(found: list[Result]) -> Iterator[Result]:
    """Two results of one name differ in something that we have no column for: the second gets a number."""
    seen: dict[tuple[Any, ...], int] = {}
    for r in found:
        key = (r.task, r.scorer, r.metric, r.category)
        seen[key] = nth = seen.get(key, 0) + 1
        scorer = r.scorer if nth == 1 else f"{r.scorer} #{nth}"
        yield r._replace(scorer=scorer, row={**r.row, "scorer": scorer})
