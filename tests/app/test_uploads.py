"""Files over HTTP: what is taken, what is refused and how, and who sees it afterwards."""

import http.client
import json
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from plotly.utils import PlotlyJSONEncoder
from werkzeug.serving import make_server

from app.background import limits
from app.factory import create_app
from app.pages import PAGES
from app.settings import Settings
from app.uploads import STATUS
from callbacks.panels import draw_or_explain
from components import frame, text
from components.page import View
from data.cache import Cache
from data.ingest import Ingester
from data.store import Store
from data.viewstate import ViewState
from data.workspaces import Limits, Refusal, Workspaces

FIXTURES = Path(__file__).parents[1] / "fixtures"
INSPECT = (FIXTURES / "inspect" / "zstd.eval").read_bytes()
LIMITS = Limits(file=2_000_000, total=5_000_000, files=20, days=7, disk=0)
MODEL = "mockllm/model"


class Site:
    """One process over the demo's logs, and somebody who sends it files."""

    def __init__(self, demo_logs, cache, limits=LIMITS, prefix="/", threads=8):
        self.store, work = Store(), Ingester([demo_logs / "twinkle"], Cache(cache))
        self.store.publish(work.look())
        self.workspaces = Workspaces(self.store, work, cache / "workspaces", limits)
        self.server = create_app(self.store, prefix, self.workspaces, threads).server
        self.client = self.server.test_client()
        self.prefix = prefix

    def post(self, data=INSPECT, name="x.eval", key="", headers=None, **more):
        query = {"name": name} | ({"workspace": key} if key else {})
        return self.client.post(
            f"{self.prefix}upload", query_string=query, data=data, headers=headers, **more
        )

    def add(self, *args, **more):
        answer = self.post(*args, **more)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.workspaces.shown(ViewState().edit(workspace=answer.json["workspace"]))
        self.workspaces.look()
        return answer.json["workspace"]

    def api(self, panel, key="", kind="json"):
        return self.client.get(
            f"{self.prefix}api/{panel}.{kind}", query_string={"workspace": key} if key else {}
        )

    def close(self):
        self.workspaces.close()


@pytest.fixture
def site(demo_logs, tmp_path):
    made = []

    def start(**more):
        made.append(Site(demo_logs, tmp_path / "cache", **more))
        return made[-1]

    yield start
    for one in made:
        one.close()


@contextmanager
def listening(site):
    """The same over a socket, for what a test client does not do: bodies without a length, and half of one."""
    server = make_server("127.0.0.1", 0, site.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def models(answer):
    return {row["model"] for row in answer.json}


def test_a_file_makes_a_workspace_and_its_runs_are_in_every_answer_with_the_key(site):
    s = site()
    key = s.add()
    assert MODEL in models(s.api("runs/table", key))
    assert models(s.api("runs/table", key)) > models(s.api("runs/table"))
    assert MODEL.encode() in s.api("runs/table", key, "csv").data


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)
def test_no_page_shows_uploaded_runs_without_the_key(page, site):
    s = site()
    key, other = s.add(), s.add(b"hello", "other.txt")
    sees = {
        k: json.dumps(
            [p.frame(View.of(f"?workspace={k}&task=mixed", s.workspaces)).to_dicts() for p in page.panels],
            default=str,
        )
        for k in ("", other, "B" * 32)
    }
    assert all("mockllm" not in said and "x.eval" not in said for said in sees.values())
    assert key not in "".join(sees.values())


def test_no_answer_without_the_key_tells_a_key(site):
    s = site()
    key = s.add()
    for page in PAGES:
        for panel in page.panels:
            for kind in ("json", "csv"):
                assert key.encode() not in s.api(f"{page.key}/{panel.name}", kind=kind).data
    for address in ("/healthz", "/api/", "/_dash-layout", "/"):
        assert key.encode() not in s.client.get(address).data


