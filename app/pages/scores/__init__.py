"""How well did each model do, on each task or each category of one? A module for each panel."""

from __future__ import annotations

from app.pages.scores import averages, charts, contributions, pivot, standing
from components.page import Page, Panel

PAGE = Page(
    key="scores",
    path="/scores",
    order=2,
    filters=(
        "q",
        "tasks",
        "models",
        "metric",
        "group",
        "categories",
        "reducer",
        "cluster",
        "statuses",
        "tags",
        "attempts",
    ),
    controls=(
        "level",
        "chart",
        "highlight",
        "scale",
        "sort",
        "order",
        "per_page",
        "page",
        "threshold",
        "threshold_op",
        "threshold_model",
        "baseline",
        "candidates",
    ),
    offers={"sort": ("", "name", "none"), "level": ("", "task", "category")},
    panels=(
        Panel("bars", charts.frame, charts.draw, goto=charts.behind),
        Panel("averages", averages.frame, averages.draw),
        Panel("standing", standing.frame, standing.draw),
        Panel("contributions", contributions.frame, contributions.draw),
        Panel("pivot", pivot.frame, pivot.draw),
    ),
)
