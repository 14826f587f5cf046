"""What stands around the answers: the bar on top, the rail of filters, the card around each panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from components import controls, ids, links, notices, uploads
from components.page import Page, Panel, View
from components.text import counted, name, say
from data.problems import Severity
from data.queries import computed, selection
from data.store import Progress, Snapshot
from data.viewstate import NARROWING, USUAL, ViewState
from data.workspaces import Limits
from data.workspaces.limits import OFF

TICK_MS = 2_000
DOWNLOADS = ("csv", "parquet", "json")


def shell(pages: Sequence[Page], locale: str, limits: Limits = OFF) -> Component:
    return html.Div(
        [
            dcc.Location(id=ids.URL, refresh="callback-nav"),
            dcc.Store(id=ids.DATA_VERSION),
            dcc.Store(id=ids.THEME),
            dcc.Store(id=ids.TITLE),
            dcc.Store(id=ids.ZOOM),
            dcc.Store(id=ids.TICKS, storage_type="session"),
            dcc.Store(id=ids.CLICKED_NAME),
            dcc.Interval(id=ids.TICK, interval=TICK_MS),
            html.A(say(locale, "app", "skip"), href="#main", className="skip"),
            html.Header(
                [
                    html.A([html.Span(className="mark"), say(locale, "app", "name")],
                           id=ids.BRAND, href="./", className="brand inside"),
                    html.Nav([_entry(p, locale) for p in pages if p.menu], **controls.named(say(locale, "app", "pages"))),
                    html.Div(id=ids.STATUS, className="status", role="status"),
                    *uploads.switch(limits, locale),
                    html.Button(id=ids.THEME_SWITCH, className="theme-switch", title=say(locale, "app", "theme"),
                                **controls.named(say(locale, "app", "theme"))),
                ],
                className="bar",
            ),
            html.Div(id=ids.WORKSPACE),
            html.Div(id=ids.PAGE, className="page", tabIndex="-1"),
        ],
        className="app",
    )  # fmt: skip


def _entry(page: Page, locale: str) -> Component:
    return html.A(
        say(locale, "pages", page.key),
        id=ids.link(page.key),
        href=links.to(page.path, USUAL),
        className="inside",
    )


def page(what: Page, view: View, beside: Component | None = None) -> Component:
    """A page before its panels are drawn: they fill themselves, each showing that it is at work. `beside`: what stands
    on the left, if not filters and controls."""
    main = html.Main(
        [
            html.Div(
                [
                    html.H1(say(view.locale, "pages", what.key)),
                    html.P(say(view.locale, "questions", what.key), className="question"),
                ],
                className="heading",
            ),
            *[_slot(what, panel, view) for panel in what.panels],
        ],
        className=f"main page-{what.key}",
        id="main",
        tabIndex="-1",
    )
    return html.Div(
        [beside or rail(what, view), main] if what.filters or what.controls else [main], className="columns"
    )


def rail(what: Page, view: View) -> Component:
    groups = [("filters", filters(what, view.state)), ("shown_as", what.controls)]
    return html.Aside(
        [
            html.Form(
                [
                    html.Details(
                        [html.Summary(say(view.locale, "app", key)), *controls.rail(what, fields, view)],
                        open=True,
                    )
                    for key, fields in groups
                    if fields
                ]
            ),
            html.Button(say(view.locale, "app", "reset"), id=ids.RESET, type="button", className="reset"),
        ],
        className="rail",
    )


def filters(what: Page, state: ViewState) -> list[str]:
    """The page's own, and any other that is at work: no number is left out by something that is not on screen."""
    at_work = [f for f in NARROWING if getattr(state, f) != getattr(USUAL, f)]
    return list(dict.fromkeys([*what.filters, *at_work]))


def _slot(what: Page, panel: Panel, view: View) -> Component:
    waiting = html.Div(
        [html.H2(say(view.locale, f"panels_{what.key}", panel.name)), html.Div(className="waiting")]
    )
    return html.Section(
        dcc.Loading(
            html.Div(waiting, id=ids.panel(what.key, panel.name)),
            delay_show=300,
            overlay_style={"visibility": "visible", "opacity": 0.55},
            custom_spinner=html.Div(className="spinner", role="status"),
            show_initially=False,
        ),
        className=f"card-panel panel-{panel.name}",
        **controls.named(say(view.locale, f"panels_{what.key}", panel.name)),
    )


def panel(what: Page, shown: Panel, body: Component, view: View) -> list[Component]:
    """A drawn panel with its title and its downloads."""
    tools = [_download(what.key, shown.name, kind, view) for kind in DOWNLOADS]
    head = html.Div(
        [html.H2(say(view.locale, f"panels_{what.key}", shown.name)), html.Div(tools, className="tools")],
        className="panel-head",
    )
    return [head, body, *left_out(what, shown, view)]


def left_out(what: Page, shown: Panel, view: View) -> list[Component]:
    """Under the first panel of every page that counts only some of the runs: how many it leaves out."""
    if shown is not what.panels[0] or "attempts" not in what.filters:
        return []
    remarks = [notices.not_counted(selection.left_out(view.snapshot, view.state), view.locale)]
    if "reducer" in what.filters:
        without = computed.left_out(view.snapshot, view.state)
        remarks.append(notices.not_reduced(without, view.state.reducer, view.locale))
    return [remark for remark in remarks if remark]


def _download(page: str, panel: str, kind: str, view: View) -> Component:
    kept: dict[str, Any] = {"target": "_blank"} if kind == "json" else {"download": f"{page}-{panel}.{kind}"}
    return html.A(
        name(view.locale, "words", kind),
        href=links.api(page, panel, kind, view.state),
        title=say(view.locale, "app", f"{kind}_help"),
        **kept,
    )


def title(what: Page | None, view: View) -> str:
    """Of the browser's tab: what the page is about, so that two tabs and the history can be told apart."""
    v = view.state
    run = view.snapshot.runs.filter(pl.col("run_id").is_in(v.runs)).select("task", "model").unique()
    names = run.row(0) if run.height == 1 else v.tasks[:1] if len(v.tasks) == 1 else ()
    page = [say(view.locale, "pages", what.key)] if what else []
    return " · ".join([*filter(None, (v.sample, *names)), *page, say(view.locale, "app", "name")])


def not_found(locale: str, state: ViewState = USUAL) -> Component:
    start = html.A(say(locale, "app", "to_start"), href=links.to("/", state.only()), className="inside")
    return html.Main([html.H1("404"), html.P(say(locale, "app", "not_found")), start], className="main lost")


def status(snapshot: Snapshot, progress: Progress, locale: str, state: ViewState = USUAL) -> list[Component]:
    """What is loaded, what is not, and how far reading is."""
    if progress.busy:
        words = say(locale, "app", "reading", done=progress.done, total=progress.total)
        bar = html.Progress(value=str(progress.done), max=str(max(progress.total, 1)))
        return [html.Span(words), bar]
    unread = len({p.where for p in snapshot.problems if p.code.severity is Severity.ERROR})
    loaded = say(
        locale,
        "app",
        "loaded",
        runs=counted(locale, "app", "loaded_runs", snapshot.runs.height),
        tasks=counted(locale, "app", "loaded_tasks", snapshot.runs["task"].n_unique()),
    )
    if not unread:
        return [html.Span(loaded)]
    to = links.problems(state)
    alarm = html.A(say(locale, "app", "unread", n=unread), href=to, className="inside unread")
    return [html.Span(loaded), alarm]
