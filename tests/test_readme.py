"""What the README promises is there."""

import re
from pathlib import Path

import pytest

from app.settings import Settings
from data.viewstate import KEYS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", KEYS.values())
def test_every_query_key_is_listed(key):
    listed = README[README.index("Query keys:") : README.index("Keys that make no sense")]
    assert key in re.findall(r"[a-z_]+", listed)


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_listed(setting):
    assert f"EVALBOARD_{setting.upper()}" in README


@pytest.mark.parametrize("picture", re.findall(r"!\[[^]]*\]\(([^)]+)\)", README))
def test_every_picture_is_there(picture):
    assert (Path(__file__).parents[1] / picture).is_file()
