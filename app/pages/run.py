"""One run in full: what it was, how it ended, what it measured."""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables
from components.page import Page, Panel, View
from components.plain import LABEL, brief
from components.tables import Column
from components.text import clipped, name, say
from components.theme import number, seconds
from data.queries import runs

FACTS = ("status", "model", "task", "dataset", "created", "duration_s", "samples_done", "samples_planned", "samples_failed",
         "epochs", "input_tokens", "output_tokens", "total_tokens", "cost", "tags", "suite", "format", "location", "modified",
         "run_id", "superseded")  # fmt: skip


def summary(view: View) -> pl.DataFrame:
    return runs.one(view.snapshot, view.state).drop("row", "config", "usage", "content")


def facts(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_such_run")
    row = df.row(0, named=True)
    row["duration_s"] = seconds(row["duration_s"])
    said = [(key, fact(row[key])) for key in FACTS if row[key] not in (None, [], "")]
    listed = html.Dl(
        [p for key, text in said for p in (html.Dt(name(view.locale, "columns", key)), html.Dd(brief(text)))]
    )
    name_of = html.H3(brief(f"{row['task']} · {row['model']}", LABEL), className="subject")
    return html.Div(
        [name_of, failure(row, view.locale), onward(row, view), html.Div(listed, className="facts")]
    )


def fact(value: object) -> str:
    """
    >>> fact(True), fact(1234), fact(["a", "b"]), fact(datetime(2026, 1, 2, 3, 4, 5))
    ('✓', '1,234', 'a, b', '2026-01-02 03:04:05')
    """
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return {True: "✓", False: "–"}[value]
    if isinstance(value, (int, float)):
        return number(value)
    return ", ".join(value) if isinstance(value, list) else str(value)


def failure(row: dict[str, str], locale: str) -> Component | None:
    """What the log says of how it ended, when it did not end well."""
    if row["status"] == "success":
        return None
    said = row["error"] or say(locale, "notices", f"status_{row['status']}")
    more = [
        html.Details(
            [
                html.Summary(say(locale, "words", "traceback")),
                html.Pre(clipped(row["traceback"] or "", locale)),
            ]
        )
    ]
    return html.Div(
        [html.P(clipped(said, locale)), *(more if row["traceback"] else [])],
        className="failure",
        role="alert",
    )


def onward(row: dict[str, str], view: View) -> Component:
    of_run = view.state.only().edit(runs=[row["run_id"]], tasks=[row["task"]])
    of_task = view.state.only().edit(tasks=[row["task"]])
    download = links.api("run", "config", "json", view.state)
    return html.Nav(
        [
            html.A(
                say(view.locale, "run", "to_samples"), href=links.to("/samples", of_run), className="inside"
            ),
            html.A(
                say(view.locale, "run", "to_heatmap"), href=links.to("/heatmap", of_task), className="inside"
            ),
            html.A(
                say(view.locale, "run", "to_scores"), href=links.to("/scores", of_task), className="inside"
            ),
            html.A(
                say(view.locale, "run", "to_compare"),
                href=links.compare(view.state, row["run_id"]),
                className="inside",
            ),
            html.A(say(view.locale, "run", "download"), href=download, download=""),
        ],
        className="onward",
    )


def metrics(view: View) -> pl.DataFrame:
    return runs.metrics(view.snapshot, view.state)


METRICS = (
    Column("category", width=160, flex=2),
    Column("scorer", width=160, flex=2),
    Column("metric", width=140, flex=1),
    Column("value", "number", width=110),
    Column("stderr", "number", width=100),
    Column("stddev", "number", width=100),
    Column("n", "integer", width=90),
    Column("reducer", width=110),
    Column("category_raw", width=220),
)


def draw_metrics(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_metrics")
    return tables.grid(ids.grid("run", "metrics"), df, METRICS, view)


def attempts(view: View) -> pl.DataFrame:
    return runs.attempts(view.snapshot, view.state).select(
        "run_id", "status", "created", "samples_done", "samples_planned", "superseded", "location", "error"
    )


def draw_attempts(df: pl.DataFrame, view: View) -> Component:
    if df.height < 2:
        return notices.remark(say(view.locale, "run", "only_attempt" if df.height else "no_attempt"))
    columns = (
        Column("created", "date", width=140),
        Column("status", "status", width=110),
        Column("run_id", "link", width=200, flex=1),
        Column("samples_done", "integer", width=90),
        Column("samples_planned", "integer", width=90),
        Column("superseded", width=110),
        Column("location", width=220, flex=2),
        Column("error", width=160, flex=1),
    )
    hrefs = {"run_id": lambda row: links.run(row["run_id"], view.state)}
    return tables.grid(ids.grid("run", "attempts"), df, columns, view, hrefs)


def config(view: View) -> pl.DataFrame:
    """The run's settings and token usage, one row, as JSON text."""
    return runs.one(view.snapshot, view.state).select("run_id", "config", "usage", "config_digest")


def draw_config(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_such_run")
    row = df.row(0, named=True)
    shown = [
        html.Details(
            [html.Summary(say(view.locale, "run", key)), html.Pre(clipped(pretty(row[key]), view.locale))],
            open=key == "config",
        )
        for key in ("config", "usage")
        if row[key]
    ]
    return html.Div(shown, className="config")


def pretty(text: str) -> str:
    """As the log has it where it is no JSON."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


PAGE = Page(
    key="run",
    path="/run",
    order=10,
    filters=(),
    controls=(),
    menu=False,
    panels=(
        Panel("summary", summary, facts),
        Panel("metrics", metrics, draw_metrics),
        Panel("attempts", attempts, draw_attempts),
        Panel("config", config, draw_config),
    ),
)
