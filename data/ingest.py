"""From folders of logs to one snapshot. A bad file costs one Problem, never the others.

file -> which format -> reading (cached) -> runs, one each -> parts, one a task (cached) -> snapshot (cached)
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from polars.exceptions import PanicException

from data import cache as caching
from data import files, formats, readings, snapshots
from data.building import Parts
from data.cache import Cache, Stamp
from data.entries import Entry, Gathered
from data.formats.base import Format, Log, Reading
from data.problems import Code, Problem
from data.schema import Tables
from data.store import Progress, Snapshot

log = logging.getLogger(__name__)

Report = Callable[[Progress], None]
Publish = Callable[[Snapshot], None]

CACHE_BYTES = 20 * 2**30
FIRST_LOOK_S = 2.5
"""While reading goes on, what is there so far is published after this long, then ever less often."""

DOUBT_S = 60.0
"""What a reader has in the cache is not gone through more often than this."""

MUCH = 128 << 20
"""Bytes of logs above which an index of them is worth a look of its own: reading so much takes half a second."""


@dataclass(frozen=True, slots=True)
class Task:
    """One log to read: its files as they are now, and the format that claims them."""

    stamp: Stamp
    companions: tuple[Stamp, ...]
    format: Format

    @property
    def key(self) -> str:
        return caching.digest(caching.SOURCES, self.format.name, self.stamp, *self.companions)


Read = Callable[[Task], Reading]


class Ingester:
    """Remembers from one look to the next what it has read, so that a second look costs little."""

    def __init__(
        self,
        roots: Sequence[Path],
        cache: Cache,
        limit: int = CACHE_BYTES,
        beside: Ingester | None = None,
        read: Read | None = None,
    ) -> None:
        """`beside`: another one, whose logs are in the snapshots too. They are neither looked for nor read again.
        `read`: how a log is read, if not here."""
        self.roots = tuple(roots)
        self.cache = cache
        self.beside = beside
        self.read = read or read_one
        self.gathered: Gathered | None = None
        """What the last snapshot is made of; None before the first."""
        self._entries: dict[str, Entry] = {}
        self._parts = Parts(cache)
        self.limit = limit
        self._seen: tuple[files.Found, Gathered] | None = None
        self._version = ""
        self._doubted = False
        self._sure_until = 0.0

    def last(self) -> Snapshot | None:
        """What was published last for these roots, if it is still whole: shown until the files are looked at."""
        return snapshots.load_last(self.cache, self.roots)

    def look(self, report: Report = lambda _: None, publish: Publish = lambda _: None) -> Snapshot | None:
        """The snapshot of what lies under the roots now; None when nothing has changed since the last look."""
        self._make_sure()
        found = files.scan(self.roots)
        others = (self.beside and self.beside.gathered) or Gathered()
        was_whole = self._parts.whole
        if (found, others) == self._seen and was_whole:
            return None
        tasks, problems = self._assign(found)
        gathered = Gathered(others.entries, (*others.problems, *problems))
        try:
            snapshot = self._together(tasks, gathered, report, publish)
        except (
            Exception,
            PanicException,
        ):  # what is in the cache may be gone or damaged, in any way there is
            log.info("the cache has lost what it had; the logs are read anew", exc_info=True)
            self.forget()
            self._parts.tolerant = True
            snapshot = self._together(tasks, gathered, report, publish)
        finally:
            self._parts.tolerant = False
        self._seen = (found, others) if _settled(snapshot.problems) else None
        report(Progress(len(tasks), len(tasks)))
        if snapshot.version == self._version and was_whole:
            return None
        snapshots.save(self.cache, self.roots, snapshot, self.limit)
        self._version = snapshot.version
        return snapshot

    def forget(self) -> None:
        """The next look takes nothing for known. What is beside belongs to others, and is only asked for again."""
        self._entries, self._seen = {}, None
        if self.beside is not None:
            self.beside.doubt()

    def doubt(self) -> None:
        """Somebody could not build on what was read here: the next look makes sure that it is still there."""
        self._doubted = True

    def _make_sure(self) -> None:
        """A stranger's logs may give reason for doubt at every look, and going through all of the cache takes time."""
        if not self._doubted or time.monotonic() < self._sure_until:
            return
        self._doubted, self._sure_until = False, time.monotonic() + DOUBT_S
        sound = {key: e for key in self._entries if (e := Entry.cached(self.cache, key))}
        if len(sound) < len(self._entries):
            self._entries, self._seen = sound, None

    def _together(
        self, tasks: Sequence[Task], others: Gathered, report: Report, publish: Publish
    ) -> Snapshot:
        entries = tuple(self._read_all(tasks, others, report, publish))
        self._entries = {e.key: e for e in entries if _settled(e.problems)}
        return self._assemble(others._replace(entries=(*others.entries, *entries)))

    def _assemble(self, gathered: Gathered) -> Snapshot:
        snapshot = snapshots.assemble(*gathered, self._parts)
        self.gathered = gathered  # now that its parts are there to be shared
        return snapshot

    def _assign(self, found: files.Found) -> tuple[list[Task], tuple[Problem, ...]]:
        """Every file is a log, belongs to one, is of no interest, or is a problem."""
        claimed: dict[Path, tuple[Stamp, Format]] = {}
        problems = list(found.problems)
        if not self.cache.usable:
            problems.append(Problem(Code.CACHE_UNUSABLE, where=str(self.cache.folder)))
        for stamp in found.files:
            what = self._kind(stamp)
            if isinstance(what, Format):
                claimed[Path(stamp.location)] = (stamp, what)
            elif what is not None:
                problems.append(what)
        return _with_companions(claimed, found), tuple(problems)

    def _kind(self, stamp: Stamp) -> Format | Problem | None:
        """The file's format, what is wrong with it, or None for a file to be skipped silently."""
        key = f"file:{caching.digest(caching.SOURCES, stamp, tuple(formats.BY_NAME))}"
        name = self.cache.get(key)
        if name is None:
            name = _recognise(stamp)
            if isinstance(name, Problem):
                return name
            self.cache.put(key, name)
        return formats.BY_NAME.get(name) or _nameless(name, stamp)

    def _read_all(
        self, tasks: Sequence[Task], others: Gathered, report: Report, publish: Publish
    ) -> Iterator[Entry]:
        """What is published on the way has, of what is still to be read, what is known of it."""
        known = {task.key: entry for task in tasks if (entry := self._known(task))}
        # Strangers' logs are read elsewhere, and nothing of them here.
        unread = [task for task in tasks if task.key not in known] if self.read is read_one else []
        early = _indexed(unread)
        so_far = early | known
        due = time.monotonic() + FIRST_LOOK_S
        if early:
            publish(self._assemble(others._replace(entries=(*others.entries, *so_far.values()))))
        for i, task in enumerate(tasks):
            report(Progress(i, len(tasks), busy=True))
            so_far[task.key] = known.get(task.key) or self._read(task)
            yield so_far[task.key]
            if time.monotonic() > due:
                started = time.monotonic()
                publish(self._assemble(others._replace(entries=(*others.entries, *so_far.values()))))
                due = time.monotonic() + 1 + 10 * (time.monotonic() - started)

    def _known(self, task: Task) -> Entry | None:
        return self._entries.get(task.key) or Entry.cached(self.cache, task.key)

    def _read(self, task: Task) -> Entry:
        """Under the key of the state that was read, which is not always the one that was found."""
        task, read = _read_unchanged(task, self.read)
        reading = _stamped(readings.sound(read), task)
        if _settled(reading.problems):
            return Entry.new(self.cache, task.key, reading, keep=True)
        content = reading.tables.runs["content"].to_list()
        return Entry.new(self.cache, caching.digest(task.key, content), reading, keep=False)


