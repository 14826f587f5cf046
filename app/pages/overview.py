"""What is here, how did everybody do, and what went wrong?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import certainty, ids, links, notices, tables, uploads
from components.page import Page, Panel, View
from components.tables import Column
from components.text import counted, say
from components.theme import number
from data.queries import overview, scores
from data.schema import STATUSES
from data.viewstate import EVERYWHERE, ViewState

Row = Mapping[str, Any]


def counts(view: View) -> pl.DataFrame:
    return pl.DataFrame([overview.counts(view.snapshot, view.state)._asdict()])


def tiles(df: pl.DataFrame, view: View) -> Component:
    leads = {
        "runs": links.keeping("/runs", view.state),
        "models": links.keeping("/scores", view.state),
        "tasks": links.keeping("/scores", view.state),
        "scores": links.keeping("/heatmap", view.state),
        "unsuccessful": links.keeping("/runs", _unsuccessful(view.state)),
        "superseded": _superseded(view.state),
        "unread": links.problems(view.state),
        "notes": links.problems(view.state),
    }
    row = df.row(0, named=True)
    shown = [*(_tile(key, row[key], leads[key], view.locale) for key in row), *_more(view)]
    home = overview.home(view.snapshot)
    told = [notices.remark(say(view.locale, "counts", "from", home=home))] if home else []
    return html.Div([html.Div(shown, className="tiles"), *told])


def _more(view: View) -> list[Component]:
    """The place for logs that are not here yet."""
    if not view.workspace.limits.file:
        return []
    words = [html.Strong("+"), html.Span(say(view.locale, "workspace", "add"))]
    return [html.A(words, href=links.keeping(uploads.PATH, view.state), className="more inside")]


def _unsuccessful(state: ViewState) -> ViewState:
    """The runs that the tile counts: one that was tried again is superseded, whatever it ended as."""
    if state.attempts == "latest":
        return state.edit(retryable="1")
    return state.edit(statuses=[s for s in STATUSES if s != "success"])


def _superseded(state: ViewState) -> str:
    """To the table of runs, with those alone that a later attempt replaces."""
    return links.to("/runs", state.only(*EVERYWHERE).edit(having=["table.superseded.equals:true"]))


def _tile(key: str, value: int, href: str, locale: str) -> Component:
    alarming = {"unread": " alarming", "unsuccessful": " uneasy"}.get(key, "") if value else ""
    return html.A(
        [html.Strong(number(value)), html.Span(counted(locale, "counts", key, value))],
        href=href,
        title=say(locale, "counts", f"{key}_help"),
        className=f"tile inside tile-{key}{alarming}",
    )


def long(view: View) -> pl.DataFrame:
    """One row a task, metric and model, each model with a name that is no other column's."""
    return overview.matrix(view.snapshot, view.state).with_columns(
        scores.apart("task", "metric", "direction")
    )


SURE = ("n", "low", "high", "level", "interval", "n_without")
"""What is on hover beside each score, and in the downloads behind the scores of all models."""


def matrix(view: View) -> pl.DataFrame:
    """One row a task and metric, then one column a model, then SURE for each of them, as `low_MODEL`."""
    found = long(view)
    if found.is_empty():
        return pl.DataFrame(schema={"task": pl.String, "metric": pl.String, "direction": pl.Int8})
    wide = found.pivot(
        "model",
        index=["task", "metric", "direction"],
        values=["value", *SURE],
        aggregate_function="first",
        maintain_order=True,
    )
    models = fullest_first(found)
    behind = [f"{what}_{m}" for m in models for what in SURE]
    scores_of = [pl.col(f"value_{m}").alias(m) for m in models]
    return wide.select("task", "metric", *scores_of, *(c for c in behind if c not in models), "direction")


def fullest_first(found: pl.DataFrame) -> list[str]:
    """The models, those with most scores first."""
    return found["model"].value_counts().sort("count", "model", descending=[True, False])["model"].to_list()


def standings(df: pl.DataFrame, view: View) -> Component:
    """Tasks down, models across; a cell leads to the run behind it."""
    if df.is_empty():
        return notices.empty(view.locale, "nothing_loaded" if view.snapshot.runs.is_empty() else "empty")
    every = certainty.worded(long(view), view.locale)
    models = fullest_first(every)
    each = partial(_of_cells, {(r["task"], r["metric"], r["model"]): r for r in every.to_dicts()}, models)
    way = lambda row: certainty.way(row["metric"], view.locale, down=_down(row))
    to_scores = lambda row: links.keeping("/scores", view.state.edit(tasks=[row["task"]]))
    return tables.grid(
        ids.grid("overview", "matrix"),
        df,
        _columns(df, models),
        view,
        {"task": to_scores, **each(lambda cell: links.run(cell["run_id"], view.state))},
        {**each(partly), "metric": tables.downwards(_down)},
        tips={**each(certainty.told), "metric": way},
        shades={m: partial(_lighter, m, models) for m in models},
    )


def _columns(df: pl.DataFrame, models: Sequence[str]) -> list[Column]:
    longest = max(df["task"], key=len)
    return [
        Column("task", "link", width=tables.wide_enough(longest, 160, 340), pinned=True),
        Column("metric", width=100),
        *(Column(m, "heat", width=tables.unbroken(m), flex=1, header=m) for m in models),
    ]


def _of_cells(
    cells: Mapping[tuple[str, str, str], Row], models: Sequence[str], what: Callable[[Row], str | None]
) -> tables.Of:
    """Of each model's column: what is made of the row of `long` that a cell stands for."""

    def made(model: str, row: Row) -> str | None:
        cell = cells.get((row["task"], row["metric"], model))
        return what(cell) if cell else None

    return {m: partial(made, m) for m in models}


def _down(row: Row) -> bool:
    return bool(row["direction"] < 0)


def _lighter(model: str, models: Sequence[str], row: Row) -> str | None:
    """How dark a model's score is where less is better: on the scale of its row, which has one metric."""
    known = [row[m] for m in models if row[m] is not None]
    return tables.goodness(row[model], tables.end_of(max(known, default=0))) if _down(row) else None


def partly(cell: Row) -> str | None:
    """Beside a score over fewer samples than were planned: over how many."""
    if cell["coverage"] is None or cell["coverage"] >= 1:
        return None
    return f"{cell['samples_done']}/{cell['samples_planned']}"


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
    hrefs = {"task": lambda row: links.run(row["run_id"], view.state)}
    return tables.grid(ids.grid("overview", "latest"), df, columns, view, hrefs)


PAGE = Page(
    key="overview",
    path="/",
    order=0,
    filters=("q", "tasks", "models", "statuses", "formats", "tags", "since", "until", "attempts"),
    controls=("scale",),
    panels=(
        Panel("counts", counts, tiles),
        Panel("matrix", matrix, standings),
        Panel("latest", latest, latest_runs),
    ),
)
