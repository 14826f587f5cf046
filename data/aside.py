"""Files and folders that are written aside and then renamed: a reader finds all of one or none of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def folder(final: Path) -> Iterator[Path]:
    """A folder to fill, which takes the name `final` when the block ends well and vanishes when it does not."""
    final.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=final.parent))
    try:
        yield new
        with suppress(OSError):  # another process was first, with the same content
            os.rename(new, final)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def text(final: Path, content: str) -> None:
    final.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=final.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as f:
            f.write(content)
        os.replace(name, final)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
