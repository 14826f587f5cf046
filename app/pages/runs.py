"""Which logs were read, what became of each run, and what was wrong with the rest?"""

from __future__ import annotations

from pathlib import PurePath

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import certainty, ids, links, notices, tables, ticking
from components.page import Page, Panel, View
from components.tables import Column
from components.text import say
from data.problems import Code
from data.queries import runs, selection


def table(view: View) -> pl.DataFrame:
    return runs.table(view.snapshot, view.state)


COLUMNS = (
    Column("created", "date", width=138),
    Column("status", "status", width=118),
    Column("task", "link", width=150, flex=2),
    Column("model", width=160, flex=2),
    Column("error", width=170),
    Column("metric", width=140),
    Column("value", "number", width=86),
    Column("stderr", "number", width=82),
    Column("n", "integer", width=72),
    Column("samples_done", "integer", width=84),
    Column("samples_planned", "integer", width=90),
    Column("samples_failed", "integer", width=80),
    Column("epochs", "integer", width=80),
    Column("total_tokens", "integer", width=100),
    Column("duration_s", "seconds", width=96),
    Column("superseded", width=110),
    Column("dataset", width=140),
    Column("tags", width=120),
    Column("format", width=90),
    Column("location", width=260),
    Column("cost", "number", width=80),
    Column("suite", width=120),
    Column("run_id", width=220),
)


def columns(view: View) -> list[Column]:
    """The usual ones, or those that the reader chose, in that order."""
    by_field = {c.field: c for c in COLUMNS}
    return [by_field[f] for f in view.state.columns if f in by_field] or list(COLUMNS)


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "nothing_loaded" if view.snapshot.runs.is_empty() else "empty")
    hrefs = {"task": lambda row: links.run(row["run_id"], view.state)}
    left = selection.left_out(view.snapshot, view.state)
    return html.Div(
        [
            tables.grid(
                ids.grid("runs", "table"),
                certainty.worded(df, view.locale),
                columns(view),
                view,
                hrefs,
                tick="run_id",
                tips={"value": certainty.told},
            ),
            ticking.place("runs", "table", view.state, view.locale),
            notices.not_counted(left, view.locale, "not_counted_elsewhere"),
        ]
    )


def problems(view: View) -> pl.DataFrame:
    """Each problem with a sentence that says what, where and what to do."""
    df = runs.problems(view.snapshot, view.state)
    said = [say(view.locale, "problems", c, where=PurePath(w).name, detail=d) for w, c, d in df.rows()]
    kind = [say(view.locale, "words", Code(c).severity) for c in df["code"]]
    return df.with_columns(
        pl.Series("sentence", said, pl.String), pl.Series("severity", kind, pl.String)
    ).sort("severity", "where")


def explain(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.remark(say(view.locale, "notices", "no_problems"), "good")
    columns = [
        Column("severity", width=90),
        Column("sentence", "prose", width=420, flex=3),
        Column("where", width=320, flex=2),
    ]
    return tables.grid(ids.grid("runs", "problems"), df, columns, view)


PAGE = Page(
    key="runs",
    path="/runs",
    order=1,
    filters=(
        "q",
        "statuses",
        "retryable",
        "tasks",
        "models",
        "formats",
        "tags",
        "suites",
        "since",
        "until",
    ),
    controls=("columns",),
    offers={"columns": tuple(c.field for c in COLUMNS)},
    panels=(Panel("table", table, draw), Panel("problems", problems, explain)),
)
