"""Every panel has an address, and says the same there in every form as on screen."""

import csv
import io
import json
import math

import polars as pl
import pytest
from polars.exceptions import PanicException

from app import exports
from app.factory import create_app
from app.pages import PAGES
from components.page import Panel, View
from data.store import Snapshot, Store
from data.viewstate import ViewState
from data.workspaces import Workspaces

PANELS = [f"{page.key}/{panel.name}" for page in PAGES for panel in page.panels]
QUERIES = {
    "none": "",
    "usual": "?task=general_knowledge&scale=100",
    "of one run": "?run=r0&sample=a/b&epoch=1",
    "strange": "?model=%00&model=%ff%fe&threshold=nan&page=-1&x[]=1&sort=%3Cscript%3E&q=%5B(&group=%22%5C&sample=%F0%9F%99%82",
    "broken": "?&&=&%&%zz&=a&min_delta=1e999&since=tomorrow&until=..&arrange=" + "x" * 5000,
    "many": "?" + "&".join(f"task=t{i}" for i in range(3000)),
}
each_panel = pytest.mark.parametrize("panel", PANELS)


@pytest.fixture(scope="module", params=["demo", "strange", "empty"])
def clients(request, snapshots):
    snapshot = snapshots[request.param]
    return create_app(Store(snapshot)).server.test_client(), snapshot


def frame_of(panel, snapshot, query):
    page, name = panel.split("/")
    found = next(p for p in PAGES if p.key == page).panel(name)
    return found.frame(View(snapshot, ViewState.from_query(query)))


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if hasattr(value, "strftime") else str(value)


def defused(text):
    return f"'{text}" if text[:1] in tuple("=+-@\t\r\n＝＋－＠") else text


@each_panel
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_panel_says_the_same_as_json_csv_and_parquet(clients, panel, query):
    client, snapshot = clients
    frame = frame_of(panel, snapshot, query)
    got = {kind: client.get(f"/api/{panel}.{kind}{query}") for kind in ("json", "csv", "parquet")}
    assert {kind: r.status_code for kind, r in got.items()} == dict.fromkeys(got, 200)
    assert pl.read_parquet(io.BytesIO(got["parquet"].get_data())).equals(frame)

    rows = json.loads(got["json"].get_data())
    assert len(rows) == frame.height
    for row, source in zip(rows, frame.iter_rows(named=True), strict=True):
        assert list(row) == frame.columns
        for name, value in source.items():
            lost = isinstance(value, float) and not math.isfinite(value)
            expected = (
                None
                if lost
                else value
                if isinstance(value, (list, bool, int, float, type(None)))
                else as_text(value)
            )
            assert row[name] == expected, name

    table = list(csv.reader(io.StringIO(got["csv"].get_data().decode("utf-8-sig"), newline="")))
    assert table[0] == [defused(c) for c in frame.columns]
    assert len(table) == frame.height + 1
    for cells, source in zip(table[1:], frame.iter_rows(named=True), strict=True):
        for cell, value in zip(cells, source.values(), strict=True):
            if isinstance(value, float):
                assert float(cell) == value
            else:
                expected = as_text(value)
                assert cell == (expected if isinstance(value, int) else defused(expected))


def test_csv_tells_spreadsheets_that_it_is_utf_8(client):
    body = client.get("/api/runs/table.csv").get_data()
    assert body.startswith(b"\xef\xbb\xbfrun_id,")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_is_shown_as_text(snapshot_of, text):
    client = create_app(
        Store(snapshot_of({"run_id": "r", "model": text, "metrics": {"": 0.5}}))
    ).server.test_client()
    table = client.get("/api/runs/table.csv").get_data().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table, newline=""))
    assert row["model"] == f"'{text}"
    assert json.loads(client.get("/api/runs/table.json").get_data())[0]["model"] == text
    header = client.get("/api/scores/pivot.csv").get_data().decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(header, newline="")))[1] == f"'{text}"


