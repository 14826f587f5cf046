"""What a panel says that has nothing to compare."""

from __future__ import annotations

from dash.development.base_component import Component

from components import notices
from components.page import View
from data.queries import sides


def nothing(view: View) -> Component:
    if view.snapshot.runs.is_empty():
        return notices.empty(view.locale, "nothing_loaded")
    if sides.baseline(view.snapshot, view.state) is None and view.state.baseline:
        return notices.empty(view.locale, "no_baseline", baseline=view.state.baseline)
    enough = len(sides.models(view.snapshot, view.state)) > 1
    return notices.empty(view.locale, "no_pairs" if enough else "one_model")
