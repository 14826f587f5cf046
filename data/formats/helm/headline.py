"""The one statistic that a run is about.

HELM decides it by a schema file of the suite or release, which lies two folders above a run and so outside what
makes up a log. We carry the main metrics of all schemas that HELM ships instead (headlines.toml), and where a run's
groups are in none of them we go by names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

SPLITS = ("test", "valid")
BY_NAME = (
    "quasi_exact_match", "exact_match", "final_number_exact_match", "math_equiv_chain_of_thought",
    "exact_match_indicator", "f1_score", "f1_set_match", "*_accuracy", "safety_score", "rouge_*", "bleu_4",
    "bits_per_byte",
)  # fmt: skip


class Headline(NamedTuple):
    name: str | None
    split: str | None


def headline(groups: Sequence[str], present: set[tuple[str, str | None]]) -> Headline:
    """`present` are the unperturbed statistics with a value, by name and split."""
    candidates = _candidates(groups, present)
    nothing = Headline(None, main_split({split for _, split in present}))
    return next((h for h in candidates if tuple(h) in present), nothing)


def main_split(splits: set[str | None]) -> str | None:
    """What is not test is what prompts were tuned on."""
    return next((s for s in (*SPLITS, *sorted(filter(None, splits))) if s in splits), None)


def _candidates(groups: Sequence[str], present: set[tuple[str, str | None]]) -> Iterator[Headline]:
    for group in groups:
        for name, split in by_schema().get(group, ()):
            yield Headline(name, split)
            if name == "quasi_exact_match":  # HELM's own second choice
                yield Headline("exact_match", split)
    split = main_split({s for _, s in present})
    for pattern in BY_NAME:
        yield from (
            Headline(name, split)
            for name in sorted(n for n, s in present if s == split)
            if _fits(name, pattern)
        )


def _fits(name: str, pattern: str) -> bool:
    """
    >>> _fits("bbq_accuracy", "*_accuracy"), _fits("rouge_l", "rouge_*"), _fits("f1", "f1_score")
    (True, True, False)
    """
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


@cache
def by_schema() -> dict[str, list[Headline]]:
    table = tomllib.loads(files(__package__).joinpath("headlines.toml").read_text("utf-8"))
    found: dict[str, list[Headline]] = {}
    for measure, groups in table.items():
        name, split = measure.split(" ")
        for group in groups:
            found.setdefault(group, []).append(Headline(name, split))
    return found
