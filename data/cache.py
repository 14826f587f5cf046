"""What was parsed before, so that it need not be parsed again.

An index (diskcache) says for each file, by location, size and modification time, what it is and where its
tables lie; the tables lie beside it as Arrow files. A cache that is deleted, damaged, from an older schema
or on a full disk costs time and nothing else: every look-up may miss, every write may fail.
"""

from __future__ import annotations

import atexit
import logging
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import diskcache
import msgspec
import polars as pl

from data import aside, schema
from data.formats.base import Reading
from data.problems import Code, Problem

log = logging.getLogger(__name__)
T = TypeVar("T")

SPARED_S = 3_600
"""What was used within the hour may be in use by another process that shares the cache."""
ABOUT = "reading.json"
"""Which tables a reading has, and its problems."""
NOT_DAMAGED = ("locked", "readonly")
"""What sqlite says of an index that another process is at, or another user's: not for us to delete."""
INDEX_BYTES = 256 * 2**20


class Stamp(NamedTuple):
    """One state of one file. A changed file has another stamp, and so another place in the cache."""

    location: str
    size: int
    mtime_ns: int


def digest(*parts: object) -> str:
    """Names parts by what they are.

    >>> digest("a", 1) == digest("a", 1), digest("a", 1) == digest("a1")
    (True, False)
    """
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _sources() -> str:
    """A name for the code that reads logs: what an older evalboard made of a log is not what this one would."""
    home = Path(__file__).parent
    every = [*home.glob("*.py"), *(home / "formats").rglob("*.py"), *(home / "formats").rglob("*.toml")]
    return digest(*(path.read_bytes() for path in sorted(every)))


SOURCES = _sources()


class Cache:
    def __init__(self, folder: Path, beneath: Cache | None = None) -> None:
        """`beneath`: another cache whose parts are used where they fit, and never added to."""
        self.folder = folder / f"v{schema.VERSION}-polars{pl.__version__}"  # whose hashes of inputs differ
        self.beneath = beneath
        self._memory: dict[str, Any] = {}
        self.writable = _can_be_written(self.folder)
        self._index: Any = _attempt(self._open, None) if self.writable else None

    @classmethod
    def temporary(cls) -> Cache:
        """One that goes with the process: what is exported by a script every night may not fill the disk."""
        folder = tempfile.mkdtemp(prefix="evalboard-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return cls(Path(folder))

    def _open(self) -> diskcache.Cache:
        """A damaged index is thrown away: all that it knows can be found out again."""
        place = self.folder / "index"
        settings = {"size_limit": INDEX_BYTES, "eviction_policy": "least-recently-used"}
        try:
            return diskcache.Cache(str(place), **settings)
        except Exception as e:  # sqlite has many ways to say that a file is not a database
            if any(word in str(e) for word in NOT_DAMAGED):
                raise
            log.warning("cache index %s is damaged and is made anew", place)
            shutil.rmtree(place, ignore_errors=True)
            return diskcache.Cache(str(place), **settings)

    @property
    def usable(self) -> bool:
        return self._index is not None

    def get(self, key: str) -> Any:
        if self._index is None:
            return self._memory.get(key)
        return _attempt(lambda: self._index.get(key), None)

    def put(self, key: str, value: Any) -> None:
        if self._index is None:
            self._memory[key] = value
        else:
            _attempt(lambda: self._index.set(key, value), None)

    def load_problems(self, key: str) -> tuple[Problem, ...] | None:
        """The problems of the reading under this key; None where there is no such reading, or not all of it."""
        known = self._about(key)
        if known is None or not all(self._table(key, name).exists() for name in known["tables"]):
            return None
        return tuple(Problem(**{**p, "code": Code(p["code"])}) for p in known["problems"])

    def load_table(self, key: str, name: str) -> pl.DataFrame:
        """Arrow's stream form: whole tables are all that is asked for here, and it costs half the time."""
        known = self._about(key)
        if known is not None and name not in known["tables"]:
            return schema.EMPTY[name]
        return pl.read_ipc_stream(self._table(key, name))

    def save_reading(self, key: str, reading: Reading) -> bool:
        """Whether it could be kept. Tables without rows, which are most, are no files; what there is stands beside them."""
        full = {name: frame for name, frame in reading.tables if frame.height}
        about = {"tables": list(full), "problems": [asdict(p) for p in reading.problems]}

        def write() -> bool:
            with aside.folder(self.reading(key)) as new:
                for name, frame in full.items():
                    frame.write_ipc_stream(new / f"{name}.arrow", compression="uncompressed")
                (new / ABOUT).write_bytes(msgspec.json.encode(about))
            return True

        return self.writable and _attempt(write, False)

    def _about(self, key: str) -> dict[str, Any] | None:
        try:
            return msgspec.json.decode((self.reading(key) / ABOUT).read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.DecodeError):
            return None

    def _table(self, key: str, name: str) -> Path:
        return self.reading(key) / f"{name}.arrow"

    def forget(self, folder: Path) -> None:
        """Make room for a sound one where this one is damaged."""
        shutil.rmtree(folder, ignore_errors=True)

    def reading(self, key: str) -> Path:
        return self.folder / "readings" / key

    def part(self, name: str) -> Path:
        own = self.folder / "parts" / name
        if self.beneath is None or own.exists():
            return own
        shared = self.beneath.part(name)
        return shared if shared.exists() else own

    def snapshot(self, version: str) -> Path:
        return self.folder / "snapshots" / version

    def prune(self, keep: Iterable[Path], limit: int) -> None:
        """Delete what was used longest ago until all that is kept fits `limit` bytes; never what is in use."""
        used = set(keep)
        every = [p for kind in ("readings", "parts", "snapshots") for p in (self.folder / kind).glob("[!.]*")]
        oldest_first = sorted(w for p in every if (w := _weighed(p)))
        excess = sum(size for _, size, _ in oldest_first) - limit
        for last_use, size, path in oldest_first:
            if excess <= 0:
                return
            if path not in used and last_use < time.time() - SPARED_S:
                shutil.rmtree(path, ignore_errors=True)
                excess -= size

    def close(self) -> None:
        if self._index is not None:
            self._index.close()


def touch(folder: Path) -> None:
    """Note that this was used, for `prune`."""
    _attempt(lambda: folder.touch(), None)


def _can_be_written(folder: Path) -> bool:
    """It may be another user's, as where a container is run with `--user` over a volume that it did not make. Said once,
    and not of each log."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as e:
        log.warning("no cache: %s. Name a folder that can be written with --cache or EVALBOARD_CACHE", e)
        return False
    return True


def _attempt(do: Callable[[], T], otherwise: T) -> T:
    try:
        return do()
    except Exception as e:  # full disk, damaged index, deleted folder: the cache may fail, its users must not
        expected = isinstance(e, (OSError, sqlite3.Error))
        log.warning("the cache could not be used (%s); going on without", e, exc_info=not expected)
        return otherwise


def _weighed(folder: Path) -> tuple[float, int, Path] | None:
    """When it was last used and how many bytes it takes; None if another process has just deleted it."""
    try:
        return folder.stat().st_mtime, sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()), folder
    except OSError:
        return None
