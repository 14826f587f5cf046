"""Logs from strangers are read in a process of their own, with an end to its memory and its time.

A few bytes can be made to unpack to more than any machine holds, in more ways than a reader can foresee: zip members,
encodings of Parquet, arrays, a hundred million empty lists. Here such a file costs this process, and that is a problem of
the file. The process is kept from log to log, since starting one takes longer than reading most logs.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import msgspec

from data import trajectories
from data.cache import Stamp
from data.formats import BY_NAME
from data.formats.base import Log, Reading, SampleKey
from data.ingest import Task, read_one
from data.problems import Code, Problem
from data.schema import Tables

log = logging.getLogger(__name__)

MEMORY = 3 << 30
"""Bytes of memory that the process may come to have."""
TIME_S = 180.0
MAX_SAMPLE = 64 << 20
"""Bytes of a sample, as JSON, or of an array."""
LOOK_S = 0.1
PATIENCE_S = 5.0
"""That a reader of a sample waits for others': each who waits takes a thread of the server."""
IDLE_S = 60.0
HOME = Path(__file__).parents[2]
START = "from data.workspaces.apart import serve; serve({fd}, {memory})"


class TooCostly(ValueError):
    """Said of a file, in words for the detail of a problem."""


class Apart:
    """One request after the other."""

    def __init__(self, memory: int = MEMORY, time_s: float = TIME_S) -> None:
        self._memory, self._time_s = memory, time_s
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._used = 0.0
        self._lock = threading.Lock()

    def read(self, task: Task) -> Reading:
        try:
            found: Reading = self._ask("reading", task.format.name, task.stamp, task.companions)
        except TooCostly as e:
            return Reading(Tables.of(), (Problem(Code.TOO_COSTLY, str(e)),))
        return found

    def sample(self, format: str, log: Log, key: SampleKey) -> Mapping[str, Any] | None:
        """Raises what reading it raises."""
        found = self._ask("sample", format, log, key, patience_s=PATIENCE_S)
        if isinstance(found, Exception):
            raise found
        if found and "event_list" in found:
            listing = found["event_list"]
            found["event_list"] = lambda: listing
        return cast(Mapping[str, Any] | None, found)

    def arrays(self, what: str, *about: Any) -> Any:
        """One of `trajectories.READERS`. Raises what reading it raises."""
        found = self._ask("arrays", what, *about, patience_s=PATIENCE_S)
        if isinstance(found, Exception):
            raise found
        return found

    def _ask(self, what: str, *about: object, patience_s: float = -1) -> Any:
        if not self._lock.acquire(timeout=patience_s):
            raise TooCostly("another file is still being read; try again in a moment")
        try:
            return self._asked(what, *about)
        finally:
            self._lock.release()

    def _asked(self, what: str, *about: object) -> Any:
        line = self._ready()
        self._used = time.monotonic()
        try:
            line.send((what, about))
            if (why := self._waited(line)) is None:
                return line.recv()
        except (EOFError, OSError):  # the process has ended: it was refused memory
            why = self._too_much()
        self._end()
        log.info("%s of %s took %s", what, about, why)
        raise TooCostly(why)

    def _waited(self, line: Connection) -> str | None:
        """Until there is an answer, or it has cost too much: then what. The memory is looked at from here, since a process
        that is refused memory may hang, and may not even be able to say so."""
        while not line.poll(LOOK_S):
            if self._process is not None and _memory(self._process.pid) > self._memory:
                return self._too_much()
            if time.monotonic() > self._used + self._time_s:
                return f"more than {self._time_s:g} seconds"
        return None

    def _too_much(self) -> str:
        return f"more than {self._memory / 2**30:.3g} GiB of memory"

    def rest(self) -> None:
        """Ends the process if nothing was read for a while."""
        if self._process is not None and time.monotonic() > self._used + max(IDLE_S, self._time_s):
            self.close()

    def close(self) -> None:
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None

    def _ready(self) -> Connection:
        if self._line is None:
            self._line, theirs = Pipe()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", START.format(fd=theirs.fileno(), memory=self._memory)],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    cwd=HOME,
                    env={**os.environ, "PYTHONPATH": str(HOME), "RUST_BACKTRACE": "0"},
                )
            self._line.recv()  # a process that cannot even begin says nothing of a log
        return self._line


def serve(fd: int, memory: int) -> None:
    """The other end: until nobody asks any more."""
    _bound(memory)
    with Connection(fd) as line, suppress(EOFError, ConnectionError):
        line.send(None)
        while True:
            what, about = line.recv()
            line.send(ANSWERS[what](*about))


def _reading(format: str, stamp: Stamp, companions: tuple[Stamp, ...]) -> Reading:
    return read_one(Task(stamp, companions, BY_NAME[format]))


def _sample(format: str, log: Log, key: SampleKey) -> Mapping[str, Any] | Exception | None:
    """What is sent is bounded too: it comes to lie in the memory of whoever asked."""
    try:
        found = _made(BY_NAME[format].sample(log, key))
        size = len(msgspec.json.encode(found, enc_hook=str))
    except PermissionError as e:
        return PermissionError(e.errno, e.strerror)
    except Exception as e:  # whatever it is, and whether or not it can be sent, it is a problem of the file
        return ValueError(f"{type(e).__name__}: {e}"[:500])
    return found if size <= MAX_SAMPLE else TooCostly(f"a sample of {size:,} bytes")


def _arrays(what: str, *about: Any) -> Any:
    """As bounded as a sample is."""
    try:
        found = trajectories.here(what, *about)
        size = len(pickle.dumps(found))
    except Exception as e:  # as of a sample
        return ValueError(f"{type(e).__name__}: {e}"[:500])
    return found if size <= MAX_SAMPLE else TooCostly(f"{what} of {size:,} bytes")


ANSWERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"reading": _reading, "sample": _sample, "arrays": _arrays}
)


def _made(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A sample with all that is else made when it is asked for."""
    if found is None:
        return None
    made = dict(found)
    for name, how in (("messages", list), ("events", list), ("attachments", dict)):
        if made.get(name) is not None:
            made[name] = how(made[name])
    if callable(made.get("event_list")):
        made["event_list"] = made["event_list"]()
    return made


def _bound(memory: int) -> None:
    """Addresses, of which a process has more than memory: the last resort, where nobody can look at its memory."""
    try:
        import resource
    except ImportError:  # Windows: there the limits of each format have to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (3 * memory, 3 * memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _memory(pid: int) -> int:
    """Bytes that a process has in memory; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
