"""The command line says what it does, does what the page does, and names what is wrong."""

import json
import os
import socket
from importlib import metadata
from unittest.mock import Mock

import click
import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from app import background, cli
from app.factory import create_app
from app.pages import PAGES
from app.settings import Settings
from data.store import Store


@pytest.fixture
def run(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("EVALBOARD_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("EVALBOARD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(
        cli, "run", lambda found: print(found.model_dump_json())
    )  # no server starts in a test

    def call(*args):
        return CliRunner().invoke(cli.main, [str(a) for a in args])

    return call


@pytest.fixture
def results(tmp_path, demo_logs):
    """One of the demo's logs, alone."""
    folder = tmp_path / "logs"
    folder.mkdir()
    (found,) = (demo_logs / "twinkle" / "open__lynx-13b").glob("results_*.json")
    (folder / found.name).write_bytes(found.read_bytes())
    return folder


@pytest.mark.parametrize("args", [("--help",), ("-h",)])
def test_help_tells_every_command(run, args):
    result = run(*args)
    assert result.exit_code == 0
    for command in ("serve", "ingest", "export", "demo"):
        assert command in result.output


@pytest.mark.parametrize("command", ["serve", "ingest", "export", "demo"])
def test_every_command_explains_itself(run, command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_version_is_told(run):
    try:
        version = metadata.version("evalboard")
    except metadata.PackageNotFoundError:
        pytest.skip("evalboard is run from its folder, not installed")
    assert version in run("--version").output


@pytest.mark.parametrize("panel", ["runs/table", "scores/pivot", "baseline/summary"])
def test_export_prints_what_the_page_downloads(run, demo_logs, demo, panel):
    query = "?task=tw_life&scale=100"
    page = create_app(Store(demo)).server.test_client().get(f"/api/{panel}.csv{query}").get_data()
    assert run("export", panel, "--logs", demo_logs, "--query", query).stdout_bytes == page


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_export_writes_what_the_page_downloads(run, demo_logs, demo, tmp_path, kind):
    page = (
        create_app(Store(demo)).server.test_client().get(f"/api/scores/bars.{kind}?task=tw_life").get_data()
    )
    result = run(
        "export",
        "scores/bars",
        "--logs",
        demo_logs,
        "--query",
        "task=tw_life",
        "-o",
        tmp_path / f"out.{kind}",
    )
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / f"out.{kind}").read_bytes() == page


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)
def test_every_panel_can_be_exported(run, results, page):
    for panel in page.panels:
        assert run("export", f"{page.key}/{panel.name}", "--logs", results).exit_code == 0


def test_an_unknown_panel_is_told_with_those_there_are(run, results):
    result = run("export", "scores/none", "--logs", results)
    assert result.exit_code == 2
    assert "scores/none" in result.output
    assert "scores/bars" in result.output


def test_an_unknown_kind_of_file_is_told_with_those_there_are(run, results, tmp_path):
    result = run("export", "scores/bars", "--logs", results, "-o", tmp_path / "out.xlsx")
    assert result.exit_code == 2
    assert "out.xlsx" in result.output
    assert ".parquet" in result.output


@pytest.mark.parametrize(
    "args", [("serve", "/no/such"), ("ingest", "/no/such"), ("export", "scores/bars", "--logs", "/no/such")]
)
def test_a_folder_that_is_not_there_is_named(run, args):
    result = run(*args)
    assert result.exit_code == 2
    assert "/no/such" in result.output
    assert "does not exist" in result.output


@pytest.mark.parametrize("command", ["serve", "ingest"])
def test_a_missing_folder_from_the_environment_is_named(run, monkeypatch, command):
    monkeypatch.setenv("EVALBOARD_LOGS", "/no/such")
    result = run(command)
    assert result.exit_code == 1
    assert "/no/such does not exist" in result.output


@pytest.mark.parametrize("command", ["serve", "ingest"])
def test_no_folder_at_all_is_told_what_to_name(run, command):
    result = run(command)
    assert result.exit_code == 2
    assert "EVALBOARD_LOGS" in result.output


def test_ingest_says_what_it_read_and_what_was_wrong(run, results):
    (results / "cut.json").write_text(
        '{"timestamp": "20260101_0000", "dataset_results": {"datasets/x": {"results": ['
    )
    (results / "notes.txt").write_text("hello")
    result = run("ingest", results)
    assert result.exit_code == 0
    assert "2 runs of 1 models on 2 tasks" in result.stdout
    assert str(results / "cut.json") in result.stderr
    assert f"{results / 'notes.txt'} is not a log that evalboard knows" in result.stderr


def test_ingest_goes_on_watching_when_a_look_fails(run, results, monkeypatch):
    real, disk = background.ingester(Settings(logs=(results,))), OSError("the disk is away")
    read = real.look()
    monkeypatch.setattr(real, "look", Mock(side_effect=[read, disk, None, read]))
    monkeypatch.setattr(background, "ingester", lambda _: real)
    monkeypatch.setattr(cli.time, "sleep", Mock(side_effect=[None, None, None, KeyboardInterrupt()]))
    assert run("ingest", "--watch", results).stdout.count("2 runs of 1 models on 2 tasks") == 2


def test_ingest_of_an_empty_folder_says_what_to_do(run, tmp_path):
    (tmp_path / "none").mkdir()
    result = run("ingest", tmp_path / "none")
    assert result.exit_code == 0
    assert "holds no files. Put logs there" in result.stderr


def test_a_cache_that_cannot_be_written_is_named(run, results, tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = run("ingest", results, "--cache", tmp_path / "file" / "cache")
    assert result.exit_code == 1
    assert str(tmp_path / "file" / "cache") in result.output
    assert "--cache" in result.output


def test_serve_takes_its_settings_from_the_command_line_first(run, results, monkeypatch):
    monkeypatch.setenv("EVALBOARD_PORT", "1111")
    monkeypatch.setenv("EVALBOARD_HOST", "0.0.0.0")
    found = json.loads(run("serve", results, "--port", "2222").stdout)
    assert (found["port"], found["host"], found["logs"]) == (2222, "0.0.0.0", [str(results)])


def test_folders_named_in_passing_are_known_by_their_whole_path(run, results, monkeypatch):
    monkeypatch.chdir(results.parent)
    assert json.loads(run("serve", "logs").stdout)["logs"] == [str(results)]


def test_the_demo_comes_with_its_logs(run, demo_logs):
    assert json.loads(run("demo").stdout)["logs"] == [str(demo_logs), str(demo_logs.with_name("more"))]


def test_a_demo_without_its_logs_says_where_they_come_from(run, demo_logs, tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "DEMO", (demo_logs, tmp_path / "more"))
    result = run("demo")
    assert result.exit_code == 1
    assert f"{tmp_path / 'more'} is not there: the demo comes with a clone" in result.stderr


@pytest.mark.parametrize("port", ["70000", "-1", "x"])
def test_a_bad_setting_is_named(run, results, monkeypatch, port):
    monkeypatch.setenv("EVALBOARD_PORT", port)
    result = run("serve", results)
    assert result.exit_code == 1
    assert "port" in result.output


def test_nothing_listens_to_the_world_unless_asked(run):
    assert Settings().host == "127.0.0.1"


def test_settings_are_read_from_the_environment(run, monkeypatch):
    monkeypatch.setenv("EVALBOARD_LOGS", os.pathsep.join(["/a", "/b"]))
    monkeypatch.setenv("EVALBOARD_CACHE_GB", "0.5")
    monkeypatch.setenv("EVALBOARD_PREFIX", "eval")
    found = Settings()
    assert [str(p) for p in found.logs] == ["/a", "/b"]
    assert (found.cache_gb, found.prefix) == (0.5, "/eval/")


@pytest.mark.parametrize(
    ("given", "prefix"), [("", "/"), ("/", "/"), ("/a", "/a/"), ("a/b/", "/a/b/"), ("/a/b/", "/a/b/")]
)
def test_a_prefix_begins_and_ends_with_a_slash(run, given, prefix):
    assert Settings(prefix=given).prefix == prefix


BAD = {"port": 70_000, "cache_gb": 0, "threads": 0, "watch_s": 0, "log_level": "loud"}


@pytest.mark.parametrize("name", BAD)
def test_a_setting_that_makes_no_sense_is_refused_at_the_start(run, monkeypatch, name):
    monkeypatch.setenv(f"EVALBOARD_{name.upper()}", str(BAD[name]))
    with pytest.raises(ValidationError, match=name):
        Settings()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name):
    assert Settings.model_fields[name].description


def test_runs_are_exported_as_every_eval_ever(demo_logs, tmp_path):
    asked = [
        "export",
        "--logs",
        str(demo_logs),
        "--format",
        "every-eval-ever",
        "--query",
        "task=ledger_agent",
    ]
    found = CliRunner().invoke(cli.main, [*asked, "-o", str(tmp_path / "records")])
    assert found.exit_code == 0, found.output
    records = [json.loads(p.read_text()) for p in (tmp_path / "records").rglob("*.json")]
    assert len(records) == 5
    assert {r["schema_version"] for r in records} == {"0.3.0"}


def test_an_export_without_a_panel_says_what_to_name(demo_logs):
    found = CliRunner().invoke(cli.main, ["export", "--logs", str(demo_logs)])
    assert found.exit_code == 2
    assert "baseline/ranking" in found.output


SERVE = cli.run


def test_a_port_that_another_server_has_is_named_and_not_shared(results):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(click.ClickException, match=f"Port {port} is in use.*--port"):
            SERVE(Settings(logs=(results,), host="127.0.0.1", port=port))


def test_a_port_that_has_just_been_left_is_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()  # who closes first is waited for by the system
    assert not cli._is_taken("127.0.0.1", port)
