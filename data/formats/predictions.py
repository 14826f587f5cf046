"""Files of predictions: what a predictor said a run would come to (MAGNET's tables, and ours).

A CSV or Parquet file with a column each for the run, the statistic and its mean, in any of MAGNET's spellings.
"""

from __future__ import annotations

import csv
from pathlib import Path

from data.formats.base import Format, Log, Reading
from data.formats.tuned_lens.detection import parquet_columns
from data.magnet import predictions
from data.magnet.columns import are_predictions
from data.schema import Tables


def matches(path: Path, head: bytes) -> bool:
    if head[:4] == b"PAR1":
        return path.suffix == ".parquet" and are_predictions(sorted(parquet_columns(path)))
    return path.suffix == ".csv" and are_predictions(_header(head))


def _header(head: bytes) -> list[str]:
    first = head.split(b"\n", 1)[0].decode("utf-8-sig", "replace")
    try:
        return next(csv.reader([first]), [])
    except csv.Error:
        return []


def read(log: Log) -> Reading:
    found = predictions.read(log.path)
    return Reading(Tables.of(predictions=found.rows), found.problems)


FORMAT = Format("predictions", matches, read)
