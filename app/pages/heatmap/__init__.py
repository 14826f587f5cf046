"""Which samples does each model get right, and where do the models part? A module for each panel."""

from __future__ import annotations

from app.pages.heatmap import cells, items, models, pointing, selection
from components.page import Page, Panel

PAGE = Page(
    key="heatmap",
    path="/heatmap",
    order=3,
    filters=(
        "tasks",
        "models",
        "metric",
        "group",
        "categories",
        "which",
        "reducer",
        "q",
        "statuses",
        "tags",
        "attempts",
    ),
    controls=(
        "orientation",
        "sort",
        "order",
        "sort_models",
        "order_models",
        "arrange",
        "bands",
        "shows",
        "sample_label",
        "model_label",
        "scale",
        "colors",
        "gap",
        "values",
        "legend",
        "height",
        "width",
        "title",
    ),
    offers={
        "sort": ("", "discrimination", "disagreement", "similarity", "name", "none", "custom"),
        "sort_models": ("", "disagreement", "similarity", "name", "none", "custom"),
    },
    panels=(
        Panel(
            "cells",
            cells.frame,
            cells.draw,
            goto=pointing.behind,
            instead=cells.too_many,
            hover=pointing.tell,
        ),
        Panel("selection", selection.frame, selection.draw),
        Panel("models", models.frame, models.draw),
        Panel("items", items.frame, items.draw),
    ),
)
