"""Small records and rows of the exchange schema."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from data.formats.base import Log
from data.formats.every_eval_ever import FORMAT

UUID = "3f2b8c1e-5a64-4d0b-9c1f-0a1b2c3d4e5f"


def result(name: str = "sums", score: Any = 0.5, id: str | None = None, **config: Any) -> dict[str, Any]:
    own = {"evaluation_result_id": id} if id else {}
    details = {"score": score} | config.pop("details", {})
    source = {"dataset_name": name, "source_type": "other"}
    return own | {
        "evaluation_name": name, "source_data": source, "metric_config": config, "score_details": details
    }  # fmt: skip


def record(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "schema_version": "0.3.0",
        "evaluation_id": "e/1",
        "retrieved_timestamp": "1770113472.5",
        "model_info": {"id": "lab/m"},
        "evaluation_results": list(results),
    } | more


def row(
    sample_id: str = "s1", score: Any = 1.0, id: str | None = None, name: str = "sums", **more: Any
) -> dict[str, Any]:
    own = {"evaluation_result_id": id} if id else {}
    return (
        own
        | {
            "schema_version": "0.3.0",
            "evaluation_id": "e/1",
            "model_id": "lab/m",
            "evaluation_name": name,
            "sample_id": sample_id,
            "interaction_type": "single_turn",
            "input": {"raw": f"what is {sample_id}?", "reference": ["a", "b"]},
            "output": {"raw": ["it is a"]},
            "answer_attribution": [{"extracted_value": "a", "is_terminal": True}],
            "evaluation": {"score": score, "is_correct": score == 1},
        }
        | more
    )


@pytest.fixture
def make():
    return SimpleNamespace(result=result, record=record, row=row)


@pytest.fixture
def log(tmp_path):
    """A record and its rows; None for a record that is missing."""

    def write(doc, *rows):
        path, beside = tmp_path / f"{UUID}.json", tmp_path / f"{UUID}_samples.jsonl"
        if rows:
            beside.write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
        if doc is None:
            return Log(beside)
        path.write_bytes(doc if isinstance(doc, bytes) else json.dumps(doc).encode())
        return Log(path, FORMAT.companions(path, sorted(tmp_path.iterdir())))

    return write


@pytest.fixture
def read(log):
    return lambda *args: FORMAT.read(log(*args))
