"""A workspace in memory: its own snapshot, made of the server's readings and its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from polars.exceptions import PanicException

from data import originals, trajectories
from data.cache import Cache, digest
from data.formats.base import Log, Reading, SampleKey
from data.ingest import Ingester, Task
from data.problems import Code, Problem
from data.schema import Tables
from data.store import Progress, Snapshot, Store
from data.workspaces.apart import Apart
from data.workspaces.folder import Folder, Stored
from data.workspaces.limits import OFF, Limits

log = logging.getLogger(__name__)


TURN_S = 60.0
"""Of reading what is new in one workspace, before it is the next one's turn."""


class Workspace(NamedTuple):
    """What a view knows of uploads: what may be added here, and what its link holds."""

    limits: Limits = OFF
    is_gone: bool = False
    """The view's link leads to a workspace that has expired, was deleted, or never was."""
    folder: Path | None = None
    """Where its files lie; None where the view has no workspace."""
    stored: tuple[Stored, ...] = ()
    until: datetime | None = None
    looked: datetime | None = None
    """What was added before this has been read."""

    def own(self, text: str) -> str:
        """A text in which its files are where their owner put them: where they lie on this server is nobody's business."""
        return text.replace(f"{self.folder}/", "") if self.folder else text

    def is_waiting(self, file: Stored) -> bool:
        return self.looked is None or file.added > self.looked


class Shown(NamedTuple):
    snapshot: Snapshot
    progress: Progress
    workspace: Workspace

    @property
    def version(self) -> str:
        """Changes whenever something on screen may. Without a workspace it is the snapshot's own."""
        w = self.workspace
        if w.folder is None and not w.is_gone:
            return self.snapshot.version
        return digest(self.snapshot.version, w.is_gone, w.stored, _waiting(w))


def _waiting(w: Workspace) -> tuple[bool, ...]:
    return tuple(map(w.is_waiting, w.stored))


class Readers(NamedTuple):
    """Two, so that whoever looks at a sample does not wait for somebody's logs."""

    logs: Apart
    samples: Apart

    def rest(self) -> None:
        self.logs.rest()
        self.samples.rest()

    def close(self) -> None:
        self.logs.close()
        self.samples.close()


class Opened:
    def __init__(
        self, folder: Folder, server: Store, beside: Ingester, limits: Limits, readers: Readers
    ) -> None:
        self.folder = folder
        self._cache = Cache(folder.parsed, beneath=beside.cache)
        self._work = Ingester([folder.files], self._cache, limits.total, beside, self._read)
        self._until = 0.0
        self._readers = readers
        last = self._work.last()
        self._store = Store(self._careful(last or server.snapshot))
        self._store.progress = Progress(busy=last is None)
        self._looked: datetime | None = None
        self.refresh()

    def refresh(self) -> None:
        """Takes note of files that have come, before they are read."""
        self._stored = self.folder.stored()
        self._changed = self.folder.changed

    def shown(self, limits: Limits) -> Shown:
        until = datetime.fromtimestamp(self._changed, UTC) + timedelta(days=limits.days)
        about = Workspace(limits, False, self.folder.files, self._stored, until, self._looked)
        return Shown(self._store.snapshot, self._store.progress, about)

    def look(self) -> None:
        """Reads what is new. Waits for the server's own logs, which every snapshot has too."""
        if self._work.beside is None or self._work.beside.gathered is None:
            return
        now = datetime.now(UTC)
        try:
            self.refresh()
            self._until = time.monotonic() + TURN_S
            found = self._work.look(self._report, self._publish)
            if found is not None:
                self._publish(found)
            self._looked = now
        except (Exception, PanicException):  # whatever happens to one look, the next one comes
            log.exception("looking into a workspace failed; trying again")
        finally:
            self._store.progress = self._store.progress._replace(busy=False)

    def _read(self, task: Task) -> Reading:
        """As many as there is time for in one turn; the others at the next one."""
        if time.monotonic() > self._until:
            return Reading(Tables.of(), (Problem(Code.NOT_YET),))
        return self._readers.logs.read(task)

    def _publish(self, snapshot: Snapshot) -> None:
        self._store.publish(self._careful(snapshot))

    def _careful(self, snapshot: Snapshot) -> Snapshot:
        return replace(snapshot, read_sample=self._sample, read_arrays=self._arrays)

    def _sample(self, format: str, log: Log, key: SampleKey) -> Mapping[str, Any] | None:
        """The server's own logs are read here, and wait for no stranger's."""
        apart = self._readers.samples.sample
        return (apart if self._has(log.path) else originals.here)(format, log, key)

    def _arrays(self, what: str, cells: str, *about: Any) -> Any:
        apart = self._readers.samples.arrays
        return (apart if self._has(Path(cells)) else trajectories.here)(what, cells, *about)

    def _has(self, path: Path) -> bool:
        return path.is_relative_to(self.folder.files)

    def _report(self, progress: Progress) -> None:
        self._store.progress = progress

    def close(self) -> None:
        self._cache.close()
