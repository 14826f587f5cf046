"""The scores of a run as rows: one for each sample, epoch and scorer, with what was asked and answered."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import polars as pl

from data.exchange.results import finite
from data.formats import BY_NAME
from data.formats.base import Log, SampleKey
from data.formats.every_eval_ever import dialect
from data.queries import measures
from data.store import Snapshot

log = logging.getLogger(__name__)

Row = Mapping[str, Any]


class Scored(NamedTuple):
    finite: list[dict[str, Any]]
    """Columns of `samples` and sample_id, category, scorer, value, direction; the scores of a sample follow each other."""
    left_out: int = 0


def scored(s: Snapshot, run: Row) -> Scored:
    part = s.parts.get(run["task"])
    if part is None or run["run_id"] not in part.run_code:
        return Scored([])
    mine = pl.col("run") == part.run_code[run["run_id"]]
    ids = part.ids.lazy().select(
        "sample_id", "category", pl.int_range(pl.len(), dtype=pl.UInt32).alias("sample")
    )
    samples = part.samples.filter(mine).drop("run").join(ids, on="sample", maintain_order="left")
    scores = part.scores.filter(mine).drop("run")
    both = scores.join(samples, on=["sample", "epoch"], maintain_order="left").collect().to_dicts()
    ways = {name: measures.direction(s, part.task, name) for name in part.scorers}
    names = [part.scorers[row["scorer"]] for row in both]
    rows = [
        row | {"scorer": name, "direction": ways[name]}
        for row, name in zip(both, names, strict=True)
        if finite(row["value"]) is not None
    ]
    return Scored(rows, len(both) - len(rows))


def instances(
    run: Row, rows: Sequence[Row], common: Row, result_of: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    by_sample = [(key, list(group)) for key, group in groupby(rows, _key)]
    for (_, group), whole in zip(by_sample, _wholes(run, [key for key, _ in by_sample]), strict=True):
        for row in group:
            result = result_of.get(row["scorer"])
            yield {
                **common,
                **({"evaluation_result_id": result} if result else {}),
                **_instance(row, whole),
            }


def _key(row: Row) -> SampleKey:
    return SampleKey(row["sample_id"], row["epoch"], row["locator"])


def _wholes(run: Row, keys: Sequence[SampleKey]) -> Iterator[Row | None]:
    """Each sample as its log has it now, None where it cannot be had: its previews are left."""
    format = BY_NAME[run["format"]]
    try:
        files = _log(run)
        several = format.samples(files, keys) if format.samples else None
    except Exception:  # the log may have been moved or cut since it was ingested
        log.info("could not read %s again", run["location"], exc_info=True)
        yield from (None for _ in keys)
        return
    for key in keys:
        try:
            yield next(several) if several else format.sample(files, key)
        except Exception:  # as above; an iterator that has failed once is at its end
            log.info("could not read %s of %s again", key, run["location"], exc_info=True)
            yield None


def _log(run: Row) -> Log:
    path = Path(run["location"])
    beside = [p for pattern in ("*", "*/*") for p in path.parent.glob(pattern) if p.is_file()]
    return Log(path, BY_NAME[run["format"]].companions(path, beside))


def _instance(row: Row, whole: Row | None) -> dict[str, Any]:
    asked = _question(whole.get("input")) if whole else None
    reference = _texts(whole.get("target") if whole else row["target"])
    raw = asked or row["input"] or ""
    answer = _answer(row, whole)
    return {
        "sample_id": row["sample_id"],
        "sample_hash": sample_hash(raw, reference) if asked else None,  # a preview would not tell two apart
        "interaction_type": "single_turn",
        "input": {
            "raw": raw,
            "reference": reference,
            "choices": _texts(whole and whole.get("choices")) or None,
        },
        "output": {"raw": _texts(whole and whole.get("output")) or [answer]},
        "messages": None,
        "answer_attribution": [_attribution(answer, row["scorer"])],
        "evaluation": {"score": row["value"], "is_correct": _is_correct(row)},
        **({"performance": {"latency_ms": row["time_s"] * 1000}} if (row["time_s"] or -1) >= 0 else {}),
        "error": row["error"],
        "metadata": _metadata(row),
    }


def sample_hash(raw: str, reference: list[str]) -> str:
    """As the coalition's own template computes it, so that samples can be paired whoever wrote them.

    >>> sample_hash("1+1?", ["2"])[:8]
    '4771ed7a'
    """
    both = json.dumps({"raw": raw, "reference": reference}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(both.encode()).hexdigest()


def _attribution(answer: str, scorer: str) -> dict[str, Any]:
    said = {"extracted_value": answer, "extraction_method": scorer}
    return {"turn_idx": 0, "source": "output.raw", **said, "is_terminal": True}


def _is_correct(row: Row) -> bool:
    best = 1.0 if row["direction"] > 0 else 0.0
    return row["value"] == best


def _metadata(row: Row) -> dict[str, str]:
    logged = json.loads(row["metadata"] or "{}")
    own = {
        dialect.EPOCH: str(row["epoch"]),
        dialect.SCORER_OF_SAMPLE: row["scorer"],
        dialect.CATEGORY_OF_SAMPLE: row["category"],
        dialect.LIMIT: row["limit"],
        dialect.TOKENS: None if row["total_tokens"] is None else str(row["total_tokens"]),
    }
    return {k: _text(v) for k, v in logged.items()} | {k: v for k, v in own.items() if v is not None}


def _answer(row: Row, whole: Row | None) -> str:
    score = (whole.get("scores") or {}).get(row["scorer"]) if whole else None
    answer = score.get("answer") if isinstance(score, Mapping) else None
    return _text(answer) if answer is not None else row["answer"] or ""


def _question(asked: Any) -> str:
    """A text, or the texts of messages one after the other."""
    if isinstance(asked, list):
        return "\n\n".join(_said(m.get("content") if isinstance(m, Mapping) else m) for m in asked)
    return "" if asked is None else _text(asked)


def _said(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(
            str(p.get("text", f"({p.get('type')})")) if isinstance(p, Mapping) else str(p) for p in content
        )
    return _text(content)


def _texts(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    return [_text(v) for v in (value if isinstance(value, list) else [value])]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def text(rows: Sequence[Row]) -> str:
    """As the file of samples holds them."""
    return "".join(as_json(r) + "\n" for r in rows)


def as_json(value: Any, indent: int | None = None) -> str:
    """Strict: no NaN, and no half of a surrogate pair, which no file could hold."""
    spelt = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return spelt.encode("utf-8", "replace").decode()
