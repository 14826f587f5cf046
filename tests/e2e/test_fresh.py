"""A new log, or more of one, appears on the open page by itself, and the reader stays where they are."""

import shutil

import pytest

from app import background
from data.cache import Cache
from data.ingest import Ingester
from data.store import Store

MODEL = "acme/aurora-70b"
HERE = "/runs?model=acme%2Faurora-70b"


@pytest.fixture
def folder(tmp_path, demo_logs):
    """A folder with the demo's logs, that more can be put into."""
    return shutil.copytree(demo_logs, tmp_path / "logs")


@pytest.fixture
def watched(folder, tmp_path):
    """A store, and a function that looks at the folder once, as the app does every two seconds."""
    store, work = Store(), Ingester([folder], Cache(tmp_path / "cache"))
    background.look(work, store)
    return store, lambda: background.look(work, store)


def test_a_new_log_appears_and_filters_and_place_stay(watched, folder, serve, reader, write_log):
    store, look = watched
    reader.at(serve(store))
    reader.page.set_viewport_size({"width": 1200, "height": 500})
    reader.open(HERE)
    reader.lists("/api/runs/table.json", "table", "task")
    before, entries = reader.api("/api/runs/table.json?model=acme%2Faurora-70b"), reader.entries
    reader.page.evaluate("window.scrollTo(0, 100)")
    write_log(folder / "new.json", MODEL, {"a": {}, "b": {}}, task="brand_new")
    look()
    reader.page.wait_for_selector(".panel-table .ag-row a:text-is('brand_new')")
    reader.lists("/api/runs/table.json", "table", "task")
    assert len(reader.api("/api/runs/table.json?model=acme%2Faurora-70b")) == len(before) + 1
    assert (reader.here, reader.entries, reader.page.evaluate("window.scrollY")) == (HERE, entries, 100)
    reader.says("models", MODEL)


def test_what_is_being_typed_is_not_lost(watched, folder, serve, reader, write_log):
    store, look = watched
    reader.at(serve(store)).open("/runs")
    reader.page.locator(".field-q input").type("brand")
    write_log(folder / "new.json", MODEL, {"a": {}}, task="brand_new")
    look()
    reader.page.wait_for_selector(".panel-table .ag-row a:text-is('brand_new')")
    assert reader.page.locator(".field-q input").input_value() == "brand"
    reader.page.keyboard.type("_new")
    reader.page.keyboard.press("Enter")
    reader.arrives("/runs?q=brand_new")


def test_a_new_model_is_offered_at_once(watched, folder, serve, reader, write_log):
    store, look = watched
    reader.at(serve(store)).open("/scores")
    write_log(folder / "new.json", "zeta/new", {"a": {}, "b": {}}, task="brand_new")
    look()
    reader.page.wait_for_selector(".panel-averages .ag-row:has-text('zeta/new')")
    reader.choose("models", "zeta/new")
    reader.arrives("/scores?model=zeta%2Fnew")
    reader.lists("/api/scores/averages.json", "averages", "model")


def test_a_growing_log_grows_on_screen(watched, folder, serve, reader, write_log):
    store, look = watched
    write_log(folder / "growing.json", "zeta/new", {"a": {}, "b": {}}, status="started", task="growing")
    look()
    reader.at(serve(store)).open("/runs?model=zeta%2Fnew")
    reader.until("document.querySelector('.panel-table .ag-cell[col-id=samples_done]')?.innerText === '2'")
    write_log(
        folder / "growing.json", "zeta/new", {id: {} for id in "abcde"}, status="started", task="growing"
    )
    look()
    reader.until("document.querySelector('.panel-table .ag-cell[col-id=samples_done]')?.innerText === '5'")
    reader.page.wait_for_selector(".status-word.started")
    write_log(folder / "growing.json", "zeta/new", {id: {} for id in "abcdef"}, task="growing")
    look()
    reader.page.wait_for_selector(".status-word.success")


def test_the_first_log_of_all_fills_an_empty_page(tmp_path, serve, reader, write_log):
    (tmp_path / "logs").mkdir()
    store, work = Store(), Ingester([tmp_path / "logs"], Cache(tmp_path / "cache"))
    reader.at(serve(store)).open("/heatmap")
    reader.page.wait_for_selector(".notice")
    write_log(tmp_path / "logs" / "first.json", "zeta/new", {"a": {}, "b": {}})
    background.look(work, store)
    reader.page.wait_for_selector(".panel-cells .mlayer .hm")


def test_a_table_stays_where_it_was_scrolled_to(watched, folder, serve, reader, write_log):
    store, look = watched
    reader.at(serve(store)).open("/samples")
    body = "document.querySelector('.panel-table .ag-body-viewport')"
    reader.page.evaluate(f"{body}.scrollTop = 900")
    reader.until(f"{body}.scrollTop === 900")
    write_log(folder / "new.json", "zeta/new", {"zzz": {}, "zzy": {}}, task="zzz_new")
    look()
    rows = len(reader.api("/api/samples/table.json"))
    reader.until("n => document.querySelector('.pager').innerText.includes(n)", f"{rows:,}")
    reader.until(f"{body}.scrollTop === 900")
