"""How well did each model do, on each task or each category of one?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import about, certainty, ids, links, notices, tables, theme
from components import standings as rankings
from components.figures import bars as figures
from components.figures import dots
from components.figures.bars import known
from components.figures.graph import graph
from components.page import Page, Panel, Point, View
from components.pager import pager
from components.tables import Column
from components.text import counted, name, reducer, say
from components.theme import number, signed
from data import metrics
from data.queries import baseline, contributions, scores, selection
from data.queries import standing as standings
from data.statistics.differences import LEAST_UNITS

HIGHEST = 420
"""Of the tables that are not the page's first, in pixels."""
LEADERS = 5
"""Of more models than colours can tell apart, how many stand out unless a reader says who."""


def bars(view: View) -> pl.DataFrame:
    return scores.bars(view.snapshot, view.state)


def draw(df: pl.DataFrame, view: View) -> Component:
    """A chart for each measure: what means different things has an axis of its own."""
    if df.is_empty():
        return nothing(view)
    look = theme.looks(selection.places(view.snapshot), view.theme)
    worded = certainty.worded(df, view.locale)
    parts = [part for _, part in worded.group_by("metric", maintain_order=True)]
    charts = [_chart(part, i, look, view) for i, part in enumerate(parts)]
    remarks = [notices.remark(text) for text in (how_sure(df, view), who_stands_out(parts[0], view)) if text]
    return html.Div([*charts, *remarks, paging(view)])


def _chart(part: pl.DataFrame, nth: int, look: Mapping[str, theme.Look], view: View) -> Component:
    lit = highlighted(part, view)
    axis = (axis_top(part, view), measure(str(part["metric"][0]), part, view), lit)
    id, rows = ids.graph("scores", f"bars-{nth}"), part["axis"].n_unique()
    if as_dots(part, view):
        return graph(id, dots.score_dots(part, look, view.theme, *axis), dots.height(rows), answers="legend")
    drawn = figures.score_bars(part, look, view.theme, *axis)
    return graph(id, drawn, figures.height(rows, nth), answers="legend")


def as_dots(part: pl.DataFrame, view: View) -> bool:
    if view.state.chart != "auto":
        return view.state.chart == "dots"
    return part["model"].n_unique() > figures.MANY


def highlighted(part: pl.DataFrame, view: View) -> list[str] | None:
    """Who stands out; None where everybody has a colour of their own."""
    chosen = [
        label for name in view.state.highlight for label in baseline.called(view.snapshot, view.state, name)
    ]
    if chosen:
        return list(dict.fromkeys(chosen))
    return scores.leaders(part, LEADERS) if part["model"].n_unique() > figures.MANY else None


def who_stands_out(part: pl.DataFrame, view: View) -> str | None:
    n = part["model"].n_unique()
    if view.state.highlight or n <= figures.MANY:
        return None
    key = "leaders" if part["direction"][0] > 0 else "leaders_down"
    return say(view.locale, "scores", key, shown=LEADERS, n=n)


def how_sure(df: pl.DataFrame, view: View) -> str:
    return say(view.locale, "scores", "intervals" if df["low"].is_not_null().any() else "no_intervals")


def measure(metric: str, df: pl.DataFrame, view: View) -> str:
    """The name of an axis, how its scores were computed where no log has them, and which way is better where that is not
    up."""
    said, by = metric, df["reducer"][0]
    if df["source"][0] == "samples" and by:
        said = say(
            view.locale, "scores", "of_samples", metric=metric, reducer=reducer(view.locale, by).lower()
        )
    down = say(view.locale, "words", "lower_is_better")
    return f"{said} ({down})" if df["direction"][0] < 0 else said


def axis_top(df: pl.DataFrame, view: View) -> float | None:
    """Shares end where shares end, so that two charts compare at a glance."""
    share = metrics.about(df["metric"][0]).proportion and float(df["value"].max() or 0) <= view.state.factor  # type: ignore[arg-type]
    return view.state.factor if share else None


def nothing(view: View) -> Component:
    if view.snapshot.runs.is_empty():
        return notices.empty(view.locale, "nothing_loaded")
    if view.state.threshold is None:
        return notices.empty(view.locale, "empty")
    return notices.empty(
        view.locale, "below_threshold" if view.state.threshold_op == "ge" else "above_threshold"
    )


