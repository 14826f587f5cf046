"""Better or worse than a chosen model, where, and by how much?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import comparability, evidence, ids, links, notices, tables, verdicts
from components.figures import difference
from components.figures.graph import graph
from components.page import Page, Panel, Point, View
from components.tables import Column
from components.text import counted, say
from data.queries import baseline, conclusions
from data.queries import flips as changed
from data.viewstate import CHANGES, EVERYWHERE, ViewState

FACETS = 6
"""Charts side by side that can still be read, and that a browser draws in half a second."""
SENTENCES = 12
ROWS = 40


def comes_to(view: View) -> pl.DataFrame:
    return conclusions.conclusions(view.snapshot, view.state)


def draw_conclusions(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    rows = df.head(SENTENCES).to_dicts()
    tests = int(df["tested"].sum())
    overall = int(df["tests"].max() or 0)  # type: ignore[arg-type]
    left = df.height - len(rows)
    more = [notices.remark(counted(view.locale, "baseline", "more_candidates", left))] if left else []
    method = [notices.remark(verdicts.method(view, tests, overall))] if tests else []
    listed = html.Ul([_conclusion(r, view) for r in rows], className="conclusions")
    return html.Div([*picked(view), *by_sample(view), listed, *more, *method])


def picked(view: View) -> list[Component]:
    """Which baseline a view that names none is against, and why that one."""
    found = None if view.state.baseline else baseline.pick(view.snapshot, view.state)
    if found is None:
        return []
    told = [
        say(view.locale, "baseline", "picked", baseline=found.baseline, n=found.company, total=found.others)
    ]
    if found.usual != found.baseline:
        key = "picked_absent" if found.usual_company is None else "picked_instead"
        told.append(say(view.locale, "baseline", key, usual=found.usual, n=found.usual_company))
    return [notices.remark(" ".join(told))]


def by_sample(view: View) -> list[Component]:
    return [notices.remark(say(view.locale, "baseline", "by_sample"))] if view.state.level == "sample" else []


def _conclusion(row: dict[str, Any], view: View) -> Component:
    kind = verdicts.kind(row)
    sign = html.Span(verdicts.SIGNS[kind], className=f"verdict-sign {kind}")
    return html.Li([sign, html.Span(" ".join(verdicts.sentences(row, view)))])


def summary(view: View) -> pl.DataFrame:
    df = baseline.summary(view.snapshot, view.state)
    words = [say(view.locale, "words", "higher" if d > 0 else "lower") for d in df["direction"]]
    return df.with_columns(pl.Series("direction_word", words, pl.String), evidence.of_means(df, view))


SUMMARY = (
    Column("candidate", width=170, flex=2),
    Column("metric", width=110, flex=1),
    Column("mean_delta", "delta", width=92, tip="how"),
    Column("mean_low", "interval", to="mean_high", name="mean_interval", width=158, tip="how"),
    Column("paired_mean", "delta", width=122, tip="how"),
    Column("paired_mean_low", "interval", to="paired_mean_high", name="mean_interval", width=158, tip="how"),
    Column("paired_over", "integer", width=72, tip="how"),
    Column("win", "integer", width=66),
    Column("lose", "integer", width=68),
    Column("tie", "integer", width=66),
    Column("median_delta", "delta", width=104, tip="how"),
    Column("common", "integer", width=104),
    Column("total", "integer", width=84),
    Column("coverage", "percent", width=96),
    Column("direction_word", width=96),
)
OF_PAIRS = ("paired_mean", "paired_mean_low", "paired_over")
"""Columns that say the same as others where every difference is of pairs alone and has an interval."""


def draw_summary(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    hrefs = {"candidate": lambda r: links.to("/baseline", view.state.edit(candidates=[r["candidate"]]))}
    head = html.P(
        [
            html.Span(say(view.locale, "baseline", "against", baseline=df["baseline"][0])),
            *([swap(df, view)] if df["candidate"].n_unique() == 1 else []),
        ],
        className="against",
    )
    partly = of_some(df)
    idle = (*(() if partly else OF_PAIRS), *(("mean_low",) if df["mean_low"].is_null().all() else ()))
    shown = [c for c in SUMMARY if c.field not in idle]
    return html.Div(
        [
            head,
            tables.grid(
                ids.grid("baseline", "summary"),
                df,
                shown,
                view,
                hrefs,
                height=min(300, 54 + 30 * df.height),
            ),
            notices.remark(say(view.locale, "baseline", "summary_over")),
            *(_as_logged(df, view) if partly else ()),
        ]
    )


def of_some(df: pl.DataFrame) -> bool:
    """Whether a mean of the summary is another one over the pairs: of other samples, or of fewer categories."""
    return not df.filter(pl.col("paired_mean").is_not_null() & pl.col("mean_low").is_null()).is_empty()


def _as_logged(df: pl.DataFrame, view: View) -> list[Component]:
    """What the summary goes by, where the verdicts go by something else, and what it leaves out."""
    counts = {
        "summary_parted": int(df["parted"].sum()),
        "summary_without": int((df["common"] - df["paired_over"]).sum()),
    }
    told = [counted(view.locale, "baseline", key, n) for key, n in counts.items() if n]
    return [notices.remark(" ".join([say(view.locale, "baseline", "summary_logged"), *told]))]


def swap(df: pl.DataFrame, view: View) -> Component:
    """Baseline and candidate in each other's place: one more link."""
    state = view.state.edit(baseline=df["candidate"][0], candidates=[df["baseline"][0]])
    return html.A(
        say(view.locale, "baseline", "swap"), href=links.to("/baseline", state), className="inside swap"
    )


