"""Names from a log, as a chart shows them."""

from __future__ import annotations

from components.plain import LABEL, brief


def plain(text: object) -> str:
    """Text of a log for a place where Plotly understands tags, and as much of it as a label holds.

    >>> plain("<b>&amp;")
    '&lt;b&gt;&amp;amp;'
    """
    return brief(str(text), LABEL).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def short(name: str, most: int = 44) -> str:
    """The same of at most so many characters, and one: what tells long names apart is at their ends.

    >>> short("lab/model-with-a-long-name", 10)
    'lab/m…-name'
    """
    name = brief(name, LABEL)
    return plain(name if len(name) <= most else name[: most // 2] + "…" + name[-most // 2 :])
