"""A frame as a file: JSON for scripts, CSV for spreadsheets, Parquet for whoever wants the types."""

from __future__ import annotations

import io
import re

import polars as pl

KINDS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
FORMULA = r"^[=+\-@\t\r]"
BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the local code page, and Δ or 臺灣 for garbage."""


def encode(df: pl.DataFrame, kind: str) -> bytes:
    return {"json": _json, "csv": _csv, "parquet": _parquet}[kind](df)


def _json(df: pl.DataFrame) -> bytes:
    """An array of objects. What JSON has no number for (NaN, infinity) is null."""
    return plain(df, finite=True).write_json().encode()


def _csv(df: pl.DataFrame) -> bytes:
    return (BOM + defused(plain(df)).write_csv()).encode()


def _parquet(df: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    df.write_parquet(buffer)
    return buffer.getvalue()


def plain(df: pl.DataFrame, *, finite: bool = False) -> pl.DataFrame:
    """Times and lists as text, as every reader of CSV and JSON understands them."""
    times = [
        pl.col(c).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        for c, t in df.schema.items()
        if isinstance(t, pl.Datetime)
    ]
    lists = (
        [] if finite else [pl.col(c).list.join(", ") for c, t in df.schema.items() if isinstance(t, pl.List)]
    )
    numbers = [
        pl.when(pl.col(c).is_finite()).then(pl.col(c))
        for c, t in df.schema.items()
        if finite and t.is_float()
    ]
    return df.with_columns(*times, *lists, *numbers)


def defused(df: pl.DataFrame) -> pl.DataFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front, which it shows as text.

    >>> defused(pl.DataFrame({"a": ["=1+1", "-x", "b"]}))["a"].to_list()
    ["'=1+1", "'-x", 'b']
    """
    texts = [c for c, t in df.schema.items() if t == pl.String]
    safe = df.with_columns(
        pl.when(pl.col(c).str.contains(FORMULA)).then(pl.concat_str(pl.lit("'"), c)).otherwise(c).alias(c)
        for c in texts
    )
    return safe.rename({c: f"'{c}" for c in safe.columns if re.match(FORMULA, c)})
