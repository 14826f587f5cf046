"""Each mark leads on: a click is just another URL."""

from urllib.parse import urlsplit

import pytest

from app.pages import PAGES
from callbacks.drill import first_point, panel_of
from components import ids
from components.figures import margins
from components.page import View
from data.cache import Cache
from data.viewstate import ViewState
from tests.fixtures import toy
from tests.fixtures.layouts import walk


def graphs(page, view):
    """(graph, panel) of all that is drawn."""
    for panel in page.panels:
        for c in walk(panel.draw(panel.frame(view), view)):
            if type(c).__name__ == "Graph":
                yield c, panel


def follow(href):
    """(page, state) that a link leads to."""
    parts = urlsplit(href)
    page = next(p for p in PAGES if p.path == "/" + parts.path.removeprefix("./"))
    return page.key, ViewState.from_query(parts.query)


def view(snapshot, query=""):
    return View(snapshot, ViewState.from_query(query))


def page(key):
    return next(p for p in PAGES if p.key == key)


def point(graph, row, trace=0):
    """As Plotly tells it for the nth mark of a trace."""
    data = graph.figure["data"][trace]
    return {"x": data["x"][row], "y": data["y"][row], "customdata": data["customdata"][row]}


@pytest.mark.parametrize("what", PAGES, ids=lambda p: p.key)
@pytest.mark.parametrize("query", ["", "?task=t", "?level=sample"])
def test_every_figure_belongs_to_its_panel(what, query, snapshot):
    for graph, panel in graphs(what, view(snapshot, query)):
        assert panel_of(PAGES, graph.id) is panel


def test_a_figure_of_no_page_belongs_to_no_panel():
    assert panel_of(PAGES, ids.graph("none", "bars")) is None
    assert panel_of(PAGES, ids.graph("scores", "none")) is None
    assert panel_of(PAGES, ids.graph("scores", "none-0")) is None


@pytest.mark.parametrize("values", [[], [None], [{}], [{"points": []}], [None, None]])
def test_where_nothing_was_clicked_there_is_no_point(values):
    assert first_point(values) is None


def test_the_first_point_is_the_one_that_was_clicked():
    assert first_point([None, {"points": [{"x": 1}, {"x": 2}]}]) == {"x": 1}


def test_a_bar_of_a_task_leads_into_the_task(snapshot):
    v = view(snapshot)
    graph, panel = next(graphs(page("scores"), v))
    where, state = follow(panel.goto(v, point(graph, 1)))
    assert (where, state.tasks) == ("scores", ("u",))


def test_a_bar_of_a_category_leads_to_the_samples_behind_it(snapshot):
    v = view(snapshot, "?task=t")
    graph, panel = next(graphs(page("scores"), v))
    where, state = follow(panel.goto(v, point(graph, 0, trace=1)))
    assert (where, state.tasks, state.categories) == ("samples", ("t",), ("x",))
    found = page("samples").panel("table").frame(View(snapshot, state))
    assert set(found["run_id"]) == {"b1"}
    assert found.height == 3


def test_a_bar_without_samples_behind_it_leads_to_its_run(snapshot):
    v = view(snapshot, "?task=u")
    graph, panel = next(graphs(page("scores"), v))
    where, state = follow(panel.goto(v, point(graph, 0)))
    assert (where, state.runs) == ("run", ("a2",))


def test_a_delta_of_a_task_leads_into_the_task(snapshot):
    v = view(snapshot)
    graph, panel = next(graphs(page("baseline"), v))
    where, state = follow(panel.goto(v, point(graph, 0)))
    assert (where, state.tasks) == ("baseline", ("u",))


def test_a_delta_of_a_category_leads_to_its_samples_by_model(snapshot):
    v = view(snapshot, "?task=t")
    graph, panel = next(graphs(page("baseline"), v))
    where, state = follow(panel.goto(v, point(graph, 0)))
    assert (where, state.tasks, state.categories) == ("heatmap", ("t",), ("x",))


def test_a_delta_of_a_sample_leads_to_the_sample(snapshot):
    v = view(snapshot, "?task=t&level=sample")
    graph, panel = next(graphs(page("baseline"), v))
    where, state = follow(panel.goto(v, point(graph, 0)))
    assert (where, state.runs, state.sample) == ("sample", ("b1",), "s/1")


CELLS = [  # by what is on top and to the left: model b, and sample s/0, both with the better mean
    ("", {"x": 0, "y": 0}, ("b1", "s/0")),
    ("", {"x": 1, "y": 1}, ("a1", "s/2")),
    ("", {"x": 2, "y": 1}, ("a1", "s/1")),
    ("&orientation=vertical", {"x": 1, "y": 2}, ("a1", "s/1")),
    ("&sort=name&order=asc", {"x": 0, "y": 1}, ("a1", "s/2")),
    ("&order_models=asc", {"x": 0, "y": 0}, ("a1", "s/0")),
]