def test_numbers_below_zero_stay_numbers(snapshot_of):
    s = snapshot_of(
        {"run_id": "a", "model": "a", "metrics": {"": 0.5}},
        {"run_id": "b", "model": "b", "metrics": {"": 0.25}},
    )
    table = (
        create_app(Store(s))
        .server.test_client()
        .get("/api/baseline/ranking.csv")
        .get_data()
        .decode("utf-8-sig")
    )
    assert next(csv.DictReader(io.StringIO(table)))["delta"] == "-0.25"


def test_html_in_names_stays_text_in_json(snapshot_of):
    name = "<script>alert(1)</script>"
    client = create_app(Store(snapshot_of({"run_id": "r", "model": name}))).server.test_client()
    response = client.get("/api/runs/table.json")
    assert response.mimetype == "application/json"
    assert json.loads(response.get_data())[0]["model"] == name


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_json_has_no_number_that_json_does_not_know(snapshot_of, value):
    s = snapshot_of({"run_id": "r", "metrics": [{"value": value}], "cost": value})
    body = create_app(Store(s)).server.test_client().get("/api/runs/table.json").get_data(as_text=True)
    (row,) = json.loads(body, parse_constant=lambda c: pytest.fail(c))
    assert (row["cost"], row["value"]) == (None, None)


@pytest.mark.parametrize(
    "address",
    [
        "scores/none.json",
        "none/bars.csv",
        "scores/bars.xlsx",
        "scores/bars.",
        "a/b.parquet",
        "",
        "x",
        "a/b/c",
    ],
)
def test_what_is_not_there_is_said_with_what_is(client, address):
    response = client.get(f"/api/{address}")
    assert (response.status_code, response.mimetype) == (404, "application/json")
    assert response.json["panels"] == PANELS
    assert response.json["kinds"] == ["json", "csv", "parquet"]


@pytest.mark.parametrize(
    ("kind", "mimetype"),
    [("json", "application/json"), ("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet")],
)
def test_downloads_have_their_type_and_name(client, kind, mimetype):
    response = client.get(f"/api/scores/bars.{kind}")
    assert response.mimetype == mimetype
    named = response.headers.get("Content-Disposition")
    assert named == (None if kind == "json" else f'attachment; filename="scores-bars.{kind}"')


def test_an_answer_names_the_version_of_its_data(client, demo):
    assert client.get("/api/runs/table.json").headers["X-Evalboard-Version"] == demo.version


def test_health_tells_what_is_loaded(client, demo):
    assert client.get("/healthz").json == {"status": "ok", "version": demo.version, "runs": demo.runs.height}


def test_health_is_there_before_anything_is_loaded():
    assert create_app(Store()).server.test_client().get("/healthz").json["version"] == ""


def test_everything_lies_under_the_prefix(demo):
    client = create_app(Store(demo), "/eval/").server.test_client()
    for address in ("", "api/runs/table.json", "healthz", "vendor/bootstrap.css", "_dash-layout", "scores"):
        assert client.get(f"/eval/{address}").status_code == 200, address
    assert client.get("/api/runs/table.json").status_code == 404


def test_the_front_page_asks_nobody_else_for_anything(client):
    page = client.get("/").get_data(as_text=True)
    assert "//" not in page.replace("://www.w3.org", "").split("<script", 1)[0].split("<body", 1)[0].replace(
        "<!--", ""
    )
    assert "cdn" not in page.lower()


def test_two_apps_share_nothing(demo):
    one, two = create_app(Store(demo)), create_app(Store(Snapshot()))
    assert one.server.test_client().get("/healthz").json["runs"] == demo.runs.height
    assert two.server.test_client().get("/healthz").json["runs"] == 0
    assert one.callback_map.keys() == two.callback_map.keys()
    assert one.callback_map is not two.callback_map


def test_what_is_published_is_served_from_then_on(demo):
    store = Store()
    client = create_app(store).server.test_client()
    assert client.get("/api/runs/table.json").json == []
    store.publish(demo)
    assert len(client.get("/api/runs/table.json").json) == demo.runs.height


