"""One sample: what was asked, what was answered, how it was judged, in this run and in the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables
from components.page import Page, Panel, View
from components.tables import Column
from components.text import name, say
from components.theme import number
from data import originals
from data.problems import Problem
from data.queries import samples, trajectories

TEXTS = ("input", "choices", "target", "output", "reasoning", "messages")
ASIDE = ("scores", "metadata", *TEXTS)
LONG = 20_000
"""Characters of one text that are put on the page."""


def scores(view: View) -> pl.DataFrame:
    return samples.marks(view.snapshot, view.state)


def whole(df: pl.DataFrame, view: View) -> Component:
    """The sample as its log has it, with the scores that were ingested."""
    v = view.state
    found = originals.sample(view.snapshot, next(iter(v.runs), ""), v.sample, v.epoch)
    if isinstance(found, Problem):
        said = say(view.locale, "problems", found.code, where=found.where, detail=found.detail)
        return html.Div([notices.empty(view.locale, "no_such_sample"), notices.remark(said, "bad")])
    run = view.snapshot.runs.filter(pl.col("run_id").is_in(v.runs)).row(0, named=True)
    return html.Div(
        [
            html.H3(f"{v.sample} · {run['task']} · {run['model']}", className="subject"),
            _onward(run, view),
            _failure(found, view.locale),
            html.Div(
                [_text(key, found[key], view.locale) for key in TEXTS if found.get(key)], className="texts"
            ),
            html.H3(say(view.locale, "sample", "scores")),
            html.Div(
                [_score(n, s, df, view) for n, s in dict(found.get("scores") or {}).items()],
                className="judged",
            ),
            _facts(found, view.locale),
        ]
    )


def _onward(run: Mapping[str, Any], view: View) -> Component:
    same = view.state.only().edit(tasks=[run["task"]], sample=view.state.sample)
    return html.Nav(
        [
            html.A(
                say(view.locale, "sample", "to_run"),
                href=links.run(run["run_id"], view.state),
                className="inside",
            ),
            html.A(
                say(view.locale, "sample", "to_heatmap"),
                href=links.to("/heatmap", same.edit(sample=None)),
                className="inside",
            ),
            *_lenses(run, view),
            html.A(say(view.locale, "sample", "to_all"), href=links.to("/samples", same), className="inside"),
        ],
        className="onward",
    )


def _lenses(run: Mapping[str, Any], view: View) -> list[Component]:
    """The way to the layers behind this sample, where a lens was laid on it."""
    found = trajectories.of_sample(view.snapshot, run, view.state.sample, view.state.epoch or 1)
    if not found:
        return []
    to = links.to("/trajectories", view.state.only().edit(trajectories=found[:2]))
    return [html.A(say(view.locale, "sample", "to_layers", n=len(found)), href=to, className="inside")]


def _failure(found: Mapping[str, Any], locale: str) -> Component | None:
    said = [f"{name(locale, 'columns', k)}: {as_text(found[k])}" for k in ("error", "limit") if found.get(k)]
    return html.Div([html.P(s) for s in said], className="failure", role="alert") if said else None


def _text(key: str, value: object, locale: str) -> Component:
    return html.Section(
        [html.H3(say(locale, "sample", key)), html.Pre(clipped(as_text(value), locale))], className="text"
    )


def as_text(value: object) -> str:
    """Text as it stands; a list of messages as a conversation; anything else as JSON.

    >>> as_text([{"role": "user", "content": "Hi"}])
    'user: Hi'
    >>> as_text(["a", "b"])
    'a\\nb'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(x, str) for x in value):
        return "\n".join(value)
    if isinstance(value, list) and all(isinstance(x, dict) and "role" in x for x in value):
        return "\n\n".join(f"{m['role']}: {as_text(m.get('content', ''))}" for m in value)
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def clipped(text: str, locale: str) -> str:
    if len(text) <= LONG:
        return text
    return text[:LONG] + "\n" + say(locale, "sample", "clipped", left=f"{len(text) - LONG:,}")


def _score(scorer: str, score: Mapping[str, Any], df: pl.DataFrame, view: View) -> Component:
    mine = df.filter((pl.col("scorer") == scorer) | pl.col("scorer").str.starts_with(f"{scorer}/"))
    mine = mine.filter(pl.col("epoch") == (view.state.epoch or mine["epoch"].min()))
    counted = ", ".join(
        f"{r['scorer'].removeprefix(scorer).lstrip('/')} {number(r['value']) if r['value'] is not None else say(view.locale, 'marks', r['mark'])}".strip()
        for r in mine.iter_rows(named=True)
    )
    lines = [("value", as_text(score.get("value"))), ("counts_as", counted)]
    lines += [(k, as_text(score[k])) for k in ("answer", "explanation", "reason") if score.get(k)]
    listed = [
        p
        for k, text in lines
        if text
        for p in (html.Dt(say(view.locale, "sample", k)), html.Dd(clipped(text, view.locale)))
    ]
    return html.Section([html.H4(scorer), html.Dl(listed)], className="score")


def _facts(found: Mapping[str, Any], locale: str) -> Component:
    """Metadata, and whatever else the log has of this sample."""
    rest = {k: v for k, v in found.items() if k not in ASIDE and v not in (None, "", [], {})}
    blocks = [("metadata", found.get("metadata")), ("more", rest)]
    return html.Div(
        [
            html.Details(
                [html.Summary(say(locale, "sample", key)), html.Pre(clipped(as_text(value), locale))],
                open=key == "metadata",
            )
            for key, value in blocks
            if value
        ],
        className="config",
    )


def everywhere(view: View) -> pl.DataFrame:
    return samples.runs_of(view.snapshot, view.state)


def draw_everywhere(df: pl.DataFrame, view: View) -> Component:
    """The same sample in every run of its task; each row leads to it."""
    if df.is_empty():
        return notices.empty(view.locale, "no_such_sample")
    scorers = [
        c
        for c in df.columns
        if c not in samples.FIRST and c not in samples.LAST and df[c].is_not_null().any()
    ]
    columns = [
        Column("model", "link", width=190, flex=1),
        Column("epoch", "integer", width=84),
        *(Column(c, "heat", width=tables.wide_enough(c), header=c) for c in scorers),
        Column("answer", width=200, flex=2),
        Column("error", width=130, flex=1),
        Column("limit", width=90),
        Column("total_tokens", "integer", width=96),
        Column("time_s", "seconds", width=90),
    ]
    hrefs = {"model": lambda r: links.sample(r["run_id"], r["sample_id"], r["epoch"], view.state)}
    return tables.grid(ids.grid("sample", "everywhere"), df, columns, view, hrefs)


PAGE = Page(
    key="sample",
    path="/sample",
    order=11,
    filters=(),
    controls=(),
    menu=False,
    panels=(Panel("scores", scores, whole), Panel("everywhere", everywhere, draw_everywhere)),
)