def _indexed(tasks: Sequence[Task]) -> dict[str, Entry]:
    """Runs without their samples, by the key of what is to come in their place; none where all is soon read anyway."""
    able = [task for task in tasks if task.format.index]
    if sum(stamp.size for task in able for stamp in (task.stamp, *task.companions)) < MUCH:
        return {}
    return {task.key: _early(task) for task in able}


def _early(task: Task) -> Entry:
    assert task.format.index
    tables = _stamped(readings.sound(read_one(task, task.format.index)), task).tables
    # Under a name of its own, and kept nowhere: it is not what the log says, only where that begins. What is wrong with
    # the log is told when it is read.
    key = f"index:{task.key}"
    return Entry(
        key, tables.runs, tables.metrics, tables.trajectories, tables.predictions, tables.cards, (),
        lambda name: getattr(tables, name),
    )  # fmt: skip


UNSETTLED = {Code.NOT_YET, Code.CHANGED_WHILE_READ, Code.NOT_PERMITTED, Code.TASK_UNUSABLE}


def _settled(problems: Sequence[Problem]) -> bool:
    """Whether the next look may trust this one: a file that moved, or that we may come to be let into, is read
    again although its time of change says nothing."""
    return not any(p.code in UNSETTLED for p in problems)


def _with_companions(claimed: dict[Path, tuple[Stamp, Format]], found: files.Found) -> list[Task]:
    stamps = {Path(s.location): s for s in found.files}
    near = _neighbours(list(stamps))
    owned: dict[Path, tuple[Path, ...]] = {
        path: format.companions(path, near.get(path.parent, [])) for path, (_, format) in claimed.items()
    }
    taken = {c for companions in owned.values() for c in companions}
    return [
        Task(stamp, tuple(stamps[c] for c in owned[path]), format)
        for path, (stamp, format) in claimed.items()
        if path not in taken
    ]


def _neighbours(paths: Sequence[Path]) -> dict[Path, list[Path]]:
    """For each folder the files in it and two levels below: where companions lie."""
    near: dict[Path, list[Path]] = {}
    for path in paths:
        for folder in dict.fromkeys((path.parent, path.parent.parent, path.parent.parent.parent)):
            near.setdefault(folder, []).append(path)
    return near