def nothing(view: View) -> Component:
    if view.snapshot.runs.is_empty():
        return notices.empty(view.locale, "nothing_loaded")
    if baseline.baseline(view.snapshot, view.state) is None and view.state.baseline:
        return notices.empty(view.locale, "no_baseline", baseline=view.state.baseline)
    enough = len(baseline.models(view.snapshot, view.state)) > 1
    return notices.empty(view.locale, "no_pairs" if enough else "one_model")


def ranking(view: View) -> pl.DataFrame:
    df = baseline.ranking(view.snapshot, view.state)
    return df.with_columns(verdict_words(df, view.locale), comparability.not_comparable(df, view.locale))


def draw_ranking(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "below_min_delta") if view.state.min_delta else nothing(view)
    facets = list(df.group_by("metric", "candidate", maintain_order=True))
    reach = {metric: difference.reach(part) for (metric,), part in df.group_by("metric")}
    size = view.state.rows_per_page or df.height
    at = (view.state.page - 1) * size
    pages = [(m, c, part.height, _page(part, at, size)) for (m, c), part in facets[:FACETS]]
    room = max(difference.beside(rows) for *_, rows in pages)
    drawn = [
        _facet(i, m, c, total, rows, view, reach[m], room) for i, (m, c, total, rows) in enumerate(pages)
    ]
    words = say(view.locale, "baseline", "facets", shown=len(drawn), total=len(facets))
    return html.Div(
        [
            html.Div(drawn, className="facets"),
            notices.remark(words) if len(facets) > FACETS else None,
            *_parted(df, view),
            table(df, view),
            *(how_paired(pairing(view), view) if view.state.level == "sample" else ()),
        ]
    )


def _parted(df: pl.DataFrame, view: View, key: str = "parted") -> list[Component]:
    """Which of two differences is which, where some have two."""
    n = parted(df).height
    return [notices.remark(counted(view.locale, "baseline", key, n))] if n else []


