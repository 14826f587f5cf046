"""Which samples does each model get right, and where do the models part?"""

from __future__ import annotations

from typing import Any, NamedTuple

import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from components import ids, links, lint, notices, tables
from components.figures import heat, margins
from components.figures.graph import graph, tipped
from components.page import Page, Panel, Point, View
from components.tables import Column
from components.text import counted, name, reducer, say
from components.theme import MARK_SIGNS, number
from data.grades import GRADES
from data.queries import heatmap, items, matrix, regions, samples
from data.viewstate import WHICH_RUNS, ViewState


def cells(view: View) -> pl.DataFrame:
    return heatmap.cells(view.snapshot, view.state)


def too_many(view: View) -> Component | None:
    size = heatmap.size(view.snapshot, view.state)
    if size <= heat.MOST_CELLS:
        return None
    return notices.empty(view.locale, "too_many_cells", cells=f"{size:,}")


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, nothing(view))
    words = {key: say(view.locale, "heatmap", key) for key in ("samples", "models", "none", "flaky", "mean")}
    words |= {mark: say(view.locale, "marks", mark) for mark in heatmap.MARKS}
    words["score"] = df["scorer"][0] if view.state.shows == "value" else say(view.locale, "heatmap", "spread")
    span, height = heatmap.span(view.snapshot, view.state), height_of(df, view)
    figure = heat.sample_heatmap(df, view.state, view.theme, words, span, beside(df, view), height)
    drawn = graph(
        ids.graph("heatmap", "cells"),
        figure,
        height,
        view.state.width,
        "zoom",
        twice=False,
        clear_on_unhover=True,
    )
    tip = dcc.Tooltip(id=ids.hover("heatmap", "cells"), className="tip")
    return html.Div([tipped(drawn, tip), *[notices.remark(text) for text in remarks(df, view)]])


def nothing(view: View) -> str:
    """Why there is nothing to draw."""
    if view.snapshot.runs.is_empty():
        return "nothing_loaded"
    others = view.state.edit(which=None)
    return (
        "none_of_these"
        if view.state.which and not heatmap.cells(view.snapshot, others).is_empty()
        else "no_sample_scores"
    )


def beside(df: pl.DataFrame, view: View) -> margins.Beside:
    s, v = view.snapshot, view.state
    few = df.height // models_of(df) <= margins.FEW_MARKS
    return margins.Beside(
        heatmap.models(s, v),
        heatmap.samples(s, v, interval=few),
        heatmap.bands(s, v),
        heatmap.span(s, v.edit(shows=None)),
    )


def models_of(df: pl.DataFrame) -> int:
    """How many runs a frame of cells has; names need not tell them apart."""
    return df["run_id"].n_unique()


def height_of(df: pl.DataFrame, view: View) -> int:
    """As tall as the rows need to be told apart and the names below them to be read, within what a screen holds."""
    models = models_of(df)
    wide = view.state.orientation == "horizontal"
    rows = models if wide else df.height // models
    names = df["sample_id"].gather_every(models) if wide else df["model"].head(models)
    return view.state.height or min(820, max(340, 200 + 26 * rows + heat.below(names.to_list(), view.state)))


