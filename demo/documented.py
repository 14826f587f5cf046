"""The programs that the documentation shows, so that the demo is made by what readers are told to write."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def program(page: str, name: str) -> str:
    """The first Python block of a page in which this is defined."""
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    return next(b for b in blocks if re.search(rf"^(?:def|class) {name}\b", b, re.MULTILINE))
