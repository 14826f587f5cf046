"""The samples of one task: a sample for each document, a scorer for each metric and filter."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.formats import inputs, lenient
from data.formats.digests import as_json
from data.formats.lenient import Line, value
from data.formats.lm_eval import answers
from data.formats.lm_eval.names import Name
from data.formats.lm_eval.values import Values
from data.formats.loose import text
from data.formats.previews import preview
from data.problems import Code, Problem

OF_A_ROW = {
    "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash",
    "prompt_hash", "target_hash",
}  # fmt: skip
LONGEST = 100
"""Characters of a value of a document that is kept as metadata; the log has the others."""


@dataclass(slots=True)
class Details:
    path: Path
    samples: list[dict[str, Any]] = field(default_factory=list)
    """Columns of `samples`, but `run`."""
    questions: list[str | None] = field(default_factory=list)
    """Of each sample, where they are known to be all that was asked."""
    scores: dict[Name, Values] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(path: Path) -> Details:
    found = Details(path)
    rows, problems = lenient.lines(path)
    found.problems.extend(problems)
    at: dict[str, int] = {}
    places: list[list[list[int]]] = []
    nameless = 0
    for line in rows:
        if (key := value(line.fields.get("doc_id"))) is None:
            nameless += 1
            continue
        i = at.setdefault(str(key), len(places))
        if i == len(places):
            places.append([])
            found.samples.append(_sample(str(key), line))
            found.questions.append(answers.alone(value(line.fields.get("doc"))))
        places[i].append([line.at, line.size])
        _add_scores(found, i, line)
    for sample, where, hashed in zip(found.samples, places, inputs.hashes(found.questions), strict=True):
        sample["locator"] = json.dumps({"file": path.name, "at": where}, separators=(",", ":"))
        sample["question_hash"] = hashed
    if nameless:
        found.problems.append(Problem(Code.MISSING_FIELD, f"{path.name}: doc_id of {nameless} rows"))
    return found


def _sample(key: str, line: Line) -> dict[str, Any]:
    """From the first row of a document; its other rows are of other filters."""
    f = line.fields
    doc, asked = value(f.get("doc")), answers.requests(value(f.get("arguments")))
    options = answers.choices(asked)
    answer = answers.answer(value(f.get("filtered_resps")), options)
    target = answers.target(value(f.get("target")), options)
    question = answers.question(doc, asked)
    return {
        "sample_id": key,
        "epoch": 1,
        "input": preview(question),
        "target": target and preview(target),
        "answer": answer and preview(answer),
        "input_hash": _hash(value(f.get("doc_hash")), doc, question),
        "metadata": _metadata(doc, question, answers.repeats(value(f.get("resps")))),
    }


def _hash(logged: Any, doc: Any, question: str) -> int:
    """Of the document, not of the prompt: that differs with each model's chat template. Where it was not logged,
    the same as the harness would have."""
    hashed = text(logged)
    if hashed is None or not _is_hex(hashed):
        whole = json.dumps(doc, indent=2, ensure_ascii=False) if doc else question
        hashed = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
    return int(hashed[:16], 16) | inputs.WHOLE


def _is_hex(hashed: str) -> bool:
    return len(hashed) >= 16 and set(hashed[:16]) <= set("0123456789abcdef")


def _metadata(doc: Any, question: str, repeats: int) -> str | None:
    """The short values of a document: its subject, its level."""
    fields = doc if isinstance(doc, dict) else {}
    kept = {k: v for k, v in fields.items() if _is_short(v) and v != question}
    kept |= {"repeats": repeats} if repeats > 1 else {}
    return as_json(kept) if kept else None


def _is_short(v: Any) -> bool:
    return isinstance(v, (bool, int, float)) or (isinstance(v, str) and 0 < len(v) <= LONGEST)


def _add_scores(found: Details, sample: int, line: Line) -> None:
    filter = text(value(line.fields.get("filter"))) or Name("").filter
    for metric in _metrics(line):
        if metric in line.fields:
            column = found.scores.setdefault(Name(metric, filter), Values())
            column.add(sample, value(line.fields[metric]))


def _metrics(line: Line) -> Iterator[str]:
    """As the row names them; older rows have only what is left of them."""
    named = value(line.fields.get("metrics"))
    if isinstance(named, list):
        yield from (m for m in named if isinstance(m, str))
    else:
        yield from (k for k in line.fields if k not in OF_A_ROW)
