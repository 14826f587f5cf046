"""What stands around the answers."""

import json

import pytest

from app.pages import PAGES
from components import controls, frame, notices
from components.page import View
from data.cache import Cache
from data.problems import Code, Problem
from data.queries.selection import Left
from data.store import Progress, Snapshot
from data.viewstate import ViewState
from tests.fixtures import toy


def text_of(node):
    return json.dumps(node, default=lambda o: o.to_plotly_json(), ensure_ascii=False)


def test_while_reading_goes_on_it_says_how_far():
    said = text_of(frame.status(Snapshot(), Progress(3, 8, busy=True), "en"))
    assert "3 of 8" in said


def test_files_that_were_not_read_are_counted_with_the_way_to_them():
    problems = (
        Problem(Code.TRUNCATED, where="a"),
        Problem(Code.UNREADABLE, where="b"),
        Problem(Code.MISSING_FIELD, where="b"),
        Problem(Code.COPY, where="c"),
    )
    _, alarm = frame.status(Snapshot(problems=problems), Progress(), "en")
    assert (alarm.children, alarm.href) == ("2 with errors", "runs#panel-problems")


def test_where_nothing_is_wrong_there_is_no_alarm():
    assert len(frame.status(Snapshot(problems=(Problem(Code.COPY),)), Progress(), "en")) == 1


def test_the_title_names_the_page_and_what_it_is_about():
    def title(page, query=""):
        return frame.title(page, View(Snapshot(), ViewState.from_query(query)))

    assert title(PAGES[0]) == "Overview · evalboard"
    assert title(None) == "evalboard"
    assert title(PAGES[0], "?task=t") == "t · Overview · evalboard"
    assert title(PAGES[0], "?task=t&task=u") == "Overview · evalboard"
    assert title(PAGES[0], "?run=gone&sample=s") == "s · Overview · evalboard"


def test_an_unknown_address_leads_back():
    assert '"href": "./"' in text_of(frame.not_found("en"))


def test_downloads_are_of_what_is_on_screen():
    page = next(p for p in PAGES if p.key == "scores")
    view = View(Snapshot(), ViewState.from_query("?task=t"))
    said = text_of(frame.panel(page, page.panels[0], None, view))
    for kind in ("csv", "parquet", "json"):
        assert f"api/scores/bars.{kind}?task=t" in said


@pytest.mark.parametrize("field", controls.KINDS)
def test_a_control_holds_what_the_view_says(field, demo):
    page = next((p for p in PAGES if field in (*p.filters, *p.controls)), PAGES[0])
    control = controls.KINDS[field](page, field, View(demo, ViewState()))
    assert control.value == controls.as_value(ViewState(), field)


def test_a_control_offers_what_is_chosen_even_where_nothing_has_it(demo):
    page = next(p for p in PAGES if p.key == "scores")
    offered = controls.options(page, "models", View(demo, ViewState.from_query("?model=gone")))
    assert {"label": "gone", "value": "gone"} in offered


def test_no_name_from_a_log_becomes_a_key_that_all_objects_of_the_browser_have(tmp_path):
    page = next(p for p in PAGES if p.key == "scores")
    names = ["__proto__", "my__PROTO__too", "good"]
    snapshot = toy.snapshot(
        Cache(tmp_path), *({"run_id": n, "model": n, "metrics": {"": 0.5}} for n in names)
    )
    offered = controls.options(page, "models", View(snapshot, ViewState()))
    assert offered == [{"label": "good", "value": "good"}]


def test_every_control_of_every_page_can_be_made():
    used = {field for page in PAGES for field in (*page.filters, *page.controls)}
    assert used <= set(controls.KINDS)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (Left(2, 0), "Runs not counted here: 2 without success. "),
        (Left(0, 1), "Runs not counted here: 1 that a later attempt replaces. "),
        (Left(2, 1), "Runs not counted here: 2 without success and 1 that a later attempt replaces. "),
    ],
)
def test_why_runs_are_not_counted_is_said_of_those_there_are(left, said):
    assert notices.not_counted(left, "en").children.startswith(said)


def test_where_all_runs_count_nothing_is_said():
    assert notices.not_counted(Left(0, 0), "en") is None