def test_an_export_has_the_rows_and_the_order_of_the_table_on_screen(snapshots):
    client = create_app(Store(snapshots["demo"])).server.test_client()
    everything = client.get("/api/runs/table.json").json
    asked = "where=table.status.equals%3Asuccess&by=table.model.desc&by=table.task.asc"
    found = client.get(f"/api/runs/table.json?{asked}").json
    expected = sorted((r for r in everything if r["status"] == "success"), key=lambda r: r["task"])
    expected.sort(key=lambda r: r["model"], reverse=True)
    assert [(r["model"], r["task"]) for r in found] == [(r["model"], r["task"]) for r in expected]
    assert 0 < len(found) < len(everything)


def test_a_panel_that_fails_answers_its_script_in_json(snapshots, monkeypatch, caplog):
    def broken(_panel, _view):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(Panel, "rows", broken)
    answer = create_app(Store(snapshots["demo"])).server.test_client().get("/api/runs/table.json")
    assert (answer.status_code, answer.mimetype) == (500, "application/json")
    assert answer.json["reference"] in caplog.text
    assert "secret" not in answer.text


def test_so_does_one_whose_view_fails(snapshots, monkeypatch, caplog):
    def broken(_workspaces, _state):
        raise PanicException("secret of the house")

    client = create_app(Store(snapshots["demo"])).server.test_client()
    monkeypatch.setattr(Workspaces, "shown", broken)
    answer = client.get("/api/runs/table.csv?task=a")
    assert (answer.status_code, answer.mimetype) == (500, "application/json")
    assert answer.json["reference"] in caplog.text
    assert all(said in caplog.text for said in ("PanicException", "runs/table", "task=a"))
    assert not any(said in answer.text for said in ("secret", "Traceback"))


def test_the_key_of_a_workspace_is_in_no_log(snapshots, monkeypatch, caplog):
    key = "k" * 32
    monkeypatch.setattr(Workspaces, "shown", lambda *_: {}["of nobody"])
    answer = create_app(Store(snapshots["demo"])).server.test_client().get(
        f"/api/runs/table.csv?task=a&workspace={key}"
    )  # fmt: skip
    assert answer.json["reference"] in caplog.text
    assert key not in caplog.text


@pytest.mark.parametrize("path", ["/api/runs/table.json", "/api/", "/api/what/ever"])
def test_who_asks_in_a_way_that_there_is_not_is_told_so_in_json(path):
    answer = create_app(Store()).server.test_client().post(path)
    assert (answer.status_code, answer.mimetype) == (405, "application/json")
    assert "GET" in answer.headers["Allow"]
    assert answer.json["error"]


@pytest.mark.parametrize("rows", [0, 1, 3, 70_000])
def test_a_download_has_all_rows_in_their_order_and_lies_in_no_memory(rows):
    df = pl.DataFrame(
        {"n": range(rows), "text": [f"a\nb, {i}" for i in range(rows)], "x": [math.nan] * rows},
        schema={"n": pl.Int64, "text": pl.String, "x": pl.Float64},
    )
    read = {"json": json.load, "csv": pl.read_csv, "parquet": pl.read_parquet}
    for kind, reader in read.items():
        with exports.made(df, kind) as made:
            assert isinstance(made.fileno(), int)
            found = reader(made)
        found = [r["n"] for r in found] if kind == "json" else found["n"].to_list()
        assert found == list(range(rows))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"]
)
def test_what_a_spreadsheet_might_run_is_text(text):
    assert exports.defused(pl.LazyFrame({"a": [text]})).collect().item() == f"'{text}"


@pytest.mark.parametrize("text", ["a=1", "1-1", "", "–5"])
def test_what_it_would_not_run_stays_as_it_is(text):
    assert exports.defused(pl.LazyFrame({"a": [text]})).collect().item() == text