def test_downloads_of_a_workspace_do_not_tell_its_key_either(site):
    s = site()
    key = s.add()
    for panel in ("runs/table", "runs/problems", "workspace/files", "workspace/add"):
        assert key.encode() not in s.api(panel, key, "csv").data


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)
def test_no_answer_tells_where_on_the_server_a_file_of_a_workspace_lies(page, site):
    """Neither do problems of it, or that it is the copy of another."""
    s = site()
    key = s.add(name="mine/x.eval")
    for name, data in {"copy.eval": INSPECT, "cut.eval": INSPECT[:900]}.items():
        s.add(data, name, key)
    run = s.api("runs/table", key).json[-1]["run_id"]
    view = View.of(f"?workspace={key}&run={run}&attempts=all", s.workspaces)
    for panel in page.panels:
        answer = s.client.get(f"/api/{page.key}/{panel.name}.json", query_string=view.state.to_query()[1:])
        drawn = json.dumps(draw_or_explain(panel, view), cls=PlotlyJSONEncoder)
        assert answer.status_code == 200
        assert str(view.workspace.folder) not in answer.get_data(as_text=True) + drawn


def test_a_file_of_a_workspace_is_where_its_owner_put_it(site):
    s = site()
    key = s.add(name="mine/x.eval")
    s.add(b"hello", "mine/other.eval", key)
    assert "mine/x.eval" in {row["location"] for row in s.api("runs/table", key).json}
    assert [row["where"] for row in s.api("runs/problems", key).json] == ["mine/other.eval"]


def test_an_answer_for_a_key_is_kept_by_no_cache_on_the_way(site):
    s = site()
    assert s.api("runs/table", s.add()).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("key", ["C" * 32, "cut-off"])
def test_a_download_of_a_workspace_that_is_gone_is_refused_not_of_something_else(key, site):
    answer = site().api("runs/table", key)
    assert answer.status_code == 404
    assert "gone" in answer.json["error"]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)
def test_every_link_of_a_page_stays_in_the_workspace(page, site, walk_links):
    s = site()
    key = s.add()
    run = s.api("runs/table", key).json[-1]["run_id"]
    view = View.of(f"?workspace={key}&run={run}&attempts=all", s.workspaces)
    drawn = [
        frame.page(page, view),
        *(frame.panel(page, p, p.draw(p.frame(view), view), view) for p in page.panels),
    ]
    drawn += frame.status(view.snapshot, s.store.progress, "en", view.state)
    left = [href for href in walk_links(drawn) if f"workspace={key}" not in href]
    assert left == []


@pytest.fixture
def walk_links():
    def walk(node):
        if isinstance(node, (list, tuple)):
            for child in node:
                yield from walk(child)
        elif hasattr(node, "to_plotly_json"):
            if getattr(node, "href", None):
                yield node.href
            for row in getattr(node, "rowData", None) or ():
                yield from row["_href"].values()
            yield from walk(getattr(node, "children", None))

    return walk


def test_several_files_go_to_one_workspace(site):
    s = site()
    key = s.add()
    assert s.add(b"hello", "a.txt", key) == key
    assert [r["file"] for r in s.api("workspace/files", key).json] == ["a.txt", "x.eval"]


@pytest.mark.parametrize(
    "name", ["../../x.eval", "/etc/x.eval", "a\\b\\x.eval", "x\0.eval", "", "<b>.eval", "🙂" * 200]
)
def test_a_hostile_name_stays_in_the_workspace_and_is_told_as_it_was(name, site, tmp_path):
    s = site()
    before = {p for p in tmp_path.rglob("*") if "workspaces" not in p.parts}
    key = s.add(b"hello", name)
    assert s.api("workspace/files", key).json[0]["file"] == name
    (stored,) = [p for p in (tmp_path / "cache" / "workspaces").glob("*/files/**/*") if p.is_file()]
    assert stored.read_bytes() == b"hello"
    after = {p for p in tmp_path.rglob("*") if "workspaces" not in p.parts and "index" not in p.parts}
    assert {p for p in after - before if p.is_file()} == set()


def test_too_large_by_its_own_word_is_refused_without_the_body(site):
    s = site()
    answer = s.post(b"", environ_overrides={"CONTENT_LENGTH": str(2**31)})
    assert answer.status_code == 413
    assert answer.json["error"] == "too_large"
    assert "x.eval is larger than 2 MB" in answer.json["message"]


