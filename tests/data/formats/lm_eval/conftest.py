"""Small files as the harness writes them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from data.formats.base import Log
from data.formats.lm_eval import FORMAT

STAMP = "2026-02-03T10-11-12.345678"


def results(results: dict[str, Any], **more: Any) -> dict[str, Any]:
    usual = {"configs": {t: {} for t in results}, "versions": {}, "date": 1770113472.5, "model_name": "lab/m"}
    return {"results": results} | usual | more


def row(doc_id: Any = 0, filter: str = "none", **metrics: Any) -> dict[str, Any]:
    """`own=` overrides columns of the row itself."""
    own = metrics.pop("own", {})
    asked = {"gen_args_0": {"arg_0": f"Q: what is {doc_id}?", "arg_1": {"until": []}}}
    usual = {"doc_id": doc_id, "doc": {"question": f"what is {doc_id}?"}, "target": "a", "arguments": asked}
    usual |= {"resps": [["a"]], "filtered_resps": ["a"], "filter": filter, "metrics": list(metrics)}
    return usual | own | metrics


@pytest.fixture
def make():
    return SimpleNamespace(results=results, row=row)


@pytest.fixture
def log(tmp_path):
    """A file of results and its samples by task; bytes stay as they are."""

    def write(doc, stamp=STAMP, folder="lab__m", **samples):
        home = tmp_path / folder
        home.mkdir(exist_ok=True)
        for task, rows in samples.items():
            lines = rows if isinstance(rows, bytes) else "".join(json.dumps(r) + "\n" for r in rows).encode()
            (home / f"samples_{task}_{stamp}.jsonl").write_bytes(lines)
        path = home / f"results_{stamp}.json"
        path.write_bytes(doc if isinstance(doc, bytes) else json.dumps(doc).encode())
        return Log(path, FORMAT.companions(path, sorted(tmp_path.rglob("*"))))

    return write


@pytest.fixture
def read(log):
    return lambda *args, **kwargs: FORMAT.read(log(*args, **kwargs))
