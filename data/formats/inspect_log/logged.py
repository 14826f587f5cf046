"""What either container holds, before it becomes tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from data.formats.inspect_log.records import Document, Sample
from data.problems import Problem


@dataclass(slots=True)
class Logged:
    header: Document
    content: str
    """Digest of the log."""
    samples: list[Sample] | None = None
    """None: the log keeps none, or they are lost."""
    problems: list[Problem] = field(default_factory=list)


class Changed(ValueError):
    """Someone wrote the file while we read it."""


class Stamp(NamedTuple):
    size: int
    mtime_ns: int
    inode: int


def stamp(path: Path) -> Stamp:
    stat = path.stat()
    return Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ino)


@contextmanager
def unchanging(path: Path) -> Iterator[BinaryIO]:
    """The open file. Raises Changed at the end if it is not the file that it was at the beginning.

    An error on the way is most likely its consequence, so it is told as that.
    """
    before = stamp(path)
    with path.open("rb") as file:
        try:
            yield file
        finally:
            if stamp(path) != before:
                raise Changed(path.name)
