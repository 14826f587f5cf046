"""What do stronger perturbations do, measured and predicted?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.predictions.charts import charts, named, words
from components import notices, theme
from components.figures import pairs, sweeps
from components.page import View
from components.text import say
from data.queries import predictions, selection


def frame(view: View) -> pl.DataFrame:
    return predictions.sweep(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    """A chart for each perturbation, scenario and statistic."""
    unmeasured = predictions.without_strength(view.snapshot, view.state)
    beside = (
        [notices.remark(say(view.locale, "predictions", "no_strength", names=", ".join(unmeasured)))]
        if unmeasured
        else []
    )
    if df.is_empty():
        return html.Div([notices.empty(view.locale, "no_sweeps"), *beside])
    said = words(view, "actual", "predicted", "original", "original_of", "change", "strength", "mean_of")
    look = pairs.looks(df, theme.looks(selection.places(view.snapshot), view.theme), view.theme)
    parts = [
        (_name(part, key, view), partial(sweeps.sweep, part, look, view.theme, said))
        for key, part in df.group_by("perturbation", "scenario", "name", "split", maintain_order=True)
    ]
    return html.Div(
        [
            charts("sweeps", parts, sweeps.HEIGHT, view),
            notices.remark(say(view.locale, "predictions", "sweeps")),
            *beside,
        ]
    )


def _name(part: pl.DataFrame, key: Sequence[object], view: View) -> str:
    is_measured = (part["source"] == "actual").any()
    return named(*key, None if is_measured else say(view.locale, "predictions", "unmeasured"))
