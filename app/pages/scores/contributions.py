"""Which categories a difference between two models comes from."""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import about, ids, links, notices, tables
from components.page import View
from components.tables import Column
from components.text import name, say
from components.theme import signed
from data.queries import contributions
from data.statistics.differences import LEAST_UNITS


def frame(view: View) -> pl.DataFrame:
    return contributions.contributions(view.snapshot, view.state)


PARTS = (
    Column("category", width=180, flex=2),
    Column("contribution", "delta", width=120),
    Column("share", "percent", width=84),
    Column("delta", "delta", width=88),
    Column("low", "delta", width=98),
    Column("high", "delta", width=98),
    Column("baseline_score", "number", width=134),
    Column("candidate_score", "number", width=142),
    Column("n_paired", "integer", width=78),
    Column("baseline_n", "integer", width=104),
    Column("candidate_n", "integer", width=112),
    Column("within", "delta", width=118),
    Column("composition", "delta", width=148),
)
SPLIT = ("baseline_n", "candidate_n", "within", "composition")
"""Columns that say nothing where both runs have the same samples."""


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_contributions")
    named = df.with_columns(
        pl.col("category").fill_null(say(view.locale, "contributions", "no_category")),
    )
    columns = [c for c in PARTS if c.field not in SPLIT or not same_composition(df)]
    hrefs = {"category": lambda row: links.keeping("/heatmap", view.state.edit(tasks=[row["task"]]))}
    here = df["task"][0]
    others = [t for t in contributions.tasks(view.snapshot, view.state) if t != here]
    return html.Div(
        [
            *about.task("contributions", "/scores", [here, *others], view),
            html.P(" ".join(comes_from(named, view)), className="said"),
            tables.grid(
                ids.grid("scores", "contributions"), named, columns, view, hrefs, height=tables.LOWER
            ),
            *map(notices.remark, parts_by(df, view)),
        ]
    )


def parts_by(df: pl.DataFrame, view: View) -> list[str]:
    """How the intervals of the parts are found."""
    sure = df.filter(pl.col("low").is_not_null())
    if sure.is_empty():
        return [say(view.locale, "contributions", "few", least=LEAST_UNITS)]
    methods = " / ".join(
        name(view.locale, "interval", m) for m in sure["interval"].unique(maintain_order=True)
    )
    how = say(view.locale, "contributions", "how", level=f"{sure['level'][0] * 100:g}", method=methods)
    cluster = df["cluster"][0]
    return [f"{how} {say(view.locale, 'verdicts', 'clustered', field=cluster)}" if cluster else how]


def same_composition(df: pl.DataFrame) -> bool:
    return bool(df["same_composition"].all())


def comes_from(df: pl.DataFrame, view: View) -> list[str]:
    """What the contributions come to, and what composition explains."""
    row, locale = df.row(0, named=True), view.locale
    kept = {
        "sums": {"n": f"{df['n_paired'].sum():,}", "whole": signed(row["whole"])},
        "largest": {"category": row["category"], "part": signed(row["contribution"])},
        "same_composition": {},
        "composition": {"unpaired": signed(row["unpaired"])}
        | {c: signed(float(df[c].sum())) for c in ("within", "composition")},
    }
    names = {c: row[c] for c in ("candidate", "baseline", "task")}
    left = "composition" if same_composition(df) else "same_composition"
    return [say(locale, "contributions", key, **names | said) for key, said in kept.items() if key != left]
