"""Better or worse than a chosen model, where, and by how much? A module for each panel, and `deltas`: the table of some."""

from __future__ import annotations

from app.pages.baseline import comparability, conclusions, extremes, flips, pairing, ranking, summary
from components.page import Page, Panel

PAGE = Page(
    key="baseline",
    path="/baseline",
    order=4,
    filters=(
        "baseline",
        "candidates",
        "tasks",
        "models",
        "metric",
        "group",
        "q",
        "categories",
        "reducer",
        "cluster",
        "changes",
        "statuses",
        "tags",
        "attempts",
    ),
    controls=(
        "level",
        "scale",
        "sort",
        "order",
        "min_delta",
        "per_page",
        "page",
        "top",
        "alpha",
        "adjust",
        "margin",
        "threshold",
        "threshold_op",
        "threshold_model",
    ),
    offers={"sort": ("", "abs", "name")},
    panels=(
        Panel("conclusions", conclusions.frame, conclusions.draw),
        Panel("summary", summary.frame, summary.draw),
        Panel("ranking", ranking.frame, ranking.draw, goto=ranking.behind),
        Panel("flips", flips.frame, flips.draw),
        Panel("comparability", comparability.frame, comparability.draw),
        Panel("pairing", pairing.frame, pairing.draw),
        Panel("top", extremes.top, extremes.draw_top),
        Panel("bottom", extremes.bottom, extremes.draw_bottom),
    ),
)
