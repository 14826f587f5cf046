"""How far were the predictions from what came?"""

from __future__ import annotations

from app.pages.predictions import cards, instances, pairs, sweeps
from app.pages.predictions.charts import behind
from components.page import Page, Panel

PAGE = Page(
    key="predictions",
    path="/predictions",
    order=7,
    filters=("q", "tasks", "models", "suites", "metric", "predictors", "perturbations"),
    controls=("agreement", "facet", "threshold"),
    panels=(
        Panel("pairs", pairs.pairs, pairs.draw_pairs, goto=behind),
        Panel("summary", pairs.summary, pairs.draw_summary),
        Panel("unmatched", pairs.unmatched, pairs.draw_unmatched),
        Panel("sweeps", sweeps.frame, sweeps.draw, goto=behind),
        Panel("instances", instances.separation, instances.draw_separation),
        Panel("roc", instances.roc, instances.draw_roc),
        Panel("reliability", instances.reliability, instances.draw_reliability),
        Panel("cards", cards.claimed, cards.draw_cards),
        Panel("verdicts", cards.verdicts, cards.draw_verdicts),
        Panel("table", pairs.table, pairs.draw_table),
    ),
)
