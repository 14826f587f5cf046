"""What a panel says that has no scores to show."""

from __future__ import annotations

from dash.development.base_component import Component

from components import notices
from components.page import View


def nothing(view: View) -> Component:
    if view.snapshot.runs.is_empty():
        return notices.empty(view.locale, "nothing_loaded")
    if view.state.threshold is None:
        return notices.empty(view.locale, "empty")
    return notices.empty(
        view.locale, "below_threshold" if view.state.threshold_op == "ge" else "above_threshold"
    )
