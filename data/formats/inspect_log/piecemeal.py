"""Logs of which some sample's field is not what Inspect writes: that field is lost, and said to be, and not the score.

Slow, and only for logs in which the fast way met such a field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_type_hints

import msgspec
from msgspec import Raw

from data.formats.inspect_log import records
from data.formats.inspect_log.records import Document, Sample

NAMED = 3
"""Ids of samples that a problem gives as examples."""
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_TYPES: dict[str, Any] = {}


def summaries(data: bytes) -> tuple[list[Sample], list[str]]:
    """The samples, and in words what of them could not be read."""
    try:
        return records.summaries(data), []
    except msgspec.ValidationError:
        return _samples(records.raw_summaries(data))


def whole_log(data: bytes) -> tuple[Document, list[str]]:
    """A .json log, and in words what of its samples could not be read."""
    try:
        return records.whole_log(data), []
    except msgspec.ValidationError:
        head = msgspec.structs.asdict(records.headless(data))
        samples, lost = _samples(records.split(data).samples or [])
        return Document(**head, samples=samples), lost


def _samples(raws: Sequence[Raw]) -> tuple[list[Sample], list[str]]:
    """What can be read of each, and in words what cannot: field, how many samples, a few of their ids."""
    found: list[Sample] = []
    lost: dict[str, list[str]] = {}
    for raw in raws:
        sample, missed = _sample(raw)
        if sample is not None:
            found.append(sample)
        for name in missed:
            lost.setdefault(name, []).append("?" if sample is None else str(sample.id))
    return found, [_said(name, ids) for name, ids in lost.items()]


def _said(field: str, ids: Sequence[str]) -> str:
    """
    >>> _said("total_time", ["a", "b", "c", "d"])
    'total_time of 4 samples (a, b, c, …)'
    """
    shown = ", ".join(ids[:NAMED]) + (", …" if len(ids) > NAMED else "")
    return f"{field} of {len(ids)} samples ({shown})"


def _sample(raw: Raw) -> tuple[Sample | None, list[str]]:
    """The sample without the fields that could not be read, and their names. None without an id or an epoch."""
    try:
        fields = _FIELDS.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None, ["sample"]
    known: dict[str, Any] = {}
    missed = []
    for name, type_ in _types().items():
        if name in fields:
            try:
                known[name] = fields[name] if type_ is Raw else msgspec.json.decode(fields[name], type=type_)
            except (msgspec.DecodeError, UnicodeDecodeError):
                missed.append(name)
    if {"id", "epoch"} & set(missed):
        return None, missed
    return Sample(**known), missed


def _types() -> dict[str, Any]:
    if not _TYPES:
        _TYPES.update(get_type_hints(Sample, vars(records)))
    return _TYPES
