r"""Text of strangers as text: what a terminal would obey is left out, what nobody could see is made visible.

A model may write anything, and a reader judges it by what is on screen: a word hidden by zero-width characters, or turned
round by a bidirectional override, must look as it is.
"""

from __future__ import annotations

import re

CELL = 4_000
"""Characters of a cell."""
LABEL = 500
"""Characters of a name in a chart."""

# CSI and OSC sequences, and the two-character escapes, as ECMA-48 has them.
_ANSI = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
_JOINERS = ("\u200c", "\u200d")


def visible(text: str) -> str:
    r"""The text without terminal codes; unseen characters by their numbers.

    >>> visible("\x1b[31mred\x1b[0m a\u202eb \x00"), visible("plain"), visible("👩\u200d💻")
    ('red a⟨U+202E⟩b ␀', 'plain', '👩\u200d💻')
    """
    if text.isascii() and text.isprintable():
        return text
    text = _ANSI.sub("", text.replace("\r\n", "\n"))
    text = _CONTROL.sub(_picture, text)
    return text if text.isascii() else _UNSEEN.sub(_number, text)


def brief(text: str, most: int | None = CELL) -> str:
    """As `visible`, for a place where there is no room to say how much is left out.

    >>> brief("a\u200bb"), brief("abc", 2)
    ('a⟨U+200B⟩b', 'ab…')
    """
    text = visible(text)
    return text if most is None or len(text) <= most else text[:most] + "…"


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else f"⟨U+{code:04X}⟩"


def _number(found: re.Match[str]) -> str:
    """Joiners between letters of scripts that need them, and between the parts of one emoji, do their work."""
    at, text = found.start(), found.string
    if found[0] in _JOINERS and 0 < at < len(text) - 1 and _joins(text[at - 1]) and _joins(text[at + 1]):
        return found[0]
    return f"⟨U+{ord(found[0]):04X}⟩"


def _joins(character: str) -> bool:
    return not character.isascii() and not _UNSEEN.match(character)
