"""What is under the pointer on the heatmap: what it tells, and where a click leads."""

from __future__ import annotations

from typing import Any, NamedTuple

from dash import html
from dash.development.base_component import Component

from app.pages.heatmap import cells
from components import links
from components.figures import margins
from components.page import Point, View
from components.text import counted, reducer, say
from components.theme import MARK_SIGNS, number
from data.queries import heatmap, samples
from data.viewstate import WHICH_RUNS, ViewState


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
    df = cells.frame(view)
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
