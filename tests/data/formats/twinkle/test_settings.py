"""What a run was asked to do, and what nobody should see."""

import json
from pathlib import Path

import pytest

from data.formats.twinkle import settings

CONFIG = {
    "llm_api": {
        "api_key": "S3CRET",
        "base_url": "http://me:S3CRET@h/v1",
        "headers": [{"X-Api-Key": "S3CRET"}],
    },
    "model": {"name": "m", "max_tokens": 5, "extra_body": {"access_token": "S3CRET", "tokenizer": "t"}},
    "google_services": {"credentials_file": "S3CRET", "password": "S3CRET", "Authorization": "S3CRET"},
    "evaluation": {"system_prompt": "x", "samples_per_question": 2},
}


def test_no_secret_at_any_depth():
    assert "S3CRET" not in settings.canonical(settings.public(CONFIG))


def test_nothing_else_is_dropped():
    public = settings.public(CONFIG)
    assert public["llm_api"]["base_url"] == "http://h/v1"
    assert public["model"] == {"name": "m", "max_tokens": 5, "extra_body": {"tokenizer": "t"}}
    assert public["evaluation"] == CONFIG["evaluation"]


def test_no_secret_reaches_the_tables(make, read):
    doc = make.summary({"d/": make.block(make.entry("d/a.csv", 0.5))}, config=CONFIG)
    config = read(doc).tables.runs["config"][0]
    assert "S3CRET" not in config
    assert json.loads(config)["model"]["max_tokens"] == 5


def digest(method="box", *, model=None, evaluation=None):
    return settings.config_digest({"model": model or {}, "evaluation": evaluation or {}}, method)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "math"},
        {"model": {"temperature": 1}},
        {"model": {"top_p": 0.1}},
        {"model": {"max_tokens": 9}},
        {"evaluation": {"system_prompt": "x"}},
        {"evaluation": {"shuffle_options": True}},
        {"evaluation": {"repeat_runs": 3}},
        {"evaluation": {"samples_per_question": 3}},
    ],
)
def test_digest_tells_what_matters_apart(change):
    assert digest(**change) != digest()


@pytest.mark.parametrize(
    "change", [{"model": {"name": "other"}}, {"model": {"extra_body": {}}}, {"model": {"extra_body": None}}]
)
def test_digest_is_blind_to_the_rest(change):
    assert digest(**change) == digest()


@pytest.mark.parametrize(
    ("path", "prompt", "tags"),
    [
        ("results/lab__m/low/results_1.json", "Reasoning: high", ["low"]),
        ("results/lab__m/default/results_1.json", None, ["default"]),
        ("results/results_1.json", {"zh": "…\nReasoning: high", "en": "…\nReasoning: high"}, ["high"]),
        ("results/maverick/results_1.json", "think", []),
    ],
)
def test_tags(path, prompt, tags):
    assert settings.tags({"evaluation": {"system_prompt": prompt}}, Path(path)) == tags


@pytest.mark.parametrize("value", [None, "x", 0, -1, float("nan"), [], {}])
def test_a_count_is_at_least_one(value):
    assert settings.count({"evaluation": {"repeat_runs": value}}, "repeat_runs") == 1
