"""Small Twinkle documents, and folders that hold them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.formats.base import Log, Reading
from data.formats.twinkle import FORMAT

STAMP = "20260314_0910"


def _entry(file: str, *accuracies: float, **more: Any) -> dict[str, Any]:
    runs = [f"results/eval_results_{STAMP}_run{i}.jsonl" for i in range(len(accuracies))]
    return {
        "file": file,
        "accuracy_mean": sum(accuracies) / len(accuracies),
        "accuracy_std": 0,
        "individual_runs": {"accuracies": list(accuracies), "results": runs},
    } | more


def _block(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    values = [e["accuracy_mean"] for e in entries]
    return {"results": list(entries), "average_accuracy": sum(values) / len(values)} | more


def _summary(blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    config = {
        "llm_api": {"base_url": "http://h/v1"},
        "model": {"name": "lab/m"},
        "evaluation": {"repeat_runs": 1},
    }
    return {"timestamp": STAMP, "config": config, "dataset_results": blocks} | more


def _row(number: int, right: bool, **more: Any) -> dict[str, Any]:
    return {
        "question_id": number,
        "sample_id": 0,
        "question": f"問題 {number}\nA: 甲\nB: 乙",
        "correct_answer": "A",
        "llm_output": "\\box{A}",
        "llm_reasoning_output": None,
        "predicted_answer": "A" if right else "B",
        "is_correct": right,
        "usage_completion_tokens": 7,
        "usage_prompt_tokens": 10,
        "usage_total_tokens": 17,
    } | more


class Make:
    entry = staticmethod(_entry)
    block = staticmethod(_block)
    summary = staticmethod(_summary)
    row = staticmethod(_row)


@pytest.fixture
def make() -> type[Make]:
    return Make


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Log]:
    """A summary and the rows of each repetition, as files; the log that they are."""

    def write(doc: Any, *runs: list[dict[str, Any]], name: str = f"results_{STAMP}.json") -> Log:
        path = tmp_path / name
        path.write_bytes(doc if isinstance(doc, bytes) else json.dumps(doc, ensure_ascii=False).encode())
        for i, rows in enumerate(runs):
            lines = (json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
            (tmp_path / f"eval_results_{STAMP}_run{i}.jsonl").write_text("".join(lines), "utf-8")
        return Log(path, FORMAT.companions(path, sorted(tmp_path.rglob("*"))))

    return write


@pytest.fixture
def read(folder: Callable[..., Log]) -> Callable[..., Reading]:
    return lambda *args, **kwargs: FORMAT.read(folder(*args, **kwargs))
