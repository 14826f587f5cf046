"""How much may be uploaded, and what is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Limits(NamedTuple):
    file: int = 0
    """Bytes of one file; 0 where nothing may be uploaded."""
    total: int = 0
    """Bytes of one workspace."""
    files: int = 2_000
    """Of one workspace."""
    days: float = 14.0
    """That a workspace is kept after the last file was added."""
    together: int = 50 * 10**9
    """Bytes of all workspaces, with what was read from them."""
    disk: int = 1 << 30
    """Bytes that stay free on the disk, whoever uploads."""


OFF = Limits()


class Refusal(StrEnum):
    """Each member has one sentence in every file of components/locales (a test checks)."""

    OFF = "off"
    TOO_LARGE = "too_large"
    FULL = "full"
    TOO_MANY = "too_many"
    NO_ROOM = "no_room"
    NO_SPACE = "no_space"
    UNWRITABLE = "unwritable"
    CUT_OFF = "cut_off"
    GONE = "gone"
    BUSY = "busy"
    ELSEWHERE = "elsewhere"


class Refused(Exception):
    """A file was not taken, and nothing of it is kept."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code = code
