"""A workspace on disk: the files that somebody uploaded, under names of ours, and what they called them.

`files/` is what ingest reads; `parsed/` the cache of what was read there; `uploads.jsonl` a line for each file; `incoming/`
holds what is not whole yet. All that a workspace leaves on the disk is in this one folder, so that deleting it deletes
everything.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import IO, NamedTuple

from data.workspaces import names
from data.workspaces.limits import Limits, Refusal, Refused

PIECE = 1 << 20
MAX_NAME = 1_000
"""Characters that are kept of what a file was called."""


class Stored(NamedTuple):
    """One file: where it lies below `files/`, what it was called, its bytes, their digest, when it came."""

    file: str
    name: str
    bytes: int
    digest: str
    added: datetime


class Folder:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.files = home / "files"
        self.parsed = home / "parsed"
        self.incoming = home / "incoming"
        self._list = home / "uploads.jsonl"

    @property
    def exists(self) -> bool:
        """The list makes the workspace: what writes to its cache a moment after it was deleted brings nothing back."""
        return self._list.exists()

    @property
    def changed(self) -> float:
        """When the last file came, in seconds of the epoch; 0 where there is no workspace."""
        try:
            return self._list.stat().st_mtime
        except OSError:
            return 0.0

    def stored(self) -> tuple[Stored, ...]:
        """In the order in which they came."""
        try:
            lines = self._list.read_text("utf-8").splitlines()
        except OSError:
            return ()
        return tuple(s for line in lines if (s := _stored(line)))

    def receive(self, name: str, body: IO[bytes], declared: int | None, limits: Limits) -> Stored:
        """Keeps the whole file, or raises Refused and keeps nothing. `declared` is how long the sender says it is."""
        room = self._room(declared, limits)
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self.incoming)
        try:
            with os.fdopen(handle, "wb") as out:
                size, digest = _copy(body, out, room, self._has_space(limits))
            if declared is not None and size != declared:
                raise Refused(Refusal.CUT_OFF)
            return self._keep(Path(part), name, size, digest)
        finally:
            Path(part).unlink(missing_ok=True)

    def begin(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._list.touch(0o600)

    def delete(self) -> None:
        """At once for whoever asks, although much may lie there."""
        with suppress(OSError):
            self._list.unlink()
        shutil.rmtree(self.home, ignore_errors=True)

    def _room(self, declared: int | None, limits: Limits) -> Callable[[int], Refusal | None]:
        """What is wrong with a file of so many bytes, if anything. Refuses what is known before a byte is read."""
        sizes = [*self._sizes(self.files), *self._sizes(self.incoming)]
        left = limits.total - sum(sizes)

        def wrong(size: int) -> Refusal | None:
            if size > limits.file:
                return Refusal.TOO_LARGE
            return Refusal.FULL if size > left else None

        if len(sizes) >= limits.files:
            raise Refused(Refusal.TOO_MANY)
        if (code := wrong(declared or 0)) is not None:
            raise Refused(code)
        if not self._has_space(limits)(declared or 0):
            raise Refused(Refusal.NO_SPACE)
        return wrong

    @staticmethod
    def _sizes(folder: Path) -> list[int]:
        return [
            s for at, _, found in os.walk(folder) for f in found if (s := size_of(Path(at, f))) is not None
        ]

    def _has_space(self, limits: Limits) -> Callable[[int], bool]:
        """Whether so many bytes more leave the disk what has to stay free."""
        above = next(p for p in (self.home, *self.home.parents) if p.exists())
        return lambda size: shutil.disk_usage(above).free - size >= limits.disk

    def _keep(self, part: Path, name: str, size: int, digest: str) -> Stored:
        """Under a name that is free. The same file sent again stays one file, so that a folder can be sent again."""
        known = {s.file: s for s in self.stored()}
        wanted = self._below(names.safe(name).parts)
        for n in count(1):
            final = wanted.with_name(names.numbered(wanted.name, n))
            file = final.relative_to(self.files).as_posix()
            if file in known and known[file].digest == digest:
                return known[file]
            if _reserved(final):
                break
        try:
            os.replace(part, final)
        except OSError:
            final.unlink(missing_ok=True)
            raise
        return self._noted(Stored(file, name[:MAX_NAME], size, digest, datetime.now(UTC)))

    def _below(self, parts: tuple[str, ...]) -> Path:
        """The path of these names, its folders made. Where a file has the name of a folder, the folder gets a number."""
        at = self.files
        at.mkdir(parents=True, exist_ok=True)
        for part in parts[:-1]:
            at = next(p for n in count(1) if _is_folder(p := at / names.numbered(part, n)))
        return at / parts[-1]

    def _noted(self, new: Stored) -> Stored:
        line = json.dumps(new._asdict() | {"added": new.added.isoformat()}) + "\n"
        if not self.exists:  # deleted while the file was on its way
            self.delete()
            raise Refused(Refusal.GONE)
        with self._list.open("ab") as out:
            out.write(line.encode())  # one write to the end of a file: several processes may do so
        return new


def _stored(line: str) -> Stored | None:
    try:
        found = json.loads(line)
        return Stored(**found | {"added": datetime.fromisoformat(found["added"])})
    except (ValueError, TypeError, KeyError):  # a line that a full disk cut off
        return None


def _copy(
    body: IO[bytes], out: IO[bytes], wrong: Callable[[int], Refusal | None], has_space: Callable[[int], bool]
) -> tuple[int, str]:
    """Bytes and their digest. No more than a piece is in memory, and none is written that has no place."""
    size, digest = 0, blake2b(digest_size=16)
    while piece := body.read(PIECE):
        size += len(piece)
        if (code := wrong(size)) is not None:
            raise Refused(code)
        if not has_space(len(piece)):
            raise Refused(Refusal.NO_SPACE)
        digest.update(piece)
        out.write(piece)
    return size, digest.hexdigest()


def size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:  # what came in beside this one is whole now, and has moved
        return None


def _reserved(path: Path) -> bool:
    """Whether this name is ours now. What is written over an empty file of the same name is written at once."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except (FileExistsError, IsADirectoryError):
        return False
    return True


def _is_folder(path: Path) -> bool:
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError:
        return False
    return True