def remarks(df: pl.DataFrame, view: View) -> list[str]:
    more = [say(view.locale, "heatmap", "margins")]
    if view.state.shows == "spread":
        more.append(say(view.locale, "heatmap", "spread_is"))
    if view.state.which:
        more.append(say(view.locale, "heatmap", f"only_{view.state.which}"))
    if heat.pools(df.height // models_of(df), view.state):
        more.append(say(view.locale, "heatmap", "pooled"))
    return [said(df, view), " ".join(more), rule(view)]


def said(df: pl.DataFrame, view: View) -> str:
    models = models_of(df)
    others = [t for t in matrix.tasks(view.snapshot, view.state) if t != df["task"][0]]
    text = say(
        view.locale,
        "heatmap",
        "is",
        task=df["task"][0],
        reducer=reducer(view.locale, view.state.reducer).lower(),
        samples=f"{df.height // models:,}",
        models=models,
    )
    otherwise = heatmap.judged_otherwise(view.snapshot, view.state)
    more = [counted(view.locale, "heatmap", "others", len(others))] if others else []
    more += [counted(view.locale, "heatmap", "otherwise", otherwise)] if otherwise else []
    return " ".join([text, *more])


def rule(view: View) -> str:
    """The visible rule by which grades are numbers."""
    grades = ", ".join(f"{grade} = {value:g}" for grade, value in GRADES.items())
    return say(view.locale, "heatmap", "rule", grades=grades)


class Pointed(NamedTuple):
    """Places in the picture, from 0: of a sample, a model, or of both in a cell."""

    sample: int | None
    model: int | None


def pointed_at(view: View, point: Point) -> Pointed | None:
    """What is under the pointer: a cell, or a mean beside the cells; None beside all of it."""
    found = heatmap.shown(view.snapshot, view.state)
    if found is None:
        return None
    x, y = round(point.get("x", -1)), round(point.get("y", -1))
    sample, model = (x, y) if view.state.orientation == "horizontal" else (y, x)
    has_sample, has_model = 0 <= sample < len(found.samples), 0 <= model < len(found.models)
    strip = point.get("curveNumber")
    if strip == margins.SAMPLES_TRACE:
        return Pointed(sample, None) if has_sample else None
    if strip == margins.MODELS_TRACE:
        return Pointed(None, model) if has_model else None
    return Pointed(sample, model) if has_sample and has_model else None


def cell_of(view: View, at: Pointed) -> dict[str, Any]:
    df = cells(view)
    models = len(df) // len(heatmap.shown(view.snapshot, view.state).samples)  # type: ignore[union-attr]
    return df.row((at.sample or 0) * models + (at.model or 0), named=True)


def behind(view: View, point: Point) -> str | None:
    at = pointed_at(view, point)
    if at is None:
        return None
    cell = cell_of(view, at)
    if at.sample is None:
        return links.run(cell["run_id"], view.state)
    if at.model is None:
        return answers(view.state, cell["task"], cell["sample_id"])
    return links.sample(cell["run_id"], cell["sample_id"], None, view.state)


def answers(state: ViewState, task: str, sample_id: str) -> str:
    """To what all models of the view answered."""
    return links.to("/samples", state.only(*WHICH_RUNS).edit(tasks=[task], sample=sample_id))


def tell(view: View, point: Point) -> Component | None:
    at = pointed_at(view, point)
    if at is None:
        return None
    if at.sample is None:
        return _mean(heatmap.models(view.snapshot, view.state).row(at.model or 0, named=True), "model", view)
    if at.model is None:
        return _mean(heatmap.samples(view.snapshot, view.state).row(at.sample, named=True), "sample_id", view)
    cell = cell_of(view, at)
    row = samples.first(view.snapshot, cell["run_id"], cell["sample_id"])
    lines = [
        ("sample_id", cell["sample_id"] if "sample_label" in cell else None),
        ("model", cell["model"] if "model_label" in cell else None),
        ("score", score(cell, view)),
        ("epochs", epochs(cell, view.locale)),
        ("category", cell["category"]),
    ]
    lines += [(key, row.get(key)) for key in ("answer", "target", "error", "limit")]
    who = html.Div(called(cell, "model"), className="who")
    return html.Div([html.Strong(called(cell, "sample_id")), who, _facts(lines, view.locale)])


def called(row: dict[str, Any], of: str) -> str:
    """The name that the reader asked for, of a model or of a sample."""
    return str(row.get({"model": "model_label", "sample_id": "sample_label"}[of], row[of]))


def score(cell: dict[str, Any], view: View) -> str:
    if cell["value"] is not None:
        return number(cell["value"])
    mark = f"{MARK_SIGNS[cell['mark']]} {say(view.locale, 'marks', cell['mark'])}"
    if not cell["epochs"]:
        return mark
    return mark + say(view.locale, "heatmap", "few_epochs", reducer=reducer(view.locale, view.state.reducer))


def epochs(cell: dict[str, Any], locale: str) -> str:
    """How many there are, and how far apart."""
    if cell["epochs"] < 2:
        return f"{cell['epochs']}"
    low, high = number(cell["epoch_min"]), number(cell["epoch_max"])
    text = say(locale, "heatmap", "epochs_from", n=cell["epochs"], low=low, high=high)
    return f"{text} {MARK_SIGNS['flaky']} {say(locale, 'heatmap', 'flaky')}" if cell["flaky"] else text


def _mean(row: dict[str, Any], title: str, view: View) -> Component:
    return html.Div([html.Strong(called(row, title)), _facts(known(row, title, view), view.locale)])


def known(row: dict[str, Any], of: str, view: View) -> list[tuple[str, str | None]]:
    """A mean of a model or of a sample, how sure it is, over what, and what it is not over."""
    between = None
    if row["low"] is not None:
        method = say(view.locale, "interval", row["interval"])
        ends = {end: number(row[end]) for end in ("low", "high")}
        between = say(view.locale, "heatmap", "between", **ends, method=method)
    over = counted(view.locale, "heatmap", f"over_{of}", row["n"])
    left_out = row.get("n_without")
    without = counted(view.locale, "scores", "without", left_out) if left_out else None
    return [("mean", number(row["mean"])), ("interval", between), ("over", over), ("left_out", without)]


def _facts(lines: list[tuple[str, str | None]], locale: str) -> Component:
    return html.Dl([part for key, text in lines if text for part in _line(key, text, locale)])


def _line(key: str, text: str, locale: str) -> list[Component]:
    return [html.Dt(say(locale, "heatmap", key)), html.Dd(text)]


def label(df: pl.DataFrame, column: str) -> list[Column]:
    """What the axis calls them, in a table, if the reader asked for other names."""
    return [Column(column, width=190, flex=1)] if column in df.columns else []


def selection(view: View) -> pl.DataFrame:
    return regions.selection(view.snapshot, view.state)


def draw_selection(df: pl.DataFrame, view: View) -> Component:
    """The list of what was dragged over, or how to have one."""
    if df.is_empty():
        key = "nothing_inside" if view.state.window and heatmap.shown(view.snapshot, view.state) else "drag"
        return notices.remark(say(view.locale, "heatmap", key))
    models = models_of(df)
    whole = links.to("/heatmap", view.state.edit(zoom=None))
    inside = html.P(
        [
            html.Span(
                say(view.locale, "heatmap", "inside", samples=f"{df.height // models:,}", models=models)
            ),
            html.A(say(view.locale, "heatmap", "show_all"), href=whole, className="inside"),
        ],
        className="against",
    )
    columns = (
        Column("sample_id", "link", width=150, pinned=True),
        *label(df, "sample_label"),
        Column("model", width=170),
        *label(df, "model_label"),
        Column("value", "heat", width=96, header=name(view.locale, "columns", "score")),
        Column("epochs", "integer", width=88),
        Column("input", width=260, flex=3),
        Column("target", width=130, flex=1),
        Column("answer", width=150, flex=1),
        Column("category", width=120),
    )
    hrefs = {"sample_id": lambda r: links.sample(r["run_id"], r["sample_id"], None, view.state)}
    notes = {
        "value": lambda r: (
            None
            if r["mark"] == "value"
            else f"{MARK_SIGNS[r['mark']]} {say(view.locale, 'marks', r['mark'])}"
        )
    }
    grid = tables.grid(ids.grid("heatmap", "selection"), df, columns, view, hrefs, notes, height=tables.LOWER)
    return html.Div([inside, grid])


def models(view: View) -> pl.DataFrame:
    return heatmap.models(view.snapshot, view.state)


def draw_models(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return notices.empty(view.locale, nothing(view))
    columns = (
        Column("model", "link", width=200, flex=2),
        *label(df, "model_label"),
        Column("mean", "heat", width=96),
        Column("low", "number", width=96, header=name(view.locale, "columns", "low")),
        Column("high", "number", width=96, header=name(view.locale, "columns", "high")),
        Column("n", "integer", width=84),
        Column("n_without", "integer", width=148),
        Column("flaky", "integer", width=84),
        Column("interval", width=120, flex=1),
    )
    hrefs = {"model": lambda r: links.run(r["run_id"], view.state)}
    return tables.grid(ids.grid("heatmap", "models"), df, columns, view, hrefs, height=tables.LOWER)


def lint_of(view: View) -> pl.DataFrame:
    return items.items(view.snapshot, view.state)


def draw_items(df: pl.DataFrame, view: View) -> Component:
    found = items.summary(view.snapshot, view.state)
    if found is None:
        return notices.empty(view.locale, nothing(view))
    columns = (
        Column("sample_id", "link", width=130, flex=1),
        *label(df, "sample_label"),
        Column("findings", width=140, flex=1),
        Column("mean", "heat", width=80),
        *([Column("share_right", "percent", width=80)] if found.is_share else []),
        Column("discrimination", "delta", width=128),
        Column("disagreement", "number", width=124),
        Column("n_models", "integer", width=86),
        Column("flaky", "integer", width=76),
        Column("same_input", "integer", width=138),
        Column("category", width=110),
    )
    hrefs = {
        "sample_id": lambda r: links.sample(r["run_id"], r["sample_id"], None, view.state),
        "n_models": lambda r: answers(view.state, r["task"], r["sample_id"]),
    }
    tips = {
        "mean": lambda r: " · ".join(
            text for _, text in known(r | {"n": r["n_models"]}, "sample_id", view) if text
        )
    }
    grid = tables.grid(ids.grid("heatmap", "items"), df, columns, view, hrefs, tips=tips)
    return html.Div([*lint.said(found, view), grid])


PAGE = Page(
    key="heatmap",
    path="/heatmap",
    order=3,
    filters=(
        "tasks",
        "models",
        "metric",
        "group",
        "categories",
        "which",
        "reducer",
        "q",
        "statuses",
        "tags",
        "attempts",
    ),
    controls=(
        "orientation",
        "sort",
        "order",
        "sort_models",
        "order_models",
        "arrange",
        "bands",
        "shows",
        "sample_label",
        "model_label",
        "scale",
        "colors",
        "gap",
        "values",
        "legend",
        "height",
        "width",
        "title",
    ),
    offers={
        "sort": ("", "discrimination", "disagreement", "similarity", "name", "none", "custom"),
        "sort_models": ("", "disagreement", "similarity", "name", "none", "custom"),
    },
    panels=(
        Panel("cells", cells, draw, goto=behind, instead=too_many, hover=tell),
        Panel("selection", selection, draw_selection),
        Panel("models", models, draw_models),
        Panel("items", lint_of, draw_items),
    ),
)
