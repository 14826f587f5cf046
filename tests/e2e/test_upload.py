"""Logs are dropped or chosen, appear by themselves, and are seen by whoever has the link."""

import json
import threading
from pathlib import Path

import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.store import Store
from data.workspaces import Limits, Workspaces

FIXTURES = Path(__file__).parents[1] / "fixtures"
EVAL = FIXTURES / "inspect" / "zstd.eval"
LIMITS = Limits(file=200_000, total=2_000_000, files=30, days=7, disk=0)
HTML = "<img src=x onerror=alert(1)><b>x</b>"

DROP = """async ([selector, name, text]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name));
  const at = document.querySelector(selector);
  const tell = kind => at.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: transfer}));
  tell('dragenter');
  const shown = document.querySelector('.drop-cover')?.innerText;
  tell('dragover');
  tell('drop');
  return [shown, document.querySelector('.drop-cover')];
}"""


@pytest.fixture(scope="module")
def uploading(demo_logs, tmp_path_factory, serve):
    """A server that takes uploads: its origin."""
    cache = tmp_path_factory.mktemp("uploads")
    store, work = Store(), Ingester([demo_logs / "twinkle"], Cache(cache))
    store.publish(work.look())
    workspaces = Workspaces(store, work, cache / "workspaces", LIMITS)
    over = threading.Event()

    def watch():
        while not over.wait(0.2):
            workspaces.look()

    thread = threading.Thread(target=watch)
    thread.start()
    yield serve(store, workspaces)
    over.set()
    thread.join()
    workspaces.close()


@pytest.fixture
def at_page(uploading, visit):
    """Somebody new, on the page where logs are added."""
    return visit(uploading).open("/workspace")


def choose(reader, *files, what="files"):
    with reader.page.expect_file_chooser() as chooser:
        reader.page.locator(f"[data-upload={what}]").click()
    chooser.value.set_files([*files] if what == "files" else files[0])


def added(reader, n):
    reader.page.wait_for_selector(f".uploading:has-text('{n} of {n} files')")
    reader.page.wait_for_function("/workspace=[A-Za-z0-9_-]{32}/.test(location.search)")
    return reader.page.evaluate("new URLSearchParams(location.search).get('workspace')")


def outcome(reader, file, words):
    reader.page.wait_for_selector(f".panel-files .ag-row:has-text('{file}'):has-text('{words}')")


def test_chosen_logs_appear_and_only_the_link_shows_them(at_page, uploading, visit):
    reader = at_page
    choose(reader, EVAL)
    key = added(reader, 1)
    outcome(reader, "zstd.eval", "Read as inspect")
    reader.page.locator(".bar nav a", has_text="Runs").click()
    reader.arrives(f"/runs?workspace={key}")
    reader.page.wait_for_selector(".panel-table .ag-row:has-text('mockllm/model')")

    friend = visit(uploading).open(f"/runs?workspace={key}")
    friend.page.wait_for_selector(".panel-table .ag-row:has-text('mockllm/model')")
    assert "files uploaded: 1." in friend.page.locator(".strip").inner_text()

    stranger = visit(uploading).open("/runs")
    assert stranger.page.locator(".ag-row:has-text('mockllm/model')").count() == 0
    assert stranger.page.locator(".strip").count() == 0


def test_back_leaves_the_workspace_and_forward_enters_it_again(at_page):
    reader = at_page
    choose(reader, EVAL)
    key = added(reader, 1)
    reader.page.go_back()
    reader.arrives("/workspace")
    reader.page.wait_for_selector(".strip", state="detached")
    reader.page.go_forward()
    reader.arrives(f"/workspace?workspace={key}")
    outcome(reader, "zstd.eval", "Read as inspect")


def test_a_file_dropped_on_any_page_is_added_and_the_view_stays(uploading, visit, tmp_path, write_log):
    write_log(tmp_path / "mine.json", "zeta/mine", {"a": {}, "b": {}}, task="my_task")
    reader = visit(uploading).open("/scores?scale=100")
    shown, left = reader.page.evaluate(DROP, ["main", "mine.json", (tmp_path / "mine.json").read_text()])
    assert (shown, left) == ("Drop to add these logs", None)
    key = added(reader, 1)
    reader.page.locator(".uploading").hover()  # it leaves by itself, but never from under a pointer
    reader.arrives(f"/scores?scale=100&workspace={key}")
    reader.page.wait_for_selector(".panel-averages .ag-row:has-text('zeta/mine')")
    reader.page.locator(".uploading a").click()
    outcome(reader, "mine.json", "Read as inspect")


def test_a_folder_is_added_with_all_that_is_in_it(at_page):
    reader = at_page
    choose(reader, FIXTURES / "lm_eval" / "lab__small-1b", what="folder")
    added(reader, 5)
    outcome(reader, "results_2026-02-03T10-11-12.345678.json", "lm_eval")


def test_more_can_be_added_to_the_same_link(at_page):
    reader = at_page
    choose(reader, EVAL)
    key = added(reader, 1)
    choose(reader, FIXTURES / "inspect" / "whole.json", FIXTURES / "inspect" / "deflate.eval")
    assert added(reader, 2) == key
    outcome(reader, "whole.json", "Read as inspect")
    outcome(reader, "zstd.eval", "Read as inspect")


def test_what_is_too_large_is_told_and_the_others_are_added(at_page, tmp_path):
    reader = at_page
    (tmp_path / "large.eval").write_bytes(bytes(200_001))
    choose(reader, tmp_path / "large.eval", EVAL)
    reader.page.wait_for_selector(".uploading .failures li:has-text('large.eval is larger than 0.2 MB')")
    outcome(reader, "zstd.eval", "Read as inspect")