def paging(view: View) -> Component:
    """Which page of how many, and links to the ones beside it."""
    every = scores.shown(view.snapshot, view.state)
    last = scores.pages(every, view.state)
    page = min(view.state.page, last)
    total = scores.with_axis(scores.cells(view.snapshot, view.state))["axis"].n_unique()
    said = say(
        view.locale, "notices", "page_of", page=page, pages=last, kept=every["axis"].n_unique(), total=total
    )
    return pager(said, page, last, lambda n: links.to("/scores", view.state.edit(page=n)), view.locale)


def behind(view: View, point: Point) -> str | None:
    """A bar of a task leads into the task; one of a category to the samples behind it."""
    _, task, category, run_id = point["customdata"]
    if category is None and len(set(selection.counted(view.snapshot, view.state)["task"])) > 1:
        return links.keeping("/scores", view.state.edit(tasks=[task]))
    if task not in view.snapshot.parts:
        return links.run(run_id, view.state)
    return links.of_run(
        "/samples", run_id, view.state.edit(tasks=[task], categories=[category] if category else [])
    )


def averages(view: View) -> pl.DataFrame:
    return over_what(scores.averages(view.snapshot, view.state), view.locale)


AVERAGES = (
    Column("model", width=160, flex=3),
    Column("metric", width=124, flex=1),
    Column("macro", "number", width=118),
    Column("macro_interval", width=138),
    Column("weighted", "number", width=138),
    Column("weighted_interval", width=146),
    Column("over_what", width=154, flex=1),
    Column("n", "integer", width=70),
    Column("logged", "number", width=100),
)
OPTIONAL = ("macro_interval", "weighted", "weighted_interval", "n", "logged")
"""Columns that are only there where they say something."""


