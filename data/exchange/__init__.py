"""Runs written as records of Every Eval Ever 0.3.0, so that others can read what we show.

A record for each run: `data/<benchmark>/<developer>/<model>/<uuid>.json`, where the coalition's own tools look for it, and
beside it `<uuid>_samples.jsonl` with a row for each sample, epoch and scorer. The schema has no place for a score that is not a finite number, so those are left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data import aside
from data.exchange.record import Record, record
from data.exchange.rows import as_json, text
from data.queries import selection
from data.store import Snapshot
from data.viewstate import ViewState


def write(snapshot: Snapshot, state: ViewState, folder: Path) -> list[Path]:
    """The files written, samples before the record that points to them."""
    written = []
    for name, within, aggregate, instances in to_every_eval_ever(snapshot, state):
        place = folder / within
        if instances:
            written.append(place / f"{name}_samples.jsonl")
            aside.text(written[-1], text(instances))
        written.append(place / f"{name}.json")
        aside.text(written[-1], as_json(aggregate, indent=1) + "\n")
    return written


def to_every_eval_ever(snapshot: Snapshot, state: ViewState) -> Iterator[Record]:
    """One record for each run that counts in this view. Equal snapshots give equal records."""
    for run in selection.counted(snapshot, state).iter_rows(named=True):
        yield record(snapshot, run)
