"""The command that people start: it serves, it watches, and it stops when told to."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

REPOSITORY = Path(__file__).parents[2]
START_S = STOP_S = 30


@pytest.fixture
def folder(tmp_path, demo_logs):
    """Two of the demo's logs."""
    folder = tmp_path / "logs"
    folder.mkdir()
    for log in sorted(demo_logs.glob("*general-knowledge*.eval"))[:2]:
        shutil.copy(log, folder)
    return folder


@contextmanager
def started(folder, cache):
    """`python -m app serve`, when it has read the logs: the process and its origin."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "app", "serve", folder, "--port", str(port), "--cache", cache]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("EVALBOARD_")}
    process = subprocess.Popen(
        command, cwd=REPOSITORY, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        origin = f"http://127.0.0.1:{port}"
        wait_for(lambda: health(origin).get("runs") == 2)
        yield process, origin
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def health(origin):
    try:
        with urlopen(f"{origin}/healthz", timeout=2) as answer:
            return json.load(answer)
    except (URLError, ConnectionError, TimeoutError):
        return {}


def wait_for(condition):
    due = time.monotonic() + START_S
    while not condition():
        assert time.monotonic() < due, "not within half a minute"
        time.sleep(0.1)


def stops(process, origin, how):
    process.send_signal(how)
    code = process.wait(STOP_S)
    assert code in {0, -how}, process.stdout.read()
    assert health(origin) == {}


def test_it_shows_the_logs_and_new_ones_and_stops_on_ctrl_c(folder, tmp_path, reader, write_log):
    with started(folder, tmp_path / "cache") as (process, origin):
        assert health(origin)["status"] == "ok"
        reader.at(origin).open("/runs")
        reader.lists("/api/runs/table.json", "table", "model")
        write_log(folder / "new.json", "zeta/new", {"a": {}}, task="brand_new")
        reader.page.wait_for_selector(".panel-table .ag-row a:text-is('brand_new')")
        reader.end()
        stops(process, origin, signal.SIGINT)


def test_it_stops_when_a_container_does(folder, tmp_path):
    with started(folder, tmp_path / "cache") as (process, origin):
        stops(process, origin, signal.SIGTERM)
