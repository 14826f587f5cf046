"""One sample: what was asked, what was answered, how it was judged, in this run and in the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import facts, finding, ids, judged, links, notices, tables, transcript
from components.happening import happening
from components.page import Page, Panel, View
from components.plain import visible
from components.tables import Column
from components.text import name, say
from components.transcript import as_text, pre
from components.turns import turns
from data import viewers
from data.problems import Problem
from data.queries import beside, lenses, samples, transcripts, walk

ASKED, ANSWERED = ("input", "choices", "target"), ("output", "reasoning")


def scores(view: View) -> pl.DataFrame:
    return samples.marks(view.snapshot, view.state)


def whole(df: pl.DataFrame, view: View) -> Component:
    """The sample as its log has it, with the scores that were ingested."""
    found = transcripts.whole(view.snapshot, view.state)
    if isinstance(found, Problem):
        return html.Div([_turns(view), notices.empty(view.locale, "no_such_sample"), problem(found, view)])
    run = view.snapshot.runs.filter(pl.col("run_id").is_in(view.state.runs)).row(0, named=True)
    epoch = f" · {say(view.locale, 'sample', 'epoch', n=view.state.epoch)}" if view.state.epoch else ""
    return html.Div(
        [
            _turns(view),
            html.H3(
                visible(f"{view.state.sample} · {run['task']} · {run['model']}{epoch}"), className="subject"
            ),
            _onward(run, view),
            *[problem(p, view) for p in found.get("problems") or ()],
            _failure(found, view.locale),
            _texts(found, view.locale),
            html.H3(say(view.locale, "sample", "scores")),
            judged.scores(found, df, view),
            facts.facts(found, view.locale),
        ]
    )


def problem(p: Problem, view: View) -> Component:
    told = say(view.locale, "problems", p.code, where=p.where, detail=p.detail)
    return notices.remark(visible(view.workspace.own(told)), "bad")


def _turns(view: View) -> Component:
    run = next(iter(view.state.runs), "")
    kept = (*links.LIST, "kinds")
    there = lambda to: links.sample(run, to.sample_id, to.epoch, view.state, *kept)
    return turns(walk.place(view.snapshot, view.state), there, view)


def _onward(run: Mapping[str, Any], view: View) -> Component:
    same = view.state.only().edit(tasks=[run["task"]], sample=view.state.sample)
    across = links.beside(run["run_id"], run["task"], view.state.sample, (), view.state)
    ways = [
        ("to_beside", across),
        ("to_run", links.run(run["run_id"], view.state)),
        ("to_heatmap", links.to("/heatmap", same.edit(sample=None))),
        ("to_all", links.to("/samples", same)),
    ]
    told = [html.A(say(view.locale, "sample", key), href=to, className="inside") for key, to in ways]
    return html.Nav([*told, *_lenses(run, view), *_viewer(run, view)], className="onward")


def _viewer(run: Mapping[str, Any], view: View) -> list[Component]:
    """To this sample in Inspect View, where one serves its log."""
    v = view.state
    to = viewers.sample(view.viewers, run["format"], run["location"], v.sample, v.epoch or 1)
    words = say(view.locale, "sample", "to_viewer")
    return [html.A(words, href=to, target="_blank", rel="noopener noreferrer")] if to else []


def _lenses(run: Mapping[str, Any], view: View) -> list[Component]:
    """The way to the layers behind this sample, where a lens was laid on it."""
    found = lenses.of_sample(view.snapshot, run, view.state.sample, view.state.epoch or 1)
    if not found:
        return []
    to = links.to("/trajectories", view.state.only().edit(trajectories=found[:2]))
    return [html.A(say(view.locale, "sample", "to_layers", n=len(found)), href=to, className="inside")]


def _failure(found: Mapping[str, Any], locale: str) -> Component | None:
    said = [f"{name(locale, 'columns', k)}: {as_text(found[k])}" for k in ("error", "limit") if found.get(k)]
    more = [k for k in ("traceback", "failures") if found.get(k)]
    folded = [
        html.Details([html.Summary(say(locale, "sample", key)), pre(as_text(found[key]), locale)])
        for key in more
    ]
    if not said and not folded:
        return None
    return html.Div(
        [*[html.P(visible(s), dir="auto") for s in said], *folded], className="failure", role="alert"
    )


def _texts(found: Mapping[str, Any], locale: str) -> Component:
    """What was asked in one row, and what was answered beside it, or across below it where the row is full."""
    full = "text wide" if all(found.get(key) for key in ASKED) else "text"
    kinds = dict.fromkeys(ASKED, "text") | dict.fromkeys(ANSWERED, full)
    return html.Div(
        [
            html.Section(
                [html.H3(say(locale, "sample", key)), pre(as_text(found[key]), locale)], className=kind
            )
            for key, kind in kinds.items()
            if found.get(key)
        ],
        className="texts",
    )


def messages(view: View) -> pl.DataFrame:
    return transcripts.messages(view.snapshot, view.state)


def conversation(df: pl.DataFrame, view: View) -> Component:
    """A screen of the messages, and the way to the others."""
    found = transcripts.whole(view.snapshot, view.state)
    said = [] if isinstance(found, Problem) else transcripts.conversation(found)
    if not said:
        return notices.remark(say(view.locale, "sample", "no_messages"))
    first = transcripts.start(said, view.state.message)
    found_in = finding.places(said, first, view)
    room = transcript.BUDGET - sum(map(transcript.count, found_in))
    shown = transcript.screen(said, first, view.locale, room)
    turning = transcript.pager(first, len(shown), len(said), view) if len(shown) < len(said) else []
    return html.Div([*found_in, *turning, html.Div(shown, className="conversation"), *turning[-1:]])


def events(view: View) -> pl.DataFrame:
    return transcripts.events(view.snapshot, view.state)


OUTLINE = ("span_begin", "step", "subtask", "tool", "model", "score", "error", "sample_limit")
"""Kinds that tell the course of a sample; the others are its small print."""
MOST_KINDS = 30
"""Switches of kinds, the most frequent ones."""
EVENTS = (
    Column("event", "integer", width=84, pinned=True),
    Column("what", "link", width=190),
    Column("called", width=200),
    Column("text", width=360, flex=1),
    Column("clock", width=130),
)


def happenings(df: pl.DataFrame, view: View) -> Component:
    """The events as a table, indented as they lie in each other; below it the one that was chosen, in full."""
    found = transcripts.whole(view.snapshot, view.state)
    listed = None if isinstance(found, Problem) else transcripts.listing(found)
    if listed is None or listed.is_empty():
        return notices.remark(say(view.locale, "sample", "no_events"))
    indent = pl.lit("\u2003").repeat_by(pl.col("depth").clip(0, 12)).list.join("")
    shown = df.with_columns(
        (indent + pl.col("kind")).alias("what"),
        pl.col("time").str.slice(11, 12).alias("clock"),
        pl.col("name").alias("called"),
        pl.col("text").map_elements(visible, return_dtype=pl.String),
    )
    hrefs = {"what": lambda r: view.state.edit(event=r["event"]).to_query()}
    return html.Div(
        [
            kinds(listed, view),
            tables.grid(
                ids.grid("sample", "events"),
                shown,
                EVENTS,
                view,
                hrefs,
                height=tables.LOWER,
            ),
            *_chosen(found, view),
        ]
    )


def kinds(listed: pl.DataFrame, view: View) -> Component:
    """How many there are of each kind; each word switches its kind on or off."""
    ranked = listed["kind"].value_counts().sort(["count", "kind"], descending=[True, False])
    known = dict(ranked.rows())
    counts = [(k, n) for i, (k, n) in enumerate(known.items()) if i < MOST_KINDS or k in view.state.kinds]
    outline = [k for k in OUTLINE if k in known]
    presets = [
        ("every_kind", (), not view.state.kinds),
        ("outline", outline, set(view.state.kinds) == set(outline)),
    ]
    told = [_chip(say(view.locale, "sample", key), chosen, view, on=on) for key, chosen, on in presets]
    for kind, n in counts:
        on = kind in view.state.kinds
        chosen = set(view.state.kinds) ^ {kind}
        told.append(_chip(f"{visible(kind)} {n:,}", sorted(chosen), view, on=on))
    return html.Nav(told, className="chips")


def _chip(words: str, chosen: Sequence[str], view: View, *, on: bool) -> Component:
    to = view.state.edit(kinds=chosen, block=None).to_query() or "?"
    return html.A(words, href=to, className="inside chip on" if on else "inside chip")


def _chosen(found: Any, view: View) -> list[Component]:
    at = view.state.event
    if at is None or isinstance(found, Problem) or at > len(found["events"]):
        return []
    return [html.Div(happening(found["events"], at, view), className="event")]


def everywhere(view: View) -> pl.DataFrame:
    return samples.runs_of(view.snapshot, view.state)


def draw_everywhere(df: pl.DataFrame, view: View) -> Component:
    """The same sample in every run of its task; each row leads to it, and to it beside this one."""
    if df.is_empty():
        return notices.empty(view.locale, "no_such_sample")
    together = _together(view)
    this = say(view.locale, "sample", "beside_this")
    words = [this if together(row) else "" for row in df.iter_rows(named=True)]
    hrefs = {
        "model": lambda r: links.sample(r["run_id"], r["sample_id"], r["epoch"], view.state),
        "beside": together,
    }
    shown = df.with_columns(pl.Series("beside", words))
    return tables.grid(ids.grid("sample", "everywhere"), shown, _everywhere(df), view, hrefs)


def _everywhere(df: pl.DataFrame) -> list[Column]:
    known = {*samples.FIRST, *samples.LAST}
    scorers = [c for c in df.columns if c not in known and df[c].is_not_null().any()]
    return [
        Column("model", "link", width=190, flex=1),
        Column("beside", "link", width=130),
        Column("epoch", "integer", width=84),
        *(Column(c, "heat", width=tables.wide_enough(c), header=c) for c in scorers),
        Column("answer", width=200, flex=2),
        Column("error", width=130, flex=1),
        Column("limit", width=90),
        Column("total_tokens", "integer", width=96),
        Column("time_s", "seconds", width=90),
    ]


def _together(view: View) -> Callable[[Mapping[str, Any]], str | None]:
    """Where a row's sample stands beside the one of the page; nowhere of that one itself."""
    state = view.state
    named = {(c.run_id, c.epoch): c.name for c in beside.columns(view.snapshot, state)}
    own = next(iter(state.runs), "")
    here = [n for (run, epoch), n in named.items() if run == own and epoch == (state.epoch or epoch)][:1]

    def to(row: Mapping[str, Any]) -> str | None:
        there = named.get((row["run_id"], row["epoch"]))
        if there is None or there in here:
            return None
        return links.beside(own, row["task"], row["sample_id"], [*here, there], state)

    return to


PAGE = Page(
    key="sample",
    path="/sample",
    order=11,
    filters=(),
    controls=("find",),
    menu=False,
    panels=(
        Panel("scores", scores, whole),
        Panel("messages", messages, conversation),
        Panel("events", events, happenings),
        Panel("everywhere", everywhere, draw_everywhere),
    ),
)
