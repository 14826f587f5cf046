"""A panel that fails, fails alone and says where to look."""

import polars as pl
import pytest
from dash import html
from polars.exceptions import PanicException

from app.pages.heatmap import cells
from app.pages.runs import PAGE
from callbacks.panels import draw_or_explain, filled
from callbacks.routing import framed
from components import ids
from components.page import Panel, View
from data.store import Snapshot
from data.viewstate import ViewState
from tests.fixtures.layouts import read, walk

VIEW = View(Snapshot(), ViewState())


def failing(error):
    def fail(*_):
        raise error

    return fail


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("x"), KeyError("k"), PanicException("rust"), RecursionError(), MemoryError()]
)
@pytest.mark.parametrize("where", ["frame", "draw"])
def test_a_failing_panel_explains_itself_and_the_servers_log_says_why(caplog, error, where):
    frame = failing(error) if where == "frame" else lambda _: pl.DataFrame()
    draw = failing(error) if where == "draw" else lambda *_: html.Div()
    shown = draw_or_explain(Panel("p", frame, draw), VIEW)
    reference = caplog.records[0].args[1]
    assert reference in shown.children.children
    assert shown.role == "alert"
    assert type(error).__name__ in caplog.text


def test_what_a_log_says_does_not_reach_the_reader_through_an_error(caplog):
    shown = draw_or_explain(Panel("p", failing(ValueError("secret")), lambda *_: None), VIEW)
    assert "secret" not in shown.children.children


def test_what_stands_under_a_panel_may_fail_without_it(monkeypatch, caplog):
    monkeypatch.setattr("components.frame.left_out", failing(ValueError("secret")))
    shown = filled(PAGE, Panel("p", lambda _: pl.DataFrame(), lambda *_: html.P("drawn")), VIEW)
    assert "drawn" in read(shown)
    assert caplog.records[0].args[1] in read(shown)
    assert "secret" not in read(shown)


def test_a_page_whose_filters_fail_shows_its_panels(monkeypatch, caplog):
    monkeypatch.setattr("components.controls.rail", failing(ValueError("secret")))
    shown = framed(PAGE, VIEW)
    slots = [
        c for c in walk(shown) if getattr(c, "id", None) in [ids.panel("runs", p.name) for p in PAGE.panels]
    ]
    assert len(slots) == len(PAGE.panels) > 0
    assert caplog.records[0].args[1] in read(shown)
    assert "ValueError" in caplog.text
    assert "secret" not in read(shown)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit()])
def test_who_stops_the_server_is_obeyed(error):
    with pytest.raises(type(error)):
        draw_or_explain(Panel("p", failing(error), lambda *_: None), VIEW)


def test_a_panel_draws_the_answer_to_its_question():
    panel = Panel(
        "p", lambda view: pl.DataFrame({"a": [view.state.page]}), lambda df, _: html.Div(df["a"][0])
    )
    assert draw_or_explain(panel, VIEW).children == 1


def test_what_is_too_large_is_refused_before_it_is_made():
    told = html.P("too large")
    panel = Panel("p", failing(AssertionError("was made")), lambda *_: None, instead=lambda _: told)
    assert draw_or_explain(panel, VIEW) is told


def test_a_heatmap_of_too_many_cells_is_refused_from_their_number_alone(monkeypatch, demo):
    view = View(demo, ViewState.from_query("?task=general_knowledge"))
    assert cells.too_many(view) is None
    monkeypatch.setattr("components.figures.heat.MOST_CELLS", 5 * 28 - 1)
    assert "140" in str(cells.too_many(view))
