"""What trajectories, their lenses and their statistics are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.page import View
from components.text import name, say
from data.queries import trajectories


def statistic(view: View) -> Mapping[str, Any]:
    """The chosen one; empty where the trajectories have none in common."""
    return trajectories.statistic(view.snapshot, view.state) or {}


def lens(kind: str | None, view: View) -> str:
    return name(view.locale, "lenses", kind or "")


def of_figures(view: View) -> dict[str, str]:
    """Titles of axes."""
    what = statistic(view)
    units = f" ({what['units']})" if what.get("units") else ""
    said = {key: say(view.locale, "trajectories", key) for key in ("layers", "tokens", "mean")}
    return said | {"statistic": f"{what.get('name', '')}{units}"}


def defined(view: View) -> str:
    """What the statistic is, where its name says something else, or where the manifest defines it."""
    what = statistic(view)
    base = str(what.get("id", "")).split("_vs_")[0]
    ours = say(view.locale, "definitions", base) if base in ("js_divergence", "total_variation") else ""
    return ours or str(what.get("definition") or "")
