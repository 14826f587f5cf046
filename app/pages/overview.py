"""What is here, how did everybody do, and what went wrong?"""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables
from components.page import Page, Panel, View
from components.tables import Column
from components.text import say
from components.theme import number
from data.queries import overview
from data.viewstate import ViewState


def counts(view: View) -> pl.DataFrame:
    return pl.DataFrame([overview.counts(view.snapshot, view.state)._asdict()])


def tiles(df: pl.DataFrame, view: View) -> Component:
    leads = {
        "runs": links.keeping("/runs", view.state),
        "models": links.keeping("/scores", view.state),
        "tasks": links.keeping("/scores", view.state),
        "scores": links.keeping("/heatmap", view.state),
        "unsuccessful": links.to("/runs", ViewState().edit(statuses=["error", "cancelled", "started"])),
        "superseded": links.to("/runs", ViewState().edit(attempts="all")),
        "unread": links.to("/runs", ViewState()),
        "notes": links.to("/runs", ViewState()),
    }
    row = df.row(0, named=True)
    return html.Div([_tile(key, row[key], leads[key], view.locale) for key in row], className="tiles")


def _tile(key: str, value: int, href: str, locale: str) -> Component:
    alarming = " alarming" if key == "unread" and value else ""
    return html.A(
        [html.Strong(number(value)), html.Span(say(locale, "counts", key))],
        href=href,
        title=say(locale, "counts", f"{key}_help"),
        className=f"tile inside tile-{key}{alarming}",
    )


def matrix(view: View) -> pl.DataFrame:
    return overview.matrix(view.snapshot, view.state)


def standings(df: pl.DataFrame, view: View) -> Component:
    """Tasks down, models across; a cell leads to the scores of that task."""
    if df.is_empty():
        return notices.empty(view.locale, "nothing_loaded" if view.snapshot.runs.is_empty() else "empty")
    models = df["model"].unique().sort().to_list()
    wide = df.pivot(
        "model", index=["task", "metric"], values="value", aggregate_function="first", maintain_order=True
    )
    columns = [
        Column("task", "link", width=180, pinned=True),
        Column("metric", width=150),
        *(Column(m, "heat", width=tables.wide_enough(m, most=170), flex=1, header=m) for m in models),
    ]
    covered = {(r["task"], r["metric"], r["model"]): r for r in df.iter_rows(named=True)}

    def leads(row: dict[str, str]) -> dict[str, str]:
        to = view.state.edit(tasks=[row["task"]], metric=row["metric"])
        cells = {
            m: links.run(covered[row["task"], row["metric"], m]["run_id"])
            for m in models
            if row[m] is not None
        }
        return {"task": links.keeping("/scores", to), **cells}

    def partly(row: dict[str, str]) -> dict[str, str]:
        """Beside a score over fewer samples than were planned, over how many."""
        runs = {m: covered.get((row["task"], row["metric"], m)) for m in models}
        return {
            m: f"{r['samples_done']}/{r['samples_planned']}"
            for m, r in runs.items()
            if r and (r["coverage"] or 1) < 1
        }

    hrefs = [leads(row) for row in wide.iter_rows(named=True)]
    notes = [partly(row) for row in wide.iter_rows(named=True)]
    return tables.grid(
        ids.grid("overview", "matrix"),
        wide.select("task", "metric", *models),
        columns,
        view,
        hrefs,
        notes=notes,
    )


def latest(view: View) -> pl.DataFrame:
    return overview.latest(view.snapshot, view.state)


def latest_runs(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "nothing_loaded" if view.snapshot.runs.is_empty() else "empty")
    columns = [
        Column("created", "date", width=140),
        Column("status", "status", width=110),
        Column("task", "link", flex=2),
        Column("model", flex=2),
        Column("samples_done", "integer", width=90),
        Column("samples_planned", "integer", width=90),
    ]
    hrefs = tables.hrefs(df, {"task": lambda row: links.run(row["run_id"])})
    return tables.grid(ids.grid("overview", "latest"), df, columns, view, hrefs)


PAGE = Page(
    key="overview",
    path="/",
    order=0,
    filters=("tasks", "models", "formats", "tags", "since", "until", "attempts"),
    controls=("scale",),
    panels=(
        Panel("counts", counts, tiles),
        Panel("matrix", matrix, standings),
        Panel("latest", latest, latest_runs),
    ),
)
