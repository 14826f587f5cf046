"""What a browser may do with our pages."""

import base64
import hashlib
import re

import pytest

from app.factory import create_app
from app.settings import Settings
from data.store import Store


@pytest.fixture(scope="module")
def client():
    return create_app(Store()).server.test_client()


def directives(response):
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {name: values.split() for name, _, values in (p.partition(" ") for p in parts)}


@pytest.mark.parametrize("path", ["/", "/api/runs/table.json", "/nowhere"])
def test_every_answer_has_a_policy_that_runs_no_strangers_script(client, path):
    said = directives(client.get(path))
    assert said["default-src"] == ["'self'"]
    assert said["object-src"] == ["'none'"]
    assert said["script-src"][0] == "'self'"
    assert all(s == "'self'" or s.startswith("'sha256-") for s in said["script-src"])


def test_our_own_inline_scripts_are_all_named(client):
    """By their hashes, made here anew from the page itself."""
    page = re.sub("<!--.*?-->", "", client.get("/").get_data(as_text=True), flags=re.DOTALL)
    inline = re.findall(r"<script(?![^>]*src=)(?![^>]*application/json)[^>]*>(.*?)</script>", page, re.DOTALL)
    assert inline
    allowed = set(directives(client.get("/"))["script-src"])
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in allowed, script[:200]


def test_a_viewer_for_all_logs_and_others_for_some(tmp_path):
    team = tmp_path / "team"
    team.mkdir()
    found = Settings(
        logs=(tmp_path,), viewer_url="http://all:1", viewer_map={str(team): "http://team:2"}
    ).viewers
    assert [(v.prefix, v.template.partition("/#")[0]) for v in found] == [
        (str(team), "http://team:2"),
        (str(tmp_path), "http://all:1"),
    ]
    assert Settings(logs=(tmp_path,)).viewers == ()


def test_an_address_that_is_none_is_refused_at_the_start():
    with pytest.raises(ValueError, match="http"):
        Settings(viewer_url="javascript:alert(1)")


def test_a_map_of_viewers_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("EVALBOARD_VIEWER_MAP", '{"/logs": "http://viewer:7575"}')
    assert Settings().viewers[0].prefix == "/logs"


def test_the_app_is_ready_for_its_scripts_before_anybody_asks():
    """Two readers may come in the same moment; Dash would begin with the first and fail the second."""
    assert create_app(Store()).registered_paths["dash"]
