"""The results of one dataset: its files, and the rows of `metrics` that they amount to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.formats.twinkle import filenames, names
from data.formats.twinkle.values import mapping, mean, number, sequence
from data.problems import Code, Problem

TOLERANCE = 1e-6
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a dataset."""

    file: str
    category: str
    block: Mapping[str, Any]
    accuracies: Mapping[int, float | None]
    """By the number of the repetition. One that failed is not there."""
    value: float | None


def entries_of(key: str, block: Mapping[str, Any], problems: list[Problem]) -> list[Entry]:
    found = block.get("results")
    if not isinstance(found, list):
        problems.append(Problem(Code.MISSING_FIELD, f"{key}: results"))
    blocks = [b for b in sequence(found) if isinstance(b, Mapping) and isinstance(b.get("file"), str)]
    if strange := len(sequence(found)) - len(blocks):
        problems.append(Problem(Code.BAD_VALUE, f"{key}: {strange} of its results name no file"))
    categories = names.categories(key, [b["file"] for b in blocks])
    entries = [_entry(key, c, b, problems) for c, b in zip(categories, blocks, strict=True)]
    _check_range(key, entries, problems)
    return entries


def _entry(key: str, category: str, block: Mapping[str, Any], problems: list[Problem]) -> Entry:
    runs = _accuracies(mapping(block.get("individual_runs")))
    return Entry(block["file"], category, block, runs, _value(key, block, runs, problems))


def _accuracies(runs: Mapping[str, Any]) -> dict[int, float | None]:
    files = sequence(runs.get("results"))
    values = sequence(runs.get("accuracies"))
    return {_run_number(files, i): number(v) for i, v in enumerate(values)}


def _run_number(files: Sequence[object], position: int) -> int:
    """From the file's name: after a repetition failed, positions have moved up."""
    name = files[position] if position < len(files) else None
    told = filenames.detail(name) if isinstance(name, str) else None
    return told.run if told else position


def _value(
    key: str, block: Mapping[str, Any], runs: Mapping[int, float | None], problems: list[Problem]
) -> float | None:
    logged = block.get("accuracy_mean", block.get("accuracy"))
    if (value := number(logged)) is not None:
        return value
    filled = mean([a for a in runs.values() if a is not None])
    how = "is missing" if logged is None else f"is {logged!r}"
    then = "left out" if filled is None else "filled with the mean of its runs"
    code = Code.MISSING_FIELD if logged is None else Code.BAD_VALUE
    problems.append(Problem(code, f"{key}: accuracy_mean of {block['file']} {how}: {then}"))
    return filled


def _check_range(key: str, entries: Sequence[Entry], problems: list[Problem]) -> None:
    """Percentages are kept as they are: whether 0.9 of 100 is meant, only the owner knows."""
    out = [e for e in entries if e.value is not None and not 0 <= e.value <= 1]
    if out:
        some = ", ".join(f"{e.file} {e.value:g}" for e in out[:SHOWN]) + (", …" if len(out) > SHOWN else "")
        where = f"{len(out)} of {len(entries)} files"
        problems.append(Problem(Code.BAD_VALUE, f"{key}: accuracy_mean outside 0 to 1 in {where}: {some}"))


def metrics_of(
    key: str, block: Mapping[str, Any], entries: Sequence[Entry], problems: list[Problem]
) -> list[dict[str, Any]]:
    whole = _macro(key, block, entries, problems)
    rows = [row("accuracy", whole), *_extra(block, "average_pass_at_k", "average_unparsed_rate")]
    for e in entries:
        std = number(e.block.get("accuracy_std"))
        own = [row("accuracy", e.value, std), *_extra(e.block, "pass_at_k_mean", "unparsed_rate")]
        rows += [r | {"category": e.category, "category_raw": e.file} for r in own]
    return [r for r in rows if r["value"] is not None]


def _macro(
    key: str, block: Mapping[str, Any], entries: Sequence[Entry], problems: list[Problem]
) -> float | None:
    """The unweighted mean over files, as the evaluator has it: as logged, whatever the files say."""
    logged = number(block.get("average_accuracy"))
    values = [e.value for e in entries if e.value is not None]
    computed = mean(values)
    if logged is None:
        then = "filled with the mean of its files" if values else "and no file to fill it from"
        problems.append(Problem(Code.MISSING_FIELD, f"{key}: average_accuracy, {then}"))
        return computed
    if computed is not None and abs(computed - logged) > TOLERANCE:
        said = f"average_accuracy is {logged:g}, the mean of its files {computed:g}"
        problems.append(Problem(Code.DISAGREES, f"{key}: {said}"))
    return logged


def _extra(block: Mapping[str, Any], pass_key: str, unparsed_key: str) -> list[dict[str, Any]]:
    name = block.get("pass_metric")
    return [
        row(name if isinstance(name, str) and name else "pass@k", number(block.get(pass_key))),
        row("unparsed_rate", number(block.get(unparsed_key))),
    ]


def row(metric: str, value: float | None, stddev: float | None = None) -> dict[str, Any]:
    return {"scorer": "accuracy", "metric": metric, "value": value, "stddev": stddev, "source": "actual"}
