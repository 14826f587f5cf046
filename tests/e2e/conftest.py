"""A browser, servers to point it at, and readers: people with the app open, and all that their browser complains of."""

import json
import logging
import os
import shutil
import threading
import time
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import make_server

from app.factory import create_app
from app.pages import PAGES
from components.tables import BLOCK
from data.schema import Mark
from data.store import Store
from data.viewstate import ViewState

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
COMPLAINTS = {"error", "warning", "assert", "trace"}
"""Plotly warns by console.trace."""
PATIENCE_MS = 30_000
"""Patience costs nothing where all is well, and a busy machine is no finding."""

logging.getLogger("werkzeug").setLevel(logging.WARNING)

DRAWN = """panels => {
  const wanted = {AgGrid: 0, Graph: 0};
  const count = x => {
    if (Array.isArray(x)) { x.forEach(count); }
    else if (x && x.props) { wanted[x.type] += 1; count(x.props.children); }
  };
  count(dash_component_api.getLayout('page'));
  const sections = [...document.querySelectorAll('#page .card-panel')];
  const grids = [...document.querySelectorAll('#page .grid')];
  const graphs = [...document.querySelectorAll('#page .dash-graph')];
  return sections.length === panels && sections.every(s => s.querySelector('h2') && !s.querySelector('.waiting'))
    && grids.length === wanted.AgGrid && graphs.length === wanted.Graph
    && grids.every(g => g.querySelector('.ag-overlay-no-rows-center')
        || [...g.querySelectorAll('.ag-cell')].some(cell => cell.textContent))
    && graphs.every(g => g.querySelector('.mlayer > *')
        && g.querySelector('.js-plotly-plot')._ev._events.plotly_hover);
}"""
"""Grids and graphs are loaded when first needed, so Dash is asked how many there will be."""

LISTS = """([panel, column, told]) => {
  const words = text => text.trim().replace(/\\s+/g, ' ');
  const says = (text, x) => {
    if (typeof x !== 'number') { return words(text) === words(x === null ? '' : String(x)); }
    const plain = text.replaceAll(',', '').replace('\u2212', '-').replace('+', '');
    const digits = (plain.split('.')[1] || '').length;
    return text !== '' && Math.abs(Number(plain) - x) <= 0.5 * 10 ** -digits + 1e-9;
  };
  const rows = [...document.querySelectorAll(`.panel-${panel} .ag-row:has([col-id="${column}"])`)];
  const total = Number(document.querySelector(`.panel-${panel} .ag-root`)?.ariaRowCount) - 1;
  return (rows.length > 0) === (told.length > 0) && total === told.length && rows.every(row =>
    says(row.querySelector(`[col-id="${column}"]`).innerText, told[Number(row.getAttribute('row-index'))]));
}"""
"""Whether the rows of a table are those of a frame, and every number on screen the frame's to its last digit."""


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent.name == "e2e":
            item.add_marker(pytest.mark.browser)
            # flask-compress leaves the files that it compresses to the garbage collector to close
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))


