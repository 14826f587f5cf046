"""MAGNET's evaluation cards, the one thing that it writes down: a claim, what it was tried on, and the verdicts.

A card's claim and symbols are Python. They are text here: parsed as YAML, never run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from data.formats.redaction import redacted
from data.problems import Code, Problem
from data.schema import CARDS

VERDICTS = ("VERIFIED", "FALSIFIED", "INCONCLUSIVE")
MOST = 16 << 20
"""Bytes of a card or a verdict; larger ones are none."""


EVALUATED, VERDICT = "card.yaml", "verdict.json"
SYMBOLS = "symbol_metadata.json"
FIXED = ("cell", "status", "output", "timestamp")
SYMBOL = "symbol."
PREDICTORS = ("predictor", "algorithm")


@dataclass(frozen=True, slots=True)
class Card:
    title: str | None
    claim: str | None
    result: str | None
    """One of VERDICTS, or null for a card that was never evaluated."""
    created: datetime | None
    about: Mapping[str, Any]
    """The card as written."""
    verdict: Mapping[str, Any]
    cells: pl.DataFrame
    """One row a combination of symbols: cell, status, output, timestamp, then a column a symbol."""
    problems: tuple[Problem, ...] = field(default=())

    @property
    def shares(self) -> Mapping[str, int]:
        """How many cells came to each status."""
        return dict(self.cells["status"].value_counts().rows()) if self.cells.height else {}

    @property
    def threshold(self) -> float | None:
        """The share of cells that has to hold, where the claim asks for a share."""
        strategy = _mapping(self.about.get("claim_aggregation_strategy"))
        found = _mapping(strategy.get("parameters")).get("threshold")
        return float(found) if isinstance(found, (int, float)) else None


def find(root: Path) -> list[Path]:
    """The evaluated cards beneath a folder, oldest name first."""
    return sorted(root.rglob("card.yaml"))


def belongs(path: Path, card: Path) -> bool:
    """Whether MAGNET wrote this file for that card: <run>/card.yaml has its verdict beside it and those of its cells in
    <run>/results/<cell>/verdict.json."""
    if card.name != EVALUATED or path == card:
        return False
    if path.parent == card.parent:
        return path.name in (VERDICT, SYMBOLS)
    return path.name == VERDICT and path.parent.parent == card.parent / "results"


def read(path: Path) -> Card:
    """A card with its verdicts, if it was evaluated."""
    problems: list[Problem] = []
    folder = path.parent
    about = _mapping(_load(path, problems))
    top = folder / VERDICT
    was_begun = path.name == EVALUATED
    verdict = _mapping(_load(top, problems)) if was_begun and top.exists() else {}
    if was_begun and about:
        _check(path, verdict, problems)
    found = sorted(p for p in (folder / "results").glob(f"*/{VERDICT}") if belongs(p, path))
    return Card(
        title=_text(about.get("title")),
        claim=_text(_mapping(about.get("claim")).get("python")),
        result=_text(verdict.get("result")),
        created=_created(folder.name) if was_begun else None,
        about=about,
        verdict=verdict,
        cells=_frame([c for c in (_cell(p, problems) for p in found) if c]),
        problems=tuple(problems),
    )


def _check(path: Path, verdict: Mapping[str, Any], problems: list[Problem]) -> None:
    """Whether an evaluation is whole: what it says of its symbols and cells, and its card to the last line's end."""
    folder = path.parent
    if not (folder / VERDICT).exists():
        problems.append(Problem(Code.UNFINISHED, "without verdict.json"))
    if (folder / SYMBOLS).exists():
        _load(folder / SYMBOLS, problems)
    claims = verdict.get("claims")
    judged = {p.parent.name for p in (folder / "results").glob(f"*/{VERDICT}")}
    if isinstance(claims, list) and (lost := {str(c) for c in claims} - judged):
        problems.append(Problem(Code.MISSING_FIELD, f"the verdict of {len(lost)} cells"))
    with path.open("rb") as file:
        file.seek(-1, 2)
        if file.read(1) != b"\n":
            problems.append(Problem(Code.TRUNCATED, "the last line has no end"))


