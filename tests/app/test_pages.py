"""Promises that every page keeps, tested for pages that do not exist yet too."""

import json
from functools import cache

import plotly.graph_objects as go
import pytest

from app.pages import PAGES
from components import controls, frame, text
from components.page import View
from data.viewstate import KEYS, OPTIONS, ViewState
from tests.fixtures.layouts import walk

SNAPSHOTS = ["empty", "demo", "strange", "large", "twinkle"]
STATES = {
    "usual": "",
    "nobody": "?model=nobody&task=nothing",
    "one task": "?task=mmlu&task=t&task=general_knowledge",
    "everything asked for": "?scale=100&sort=abs&order=asc&level=category&status=error&status=success&attempts=all"
    "&per_page=all&top=3&min_delta=0.01&orientation=vertical&colors=viridis&legend=0&gap=2&title=A title"
    "&sort_models=name&order_models=asc&height=600&width=900&epoch=1&q=a",
    "a part of the heatmap": "?only=disagree&bands=1&shows=spread&sort=similarity&sort_models=disagreement"
    "&zoom=-0.5,3.5,1.5,-0.5",
    "threshold": "?threshold=0.5&threshold_op=le&threshold_model=nobody&page=7&block=9",
    "by sample": "?level=sample&group=difficulty&task=mental_arithmetic&metric=match/accuracy",
    "a run": "?run=r0&sample=a/b&epoch=1",
    "a run that is gone": "?run=none&sample=none&epoch=3",
    "an unknown measure": "?metric=none&group=none&category=none&baseline=none&candidate=none",
}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)
each_state = pytest.mark.parametrize("query", STATES.values(), ids=STATES)
each_snapshot = pytest.mark.parametrize("which", SNAPSHOTS)
each_locale = pytest.mark.parametrize("locale", text.locales())


def shown(page, view):
    """Every panel as it is put on screen, by name."""
    return {p.name: frame.panel(page, p, p.draw(p.frame(view), view), view) for p in page.panels}


@pytest.fixture(scope="module")
def drawn(snapshots):
    """The same, drawn once for all that is asked of it."""

    @cache
    def once(key, which, query, theme, locale):
        view = View(snapshots[which], ViewState.from_query(query), locale, theme)
        return shown(next(p for p in PAGES if p.key == key), view)

    # A cache takes an argument that is left out, and the same one spelt out, for two questions.
    return lambda key, which, query="", theme="light", locale="en": once(key, which, query, theme, locale)


def all_of(kind, panels):
    return [c for c in walk(list(panels.values())) if type(c).__name__ == kind]


def spelt(id):
    return id if isinstance(id, str) else json.dumps(id, sort_keys=True)


def as_json(node):
    return json.dumps(node, default=lambda o: o.to_plotly_json(), allow_nan=False)


@each_page
@each_state
@each_snapshot
def test_every_page_draws_whatever_there_is(page, query, which, snapshots, drawn):
    around = frame.page(page, View(snapshots[which], ViewState.from_query(query)))
    panels = drawn(page.key, which, query)
    as_json(around)
    as_json(list(panels.values()))
    ids = [spelt(c.id) for c in walk([around, *panels.values()]) if getattr(c, "id", None)]
    assert len(ids) == len(set(ids))


@each_page
@pytest.mark.parametrize("which", ["empty", "demo"])
def test_every_page_draws_in_the_dark(page, which, drawn):
    assert as_json(list(drawn(page.key, which, theme="dark").values()))


@each_page
@each_state
@each_snapshot
def test_no_panel_has_more_than_a_hundred_components(page, query, which, drawn):
    """Dash takes time that grows with the square of what a callback replaces."""
    counted = {name: len(list(walk(panel))) for name, panel in drawn(page.key, which, query).items()}
    assert {name: n for name, n in counted.items() if n > 100} == {}


@each_page
@each_snapshot
def test_figures_are_such_as_plotly_draws(page, which, drawn):
    """By Plotly's own validators, which we do not run for each request."""
    for graph in all_of("Graph", drawn(page.key, which)):
        go.Figure(graph.figure)
        assert graph.config["showSendToCloud"] is False


@each_page
def test_an_empty_page_says_what_to_do(page, drawn):
    words = walk(list(drawn(page.key, "empty").values()))
    assert any(getattr(c, "className", None) == "do" for c in words)


@each_page
@each_locale
def test_a_page_has_its_words_in_every_language(page, locale):
    assert text.say(locale, "pages", page.key)
    assert text.say(locale, "questions", page.key).endswith("?")
    for panel in page.panels:
        assert text.say(locale, f"panels_{page.key}", panel.name)


@each_page
@each_locale
def test_a_control_has_a_label_and_its_fixed_options_have_words(page, locale):
    for field in (*page.filters, *page.controls):
        assert text.say(locale, "controls", field)
        for option in page.offers.get(field, OPTIONS.get(field, ())):
            word = controls.word(page.key, field, option, locale)
            assert word != option or option.isdigit(), (field, option)


@each_page
@each_locale
@each_snapshot
def test_a_column_has_a_word_or_is_a_name_from_the_logs(page, locale, which, drawn):
    own = text.words(locale)["columns"].values()
    for column in (
        d for grid in all_of("AgGrid", drawn(page.key, which, locale=locale)) for d in grid.columnDefs
    ):
        assert (
            column["headerName"] in own
            or column["headerName"].replace("\u200b", "") == column["headerTooltip"] == column["field"]
        )


