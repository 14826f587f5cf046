"""What a file is called in a workspace. A name from a browser is text from a stranger, and never a path."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

MAX_BYTES = 255
"""Of one component: what file systems take."""
ROOM = len(" (9999)")
MAX_DEPTH = 12
SEPARATORS = re.compile(r"[/\\]")
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control characters, direction marks, half surrogates: what changes how a line looks and not what it says."""
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Names of devices where the cache lies on a disk of Windows."""
UNNAMED = "unnamed"


def safe(name: str) -> PurePosixPath:
    """A relative path that says what the name does and leads nowhere else. What is legal in the name of a file stays,
    since harnesses put models and settings into names.

    >>> [str(safe(n)) for n in ("runs/a.json", "../../x.eval", "C:\\\\logs\\\\x.eval", "/etc/passwd", ".env", "..", "a\\0b")]
    ['runs/a.json', 'x.eval', 'C:/logs/x.eval', 'etc/passwd', '_env', 'unnamed', 'a_b']
    """
    parts = [p for part in SEPARATORS.split(name) if (p := _component(part))]
    return PurePosixPath(*(parts[-MAX_DEPTH:] or [UNNAMED]))


def _component(text: str) -> str:
    """Empty where it names no place below."""
    shown = "".join("_" if unicodedata.category(c) in UNSEEN else c for c in text).strip()
    if not shown.strip("."):
        return ""
    if shown.startswith("."):  # hidden files are some tool's own, and would not be looked at
        shown = f"_{shown[1:]}"
    if RESERVED.match(shown):
        shown = f"_{shown}"
    return _short(shown)


def _short(text: str) -> str:
    """Cut in the middle, since formats look at the end of a name."""
    if len(text.encode()) <= MAX_BYTES - ROOM:
        return text
    stem, suffix = _halves(text)
    return _fitting(stem, MAX_BYTES - ROOM - len(suffix.encode())) + suffix


def _halves(text: str) -> tuple[str, str]:
    """
    >>> _halves("results.jsonl"), _halves("stats.json.gz"), _halves("a.1=2, and more")
    (('results', '.jsonl'), ('stats', '.json.gz'), ('a.1=2, and more', ''))
    """
    found = re.search(r"(\.[A-Za-z]\w{0,9}){1,2}$", text)
    return (text[: found.start()], found[0]) if found else (text, "")


def _fitting(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore")


def numbered(name: str, n: int) -> str:
    """The n-th of one name.

    >>> numbered("a.eval", 1), numbered("a.eval", 2), numbered("folder", 3)
    ('a.eval', 'a (2).eval', 'folder (3)')
    """
    stem, suffix = _halves(name)
    return name if n == 1 else f"{stem} ({n}){suffix}"
