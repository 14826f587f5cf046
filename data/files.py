"""Which files lie under the roots, in one fixed order, with what tells one state of a file from the next."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from data.cache import Stamp
from data.problems import Code, Problem


class Found(NamedTuple):
    files: tuple[Stamp, ...]
    problems: tuple[Problem, ...]


def scan(roots: Sequence[Path]) -> Found:
    """Hidden files and folders are skipped: they are some tool's own. A file under two roots is found once."""
    stamps: dict[str, Stamp] = {}
    problems: list[Problem] = []
    for root in roots:
        try:
            root.stat()
        except PermissionError as e:
            problems.append(Problem(Code.NOT_PERMITTED, e.strerror or "", str(root)))
            continue
        except OSError:
            problems.append(Problem(Code.NO_LOCATION, where=str(root)))
            continue
        here = [s for path in _files(root, problems) if (s := _stamp(path, problems))]
        if not here:
            problems.append(Problem(Code.EMPTY_FOLDER, where=str(root)))
        stamps.update((s.location, s) for s in here)
    return Found(tuple(stamps[k] for k in sorted(stamps)), tuple(problems))


def _files(root: Path, problems: list[Problem]) -> Iterator[Path]:
    if root.is_file():
        yield root
        return

    def refused(error: OSError) -> None:
        problems.append(Problem(Code.NOT_PERMITTED, error.strerror or "", str(error.filename)))

    been: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(root, onerror=refused, followlinks=True):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        if not _first_time(folder, been):  # a link that leads back to where it stands
            folders.clear()
            continue
        yield from (Path(folder, name) for name in names if not name.startswith("."))


def _first_time(folder: str, been: set[tuple[int, int]]) -> bool:
    """Links to folders are followed, each folder once."""
    try:
        found = os.stat(folder)
    except OSError:
        return False
    new = (found.st_dev, found.st_ino) not in been
    been.add((found.st_dev, found.st_ino))
    return new


def _stamp(path: Path, problems: list[Problem]) -> Stamp | None:
    try:
        found = path.stat()
    except OSError as e:  # a link that leads nowhere, or a file that has just gone
        problems.append(Problem(Code.UNREADABLE, e.strerror or type(e).__name__, str(path)))
        return None
    if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for without end
        return None
    return Stamp(str(path), found.st_size, found.st_mtime_ns)


def head(path: Path, size: int) -> bytes:
    with path.open("rb") as f:
        return f.read(size)


WIDE = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
"""The longer marks first: that of UTF-32 begins as that of UTF-16."""


def narrow(head: bytes) -> bytes:
    """In UTF-8 what says of itself that it is text in UTF-16 or UTF-32; nothing of all else. The last sign may be cut.

    >>> narrow("é{".encode("utf-16"))[:2].decode(), narrow(b"plain")
    ('é', b'')
    """
    encoding = next((name for mark, name in WIDE if head.startswith(mark)), None)
    return head.decode(encoding, "ignore").encode("utf-8", "ignore") if encoding else b""


def moment(mtime_ns: int) -> datetime:
    """When a file was changed. What no calendar has, as a broken clock or `touch` may write, is its first or last day."""
    seconds = min(max(mtime_ns / 1e9, FIRST_DAY), LAST_DAY)
    return datetime.fromtimestamp(seconds, UTC)


FIRST_DAY, LAST_DAY = (datetime(year, 6, 1, tzinfo=UTC).timestamp() for year in (1, 9999))
