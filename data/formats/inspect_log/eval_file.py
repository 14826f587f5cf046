""".eval logs: a ZIP file whose header and summaries are all that we read of it."""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from data.formats.inspect_log import salvage
from data.formats.inspect_log.archive import Archive, Damaged, TooLarge, open_directory
from data.formats.inspect_log.logged import Logged, unchanging
from data.formats.inspect_log.piecemeal import summaries
from data.formats.inspect_log.records import Document, Sample, document
from data.problems import Code, Problem

HEADER, START, SUMMARIES = "header.json", "_journal/start.json", "summaries.json"
MAX_VERSION = 3
"""The library's .eval reader does not look at the version, and real logs of 3 read well."""
_JOURNAL = re.compile(r"_journal/summaries/(\d+)\.json")


def read(path: Path) -> Logged:
    with unchanging(path) as file:
        problems: list[Problem] = []
        archive = opened(file, problems)
        log = Logged(_header(archive, problems), _digest(archive), problems=problems)
        if _is_readable(log.header):
            log.samples = _samples(archive, problems)
        return log


def opened(file: BinaryIO, problems: list[Problem]) -> Archive:
    """Without a directory, what can be found of the members one by one."""
    try:
        return Archive(file, open_directory(file))
    except Damaged as e:
        found = salvage.members(file)
        if not found.names():
            raise
        problems.append(Problem(Code.TRUNCATED, str(e)))
        return Archive(file, found)


def _digest(archive: Archive) -> str:
    """Of the directory alone: it has the checksum of every member."""
    return blake2b(archive.directory.digest_input(), digest_size=16).hexdigest()


def _header(archive: Archive, problems: list[Problem]) -> Document:
    if HEADER in archive:
        try:
            return document(archive.read(HEADER), problems, HEADER)
        except (ValueError, RecursionError) as e:
            if START not in archive:
                raise
            problems.append(_lost(HEADER, e))
    start = document(archive.read(START), problems, START)
    start.status = "started"
    problems.append(Problem(Code.UNFINISHED, START))
    return start


def _lost(name: str, error: ValueError | RecursionError) -> Problem:
    code = Code.TOO_LARGE if isinstance(error, TooLarge) else Code.UNREADABLE
    return Problem(code, str(error) if name in str(error) else f"{name}: {error}")


def _is_readable(header: Document) -> bool:
    return not isinstance(header.version, int) or header.version <= MAX_VERSION


def _samples(archive: Archive, problems: list[Problem]) -> list[Sample] | None:
    names = sample_members(archive)
    read = [s for name in names if (s := _member_samples(archive, name, problems)) is not None]
    return [sample for batch in read for sample in batch] if read or not names else None


def sample_members(archive: Archive) -> list[str]:
    """All summaries in one, or, in a log that did not finish, the batches of its journal in their order."""
    if SUMMARIES in archive:
        return [SUMMARIES]
    batches = {int(m[1]): m[0] for name in archive.directory.names() if (m := _JOURNAL.fullmatch(name))}
    return [batches[n] for n in sorted(batches)]


def _member_samples(archive: Archive, name: str, problems: list[Problem]) -> list[Sample] | None:
    """A damaged member is a problem: the run and its metrics can still be told."""
    try:
        return summaries(archive.read(name), name, problems)
    except (ValueError, RecursionError) as e:
        problems.append(_lost(name, e))
        return None
