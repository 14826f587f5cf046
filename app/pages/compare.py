"""In which settings do these runs differ?"""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables
from components.page import Page, Panel, View
from components.tables import Column
from components.text import counted, say
from data.configs import parting
from data.queries import configs

ROOM = 320
"""Characters of a value that are shown; the downloads have more."""


def config_diff(view: View) -> pl.DataFrame:
    return configs.diff(view.snapshot, view.state)


def draw_config_diff(df: pl.DataFrame, view: View) -> Component:
    every = configs.chosen(view.snapshot, view.state)
    runs = every.head(configs.MOST)
    if runs.height < 2:
        return few(runs, view)
    remarks = [said for said in (extent(df, runs, view), unknown(runs, view), too_many(every, view)) if said]
    body = (
        table(df, view) if df.height else notices.remark(say(view.locale, "compare", "none_differ"), "good")
    )
    return html.Div([which(runs, view), body, *map(notices.remark, remarks)])


def few(runs: pl.DataFrame, view: View) -> Component:
    if view.snapshot.runs.is_empty():
        return notices.empty(view.locale, "nothing_loaded")
    return notices.empty(view.locale, "one_run" if runs.height else "no_runs_chosen")


def which(runs: pl.DataFrame, view: View) -> Component:
    """The way to each of the runs, with its task where they are of several."""
    several = runs["task"].n_unique() > 1
    named = runs.select("run_id", "named", "task").rows()
    shown = [
        html.A(
            f"{task} · {name}" if several and task and task not in name else name,
            href=links.run(run, view.state),
            className="inside",
        )
        for run, name, task in named
    ]
    return html.P(shown, className="names")


LEAST, SCREEN = 190, 860
"""Pixels of a column of values, and of all of them on a usual screen."""


def table(df: pl.DataFrame, view: View) -> Component:
    names = df.columns[1:]
    shown = previews(df)
    columns = [
        Column("key", "prose", width=230, flex=2, pinned=len(names) > 4),
        *(Column(n, "prose", width=wide(n, len(names)), flex=3, header=n) for n in names),
    ]
    absent = say(view.locale, "compare", "absent")
    notes = {n: (lambda row, n=n: absent if row[n] is None else None) for n in names}
    return tables.grid(ids.grid("compare", "config_diff"), shown, columns, view, notes=notes)


def wide(name: str, names: int) -> int:
    """Pixels of a column: as many as its name asks for, and no more than lets a few of them stand on a screen."""
    return min(tables.wide_enough(name, least=LEAST), max(LEAST, SCREEN // names))


def previews(df: pl.DataFrame) -> pl.DataFrame:
    """Each row from where its values part."""
    names = df.columns[1:]
    rows = [parting(row, ROOM) for row in df.select(names).rows()]
    return pl.DataFrame(
        [df["key"], *(pl.Series(n, [r[i] for r in rows], pl.String) for i, n in enumerate(names))]
    )


def extent(df: pl.DataFrame, runs: pl.DataFrame, view: View) -> str:
    total = configs.keys(runs)
    return counted(view.locale, "compare", "extent", df.height, total=total, same=total - df.height)


def unknown(runs: pl.DataFrame, view: View) -> str | None:
    found = configs.without(runs)
    return say(view.locale, "compare", "unknown", runs=", ".join(found)) if found else None


def too_many(every: pl.DataFrame, view: View) -> str | None:
    if every.height <= configs.MOST:
        return None
    return say(view.locale, "compare", "too_many", most=configs.MOST, n=every.height)


PAGE = Page(
    key="compare",
    path="/compare",
    order=9,
    filters=("runs",),
    controls=(),
    menu=False,
    panels=(Panel("config_diff", config_diff, draw_config_diff),),
)
