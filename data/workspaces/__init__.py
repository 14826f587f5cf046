"""Logs that somebody uploaded, beside the server's own, for whoever has the link. Without it nobody sees them.

A workspace has a random key, which is part of the view and so of every link, and a folder in the cache. This is the one
place where a view meets the snapshot that it is of.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import IO

from polars.exceptions import PanicException

from data.cache import digest
from data.ingest import Ingester
from data.store import Store
from data.viewstate import NO_WORKSPACE, ViewState
from data.workspaces.apart import Apart
from data.workspaces.folder import Folder, Stored, size_of
from data.workspaces.limits import OFF, Limits, Refusal, Refused
from data.workspaces.opened import Opened, Readers, Shown, Workspace

__all__ = ["Limits", "Refusal", "Refused", "Shown", "Stored", "Workspace", "Workspaces"]

log = logging.getLogger(__name__)

OPEN = 8
"""Workspaces that stay in memory; others are opened from disk when somebody comes back to them."""
KEY_BYTES = 24
"""192 bits: nobody guesses one."""
SWEEP_S = 60.0
SAMPLE_S = 30.0
"""That a reader waits for one sample."""
COUNT_S = 30.0
ABANDONED_S = 86_400.0
"""What began to come in this long ago will not be finished."""


class Workspaces:
    def __init__(
        self, store: Store, work: Ingester | None = None, home: Path | None = None, limits: Limits = OFF
    ) -> None:
        """`store` and `work` are of the server's own logs, `home` is the folder of all workspaces."""
        self.store = store
        self.limits = limits if work and home else OFF
        self._work = work
        self._home = home
        self._open: OrderedDict[str, Opened] = OrderedDict()
        self._lock = threading.Lock()
        self._called = threading.Event()
        self._swept = 0.0
        self._counted, self._bytes = -COUNT_S, 0
        self._readers = Readers(Apart(), Apart(time_s=SAMPLE_S))

    def shown(self, state: ViewState) -> Shown:
        """What a view sees: the server's logs, and those of its workspace if it has one."""
        opened = self._opened(state.workspace) if state.workspace else None
        if opened is None:
            nothing = Workspace(self.limits, is_gone=bool(state.workspace))
            return Shown(self.store.snapshot, self.store.progress, nothing)
        return opened.shown(self.limits)

    def receive(self, key: str, name: str, body: IO[bytes], declared: int | None) -> tuple[str, Stored]:
        """Adds a file to a workspace, or to a new one where there is no key. Raises Refused."""
        if not self.limits.file:
            raise Refused(Refusal.OFF)
        if not self._has_room(self.limits.file if declared is None else declared):
            raise Refused(Refusal.NO_ROOM)
        new = "" if key else secrets.token_urlsafe(KEY_BYTES)
        folder = self._folder(key or new)
        if key and not self._is_alive(folder):
            raise Refused(Refusal.GONE)
        try:
            if new:
                folder.begin()
            stored = folder.receive(name, body, declared, self.limits)
        except BaseException as e:
            if new:
                folder.delete()
            if isinstance(e, OSError):
                log.exception("an uploaded file could not be kept under %s", self._home)
                raise Refused(Refusal.UNWRITABLE) from e
            raise
        with self._lock:
            self._bytes += stored.bytes
        if opened := self._opened(key or new):
            opened.refresh()
        self._called.set()
        return key or new, stored

    def delete(self, key: str) -> bool:
        """Whether there was one."""
        if self._opened(key) is None:
            return False
        self._close(key)
        self._folder(key).delete()
        return True

    def look(self) -> None:
        """Once through all that are open; and now and then those that are due are deleted."""
        with self._lock:
            every = list(self._open.items())
        for key, opened in every:
            if self._is_alive(opened.folder):
                opened.look()
            else:
                self._close(key)
        self._readers.rest()
        if time.monotonic() > self._swept + SWEEP_S:
            self._swept = time.monotonic()
            self.sweep()

    def watch(self, every_s: float) -> None:
        while True:
            self._called.wait(every_s)
            self._called.clear()
            try:
                self.look()
            except (Exception, PanicException):  # whatever happens to one round, the next one comes
                log.exception("looking after workspaces failed; trying again")

    def close(self) -> None:
        """Ends the processes that read."""
        self._readers.close()

    def sweep(self) -> None:
        """Deletes what has expired, and what never became whole."""
        if self._home is None or not self._home.is_dir():
            return
        for place in self._home.iterdir():
            folder = Folder(place)
            if folder.exists and not self._is_alive(folder):
                folder.delete()
            elif not folder.exists and _age(place) > ABANDONED_S:
                shutil.rmtree(place, ignore_errors=True)
            else:
                _tidy(folder.incoming)

    def _has_room(self, size: int) -> bool:
        """Whether all workspaces together may hold so many bytes more. Counted now and then, since they are many files."""
        if self._home is not None and time.monotonic() > self._counted + COUNT_S:
            self._counted, self._bytes = time.monotonic(), _bytes(self._home)
        return self._bytes + size <= self.limits.together

    def _folder(self, key: str) -> Folder:
        """Named by a digest of the key: the paths of files stand in tables and downloads, and the key must not."""
        if self._home is None:
            raise Refused(Refusal.OFF)
        return Folder(self._home / digest("workspace", key))

    def _is_alive(self, folder: Folder) -> bool:
        return time.time() < folder.changed + self.limits.days * 86_400

    def _opened(self, key: str) -> Opened | None:
        if self._work is None or not self.limits.file or key == NO_WORKSPACE:
            return None
        folder = self._folder(key)
        if not self._is_alive(folder):
            self._close(key)
            return None
        with self._lock:
            if key not in self._open:
                self._open[key] = Opened(folder, self.store, self._work, self.limits, self._readers)
                self._called.set()
            self._open.move_to_end(key)
            while len(self._open) > OPEN:
                self._open.popitem(last=False)[1].close()
            return self._open[key]

    def _close(self, key: str) -> None:
        with self._lock:
            opened = self._open.pop(key, None)
        if opened is not None:
            opened.close()


def _bytes(home: Path) -> int:
    return sum(size_of(Path(at, f)) or 0 for at, _, found in os.walk(home) for f in found)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _tidy(incoming: Path) -> None:
    for part in incoming.glob("*"):
        if _age(part) > ABANDONED_S:
            part.unlink(missing_ok=True)
