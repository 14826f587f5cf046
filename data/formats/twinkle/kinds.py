"""What a JSON document of Twinkle Eval is, told by its keys."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto


class Kind(Enum):
    SUMMARY = auto()
    """One evaluation: results_<timestamp>.json."""
    LEGACY = auto()
    """The summary as README_EN.md still shows it, from before v0.1."""
    ROW = auto()
    """One answer: a line of eval_results_<timestamp>_run<N>.jsonl."""
    ENVELOPE = auto()
    """All answers to one file: a line of the same, until August 2025."""
    BENCHMARK = auto()
    """A measurement of a server's speed. Says nothing about a model's answers."""


def kind_of(doc: object, name: str = "") -> Kind | None:
    """The name helps only where a document was cut off before its telling keys."""
    if not isinstance(doc, Mapping):
        return None
    tests = {
        Kind.SUMMARY: _is_summary,
        Kind.LEGACY: _is_legacy,
        Kind.ROW: _is_row,
        Kind.ENVELOPE: _is_envelope,
        Kind.BENCHMARK: _is_benchmark,
    }
    return next((kind for kind, test in tests.items() if test(doc, name)), None)


def _is_summary(doc: Mapping, name: str) -> bool:
    if "dataset_results" in doc:
        return True
    config = doc.get("config")
    begun = isinstance(config, Mapping) and "llm_api" in config and set(doc) <= {"timestamp", "config"}
    return begun and name.startswith("results_")


def _is_legacy(doc: Mapping, _name: str) -> bool:
    results = doc.get("results")
    first = results[0] if isinstance(results, list) and results else None
    return isinstance(first, Mapping) and "file" in first and bool({"accuracy", "accuracy_mean"} & set(first))


def _is_row(doc: Mapping, name: str) -> bool:
    if {"question_id", "question", "is_correct"} <= set(doc):
        return bool({"predicted_answer", "correct_answer", "llm_output"} & set(doc))
    # A question may be a whole document, longer than what detection gets to see.
    return name.startswith("eval_results_") and "question_id" in doc


def _is_envelope(doc: Mapping, name: str) -> bool:
    details = doc.get("details")
    if not isinstance(details, list) or "file" not in doc:
        return False
    if not details:
        return name.startswith("eval_results_")
    return isinstance(details[0], Mapping) and "question_id" in details[0]


def _is_benchmark(doc: Mapping, _name: str) -> bool:
    metrics = doc.get("metrics")
    return isinstance(metrics, Mapping) and bool({"throughput", "time_to_first_token"} & set(metrics))