def _page(part: pl.DataFrame, at: int, size: int) -> pl.DataFrame:
    """The rows of one candidate from `at` on; past the end its last ones."""
    last = max(0, (part.height - 1) // size * size)
    return part.slice(min(at, last), size)


def _facet(
    i: int, metric: str, who: str, total: int, rows: pl.DataFrame, view: View, reach: float, room: float
) -> Component:
    title = say(
        view.locale, "baseline", "facet", candidate=who, shown=rows.height, total=total, metric=metric
    )
    rows = rows.with_columns(comparability.tips(rows, view.locale), evidence.how(rows, view))
    figure = difference.delta_bars(rows, view.theme, reach, room)
    return html.Figure(
        [
            html.Figcaption(title),
            graph(ids.graph("baseline", f"ranking-{i}"), figure, difference.height(rows.height)),
        ]
    )


DELTAS = (
    Column("candidate", width=140, flex=2),
    Column("axis", "link", width=140, flex=2),
    Column("metric", width=110),
    Column("delta", "delta", width=118, tip="how"),
    Column("paired_delta", "delta", width=98, tip="how"),
    Column("low", "interval", to="high", name="interval_of_delta", width=158, tip="how"),
    Column("p_adjusted", "p", width=104, tip="how"),
    Column("n_paired", "integer", width=74, tip="how"),
    Column("verdict_word", width=190, tip="how"),
    Column("not_comparable", width=150),
    Column("baseline_score", "number", width=132, tip="how"),
    Column("candidate_score", "number", width=140, tip="how"),
    Column("detectable", "number", width=104, tip="how"),
    Column("fixed", "integer", width=76, tip="how"),
    Column("broken", "integer", width=82, tip="how"),
    Column("baseline_n", "integer", width=104, tip="how"),
    Column("n", "integer", width=84, tip="how"),
)
JUDGED = ("low", "p_adjusted", "verdict_word", "detectable", "fixed", "broken", "paired_delta")
"""Columns that single samples have nothing for."""


def table(df: pl.DataFrame, view: View, name: str = "ranking") -> Component:
    lead = cache(partial(_leads, links.only(view.state, EVERYWHERE)))
    settings = cache(
        lambda base, run: comparability.settings({"baseline_run": base, "run_id": run}, view.state)
    )
    hrefs = {
        "axis": lambda row: lead(row["task"], row["category"], _of_sample(row, view)),
        "candidate": lambda row: settings(row.get("baseline_run"), row["run_id"]),
    }
    return tables.grid(
        ids.grid("baseline", name),
        df,
        columns(df, view),
        view,
        hrefs,
        height=min(420, 60 + 30 * df.height),
        told=partial(evidence.how, view=view),
    )


def columns(df: pl.DataFrame, view: View) -> list[Column]:
    """Of DELTAS what these rows have something for. Where pairs say another difference than the scores, it is said of
    both which they are; where the rows are of one metric, that comes last."""
    apart, mixed = not parted(df).is_empty(), df["metric"].n_unique() > 1
    idle = {
        *(JUDGED if view.state.level == "sample" else ()),
        *(() if apart else ("paired_delta",)),
        *(() if "comparable" in df.columns and not df["comparable"].all() else ("not_comparable",)),
    }
    kept = [c for c in DELTAS if c.field not in idle]
    named = [replace(c, name="delta_logged") if apart and c.field == "delta" else c for c in kept]
    return named if mixed else sorted(named, key=lambda c: c.field == "metric")


def parted(df: pl.DataFrame) -> pl.DataFrame:
    """Differences whose pairs are not all that their scores are over."""
    return df.filter((pl.col("delta") - pl.col("paired_delta")).abs() > baseline.TIE)


def verdict_words(df: pl.DataFrame, locale: str) -> pl.Series:
    """What each row comes to, or why nothing can be said of it."""
    words = [said or why for said, why in df.select("verdict", "without").iter_rows()]
    return pl.Series("verdict_word", [say(locale, "verdict", w) if w else None for w in words], pl.String)


def leads(row: Mapping[str, Any], view: View) -> str:
    return _leads(links.only(view.state, EVERYWHERE), row["task"], row["category"], _of_sample(row, view))


def _of_sample(row: Mapping[str, Any], view: View) -> str | None:
    """The run, where a row is one sample of it."""
    return row["run_id"] if view.state.level == "sample" else None


def _leads(state: ViewState, task: str, category: str | None, run_id: str | None) -> str:
    """From a state with nothing but the filters that make sense everywhere."""
    if run_id is not None:
        return links.sample(run_id, str(category), None, state)
    if category is None:
        return links.to("/baseline", state.edit(tasks=[task]))
    return links.to("/heatmap", state.edit(tasks=[task], categories=[category]))


def behind(view: View, point: Point) -> str | None:
    _, task, category, run_id = point["customdata"]
    return leads({"task": task, "category": category, "run_id": run_id}, view)


def aspects(view: View) -> pl.DataFrame:
    return comparability.worded(baseline.aspects(view.snapshot, view.state), view.locale)


def draw_aspects(df: pl.DataFrame, view: View) -> Component:
    return comparability.card(df, view) if df.height else nothing(view)


def extremes(view: View, *, largest: bool) -> pl.DataFrame:
    df = baseline.extremes(view.snapshot, view.state, largest=largest)
    return df.with_columns(verdict_words(df, view.locale))


def pairing(view: View) -> pl.DataFrame:
    df = baseline.pairing(view.snapshot, view.state)
    words = [say(view.locale, "paired_by", rule) for rule in df["paired_by"]]
    both = pl.concat_str("candidate_format", "baseline_format", separator=" − ")
    same = pl.col("candidate_format") == pl.col("baseline_format")
    formats = pl.when(same).then("candidate_format").otherwise(both).alias("formats")
    return df.with_columns(pl.Series("rule", words, pl.String), formats)


PAIRING = (
    Column("candidate", width=150, flex=2),
    Column("task", width=110, flex=1),
    Column("n_paired", "integer", width=84),
    Column("rule", width=112),
    Column("n_candidate_only", "integer", width=132),
    Column("n_baseline_only", "integer", width=130),
    Column("n_input_differs", "integer", width=124),
    Column("n_input_unknown", "integer", width=132),
    Column("formats", width=150),
)


def draw_pairing(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_samples_to_pair")
    grid = tables.grid(
        ids.grid("baseline", "pairing"), df, PAIRING, view, height=min(300, 54 + 30 * df.height)
    )
    return html.Div([grid, *how_paired(df, view)])


def how_paired(df: pl.DataFrame, view: View) -> list[Component]:
    """By which rule samples were paired, and what was left out, over all rows of `pairing`."""
    by_id = df.filter(pl.col("paired_by") == "id")
    counts = {
        "pairs_id": int((by_id["n_paired"] - by_id["n_input_unknown"]).sum()),
        "pairs_id_alone": by_id["n_input_unknown"].sum(),
        "pairs_input": df.filter(pl.col("paired_by") == "input")["n_paired"].sum(),
        "pairs_differ": df["n_input_differs"].sum(),
    }
    told = [say(view.locale, "baseline", key, n=f"{n:,}") for key, n in counts.items() if n]
    formats = sorted({*df["candidate_format"], *df["baseline_format"]})
    mixed = say(view.locale, "baseline", "mixed", formats=", ".join(formats)) if len(formats) > 1 else None
    how = say(view.locale, "baseline", "paired" if told else "pairs_none", how="; ".join(told))
    return [notices.remark(text) for text in (how, mixed) if text]


def top(view: View) -> pl.DataFrame:
    return extremes(view, largest=True)


def bottom(view: View) -> pl.DataFrame:
    return extremes(view, largest=False)


def draw_top(df: pl.DataFrame, view: View) -> Component:
    return draw_extremes(df, view, "top")


def draw_bottom(df: pl.DataFrame, view: View) -> Component:
    return draw_extremes(df, view, "bottom")


def draw_extremes(df: pl.DataFrame, view: View, name: str) -> Component:
    return (
        html.Div([table(df, view, name), *_parted(df, view, "parted_below")]) if df.height else nothing(view)
    )


FLIPS = (
    Column("change_word", width=120),
    Column("candidate", width=180, flex=2),
    Column("task", width=140, flex=1),
    Column("sample_id", "link", width=160, flex=2),
    Column("baseline_score", "number", width=138),
    Column("candidate_score", "number", width=146),
    Column("baseline_epochs", "integer", width=140, hide=True),
    Column("candidate_epochs", "integer", width=146, hide=True),
    Column("metric", width=120),
)


def flips(view: View) -> pl.DataFrame:
    df = changed.flips(view.snapshot, view.state)
    words = [say(view.locale, "change", c) for c in CHANGES]
    return df.with_columns(
        pl.col("change").replace_strict(CHANGES, words, return_dtype=pl.String).alias("change_word")
    )


def draw_flips(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "no_flips")
    hrefs = {"sample_id": lambda r: links.sample(r["run_id"], r["sample_id"], None, view.state)}
    return tables.grid(
        ids.grid("baseline", "flips"), df, FLIPS, view, hrefs, height=min(420, 54 + 30 * df.height)
    )


PAGE = Page(
    key="baseline",
    path="/baseline",
    order=4,
    filters=(
        "baseline",
        "candidates",
        "tasks",
        "models",
        "metric",
        "group",
        "q",
        "categories",
        "reducer",
        "cluster",
        "changes",
        "statuses",
        "tags",
        "attempts",
    ),
    controls=(
        "level",
        "scale",
        "sort",
        "order",
        "min_delta",
        "per_page",
        "page",
        "top",
        "alpha",
        "adjust",
        "margin",
        "threshold",
        "threshold_op",
        "threshold_model",
    ),
    offers={"sort": ("", "abs", "name")},
    panels=(
        Panel("conclusions", comes_to, draw_conclusions),
        Panel("summary", summary, draw_summary),
        Panel("ranking", ranking, draw_ranking, goto=behind),
        Panel("flips", flips, draw_flips),
        Panel("comparability", aspects, draw_aspects),
        Panel("pairing", pairing, draw_pairing),
        Panel("top", top, draw_top),
        Panel("bottom", bottom, draw_bottom),
    ),
)
