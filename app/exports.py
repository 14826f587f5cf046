"""A frame as a file: JSON for scripts, CSV for spreadsheets, Parquet for whoever wants the types."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import polars as pl

KINDS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
"""What spreadsheets take for the beginning of one, in the full width of East Asian keyboards too."""
PIECE = 1 << 20


def write(df: pl.DataFrame, kind: str, path: Path) -> None:
    """Row group by row group: a million rows weigh several times as much as text, and never lie in memory whole."""
    WRITERS[kind](df.lazy(), path)


def made(df: pl.DataFrame, kind: str) -> BinaryIO:
    """On the disk, where it has lost its name, and goes when it is closed."""
    with tempfile.TemporaryDirectory(prefix="evalboard-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, kind)
        write(df, kind, path)
        return path.open("rb")


def pieces(body: BinaryIO) -> Iterator[bytes]:
    with body:
        while piece := body.read(PIECE):
            yield piece


def _json(df: pl.LazyFrame, path: Path) -> None:
    """An array of objects. What JSON has no number for (NaN, infinity) is null."""
    plain(df, finite=True).sink_ndjson(rows := path.with_suffix(".ndjson"))
    with rows.open("rb") as lines, path.open("wb") as out:
        out.write(b"[")
        ended = b""
        while piece := lines.read(PIECE):  # no line has a line break in it
            out.write(ended + piece[:-1].replace(b"\n", b","))
            ended = piece[-1:].replace(b"\n", b",")
        out.write(b"]")


def _csv(df: pl.LazyFrame, path: Path) -> None:
    """With a mark, without which Excel takes UTF-8 for the local code page, and Δ or 臺灣 for garbage."""
    defused(plain(df)).sink_csv(path, include_bom=True)


def _parquet(df: pl.LazyFrame, path: Path) -> None:
    df.sink_parquet(path)


WRITERS: Mapping[str, Callable[[pl.LazyFrame, Path], None]] = MappingProxyType(
    {"json": _json, "csv": _csv, "parquet": _parquet}
)


def plain(df: pl.LazyFrame, *, finite: bool = False) -> pl.LazyFrame:
    """Times and lists as text, as every reader of CSV and JSON understands them."""
    schema = df.collect_schema()
    times = [
        pl.col(c).dt.strftime("%Y-%m-%dT%H:%M:%SZ") for c, t in schema.items() if isinstance(t, pl.Datetime)
    ]
    lists = [] if finite else [pl.col(c).list.join(", ") for c, t in schema.items() if isinstance(t, pl.List)]
    numbers = [
        pl.when(pl.col(c).is_finite()).then(pl.col(c)) for c, t in schema.items() if finite and t.is_float()
    ]
    return df.with_columns(*times, *lists, *numbers)


def defused(df: pl.LazyFrame) -> pl.LazyFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front, which it shows as text.

    >>> defused(pl.LazyFrame({"a": ["=1+1", "-x", "b"]})).collect()["a"].to_list()
    ["'=1+1", "'-x", 'b']
    """
    schema = df.collect_schema()
    texts = [c for c, t in schema.items() if t == pl.String]
    safe = df.with_columns(
        pl.when(pl.col(c).str.contains(FORMULA)).then(pl.concat_str(pl.lit("'"), c)).otherwise(c).alias(c)
        for c in texts
    )
    return safe.rename({c: f"'{c}" for c in schema if re.match(FORMULA, c)})