def table(card: Card) -> pl.DataFrame:
    """Rows of schema.CARDS: the card itself, whose `cell` is null, then one a cell."""
    strategy = _mapping(card.about.get("claim_aggregation_strategy"))
    own = {
        "title": card.title,
        "claim": card.claim,
        "result": card.result,
        "created": card.created,
        "strategy": _text(strategy.get("type")),
        "threshold": card.threshold,
        "predictor": _predictor(card.about),
        "tags": [str(t) for t in tags] if isinstance(tags := card.about.get("tags"), list) else [],
        "metrics": _spelt(_mapping(card.verdict.get("metrics"))),
        "about": _spelt(redacted(dict(card.about))),
    }
    cells = [
        {k: cell[k] for k in FIXED} | {"symbols": _spelt(redacted(_symbols(cell)))}
        for cell in card.cells.iter_rows(named=True)
    ]
    return pl.DataFrame([own, *cells], schema={n: t for n, t in CARDS.items() if n != "location"})


def _symbols(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {k.removeprefix(SYMBOL): v for k, v in cell.items() if k.startswith(SYMBOL) and v is not None}


def _spelt(value: object) -> str:
    """As JSON; what YAML has and JSON has not (dates, sets) as text."""
    return json.dumps(value, default=str)


def _predictor(about: Mapping[str, Any]) -> str | None:
    """Where a card names what it is about: itself, as one of its symbols, or as its pipeline. Nothing makes it do so."""
    symbols = _mapping(about.get("symbols"))
    places = (
        *(about.get(k) for k in PREDICTORS),
        *(symbols.get(k) for k in PREDICTORS),
        about.get("pipeline"),
    )
    named = (p.get("value", p.get("name")) if isinstance(p, Mapping) else p for p in places)
    return next((_text(n) for n in named if isinstance(n, str) and n), None)


def _load(path: Path, problems: list[Problem]) -> Any:
    try:
        if path.stat().st_size > MOST:
            problems.append(Problem(Code.TOO_LARGE, _place(path)))
            return None
        text = path.read_text("utf-8")
        return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=Plain)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as e:
        problems.append(Problem(Code.UNREADABLE, f"{_place(path)}: {e}"[:200]))
        return None


def _place(path: Path) -> str:
    """Within its evaluation: the cells' verdicts all have one name."""
    return f"{path.parent.name}/{path.name}"


class Plain(yaml.SafeLoader):
    """Without references, by which a short text can stand for one that fills the memory."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("a card refers to nothing elsewhere")
        return super().compose_node(parent, index)


def _cell(path: Path, problems: list[Problem]) -> dict[str, Any]:
    found = _mapping(_load(path, problems))
    if not found:
        return {}
    symbols = _mapping(found.get("symbols"))
    return {
        "cell": path.parent.name,
        "status": _text(found.get("status")),
        "output": _text(found.get("output")),
        "timestamp": _text(found.get("timestamp")),
        **{
            f"{SYMBOL}{k}": v if isinstance(v, (str, int, float)) else json.dumps(v)
            for k, v in symbols.items()
        },
    }


def _frame(cells: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """A symbol that is a number in one cell and text in another is text."""
    names = dict.fromkeys([*FIXED, *(k for c in cells for k in c)])
    return pl.DataFrame({n: _column(n, [c.get(n) for c in cells]) for n in names})


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    kinds = {type(v) for v in values if v is not None}
    if kinds and kinds <= {int, float}:
        return pl.Series(name, values, pl.Float64 if float in kinds else pl.Int64, strict=False)
    return pl.Series(
        name, [v if v is None or isinstance(v, str) else json.dumps(v) for v in values], pl.String
    )


def _created(name: str) -> datetime | None:
    """From the folder's name, <hash>_<YYYY-MM-DD__HH-MM-SS[-ffffff]>. Its zone is not told; read as UTC.

    >>> _created("f4310ac4_2026-11-21__02-29-43").isoformat()
    '2026-11-21T02:29:43+00:00'
    """
    try:
        return datetime.strptime(
            "-".join(name.partition("_")[2].split("-")[:5]), "%Y-%m-%d__%H-%M-%S"
        ).replace(tzinfo=UTC)
    except ValueError:
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    """Without halves of surrogate pairs, which JSON may hold and no table can."""
    return None if value is None else str(value).strip().encode("utf-8", "replace").decode()