@each_page
@each_snapshot
def test_a_table_shows_only_columns_that_its_rows_have(page, which, drawn):
    for grid in all_of("AgGrid", drawn(page.key, which)):
        fields = [d["field"] for d in grid.columnDefs]
        assert len(fields) == len(set(fields))
        assert not grid.rowData or set(fields) <= set(grid.rowData[0])


@each_page
@pytest.mark.parametrize("which", ["demo", "strange", "twinkle"])
def test_what_a_table_can_be_sorted_and_filtered_by_is_in_its_download(page, which, snapshots, drawn):
    view = View(snapshots[which], ViewState())
    for panel in page.panels:
        columns = set(panel.frame(view).columns)
        for grid in all_of("AgGrid", {panel.name: drawn(page.key, which)[panel.name]}):
            assert {c["field"] for c in grid.columnDefs} <= columns, panel.name


@each_page
def test_controls_and_filters_are_fields_of_the_view(page):
    assert set(page.filters) | set(page.controls) <= set(KEYS)
    assert set(page.offers) <= set(page.filters) | set(page.controls)
    assert not set(page.filters) & set(page.controls)


@each_page
def test_what_a_control_offers_can_be_chosen(page, demo):
    view = View(demo, ViewState())
    for field in (*page.filters, *page.controls):
        if field not in OPTIONS and field not in page.offers:
            continue
        for option in controls.options(page, field, view):
            value = [option["value"]] if isinstance(getattr(ViewState(), field), tuple) else option["value"]
            chosen = getattr(ViewState().edit(**{field: value}), field)
            assert chosen == (tuple(value) if isinstance(value, list) else value)


def test_pages_are_told_apart():
    assert len({p.path for p in PAGES}) == len({p.key for p in PAGES}) == len(PAGES)
    assert len({p.order for p in PAGES}) == len(PAGES)


@each_page
def test_panels_of_a_page_are_told_apart(page):
    assert len({p.name for p in page.panels}) == len(page.panels) > 0


@each_page
def test_one_view_always_draws_the_same(page, demo):
    view = View(demo, ViewState.from_query("?scale=100"))
    assert as_json(list(shown(page, view).values())) == as_json(list(shown(page, view).values()))


PUBLIC = {
    "runs/table": "run_id format location model task status created samples_done samples_planned epochs metric value stderr error",
    "runs/problems": "where code detail",
    "scores/bars": "model task category metric value n",
    "heatmap/cells": "task sample_id model value mark epochs",
    "baseline/ranking": "task category candidate baseline_score candidate_score delta",
    "baseline/summary": "candidate mean_delta median_delta win lose tie common total",
    "baseline/top": "candidate category baseline_score candidate_score delta",
    "baseline/bottom": "candidate category baseline_score candidate_score delta",
    "samples/table": "run_id task model sample_id epoch input target answer",
    "predictions/table": "run_spec source name split mean min max count stddev sum sum_squared variance",
    "trajectories/cells": "trajectory_id statistic layer layer_label position token value top1",
}
MORE = {
    "scores/bars": "low high",
    "baseline/ranking": "low high p p_adjusted n_paired",
}


@pytest.mark.parametrize("panel", PUBLIC)
@pytest.mark.parametrize("which", ["empty", "demo", "large"])
def test_public_columns_come_first_and_in_their_order(panel, which, snapshots):
    page, name = panel.split("/")
    view = View(snapshots[which], ViewState())
    columns = next(p for p in PAGES if p.key == page).panel(name).frame(view).columns
    wanted = PUBLIC[panel].split()
    assert columns[: len(wanted)] == wanted
    assert {*MORE.get(panel, "").split()} <= {*columns}


@each_page
def test_an_interval_that_is_exported_says_its_level(page, snapshots):
    for panel in page.panels:
        df = panel.frame(View(snapshots["demo"], ViewState()))
        ends = [c for c in df.columns if c == "low" or c.endswith("_low")]
        assert not ends or "level" in df.columns, panel.name


def test_the_pivot_has_a_column_a_model_after_the_category(three_models):
    page = next(p for p in PAGES if p.key == "scores")
    df = page.panel("pivot").frame(View(three_models, ViewState.from_query("?task=mmlu")))
    assert df.columns == ["category", "beta-7b", "gamma-70b", "gpt-oss-120b"]


def texts(figure):
    """Everything in a figure that Plotly reads as text with tags."""
    for trace in figure["data"]:
        yield trace.get("name", "")
        yield from trace.get("text", ())
        yield from trace.get("hovertext", ())
    for axis in ("xaxis", "yaxis"):
        yield from figure["layout"].get(axis, {}).get("ticktext", ())
        yield figure["layout"].get(axis, {}).get("title", {}).get("text", "")
    yield figure["layout"].get("title", {}).get("text", "")


@each_page
@pytest.mark.parametrize(
    "query",
    ["", "?task=t&title=<b>x</b>", "?task=t&level=sample&metric=<b>x</b>", "?task=t&orientation=vertical"],
)
def test_tags_in_names_stay_text_in_figures(page, query, drawn):
    for graph in all_of("Graph", drawn(page.key, "strange", query)):
        for said in texts(graph.figure):
            assert "<b>x</b>" not in str(said)


@each_page
def test_nothing_is_ever_drawn_as_raw_html(page, drawn):
    for c in walk(list(drawn(page.key, "strange", "?run=r0&sample=<b>x</b>&task=t").values())):
        assert type(c).__name__ not in ("DangerouslySetInnerHTML", "Iframe")
        assert getattr(c, "dangerously_allow_html", None) in (None, False)
        assert getattr(c, "dangerously_allow_code", None) in (None, False)
