"""What did each model make of the same sample, and where do their transcripts part?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables, transcript
from components.page import Page, Panel, View
from components.plain import visible
from components.tables import Column
from components.text import counted, say
from components.theme import number
from components.turns import turns
from data.differences import DIFFERENCES, MOST_CHARACTERS, MOST_LINES, differences, is_cut
from data.originals import Whole
from data.problems import Problem
from data.queries import beside, samples, transcripts, walk
from data.viewstate import USUAL

LEADS = ("sample", "first")
"""Rows of links above the answers: to the sample, and to its transcript."""
TALL = 640
"""Pixels of the table of answers; what is longer scrolls."""
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
    columns = df["name"].to_list()
    table = turned(df, [c.name for c, _ in two(view)], view)
    wide = max(220, min(420, 1050 // len(columns)))
    drawn = [
        Column("row", width=150, pinned=True),
        *(Column(n, "prose", width=wide, flex=1, header=n) for n in columns),
    ]
    at = {n: (r, e) for n, r, e in df.select("name", "run_id", "epoch").rows()}
    words = {say(view.locale, "beside", key): key for key in LEADS}
    hrefs = {n: _leads(n, at[n], columns, words, view) for n in columns}
    said = counted(
        view.locale,
        "beside",
        "is",
        len(columns),
        sample=visible(view.state.sample),
        task=beside.task(view.state, view.snapshot),
    )
    shades = {n: _shades(n, df) for n in columns}
    grid = tables.grid(ids.grid("beside", "columns"), table, drawn, view, hrefs, height=TALL, shades=shades)
    return html.Div([_turns(view), _back(view), notices.remark(said), grid])


def turned(df: pl.DataFrame, shown: list[str], view: View) -> pl.DataFrame:
    """Column row, and one a column on screen; above all, the ways to the sample and to its transcript."""
    scorers = [c for c in df.columns if c not in beside.FIRST and c not in samples.LAST]
    rows = ["answer", *scorers, "explanation", "output", *samples.LAST[:-1]]
    kept = [r for r in rows if df[r].is_not_null().any()]
    lead = [say(view.locale, "beside", key) for key in LEADS]
    ways = {
        n: [
            say(view.locale, "beside", "sample_do"),
            say(view.locale, "beside", "below" if n in shown else "first_do"),
        ]
        for n in df["name"]
    }
    cells = {
        row["name"]: ways[row["name"]] + [_cell(r, row[r]) for r in kept] for row in df.iter_rows(named=True)
    }
    return pl.DataFrame({"row": lead + [_word(r, scorers, view.locale) for r in kept], **cells})


def _word(row: str, scorers: list[str], locale: str) -> str:
    return row if row in scorers else say(locale, "columns", row)


def _cell(row: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f"{number(value)} s" if row == "time_s" else number(value)
    text = visible(value)
    return text if len(text) <= CELL else text[:CELL] + "…"


def _leads(name: str, at: tuple[str, int], columns: list[str], words: dict[str, str], view: View) -> Any:
    """Of one column's cells: to its sample, or to its transcript beside that of the first column."""
    first = columns[:1] if columns[0] != name else []
    rest = [n for n in columns if n not in (name, *first)]
    ways = {
        "sample": links.sample(at[0], view.state.sample, at[1], view.state),
        "first": links.to("/beside", view.state.edit(beside=[*first, name, *rest], message=None)),
    }
    return lambda row: ways.get(words.get(row["row"], ""))


def _shades(name: str, df: pl.DataFrame) -> Callable[[Mapping[str, Any]], str | None]:
    """Of one column's cells: how dark a score is, each scorer on the scale that its numbers are on."""
    scorers = [c for c in df.columns if c not in beside.FIRST and c not in samples.LAST]
    mine = df.row(df["name"].to_list().index(name), named=True)
    shares = {c: mine[c] / tables.top(df, c) for c in scorers if mine[c] is not None and tables.top(df, c)}
    return lambda row: f"{shares[row['row']]:.3f}" if row["row"] in shares else None


