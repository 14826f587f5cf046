"""What all parts of the heatmap page ask of the picture: how large it is, and why there may be none."""

from __future__ import annotations

import polars as pl

from components.page import View
from components.tables import Column
from components.text import counted
from data.queries import heatmap


def models_of(df: pl.DataFrame) -> int:
    """How many runs a frame of cells has; names need not tell them apart."""
    return df["run_id"].n_unique()


def nothing(view: View) -> str:
    """Why there is nothing to draw."""
    if view.snapshot.runs.is_empty():
        return "nothing_loaded"
    others = view.state.edit(which=None)
    return (
        "none_of_these"
        if view.state.which and not heatmap.cells(view.snapshot, others).is_empty()
        else "no_sample_scores"
    )


def label(df: pl.DataFrame, column: str) -> list[Column]:
    """What the axis calls them, in a table, if the reader asked for other names."""
    return [Column(column, width=190, flex=1)] if column in df.columns else []


def size(samples: int, models: int, view: View) -> dict[str, str]:
    """Both in words."""
    return {
        key: counted(view.locale, "heatmap", f"of_{key}", n)
        for key, n in (("samples", samples), ("models", models))
    }