def test_a_body_without_a_length_is_taken_and_cut_off_at_the_limit(site):
    s = site()
    with listening(s) as port:

        def send(size):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            body = (b"x" * 50_000 for _ in range(size // 50_000))
            chunked = {"Transfer-Encoding": "chunked"}
            try:
                line.request("POST", "/upload?name=x.bin", body=body, encode_chunked=True, headers=chunked)
                found = line.getresponse()
                return found.status, json.loads(found.read())
            except (BrokenPipeError, ConnectionResetError):
                return 413, {}
            finally:
                line.close()

        status, told = send(1_000_000)
        assert (status, told["bytes"]) == (200, 1_000_000)
        assert send(2_100_000)[0] == 413
    homes = list(s.workspaces._home.iterdir())
    left = [
        p for home in homes for kind in ("files", "incoming") for p in (home / kind).rglob("*") if p.is_file()
    ]
    assert len(homes) == 1
    assert [p.stat().st_size for p in left] == [1_000_000]


def test_half_a_body_is_not_kept(site):
    s = site()
    with listening(s) as port:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        line.putrequest("POST", "/upload?name=x.bin")
        line.putheader("Content-Length", "1000000")
        line.endheaders(b"x" * 400_000)
        line.sock.shutdown(1)
        assert line.getresponse().status == 400
        line.close()
    assert list(s.workspaces._home.iterdir()) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://behind.proxy"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://eval.example", "X-Forwarded-Host": "eval.example"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "https://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_only_pages_of_our_own_may_send_and_delete(headers, status, site):
    s = site()
    key = s.add()
    assert s.post(b"a", "a.txt", key, headers).status_code == status
    assert s.client.delete(f"/upload?workspace={key}", headers=headers).status_code == status
    assert s.api("runs/table", key).status_code == (404 if status == 200 else 200)


def test_a_workspace_that_is_deleted_is_gone_for_everybody(site):
    s = site()
    key = s.add()
    assert s.client.delete(f"/upload?workspace={key}").status_code == 200
    assert s.client.delete(f"/upload?workspace={key}").status_code == 404
    assert s.post(b"a", "a.txt", key).status_code == 404
    assert s.client.delete("/upload").status_code == 404


def test_pages_keep_their_threads_while_many_files_come_in(site):
    s = site(threads=2)
    with listening(s) as port:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        line.putrequest("POST", "/upload?name=a.txt")
        line.putheader("Content-Length", "10")
        line.endheaders(b"x" * 5)
        until(lambda: list(s.workspaces._home.glob("*/incoming/*")))
        answer = s.post()
        line.send(b"x" * 5)
        assert line.getresponse().status == 200
        line.close()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert s.post().status_code == 200


def until(happened):
    for _ in range(1_000):
        if happened():
            return
        threading.Event().wait(0.01)
    raise TimeoutError


@pytest.mark.parametrize("upload_mb", [0])
def test_uploads_can_be_turned_off(upload_mb, site, tmp_path):
    s = site(limits=limits(Settings(upload_mb=upload_mb, cache=tmp_path)))
    assert s.post().status_code == 404
    assert b"data-words" not in s.client.get("/_dash-layout").data
    assert b"Add logs" not in s.client.get("/_dash-layout").data
    assert s.workspaces._home.exists() is False


def test_it_works_under_a_prefix(site):
    s = site(prefix="/eval/")
    assert MODEL in models(s.api("runs/table", s.add()))
    assert (
        s.client.post("/upload?name=x").status_code == 404
        or s.client.post("/upload?name=x").status_code == 405
    )


@pytest.mark.parametrize("code", Refusal)
def test_every_refusal_has_a_status_and_a_sentence_that_says_what_to_do(code):
    assert 400 <= STATUS[code] < 600
    for locale in text.locales():
        said = text.say(locale, "refusals", code, name="x.eval", file="2 MB", total="5 MB", files="20")
        assert len(said) > 40
        assert "{" not in said


def test_what_is_refused_names_the_file_as_text(site):
    answer = site().post(b"x" * 2_000_001, "<b>x</b>.eval")
    assert answer.mimetype == "application/json"
    assert "<b>x</b>.eval" in answer.json["message"]


def test_an_address_with_a_key_is_told_to_no_other_site(site):
    assert site().client.get("/").headers["Referrer-Policy"] == "same-origin"