def _turns(view: View) -> Component | None:
    """To the samples before and after, in the same columns. Epochs stand beside each other: each sample is one step."""
    place = walk.place(view.snapshot, view.state, each_epoch=False)
    keep = view.state.edit(message=None, epoch=None)
    there = lambda to: links.to("/beside", keep.edit(sample=to.sample_id))
    return turns(place, there, view) if place.total else None


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
    screens = [transcript.screen(x, first, view.locale, A_SIDE, part) for x in said]
    # As many of each, so that the next screen begins where both of them end.
    shown = min(
        (len(m) for m, x in zip(screens, said, strict=True) if first + len(m) < len(x)),
        default=longest - first,
    )
    drawn = [_side(side, m[:shown], view) for side, m in zip(sides, screens, strict=True)]
    shown = max(min(shown, len(m)) for m in screens)
    return html.Div(
        [
            *_parted(part, first, shown, longest, view, len(sides)),
            *_pager(first, shown, longest, view),
            html.Div(drawn, className="two"),
        ]
    )


def _side(side: Side, shown: list[Component], view: View) -> Component:
    column, found = side
    here = links.sample(column.run_id, view.state.sample, column.epoch, view.state)
    head = html.H3(html.A(visible(column.name), href=here, className="inside"))
    if isinstance(found, Problem):
        told = say(view.locale, "problems", found.code, where=found.where, detail=found.detail)
        return html.Section([head, notices.remark(visible(view.workspace.own(told)), "bad")])
    if not transcripts.conversation(found):
        output = transcript.pre(beside.text(found, "output") or beside.text(found, "answer"), view.locale)
        return html.Section([head, notices.remark(say(view.locale, "sample", "no_messages")), output])
    return html.Section([head, *shown], className="conversation")


def _parted(part: int | None, first: int, shown: int, total: int, view: View, sides: int) -> list[Component]:
    if sides < 2:
        return [notices.remark(say(view.locale, "beside", "alone"))]
    if part is None:
        key = "alike" if total <= transcripts.SEARCHED else "alike_first"
        return [notices.remark(say(view.locale, "beside", key, n=f"{transcripts.SEARCHED:,}"))]
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
    text, other = _which(read, view)
    at = view.state.message
    return visible(beside.text(read[0], text, at)), visible(beside.text(read[-1], other, at))


def _which(read: Sequence[Whole], view: View) -> tuple[str, str]:
    """The names of the texts. Where nobody chose one and no scorer kept an answer, what the models said."""
    v = view.state
    usual = v.text == USUAL.text and v.other in ("same", "target")
    text = "output" if usual and not any(beside.text(r, v.text) for r in read) else v.text
    return text, text if v.other == "same" else v.other


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
    sides = two(view)
    named = [c.name for c, _ in sides]
    if not named:
        return notices.empty(view.locale, "no_such_sample")
    which = _which([found for _, found in sides if not isinstance(found, Problem)], view)
    what = [say(view.locale, "options_text", t) for t in which]
    said = say(
        view.locale, "beside", "compared", left=f"{what[0]}, {named[0]}", right=f"{what[1]}, {named[-1]}"
    )
    changed = df.filter(pl.col("kind") != "same").height
    key = "no_difference" if df.height and not changed else "differs" if df.height else "no_texts"
    counted = say(view.locale, "beside", key, n=changed, total=df.height)
    told = [notices.remark(" ".join([said, counted, *_limits(which, view)]))]
    if df.is_empty():
        return html.Div(told)
    return html.Div([*told, tables.grid(ids.grid("beside", "difference"), df, LINES, view)])


def _limits(which: tuple[str, str], view: View) -> list[str]:
    """What of the texts was not compared: no sentence says of all of them what holds for a part."""
    from_on = "transcript" in which and view.state.message > 1
    said = [say(view.locale, "beside", "from_message", n=f"{view.state.message:,}")] if from_on else []
    texts = _compared(view) or ()
    limits = {"characters": f"{MOST_CHARACTERS:,}", "lines": f"{MOST_LINES:,}"}
    return [*said, *([say(view.locale, "beside", "cut", **limits)] if any(map(is_cut, texts)) else [])]


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
