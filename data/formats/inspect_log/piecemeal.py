"""Logs of which some sample's field is not what Inspect writes: that field is lost, and said to be, and not the score.

Slow, and only for logs in which the fast way met such a field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_type_hints

import msgspec
from msgspec import Raw

from data.formats import letters
from data.formats.inspect_log import records
from data.formats.inspect_log.records import Document, Sample
from data.problems import Code, Problem

NAMED = 3
"""Ids of samples that a problem gives as examples."""
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_TYPES: dict[str, Any] = {}


def summaries(data: bytes, name: str, problems: list[Problem]) -> list[Sample]:
    """Of the member of this name."""
    try:
        return records.summaries(data, problems, name)
    except msgspec.ValidationError:
        _tell_letters(data, name, problems)
        return _samples(records.raw_summaries(data), name, problems)


def whole_log(data: bytes, problems: list[Problem]) -> Document:
    """A .json log."""
    try:
        return records.document(data, problems)
    except msgspec.ValidationError:
        _tell_letters(data, "", problems)
        head = msgspec.structs.asdict(records.headless(data))
        return Document(**head, samples=_samples(records.split(data).samples or [], "samples", problems))


def _tell_letters(data: bytes, name: str, problems: list[Problem]) -> None:
    """The fast way may have stopped before it met them, or after."""
    problems += [p for p in letters.problems(data, name) if p not in problems]


def _samples(raws: Sequence[Raw], name: str, problems: list[Problem]) -> list[Sample]:
    """What can be read of each. Told is what cannot: field, how many samples, a few of their ids."""
    found: list[Sample] = []
    lost: dict[str, list[str]] = {}
    for raw in raws:
        sample, missed = _sample(raw)
        if sample is not None:
            found.append(sample)
        for field in missed:
            lost.setdefault(field, []).append("?" if sample is None else str(sample.id))
    problems += [Problem(Code.BAD_VALUE, f"{name}: {_said(field, ids)}") for field, ids in lost.items()]
    return found


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
                known[name] = fields[name] if type_ is Raw else records.field(fields[name], type_)
            except ValueError:
                missed.append(name)
    if {"id", "epoch"} & set(missed):
        return None, missed
    return Sample(**known), missed


def _types() -> dict[str, Any]:
    if not _TYPES:
        _TYPES.update(get_type_hints(Sample, vars(records)))
    return _TYPES
