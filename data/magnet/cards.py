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

from data.problems import Code, Problem

VERDICTS = ("VERIFIED", "FALSIFIED", "INCONCLUSIVE")
MOST = 16 << 20
"""Bytes of a card or a verdict; larger ones are none."""


@dataclass(frozen=True, slots=True)
class Card:
    location: str
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
    """The folders of evaluated cards beneath a folder, oldest name first."""
    return sorted(p.parent for p in root.rglob("card.yaml"))


def read(folder: Path) -> Card:
    problems: list[Problem] = []
    about = _mapping(_load(folder / "card.yaml", problems))
    top = folder / "verdict.json"
    verdict = _mapping(_load(top, problems)) if top.exists() else {}
    if not top.exists():
        problems.append(Problem(Code.UNFINISHED, "without verdict.json", str(folder / "card.yaml")))
    cells = [_cell(p, problems) for p in sorted((folder / "results").glob("*/verdict.json"))]
    return Card(
        location=str(folder),
        title=_text(about.get("title")),
        claim=_text(_mapping(about.get("claim")).get("python")),
        result=_text(verdict.get("result")),
        created=_created(folder.name),
        about=about,
        verdict=verdict,
        cells=_frame([c for c in cells if c]),
        problems=tuple(problems),
    )


def _load(path: Path, problems: list[Problem]) -> Any:
    try:
        if path.stat().st_size > MOST:
            problems.append(Problem(Code.TOO_LARGE, path.name, str(path)))
            return None
        text = path.read_text("utf-8")
        return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=Plain)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as e:
        problems.append(Problem(Code.UNREADABLE, f"{path.name}: {e}"[:200], str(path)))
        return None


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
            f"symbol.{k}": v if isinstance(v, (str, int, float)) else json.dumps(v)
            for k, v in symbols.items()
        },
    }


def _frame(cells: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """A symbol that is a number in one cell and text in another is text."""
    fixed = dict.fromkeys(("cell", "status", "output", "timestamp"), pl.String)
    names = dict.fromkeys([*fixed, *(k for c in cells for k in c)])
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
    return None if value is None else str(value).strip()
