"""What did each model make of the same sample, and where do their transcripts part?"""

from __future__ import annotations

from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables, transcript
from components.page import Page, Panel, View
from components.plain import visible
from components.tables import Column
from components.text import say
from components.theme import number
from data.differences import DIFFERENCES, differences
from data.originals import Whole
from data.problems import Problem
from data.queries import beside, samples, transcripts

LEADS = ("sample", "first")
"""Rows of links above the answers: to the sample, and to its transcript."""
A_SIDE = 36
"""Components of one of two transcripts."""
CELL = 4_000
"""Characters of a text in one cell."""


def columns(view: View) -> pl.DataFrame:
    return beside.table(view.snapshot, view.state)


def side_by_side(df: pl.DataFrame, view: View) -> Component:
    """A column each model and epoch, a row each thing to compare; the names of the rows stay in sight."""
    if df.is_empty():
        return notices.empty(view.locale, "no_such_sample")
    names = df["name"].to_list()
    scorers = [c for c in df.columns if c not in beside.FIRST and c not in samples.LAST]
    rows = ["answer", *scorers, "explanation", "output", "error", "limit", "total_tokens", "time_s"]
    kept = [r for r in rows if df[r].is_not_null().any()]
    table = pl.DataFrame(
        {
            "row": [say(view.locale, "beside", k) for k in LEADS]
            + [_word(r, scorers, view.locale) for r in kept],
            **{
                n: [say(view.locale, "beside", f"{k}_do") for k in LEADS] + [_cell(r, df[r][i]) for r in kept]
                for i, n in enumerate(names)
            },
        }
    )
    lead = {say(view.locale, "beside", k): k for k in LEADS}
    runs = {n: (df["run_id"][i], df["epoch"][i]) for i, n in enumerate(names)}

    def leads(name: str) -> Any:
        return lambda r: _way(lead.get(r["row"]), name, names, runs[name], view)

    wide = max(220, min(420, 1050 // max(1, len(names))))
    drawn = [
        Column("row", width=130, pinned=True),
        *(Column(n, "prose", width=wide, header=n) for n in names),
    ]
    grid = tables.grid(
        ids.grid("beside", "columns"),
        table,
        drawn,
        view,
        {n: leads(n) for n in names},
        height=min(560, 120 + 44 * table.height),
    )
    words = say(
        view.locale,
        "beside",
        "is",
        sample=visible(view.state.sample),
        task=beside.task(view.state, view.snapshot),
        n=len(names),
    )
    return html.Div([_back(view), notices.remark(words), grid])


def _word(row: str, scorers: list[str], locale: str) -> str:
    return row if row in scorers else say(locale, "columns", row)


def _cell(row: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f"{number(value)} s" if row == "time_s" else number(value)
    text = visible(value)
    return text if len(text) <= CELL else text[:CELL] + "…"


def _way(lead: str | None, name: str, names: list[str], at: tuple[str, int], view: View) -> str | None:
    """To the sample of a column, or to its transcript beside that of the first column."""
    if lead == "sample":
        return links.sample(at[0], view.state.sample, at[1], view.state)
    if lead == "first":
        others = [n for n in names if n != name]
        first = others[:1] if names[0] != name else []
        return links.to(
            "/beside",
            view.state.edit(beside=[*first, name, *(n for n in others if n not in first)], message=None),
        )
    return None


def _back(view: View) -> Component:
    run = next(iter(view.state.runs), None)
    ways = [("to_sample", links.sample(run, view.state.sample, view.state.epoch, view.state))] if run else []
    return html.Nav(
        [html.A(say(view.locale, "beside", key), href=to, className="inside") for key, to in ways],
        className="onward",
    )


Side = tuple[beside.Column, Whole | Problem]


def two(view: View) -> list[Side]:
    """The first column, and the first of another run unless the view says which."""
    every = beside.chosen(view.snapshot, view.state)
    first = every[:1]
    rest = every[1:] if view.state.beside else sorted(every[1:], key=lambda c: c.run_id == every[0].run_id)
    return [(c, beside.whole(view.snapshot, view.state, c)) for c in [*first, *rest[:1]]]


def messages(view: View) -> pl.DataFrame:
    """Columns name and those of a message: the screen of messages of both."""
    frames = []
    for column, found in two(view):
        said = [] if isinstance(found, Problem) else transcripts.conversation(found)
        rows = transcripts.rows(said, view.state.message, view.state.per_page == "all")
        frames.append(rows.select(pl.lit(column.name).alias("name"), pl.all()))
    return pl.concat(frames) if frames else pl.DataFrame(schema={"name": pl.String, **transcripts.MESSAGES})


def both(df: pl.DataFrame, view: View) -> Component:
    """Two transcripts, message by message, with the first one in which they part marked."""
    sides = two(view)
    if not sides:
        return notices.empty(view.locale, "no_such_sample")
    said = [[] if isinstance(found, Problem) else transcripts.conversation(found) for _, found in sides]
    part = transcripts.parting(*said) if len(said) == 2 else None
    longest = max(map(len, said))
    first = transcripts.start(said[0] if len(said[0]) == longest else said[-1], view.state.message)
    drawn = [_side(side, s, first, part, view) for side, s in zip(sides, said, strict=True)]
    shown = max((n for _, n in drawn), default=0)
    return html.Div(
        [
            *_parted(part, first, shown, view, len(sides)),
            *_pager(first, shown, longest, view),
            html.Div([side for side, _ in drawn], className="two"),
        ]
    )


def _side(side: Side, said: Any, first: int, part: int | None, view: View) -> tuple[Component, int]:
    column, found = side
    head = html.H3(
        html.A(
            column.name,
            href=links.sample(column.run_id, view.state.sample, column.epoch, view.state),
            className="inside",
        )
    )
    if isinstance(found, Problem):
        told = say(view.locale, "problems", found.code, where=found.where, detail=found.detail)
        return html.Section([head, notices.remark(visible(told), "bad")]), 0
    if not said:
        output = transcript.pre(beside.text(found, "output") or beside.text(found, "answer"), view.locale)
        return html.Section([head, notices.remark(say(view.locale, "sample", "no_messages")), output]), 0
    shown = transcript.screen(said, first, view.locale, A_SIDE, part)
    return html.Section([head, *shown], className="conversation"), len(shown)


def _parted(part: int | None, first: int, shown: int, view: View, sides: int) -> list[Component]:
    if sides < 2:
        return [notices.remark(say(view.locale, "beside", "alone"))]
    if part is None:
        return [notices.remark(say(view.locale, "beside", "alike"))]
    words = say(view.locale, "beside", "parted", n=part)
    if first < part <= first + shown:
        return [notices.remark(words)]
    to = view.state.edit(message=part).to_query() or "?"
    return [
        html.P(
            [words + " ", html.A(say(view.locale, "beside", "to_part"), href=to, className="inside")],
            className="remark",
        )
    ]


def _pager(first: int, shown: int, total: int, view: View) -> list[Component]:
    return transcript.pager(first, shown, total, view) if shown < total and shown else []


def difference(view: View) -> pl.DataFrame:
    texts = _compared(view)
    return differences(*texts, view.state.diff) if texts else pl.DataFrame(schema=DIFFERENCES)


def _compared(view: View) -> tuple[str, str] | None:
    """The chosen text of the first column, and that or the other one of the second, as they are shown."""
    read = [found for _, found in two(view) if not isinstance(found, Problem)]
    if not read:
        return None
    other = view.state.text if view.state.other == "same" else view.state.other
    return visible(beside.text(read[0], view.state.text)), visible(beside.text(read[-1], other))


LINES = (
    Column("left_line", "integer", width=70),
    Column("left", "difference", width=300, flex=1),
    Column("right_line", "integer", width=70),
    Column("right", "difference", width=300, flex=1),
    Column("left_marks", hide=True),
    Column("right_marks", hide=True),
    Column("kind", hide=True),
)


def draw_difference(df: pl.DataFrame, view: View) -> Component:
    named = [c.name for c, _ in two(view)]
    if not named:
        return notices.empty(view.locale, "no_such_sample")
    other = view.state.text if view.state.other == "same" else view.state.other
    what = [say(view.locale, "options_text", t) for t in (view.state.text, other)]
    said = say(
        view.locale, "beside", "compared", left=f"{what[0]}, {named[0]}", right=f"{what[1]}, {named[-1]}"
    )
    changed = df.filter(pl.col("kind") != "same").height
    key = "no_difference" if df.height and not changed else "differs" if df.height else "no_texts"
    counted = say(view.locale, "beside", key, n=changed, total=df.height)
    told = [notices.remark(f"{said} {counted}")]
    if df.is_empty():
        return html.Div(told)
    height = min(520, 60 + 34 * df.height)
    return html.Div([*told, tables.grid(ids.grid("beside", "difference"), df, LINES, view, height=height)])


PAGE = Page(
    key="beside",
    path="/beside",
    order=12,
    filters=(),
    controls=("beside", "text", "other", "diff"),
    menu=False,
    panels=(
        Panel("columns", columns, side_by_side),
        Panel("transcripts", messages, both),
        Panel("difference", difference, draw_difference),
    ),
)