@pytest.mark.parametrize(("query", "clicked", "cell"), CELLS)
def test_a_cell_leads_to_the_sample_that_it_shows(snapshot, query, clicked, cell):
    panel = page("heatmap").panel("cells")
    v = view(snapshot, f"?task=t{query}")
    where, state = follow(panel.goto(v, clicked))
    assert (where, state.runs[0], state.sample) == ("sample", *cell)


@pytest.mark.parametrize(
    "off", [{"x": 99, "y": 0}, {"x": 0, "y": 99}, {"x": -1, "y": 0}, {"x": 0, "y": -3}, {}]
)
def test_a_click_beside_the_cells_leads_nowhere(snapshot, off):
    panel = page("heatmap").panel("cells")
    assert panel.goto(view(snapshot, "?task=t"), off) is None
    assert panel.hover(view(snapshot, "?task=t"), off) is None


SAMPLES, MODELS = margins.SAMPLES_TRACE, margins.MODELS_TRACE


@pytest.mark.parametrize("orientation", ["horizontal", "vertical"])
def test_a_mean_beside_the_cells_tells_what_it_is_over_and_leads_there(snapshot, orientation):
    panel, v = page("heatmap").panel("cells"), view(snapshot, f"?task=t&orientation={orientation}")
    along = orientation == "horizontal"
    sample = {"curveNumber": SAMPLES, "x": 1 if along else 30, "y": 30 if along else 1}
    model = {"curveNumber": MODELS, "x": 30 if along else 1, "y": 1 if along else 30}
    said = str(panel.hover(v, sample))
    assert "s/2" in said
    assert "1 model with a score" in said
    assert follow(panel.goto(v, sample))[1].sample == "s/2"
    said = str(panel.hover(v, model))
    assert "'a'" in said
    assert "2 samples with a score" in said
    assert follow(panel.goto(v, model)) == ("run", ViewState().edit(runs=["a1"]))


@pytest.mark.parametrize(
    "off", [{"curveNumber": SAMPLES, "x": 9, "y": 0}, {"curveNumber": MODELS, "x": 0, "y": 9}]
)
def test_beside_the_last_mean_there_is_nothing(snapshot, off):
    assert page("heatmap").panel("cells").goto(view(snapshot, "?task=t"), off) is None


def test_a_cell_of_several_epochs_tells_how_far_they_are_apart(tmp_path):
    samples = [{"id": "p", "epoch": e, "scores": {"accuracy": v}} for e, v in ((1, 0.0), (2, 1.0), (3, 1.0))]
    s = toy.snapshot(Cache(tmp_path / "cache"), {"samples": samples})
    said = str(page("heatmap").panel("cells").hover(view(s), {"x": 0, "y": 0}))
    assert "3, from 0 to 1" in said
    assert "flaky" in said


def test_a_cell_tells_what_a_figure_cannot_carry(snapshot):
    panel = page("heatmap").panel("cells")
    said = str(panel.hover(view(snapshot, "?task=t"), {"x": 0, "y": 0}))
    for word in ("s/0", "b", "because 1.0"):
        assert word in said


def test_a_cell_under_other_names_tells_its_own_too(snapshot):
    panel = page("heatmap").panel("cells")
    said = str(panel.hover(view(snapshot, "?task=t&sample_label=input&model_label=run"), {"x": 0, "y": 0}))
    for word in ("why? (s/0)", "Dd('s/0')", "Dd('b')", "b #b1", "because 1.0"):
        assert word in said


def test_a_cell_without_a_score_tells_why(snapshot):
    panel = page("heatmap").panel("cells")
    assert "error" in str(panel.hover(view(snapshot, "?task=t"), {"x": 1, "y": 1}))


def test_filters_travel_with_a_click(snapshot):
    v = view(snapshot, "?model=a&scale=100&page=2")
    graph, panel = next(graphs(page("scores"), v))
    _, state = follow(panel.goto(v, point(graph, 0)))
    assert (state.models, state.scale, state.page) == (("a",), "100", 1)


@pytest.mark.parametrize("what", PAGES, ids=lambda p: p.key)
@pytest.mark.parametrize("query", ["", "?task=t", "?run=a1", "?run=a1&sample=s/0"])
def test_every_link_within_the_app_leads_to_a_page(what, query, snapshot):
    for panel in what.panels:
        v = view(snapshot, query)
        for c in walk(panel.draw(panel.frame(v), v)):
            if "inside" in (getattr(c, "className", None) or "").split() and type(c).__name__ == "A":
                href = c.href if not c.href.startswith("?") else what.path.lstrip("/") + c.href
                follow(href)
            for row in getattr(c, "rowData", None) or ():
                for href in row.get("_href", {}).values():
                    follow(href)
