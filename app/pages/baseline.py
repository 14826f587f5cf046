"""Better or worse than a chosen model, where, and by how much?"""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from components import ids, links, notices, tables
from components.figures import difference
from components.figures.graph import graph
from components.page import Page, Panel, Point, View
from components.tables import Column
from components.text import say
from data.queries import baseline

FACETS = 6
"""Charts side by side that can still be read, and that a browser draws in half a second."""
ROWS = 40


def summary(view: View) -> pl.DataFrame:
    return baseline.summary(view.snapshot, view.state)


SUMMARY = (
    Column("candidate", width=200, flex=2),
    Column("metric", width=120, flex=1),
    Column("direction_word", width=96),
    Column("mean_delta", "delta", width=92),
    Column("median_delta", "delta", width=108),
    Column("win", "integer", width=72),
    Column("lose", "integer", width=72),
    Column("tie", "integer", width=72),
    Column("common", "integer", width=108),
    Column("total", "integer", width=84),
    Column("coverage", "percent", width=96),
)


def draw_summary(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    words = [say(view.locale, "words", "higher" if d > 0 else "lower") for d in df["direction"]]
    shown = df.with_columns(pl.Series("direction_word", words))
    hrefs = {"candidate": lambda r: links.to("/baseline", view.state.edit(candidates=[r["candidate"]]))}
    head = html.P(
        [
            html.Span(say(view.locale, "baseline", "against", baseline=df["baseline"][0])),
            *([swap(df, view)] if df["candidate"].n_unique() == 1 else []),
        ],
        className="against",
    )
    note = notices.remark(say(view.locale, "baseline", "summary_over"))
    return html.Div(
        [
            head,
            tables.grid(
                ids.grid("baseline", "summary"),
                shown,
                SUMMARY,
                view,
                hrefs,
                height=min(300, 54 + 30 * df.height),
            ),
            note,
        ]
    )


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
    return baseline.ranking(view.snapshot, view.state)


def draw_ranking(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, "below_min_delta") if view.state.min_delta else nothing(view)
    facets = list(df.group_by("metric", "candidate", maintain_order=True))
    reach = {metric: float(part["delta"].abs().max() or 1) for (metric,), part in df.group_by("metric")}  # type: ignore[arg-type]
    size = view.state.rows_per_page or df.height
    at = (view.state.page - 1) * size
    drawn = [
        _facet(i, m, c, part, reach[m], at, size, view) for i, ((m, c), part) in enumerate(facets[:FACETS])
    ]
    words = say(view.locale, "baseline", "facets", shown=len(drawn), total=len(facets))
    return html.Div(
        [
            html.Div(drawn, className="facets"),
            notices.remark(words) if len(facets) > FACETS else None,
            table(df, view),
            *(how_paired(pairing(view), view) if view.state.level == "sample" else ()),
        ]
    )


def _facet(
    i: int, metric: str, who: str, part: pl.DataFrame, reach: float, at: int, size: int, view: View
) -> Component:
    last = max(0, (part.height - 1) // size * size)
    rows = part.slice(min(at, last), size)
    title = say(
        view.locale, "baseline", "facet", candidate=who, shown=rows.height, total=part.height, metric=metric
    )
    figure = difference.delta_bars(rows, view.theme, reach)
    return html.Figure(
        [
            html.Figcaption(title),
            graph(ids.graph("baseline", f"ranking-{i}"), figure, difference.height(rows.height)),
        ]
    )


DELTAS = (
    Column("candidate", width=180, flex=2),
    Column("axis", "link", width=180, flex=2),
    Column("baseline_score", "number", width=120),
    Column("candidate_score", "number", width=120),
    Column("delta", "delta", width=110),
    Column("baseline_n", "integer", width=104),
    Column("n", "integer", width=104),
    Column("metric", width=120),
)


def table(df: pl.DataFrame, view: View, name: str = "ranking") -> Component:
    hrefs = {"axis": lambda row: leads(row, view)}
    return tables.grid(
        ids.grid("baseline", name), df, DELTAS, view, hrefs, height=min(420, 60 + 30 * df.height)
    )


def leads(row: dict[str, str], view: View) -> str:
    if view.state.level == "sample":
        return links.sample(row["run_id"], row["category"])
    if row["category"] is None:
        return links.keeping("/baseline", view.state.edit(tasks=[row["task"]]))
    return links.keeping("/heatmap", view.state.edit(tasks=[row["task"]], categories=[row["category"]]))


def behind(view: View, point: Point) -> str | None:
    _, task, category, run_id = point["customdata"]
    return leads({"task": task, "category": category, "run_id": run_id}, view)


def extremes(view: View, *, largest: bool) -> pl.DataFrame:
    return baseline.extremes(view.snapshot, view.state, largest=largest)


def pairing(view: View) -> pl.DataFrame:
    return baseline.pairing(view.snapshot, view.state)


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
    words = [say(view.locale, "paired_by", rule) for rule in df["paired_by"]]
    both = pl.concat_str("candidate_format", "baseline_format", separator=" − ")
    one = pl.col("candidate_format") == pl.col("baseline_format")
    formats = pl.when(one).then("candidate_format").otherwise(both)
    shown = df.with_columns(pl.Series("rule", words), formats.alias("formats"))
    grid = tables.grid(
        ids.grid("baseline", "pairing"), shown, PAIRING, view, height=min(300, 54 + 30 * df.height)
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
    return table(df, view, "top") if df.height else nothing(view)


def draw_bottom(df: pl.DataFrame, view: View) -> Component:
    return table(df, view, "bottom") if df.height else nothing(view)


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
        "threshold",
        "threshold_op",
        "threshold_model",
    ),
    offers={"sort": ("", "abs", "name")},
    panels=(
        Panel("summary", summary, draw_summary),
        Panel("ranking", ranking, draw_ranking, goto=behind),
        Panel("pairing", pairing, draw_pairing),
        Panel("top", top, draw_top),
        Panel("bottom", bottom, draw_bottom),
    ),
)