def chromium():
    return os.environ.get("EVALBOARD_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser():
    if os.environ.get("EVALBOARD_NO_BROWSER") == "1":
        pytest.skip("EVALBOARD_NO_BROWSER=1")
    path = chromium()
    if path is None:
        pytest.fail(
            f"No browser: none of {', '.join(NAMES)} is on the PATH. Install Chromium (apt-get install chromium), "
            "or name it in EVALBOARD_CHROMIUM; EVALBOARD_NO_BROWSER=1 leaves these tests out."
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def serving(store, workspaces=None):
    """The app over this store, on a port of its own: its origin."""
    server = make_server("127.0.0.1", 0, create_app(store, workspaces=workspaces).server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def site(demo):
    """The demo."""
    with serving(Store(demo)) as origin:
        yield origin


@pytest.fixture(scope="module")
def serve():
    """Serves any other store, with workspaces where it has some -> origin."""
    with ExitStack() as stack:
        yield lambda *parts: stack.enter_context(serving(*parts))


SCREEN = {"width": 1400, "height": 1000}


@pytest.fixture(scope="session")
def usual(browser, site):
    """A reader whose browser stays open from test to test: it loads the app twice as fast as a new one."""
    return Reader(browser.new_context(viewport=SCREEN), site)


@pytest.fixture
def reader(usual, site):
    """Somebody with a window of their own. Nothing may have been there for their browser to complain of."""
    usual.begin(site)
    yield usual
    usual.end()
    assert usual.complaints == []


@contextmanager
def visiting(browser, site):
    readers = []

    def visit(origin=site, **options):
        readers.append(Reader(browser.new_context(viewport=SCREEN, **options), origin))
        return readers[-1]

    yield visit
    for reader in readers:
        reader.context.close()
    assert [r.complaints for r in readers] == [[] for _ in readers]


@pytest.fixture
def visit(browser, site):
    """Opens a browser as somebody new would, where it matters who was there before or how long the history is:
    visit(origin, **browser options) -> Reader."""
    with visiting(browser, site) as visit:
        yield visit


@pytest.fixture(scope="module", params=PAGES, ids=lambda p: p.key)
def every(request, browser, site, an_address):
    """Each page, drawn by somebody new to it: page, reader."""
    with visiting(browser, site) as visit:
        yield request.param, visit(color_scheme="light").open(an_address(request.param))


def is_question(request):
    """A callback, other than the one that asks every two seconds whether there is something new."""
    return (
        "_dash-update-component" in request.url
        and "data-version.data..." not in (request.post_data or "")[:80]
    )


class Reader:
    def __init__(self, context, origin):
        self.context, self.origin = context, origin
        self.complaints = []
        self.open_questions, self.last_question = 0, 0.0
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda e: self.complaints.append(f"page error: {e}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("requestfinished", self._settled)
        self.page.on("requestfailed", self._settled)

    def begin(self, origin):
        self.origin, self.complaints, self.open_questions = origin, [], 0
        self.page.set_viewport_size(SCREEN)

    def end(self):
        self.page.goto("about:blank")

    def at(self, origin):
        """The same reader in front of another server."""
        self.origin = origin
        return self

    def _said(self, message):
        if message.type in COMPLAINTS:
            self.complaints.append(f"{message.type}: {message.text[:300]}")

    def _dialog(self, dialog):
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _asked(self, request):
        where = urlsplit(request.url)
        if where.scheme not in {"data", "blob"} and f"{where.scheme}://{where.netloc}" != self.origin:
            self.complaints.append(f"asked a stranger: {request.url[:200]}")
        if is_question(request):
            self.open_questions, self.last_question = self.open_questions + 1, time.monotonic()

    def _settled(self, request):
        self.open_questions -= is_question(request)

    def _answered(self, response):
        if response.status >= 400:
            self.complaints.append(f"{response.status} for {response.url[:200]}")

    def open(self, address):
        """Goes there and waits until everything is drawn."""
        self.page.goto(self.origin + address)
        self.drawn()
        return self

    def drawn(self):
        """Every panel of the page that the address names is on screen."""
        path = urlsplit(self.page.url).path
        what = next(p for p in PAGES if p.path == path)
        self.page.wait_for_selector(f"main.page-{what.key}")
        self.page.wait_for_function(DRAWN, arg=len(what.panels))

    @property
    def here(self):
        return self.page.evaluate("location.pathname + location.search")

    @property
    def entries(self):
        """How many places Back could ever lead to, this one included."""
        return self.page.evaluate("history.length")

    def arrives(self, address):
        self.page.wait_for_function("a => location.pathname + location.search === a", arg=address)
        self.drawn()

    def arrives_at(self, path):
        """On some page of this path; returns what the address says."""
        self.page.wait_for_function("p => location.pathname === p", arg=path)
        self.drawn()
        return ViewState.from_query(urlsplit(self.page.url).query)

    def until(self, condition, arg=None):
        """A bare expression would be evaluated by `eval`, which our pages' policy forbids; a function is not."""
        is_function = arg is not None or condition.startswith("(")
        self.page.wait_for_function(condition if is_function else f"() => {condition}", arg=arg)

    def rests(self):
        """Until the app has asked its server nothing for a moment: every echo of what was done is over."""
        while self.open_questions > 0 or time.monotonic() < self.last_question + 0.4:
            self.page.wait_for_timeout(50)

    def set(self, page, field, value, holds="options"):
        """Sets a control as its own code would."""
        self.page.evaluate(
            "([id, value]) => dash_clientside.set_props(id, {value})",
            [{"holds": holds, "kind": "control", "name": field, "page": page}, value],
        )

    def pick(self, field, word):
        """Clicks one of a few visible options in the rail."""
        self.page.locator(f".field-{field}").get_by_text(word, exact=True).click()

    def choose(self, field, word):
        """Opens a list in the rail and clicks an option."""
        self.page.locator(f".field-{field} button.dash-dropdown").click()
        self.page.locator(".dash-dropdown-option", has_text=word).first.click()
        self.page.keyboard.press("Escape")

    def says(self, field, text, *, sure=True):
        """Waits until the control shows this text, or no longer does."""
        self.until(
            "([f, t, sure]) => document.querySelector(`.field-${f}`).innerText.includes(t) === sure",
            [field, text, sure],
        )

    def picked(self, field, word):
        self.until(
            "([f, w]) => document.querySelector(`.field-${f} input:checked`)?.parentElement.innerText.trim() === w",
            [field, word],
        )

    def cells(self, panel, column):
        """The texts of one column as far as it is on screen."""
        return self.page.locator(f".panel-{panel} .ag-row [col-id='{column}']").all_inner_texts()

    @property
    def search(self):
        return urlsplit(self.page.url).query and "?" + urlsplit(self.page.url).query

    def until_moved(self, address):
        self.until("a => location.pathname + location.search !== a", address)
        return True

    def lists(self, api, panel, column):
        """Waits until a column, as far as it is on screen, tells what the frame does for the address as it is by then: an
        edit that is still on its way changes both."""
        moved_or_lists = f"([at, ...told]) => location.search !== at || ({LISTS})(told)"
        asked = None
        while asked != self.search:
            asked = self.search
            at = ViewState.from_query(asked).block - 1
            told = [row[column] for row in self.api(api + asked)[at * BLOCK : (at + 1) * BLOCK]]
            self.until(moved_or_lists, [asked, panel, column, told])

    def api(self, address):
        """The frame of a panel as the API tells it, in this moment."""
        return json.loads(self.page.evaluate("a => fetch(a).then(r => r.text())", self.origin + address))


@pytest.fixture(scope="session")
def sample_of(demo):
    """A sample that the demo has: its run's id, its own id, and the query that leads to it."""
    part = next(p for p in demo.parts.values() if Mark.VALUE in p.scores.collect()["mark"])
    return part.runs[0], part.ids["sample_id"][0]


@pytest.fixture(scope="session")
def an_address(sample_of):
    """An address of a page that has something to show: page -> address."""
    run, sample = sample_of
    queries = {
        "run": ViewState().edit(runs=[run]),
        "sample": ViewState().edit(runs=[run], sample=sample, epoch=1),
        "beside": ViewState().edit(runs=[run], sample=sample, epoch=1),
    }
    return lambda page: page.path + queries.get(page.key, ViewState()).to_query()


def inspect_log(path, model, answers, *, task="by hand", status="success", **more):
    """Writes a small log as Inspect does. Answers: sample id -> what its sample has beside id and score."""
    samples = [
        {"id": id, "epoch": 1, "input": f"What is {id}?", "target": "A", "metadata": {},
         "scores": {"match": {"value": "CI"[i % 2], "answer": "A", "explanation": "because"}}, **said}
        for i, (id, said) in enumerate(answers.items())
    ]  # fmt: skip
    share = sum(s["scores"]["match"]["value"] == "C" for s in samples) / len(samples)
    metric = {"name": "accuracy", "value": share, "params": {}}
    scored = {"name": "match", "scorer": "match", "scored_samples": len(samples), "unscored_samples": 0,
              "params": {}, "metrics": {"accuracy": metric}}  # fmt: skip
    log = {
        "version": 2,
        "status": status,
        "eval": {
            "eval_id": f"eval-{path.stem}", "run_id": f"run-{path.stem}", "task_id": f"task-{path.stem}", "task": task,
            "created": "2026-11-01T12:00:00+00:00", "model": model, "config": {"epochs": 1},
            "dataset": {"name": "by hand", "samples": len(samples), "sample_ids": list(answers)},
            "scorers": [{"name": "match"}],
        },
        "plan": {},
        "results": {"total_samples": len(samples), "completed_samples": len(samples), "scores": [scored]},
        "stats": {},
        "samples": samples,
        **more,
    }  # fmt: skip
    if status == "started":
        del log["results"]
    aside = path.with_suffix(".part")
    aside.write_text(json.dumps(log))
    aside.replace(path)


@pytest.fixture(scope="session")
def write_log():
    return inspect_log