def draw_averages(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    hrefs = {"model": lambda row: links.keeping("/baseline", view.state.edit(baseline=row["model"]))}
    shown = [c for c in AVERAGES if c.field not in OPTIONAL or df[c.field].is_not_null().any()]
    down = lambda row: bool(row["direction"] < 0)
    tips = {**averaged(view), "metric": lambda row: certainty.way(row["metric"], view.locale, down=down(row))}
    notes = {"metric": tables.downwards(down)}
    table = tables.grid(ids.grid("scores", "averages"), df, shown, view, hrefs, notes, tips=tips)
    return html.Div([table, notices.remark(say(view.locale, "scores", "averaged"))])


def averaged(view: View) -> tables.Of:
    """What is said on hover of both means."""

    def of(mean: str) -> Callable[[Mapping[str, Any]], str | None]:
        def said(row: Mapping[str, Any]) -> str | None:
            if row[mean] is None:
                return None
            method = name(view.locale, "interval", row["interval"]) if row["interval"] else None
            about = {
                "low": row[f"{mean}_low"],
                "high": row[f"{mean}_high"],
                "level": row["level"],
                "method": method,
            }
            named = name(view.locale, "columns", mean)
            return (
                f"{named} {number(row[mean])}{known(about | {'n': row['n'], 'left_out': row['over_what']})}"
            )

        return said

    def logged(row: Mapping[str, Any]) -> str | None:
        return None if row["stderr"] is None else f"{number(row['logged'])} ± {number(row['stderr'])}"

    return {mean: of(mean) for mean in ("macro", "weighted")} | {"logged": logged}


def over_what(df: pl.DataFrame, locale: str) -> pl.DataFrame:
    """With what each average is over, and its interval, as people write them."""
    what = [
        say(locale, "over", row["over"], n=row["categories"], of=row["of"])
        for row in df.iter_rows(named=True)
    ]
    spans = [
        pl.Series(
            f"{name}_interval", [span(*ends) for ends in df.select(f"{name}_low", f"{name}_high").rows()]
        )
        for name in ("macro", "weighted")
    ]
    return df.with_columns(pl.Series("over_what", what, pl.String), *(x.cast(pl.String) for x in spans))


def span(low: float | None, high: float | None) -> str | None:
    """
    >>> span(0.5, 0.75), span(-0.1, 0.75), span(None, None)
    ('0.500–0.750', '−0.100 to 0.750', None)
    """
    if low is None or high is None:
        return None
    return f"{number(low)} to {number(high)}" if low < 0 else f"{number(low)}–{number(high)}"


def standing(view: View) -> pl.DataFrame:
    return standings.standing(view.snapshot, view.state)


STANDING = (
    Column("rank", "integer", width=76),
    Column("model", "link", width=180, flex=2),
    Column("tied", "integer", width=104),
    Column("rank_low", "integer", width=100),
    Column("rank_high", "integer", width=108),
    Column("mean", "number", width=84),
    Column("low", "number", width=98),
    Column("high", "number", width=100),
    Column("p_above_adjusted", "p", width=118),
    Column("n", "integer", width=84),
)


def draw_standing(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_standing")
    hrefs = {"model": lambda row: links.run(row["run_id"], view.state)}
    found = standings.standings(view.snapshot, view.state)
    remarks = [rankings.method(df, view, found.unranked)]
    remarks += [counted(view.locale, "standing", "elsewhere", found.others)] if found.others else []
    return html.Div(
        [
            *about.task("standing", "/scores", found.tasks, view),
            html.P(" ".join(rankings.sentences(df, view, found.unranked)), className="said"),
            tables.grid(ids.grid("scores", "standing"), df, STANDING, view, hrefs, height=HIGHEST),
            *map(notices.remark, remarks),
        ]
    )


def parts(view: View) -> pl.DataFrame:
    return contributions.contributions(view.snapshot, view.state)


PARTS = (
    Column("category", width=180, flex=2),
    Column("contribution", "delta", width=120),
    Column("share", "percent", width=84),
    Column("delta", "delta", width=88),
    Column("low", "delta", width=98),
    Column("high", "delta", width=98),
    Column("baseline_score", "number", width=134),
    Column("candidate_score", "number", width=142),
    Column("n_paired", "integer", width=78),
    Column("baseline_n", "integer", width=104),
    Column("candidate_n", "integer", width=112),
    Column("within", "delta", width=118),
    Column("composition", "delta", width=148),
)
ENDS = ("low", "high")
SPLIT = ("baseline_n", "candidate_n", "within", "composition")
"""Columns that say nothing where both runs have the same samples."""


def draw_parts(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_contributions")
    named = df.with_columns(
        pl.col("category").fill_null(say(view.locale, "contributions", "no_category")),
    )
    empty = {c for c in ENDS if df[c].null_count() == df.height}
    columns = [
        c for c in PARTS if c.field not in empty and (c.field not in SPLIT or not same_composition(df))
    ]
    hrefs = {"category": lambda row: links.keeping("/heatmap", view.state.edit(tasks=[row["task"]]))}
    here = df["task"][0]
    others = [t for t in contributions.tasks(view.snapshot, view.state) if t != here]
    return html.Div(
        [
            *about.task("contributions", "/scores", [here, *others], view),
            html.P(" ".join(comes_from(named, view)), className="said"),
            tables.grid(ids.grid("scores", "contributions"), named, columns, view, hrefs, height=HIGHEST),
            *map(notices.remark, parts_by(df, view)),
        ]
    )


def parts_by(df: pl.DataFrame, view: View) -> list[str]:
    """How the intervals of the parts are found."""
    sure = df.filter(pl.col("low").is_not_null())
    if sure.is_empty():
        return [say(view.locale, "contributions", "few", least=LEAST_UNITS)]
    methods = " / ".join(
        name(view.locale, "interval", m) for m in sure["interval"].unique(maintain_order=True)
    )
    how = say(view.locale, "contributions", "how", level=f"{sure['level'][0] * 100:g}", method=methods)
    cluster = df["cluster"][0]
    return [f"{how} {say(view.locale, 'verdicts', 'clustered', field=cluster)}" if cluster else how]


def same_composition(df: pl.DataFrame) -> bool:
    return float(df["composition"].abs().max() or 0) < scores.HAIR  # type: ignore[arg-type]


def comes_from(df: pl.DataFrame, view: View) -> list[str]:
    """What the contributions come to, and what composition explains."""
    row, locale = df.row(0, named=True), view.locale
    kept = {
        "sums": {"n": f"{df['n_paired'].sum():,}", "whole": signed(row["whole"])},
        "largest": {"category": row["category"], "part": signed(row["contribution"])},
        "same_composition": {},
        "composition": {"unpaired": signed(row["unpaired"])}
        | {c: signed(float(df[c].sum())) for c in ("within", "composition")},
    }
    names = {c: row[c] for c in ("candidate", "baseline", "task")}
    left = "composition" if same_composition(df) else "same_composition"
    return [say(locale, "contributions", key, **names | said) for key, said in kept.items() if key != left]


def pivot(view: View) -> pl.DataFrame:
    return scores.pivot(scores.bars(view.snapshot, view.state))


def draw_pivot(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    models = [c for c in df.columns if c not in ("category", "metric")]
    columns = [
        Column("category", width=250, pinned=True),
        *(
            Column(m, "heat", width=tables.wide_enough(m, most=180), flex=len(models) > 3 or None, header=m)
            for m in models
        ),
        *([Column("metric", width=130)] if "metric" in df.columns else []),
    ]
    shown = bars(view)
    falling = set(shown.filter(pl.col("direction") < 0)["metric"])
    only = shown["metric"][0]
    down = lambda row: row.get("metric", only) in falling
    end = tables.end_of(float(shown.filter(pl.col("direction") < 0)["value"].max() or 0))  # type: ignore[arg-type]
    every = links.api("scores", "pivot", "csv", view.state.edit(per_page="all", page=1))
    return html.Div(
        [
            tables.grid(
                ids.grid("scores", "pivot"),
                df,
                columns,
                view,
                {"category": within(view)},
                {"metric": tables.downwards(down)},
                tips={
                    **sure(models, view),
                    "metric": lambda row: certainty.way(row.get("metric", only), view.locale, down=down(row)),
                },
                shades={m: lighter(m, end, down) for m in models},
            ),
            html.P(
                html.A(say(view.locale, "words", "csv_all_pages"), href=every, download=""),
                className="remark",
            ),
        ]
    )


def lighter(
    model: str, end: float, down: Callable[[Mapping[str, Any]], bool]
) -> Callable[[Mapping[str, Any]], str | None]:
    """How dark a model's score is where less is better."""
    return lambda row: tables.goodness(row[model], end) if down(row) else None


def sure(models: list[str], view: View) -> Mapping[str, Callable[[Mapping[str, Any]], str | None]]:
    """What is said on hover of each score."""
    apart = scores.apart("category", "metric", "axis")
    every = certainty.worded(bars(view), view.locale).with_columns(apart)
    row_of = {(r["axis"], r["metric"], r["model"]): r for r in every.iter_rows(named=True)}
    only = every["metric"][0]  # a column that is there where it says something

    def of(model: str) -> Callable[[Mapping[str, Any]], str | None]:
        def said(row: Mapping[str, Any]) -> str | None:
            found = row_of.get((row["category"], row.get("metric", only), model))
            return certainty.told(found) if found else None

        return said

    return {m: of(m) for m in models}


def within(view: View) -> Callable[[Mapping[str, Any]], str | None]:
    """Where a row of the table leads: into its task, or to the samples of its category."""
    rows = bars(view).unique("axis", keep="first").select("axis", "task", "category")
    place = {axis: (task, category) for axis, task, category in rows.rows()}

    def to(row: Mapping[str, Any]) -> str | None:
        task, category = place[row["category"]]
        if category is None:
            return links.keeping("/scores", view.state.edit(tasks=[task]))
        if task not in view.snapshot.parts:
            return None
        return links.keeping("/heatmap", view.state.edit(tasks=[task], categories=[category]))

    return to


PAGE = Page(
    key="scores",
    path="/scores",
    order=2,
    filters=(
        "q",
        "tasks",
        "models",
        "metric",
        "group",
        "categories",
        "reducer",
        "cluster",
        "statuses",
        "tags",
        "attempts",
    ),
    controls=(
        "level",
        "chart",
        "highlight",
        "scale",
        "sort",
        "order",
        "per_page",
        "page",
        "threshold",
        "threshold_op",
        "threshold_model",
        "baseline",
        "candidates",
    ),
    offers={"sort": ("", "name", "none"), "level": ("", "task", "category")},
    panels=(
        Panel("bars", bars, draw, goto=behind),
        Panel("averages", averages, draw_averages),
        Panel("standing", standing, draw_standing),
        Panel("contributions", parts, draw_parts),
        Panel("pivot", pivot, draw_pivot),
    ),
)