LIKE_A_LOG = re.compile(
    r"\.eval$|^(eval_)?results_.*\.jsonl?$|^samples_.*\.jsonl$|^\d{4}-\d\d-\d\dT.*\.json$"
)
"""Names that harnesses give their logs. A name makes no log, but it makes a foreign file a suspicion."""
UNKNOWN, SIDECAR, AMBIGUOUS, WIDE = "?", "-", "!", "w"


def _recognise(stamp: Stamp) -> str | Problem:
    path = Path(stamp.location)
    try:
        head = files.head(path, formats.HEAD_BYTES)
    except PermissionError as e:
        return Problem(Code.NOT_PERMITTED, e.strerror or "", stamp.location)
    except OSError as e:
        return Problem(Code.UNREADABLE, e.strerror or type(e).__name__, stamp.location)
    try:
        return _named(path, head)
    except (Exception, PanicException) as e:  # a strange file stays its own problem
        log.info("could not tell what %s is", stamp.location, exc_info=True)
        return Problem(Code.UNREADABLE, f"{type(e).__name__}: {e}"[:500], stamp.location)


def _named(path: Path, head: bytes) -> str:
    claims = formats.claims(path, head)
    if len(claims) > 1:
        return AMBIGUOUS + ", ".join(f.name for f in claims)
    if claims:
        return claims[0].name
    if (narrow := files.narrow(head)) and formats.claims(path, narrow):
        return WIDE
    return SIDECAR if formats.is_sidecar(path, head) else UNKNOWN


def _nameless(name: str, stamp: Stamp) -> Problem | None:
    if name == SIDECAR:
        return None
    if name == WIDE:
        return Problem(Code.WRONG_ENCODING, where=stamp.location)
    if name.startswith(AMBIGUOUS):
        return Problem(Code.AMBIGUOUS_FORMAT, name[1:], stamp.location)
    called_a_log = LIKE_A_LOG.search(Path(stamp.location).name)
    return Problem(Code.LOOKS_LIKE_A_LOG if called_a_log else Code.UNKNOWN_FORMAT, where=stamp.location)


def _read_unchanged(task: Task, read: Read) -> tuple[Task, Reading]:
    """The task as it was when it was read. A log that is written while we read it is read once more; if it still moves,
    the next look will do it."""
    for _ in range(2):
        reading = read(task)
        if all(_is_as(stamp) for stamp in (task.stamp, *task.companions)):
            return task, reading
        task = replace(task, stamp=_now(task.stamp), companions=tuple(map(_now, task.companions)))
    return task, Reading(reading.tables, (*reading.problems, Problem(Code.CHANGED_WHILE_READ)))


def read_one(task: Task, read: Callable[[Log], Reading] | None = None) -> Reading:
    """By the format's reader, unless another one is given."""
    try:
        return (read or task.format.read)(
            Log(Path(task.stamp.location), tuple(Path(c.location) for c in task.companions))
        )
    except PermissionError as e:
        problem = Problem(Code.NOT_PERMITTED, e.strerror or "")
    except (
        Exception,
        PanicException,
    ) as e:  # logs come from anywhere: whatever is in one stays its own problem
        log.info("could not read %s as %s", task.stamp.location, task.format.name, exc_info=True)
        problem = Problem(Code.UNREADABLE, f"{type(e).__name__}: {e}"[:500])
    return Reading(Tables.of(), (problem,))


def _telling(problems: Sequence[Problem]) -> list[Problem]:
    """Of a log that was cut off, not also what follows from that."""
    is_cut = any(p.code is Code.TRUNCATED for p in problems)
    return [p for p in problems if not (is_cut and p.code in (Code.UNFINISHED, Code.NO_SAMPLES))]


def _now(stamp: Stamp) -> Stamp:
    try:
        found = Path(stamp.location).stat()
    except OSError:
        return stamp._replace(size=-1)
    return Stamp(stamp.location, found.st_size, found.st_mtime_ns)


def _is_as(stamp: Stamp) -> bool:
    return _now(stamp) == stamp


def _stamped(reading: Reading, task: Task) -> Reading:
    """With what the reader need not know: its format's name, where the file is, when it was last changed."""
    modified = files.moment(task.stamp.mtime_ns)
    runs = reading.tables.runs.with_columns(
        pl.lit(task.format.name).alias("format"),
        pl.lit(task.stamp.location).alias("location"),
        pl.lit(modified).cast(reading.tables.runs.schema["modified"]).alias("modified"),
    )
    where = tuple(replace(p, where=p.where or task.stamp.location) for p in _telling(reading.problems))
    here = pl.lit(task.stamp.location).alias("location")
    placed = {n: getattr(reading.tables, n) for n in ("trajectories", "cards")}
    beside = {n: frame.with_columns(here) for n, frame in placed.items() if frame.height}
    return Reading(replace(reading.tables, runs=runs, **beside), where)
