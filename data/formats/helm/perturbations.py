"""What was done to the instances, in short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

AGGREGATES = ("robustness", "fairness")
"""Names under which HELM has the worst over all perturbations of a kind, the unperturbed one included."""
COMMON = {"name", "computed_on", "robustness", "fairness"}


def label(perturbation: Mapping[str, Any]) -> str:
    """Its name and strength. What differs between two perturbations of one run is in it.

    >>> label({"name": "misspellings", "robustness": True, "computed_on": "perturbed", "prob": 0.2})
    'misspellings 0.2'
    """
    return " ".join([str(perturbation.get("name") or "perturbed"), *_parameters(perturbation)])


def _parameters(perturbation: Mapping[str, Any]) -> list[str]:
    given = {k: v for k, v in perturbation.items() if k not in COMMON and not k.endswith("_path")}
    strength = [f"{given.pop('prob'):g}"] if isinstance(given.get("prob"), (int, float)) else []
    return strength + [f"{k}={v}" for k, v in sorted(given.items())]


def detail(perturbation: Mapping[str, Any]) -> str:
    """All its fields but the name and what was computed on, as one JSON text: equal for equal perturbations."""
    return spelt({k: v for k, v in perturbation.items() if k not in ("name", "computed_on")})


def is_aggregate(perturbation: Mapping[str, Any]) -> bool:
    return perturbation.get("name") in AGGREGATES and perturbation.get("computed_on") == "worst"


def category(
    split: str | None, sub_split: str | None = None, perturbation: Mapping[str, Any] | None = None
) -> str:
    """
    >>> category("test", None, {"name": "misspellings", "prob": 0.2, "computed_on": "perturbed"})
    'test · misspellings 0.2 (perturbed)'
    """
    part = "/".join(filter(None, (split, sub_split))) or "no split"
    if perturbation is None:
        return part
    return f"{part} · {label(perturbation)} ({perturbation.get('computed_on') or 'perturbed'})"


def spelt(value: Any) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
