"""Reads logs off the request path, and publishes what it finds."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click
from polars.exceptions import PanicException

from app.settings import Settings
from data import longtexts
from data.cache import Cache
from data.ingest import Ingester, Report
from data.store import Progress, Store
from data.workspaces import Limits, Workspaces

log = logging.getLogger(__name__)
Found = TypeVar("Found")

FIRST_PAGE_S = 1.0
"""Where there is something to show at once, the first page is made first: reading beside it makes it a third slower."""


def ingester(settings: Settings) -> Ingester:
    cache = Cache(Path(settings.cache))
    roots = [Path(p) for p in settings.logs]
    if (saved := predictions(settings.cache)).is_dir():
        roots.append(saved)
    return Ingester(roots, cache, int(settings.cache_gb * 1e9))


def predictions(cache: Path) -> Path:
    """Where `evalboard predict` saves what it found: beside the cache, never among the logs."""
    return Path(cache) / "predictions"


def limits(settings: Settings) -> Limits:
    return Limits(
        file=int(settings.upload_mb * 1e6),
        total=int(settings.workspace_mb * 1e6),
        together=int(settings.workspaces_gb * 1e9),
        days=settings.workspace_days,
    )


def start(settings: Settings, store: Store) -> Workspaces:
    """What was published last is there at once; then the files are looked at again and again."""
    work = ingester(settings)
    last = work.last()
    if last is not None:
        store.publish(last)
    workspaces = Workspaces(store, work, Path(settings.cache) / "workspaces", limits(settings))
    _run("ingest", watch, work, store, settings.watch_s, 0.0 if last is None else FIRST_PAGE_S)
    if workspaces.limits.file:
        _run("workspaces", workspaces.watch, settings.watch_s)
    return workspaces


def _run(name: str, what: Callable[..., None], *given: object) -> None:
    threading.Thread(target=what, args=given, name=name, daemon=True).start()


@contextmanager
def bar() -> Iterator[Report]:
    """Shows in the terminal, where there is one, how far reading is."""
    with click.progressbar(
        length=1, label="reading logs", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as shown:

        def report(progress: Progress) -> None:
            shown.length = max(progress.total, 1)
            shown.update(progress.done - shown.pos)

        yield report


def watch(work: Ingester, store: Store, every_s: float, pause_s: float = 0.0) -> None:
    time.sleep(pause_s)
    while True:
        look(work, store)
        explain(store)
        time.sleep(every_s)


def explain(store: Store) -> None:
    """What can be searched but is in no table, when everything else is on screen."""
    try:
        longtexts.prepare(store.snapshot)
    except (Exception, PanicException):  # as below: a search goes without
        log.exception("reading long texts failed; trying again")


def look(work: Ingester, store: Store) -> None:
    attempt(lambda: _published(work, store))
    store.progress = store.progress._replace(busy=False)


def _published(work: Ingester, store: Store) -> None:
    with bar() as shown:

        def report(progress: Progress) -> None:
            store.progress = progress
            shown(progress)

        found = work.look(report, store.publish)
    if found is not None:
        store.publish(found)


def attempt(look: Callable[[], Found]) -> Found | None:
    """What a look finds; None, and why in the log, where it fails."""
    try:
        return look()
    except (Exception, PanicException):  # whatever happens to one look, the next one comes
        log.exception("looking for logs failed; trying again")
        return None
