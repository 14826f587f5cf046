"""One summary document in, its runs out: a run for each dataset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.formats.twinkle import names, settings
from data.formats.twinkle.kinds import Kind, kind_of
from data.formats.twinkle.scores import Entry, entries_of, metrics_of
from data.formats.twinkle.values import mapping, number, sequence, when
from data.problems import Code, Problem
from data.schema import UNKNOWN


@dataclass(slots=True)
class Run:
    """A row of `runs`, its rows of `metrics`, and the files that its details are split by."""

    row: dict[str, Any]
    metrics: list[dict[str, Any]]
    entries: Sequence[Entry]
    samples_per_question: int = 1
    stamp: object = None


def runs_of(doc: Mapping[str, Any], path: Path, problems: list[Problem]) -> list[Run]:
    config = _config(doc, problems)
    head = _head(doc, config, path, problems)
    blocks = list(_blocks(doc, config, problems))
    if not blocks:
        problems.append(Problem(Code.MISSING_FIELD, "dataset_results holds no dataset"))
    return [_run(head, config, key, block, problems) for key, block in blocks]


def _config(doc: Mapping[str, Any], problems: list[Problem]) -> Mapping[str, Any]:
    config = doc.get("config")
    if not isinstance(config, Mapping):
        problems.append(Problem(Code.MISSING_FIELD, "config"))
    # Very old files have `evaluation` and `model` at the top.
    return {k: doc[k] for k in ("model", "evaluation") if k in doc} | dict(mapping(config))


def _head(
    doc: Mapping[str, Any], config: Mapping[str, Any], path: Path, problems: list[Problem]
) -> dict[str, Any]:
    """What all runs of the document have in common."""
    return {
        "model": _model(config, problems),
        "created": _created(doc, problems),
        "stamp": doc.get("timestamp"),
        "duration_s": number(doc.get("duration_seconds")),
        "tags": settings.tags(config, path),
        "config": settings.canonical(settings.public(config)),
    }


def _model(config: Mapping[str, Any], problems: list[Problem]) -> str:
    model = config.get("model")
    name = model.get("name") if isinstance(model, Mapping) else model
    if isinstance(name, str) and name.strip():
        return name.strip()
    problems.append(Problem(Code.MISSING_FIELD, "config.model.name"))
    return UNKNOWN


def _created(doc: Mapping[str, Any], problems: list[Problem]) -> object:
    stamp = doc.get("timestamp")
    created = when(stamp)
    if created is None and stamp is None:
        problems.append(Problem(Code.MISSING_FIELD, "timestamp"))
    elif created is None:
        problems.append(Problem(Code.BAD_VALUE, f"timestamp {stamp!r} is no date"))
    return created


def _blocks(
    doc: Mapping[str, Any], config: Mapping[str, Any], problems: list[Problem]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if kind_of(doc) is Kind.LEGACY:
        yield _legacy_key(doc, config), doc
        return
    found = doc.get("dataset_results")
    if not isinstance(found, Mapping):
        problems.append(Problem(Code.BAD_VALUE, f"dataset_results is {type(found).__name__}, not an object"))
    for key, block in mapping(found).items():
        if isinstance(block, Mapping):
            yield key, block
        else:
            problems.append(Problem(Code.BAD_VALUE, f"{key} is {type(block).__name__}, not an object"))


def _legacy_key(doc: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    evaluation = settings.evaluation_of(config)
    paths = [evaluation.get("dataset_path"), evaluation.get("dataset_paths")]
    paths += sequence(evaluation.get("dataset_paths"))[:1]
    file = mapping(doc["results"][0]).get("file")
    return next((p for p in paths if isinstance(p, str)), names.posix(str(file)).rpartition("/")[0])


def _run(
    head: Mapping[str, Any],
    config: Mapping[str, Any],
    key: str,
    block: Mapping[str, Any],
    problems: list[Problem],
) -> Run:
    entries = entries_of(key, block, problems)
    each = settings.count(config, "samples_per_question")
    row = {k: v for k, v in head.items() if k != "stamp"}
    settled = settings.config_digest(config, _method(config, block))
    row |= _identity(head, key, block, entries, settled) | {
        "status": "success",
        "epochs": _repeats(config, entries) * each,
        "headline_scorer": "accuracy",
        "headline_metric": "accuracy",
        "config_digest": settled,
    }
    return Run(row, metrics_of(key, block, entries, problems), entries, each, head["stamp"])


def _identity(
    head: Mapping[str, Any], key: str, block: Mapping[str, Any], entries: Sequence[Entry], settled: str
) -> dict[str, Any]:
    """The content decides, so nothing ever supersedes a result that differs in anything. Ids are in links, so they stay
    as they were before settings were looked at too: of two that differ in nothing else, one gets its content beside it."""
    body = {k: block.get(k) for k in ("results", "average_accuracy")}
    identity = settings.digest(head["model"], head["stamp"], key, body)
    content = settings.digest(identity, settled)
    return {
        "run_id": identity,
        "content": content,
        "task_key": content,
        "dataset": key,
        "task": names.task(key, [e.file for e in entries]),
        "qualified": names.owned(key),
    }


def _repeats(config: Mapping[str, Any], entries: Sequence[Entry]) -> int:
    """How often it was really done: a repetition that failed is missing from the accuracies."""
    return max((len(e.accuracies) for e in entries), default=0) or settings.count(config, "repeat_runs")


def _method(config: Mapping[str, Any], block: Mapping[str, Any]) -> object:
    return block.get("evaluation_method") or settings.evaluation_of(config).get("evaluation_method")
