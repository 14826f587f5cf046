"""May these runs be compared at all?"""

from __future__ import annotations

import polars as pl
from dash.development.base_component import Component

from app.pages.baseline.nothing import nothing
from components import comparability
from components.page import View
from data.queries import deltas


def frame(view: View) -> pl.DataFrame:
    return comparability.worded(deltas.aspects(view.snapshot, view.state), view.locale)


def draw(df: pl.DataFrame, view: View) -> Component:
    return comparability.card(df, view) if df.height else nothing(view)
