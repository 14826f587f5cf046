"""What a panel says that has nothing to compare."""

from __future__ import annotations

import polars as pl
from dash.development.base_component import Component

from components import notices
from components.page import View
from components.text import say
from data.queries import deltas, sides
from data.queries.comparability import Outcome


def nothing(view: View) -> Component:
    if view.snapshot.runs.is_empty():
        return notices.empty(view.locale, "nothing_loaded")
    if sides.baseline(view.snapshot, view.state) is None and view.state.baseline:
        return notices.empty(view.locale, "no_baseline", baseline=view.state.baseline)
    if len(sides.models(view.snapshot, view.state)) < 2:
        return notices.empty(view.locale, "one_model")
    if aspects := _breaking(view):
        said = ", ".join(say(view.locale, "aspects", a).lower() for a in aspects)
        return notices.empty(view.locale, "none_comparable", aspects=said)
    return notices.empty(view.locale, "no_pairs")


def _breaking(view: View) -> list[str]:
    """In what the runs of the view must not be compared, if that is so of all that meet."""
    found = deltas.aspects(view.snapshot, view.state)
    broken = found.filter(pl.col("outcome") == Outcome.BREAKS)
    sound = found.join(broken, on=["task", "run_id", "baseline_run"], how="anti")
    return broken["aspect"].unique(maintain_order=True).to_list() if sound.is_empty() else []