def test_what_the_server_refuses_is_told_in_its_words(at_page, tmp_path):
    reader = at_page
    reader.page.evaluate(
        """() => { const told = document.getElementById('uploads');
        told.dataset.limits = JSON.stringify({file: 1e9, files: 1e6}); }"""
    )
    (tmp_path / "large.eval").write_bytes(bytes(200_001))
    choose(reader, tmp_path / "large.eval")
    reader.page.wait_for_selector(".uploading .failures li:has-text('Split the log')")
    assert reader.page.evaluate("location.search") == ""
    assert len(reader.complaints) == 2  # the answer itself, and what the browser says of it
    assert all("413" in said for said in reader.complaints)
    reader.complaints.clear()


def test_hostile_names_and_html_in_every_field_are_text(at_page, tmp_path, write_log):
    reader = at_page
    sample = dict.fromkeys(("input", "target"), HTML) | {"metadata": {HTML: HTML}, "error": {"message": HTML}}
    said = {"value": "C", "answer": HTML, "explanation": HTML}
    sample["scores"] = {"match": said, HTML: said}
    write_log(tmp_path / "log.json", HTML, {HTML: sample}, task=HTML)
    log = (tmp_path / "log.json").read_text()
    names = ["<img src=x onerror=alert(1)>.json", "..\\\\..\\\\x.json", "=HYPERLINK(1).json"]
    for i, name in enumerate(names):
        reader.page.evaluate(DROP, ["main", name.replace("\\\\", "\\"), log.replace("-log", f"-log{i}")])
        reader.page.wait_for_selector(".uploading strong:has-text('Logs added')")
        reader.page.locator(".uploading button").click()
    outcome(reader, "<img src=x onerror=alert(1)>.json", "Read as inspect")
    key = reader.page.evaluate("new URLSearchParams(location.search).get('workspace')")
    run = next(r["run_id"] for r in reader.api(f"/api/runs/table.json?workspace={key}") if r["model"] == HTML)
    for address in ("/", "/runs", "/scores", "/samples", f"/run?run={run}", f"/sample?run={run}"):
        reader.open(f"{address}{'&' if '?' in address else '?'}workspace={key}")
        assert reader.page.locator("img[src=x], b:text-is('x')").count() == 0
        assert reader.page.locator(".notice[role=alert]").count() == 0


def test_the_link_is_copied(uploading, visit):
    reader = visit(uploading, permissions=["clipboard-read", "clipboard-write"]).open("/workspace?scale=100")
    choose(reader, EVAL)
    key = added(reader, 1)
    reader.page.locator("[data-upload=copy]").click()
    reader.page.wait_for_selector(".uploading strong:has-text('Copied')")
    assert reader.page.evaluate("navigator.clipboard.readText()") == f"{uploading}/?workspace={key}"


def test_deleting_asks_first_and_is_for_everybody(at_page, uploading, visit):
    reader = at_page
    choose(reader, EVAL)
    key = added(reader, 1)
    friend = visit(uploading).open(f"/runs?workspace={key}")
    assert not reader.page.locator("[data-upload=delete_now]").is_visible()
    reader.page.locator(".deletion summary").click()
    reader.page.locator("[data-upload=delete_now]").click()
    reader.arrives("/workspace")
    reader.page.wait_for_selector(".strip", state="detached")
    friend.page.wait_for_selector(".strip.gone:has-text('is gone')")
    friend.page.wait_for_selector(".ag-row:has-text('mockllm/model')", state="detached")
    friend.page.locator(".strip a").click()
    friend.arrives("/runs")
    friend.page.wait_for_selector(".strip", state="detached")


def test_it_can_be_done_by_keyboard(uploading, visit):
    reader = visit(uploading).open("/")
    reader.page.locator(".bar .add a").focus()
    reader.page.keyboard.press("Enter")
    reader.arrives("/workspace")
    reader.rests()
    with reader.page.expect_file_chooser() as chooser:
        reader.page.locator("[data-upload=files]").press("Enter")
    chooser.value.set_files(EVAL)
    added(reader, 1)
    reader.page.wait_for_selector(".deletion summary")
    outcome(reader, "zstd.eval", "Read as inspect")
    reader.rests()
    reader.page.locator(".deletion summary").focus()
    reader.page.keyboard.press("Enter")
    reader.page.keyboard.press("Tab")
    assert reader.page.evaluate("document.activeElement.dataset.upload") == "delete_now"


def test_clearing_the_filters_stays_in_the_workspace(at_page):
    reader = at_page
    choose(reader, EVAL)
    key = added(reader, 1)
    reader.open(f"/scores?model=nobody&workspace={key}")
    reader.page.locator(".reset").click()
    reader.arrives(f"/scores?workspace={key}")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_wider_than_the_screen(width, uploading, visit):
    reader = visit(uploading)
    reader.page.set_viewport_size({"width": width, "height": 844})
    reader.open("/workspace")
    choose(reader, EVAL)
    added(reader, 1)
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    box = reader.page.locator(".uploading").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_where_nothing_may_be_uploaded_there_is_no_control(reader):
    reader.open("/")
    assert reader.page.locator(".add, .more, #uploads").count() == 0
    shown = reader.page.evaluate(DROP, ["main", "x.json", json.dumps({})])
    assert shown == [None, None]
