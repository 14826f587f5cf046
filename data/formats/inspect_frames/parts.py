"""What one evaluation amounts to, before all are put together."""

from __future__ import annotations

from typing import Any, NamedTuple

import polars as pl

from data.problems import Problem


class Part(NamedTuple):
    """`sample` in its scores counts its own samples."""

    run: dict[str, Any]
    metrics: list[dict[str, Any]]
    samples: pl.DataFrame
    scores: pl.DataFrame
    problems: list[Problem]
