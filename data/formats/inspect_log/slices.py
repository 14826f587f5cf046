"""Where each sample of a .json log stands in it: found once, after which a sample costs the reading of its own slice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec
import numpy as np
from msgspec import Raw

from data.formats.inspect_log.logged import Stamp
from data.formats.inspect_log.records import BOM, Split, key
from data.formats.strict import level

LOGS = 8
"""Whose places are remembered; 10,000 samples take a megabyte."""

_SPLIT = msgspec.json.Decoder(Split)


class Slices(NamedTuple):
    places: Mapping[tuple[str, int], slice]
    """Of each id and epoch the last one, as everywhere."""
    results: Any


@lru_cache(LOGS)
def slices(path: Path, _state: Stamp) -> Slices | None:
    """Of the log as it is in this state; None where it is cut off, nested too deep or otherwise no sound JSON."""
    data = _read(path)
    if data.startswith(BOM):
        data[: len(BOM)] = b" " * len(BOM)
    for change in (_nothing, level):
        try:
            change(data)
            return _found(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
    return None


def _read(path: Path) -> bytearray:
    """In memory once, and not mapped into it: a log that is written anew meanwhile would end the process."""
    data = bytearray(path.stat().st_size)
    with path.open("rb", buffering=0) as file:
        view, done = memoryview(data), 0
        while got := file.readinto(view[done:]):
            done += got
    return data


def _nothing(_data: bytearray) -> None:
    pass


def _found(data: bytearray) -> Slices:
    log = _SPLIT.decode(data)
    begin = _address(data)
    places = {}
    for raw in log.samples or ():
        if (named := key(raw)) is not None:
            at = _address(raw) - begin
            places[named] = slice(at, at + len(memoryview(raw)))
    return Slices(places, log.results)


def _address(data: bytearray | Raw) -> int:
    return int(np.frombuffer(memoryview(data), np.uint8).__array_interface__["data"][0])


def cut(file: BinaryIO, place: slice) -> bytes:
    file.seek(place.start)
    return file.read(place.stop - place.start)
