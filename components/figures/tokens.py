"""Tokens as text in cells and on axes: white space to be seen, cut to the room that there is, in ink that shows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from components import theme
from components.plain import visible as seen
from data.cubes import TOP
from data.viewstate import ViewState

TICKS = 60
"""Tick labels that are drawn in a third of a second; 2,048 of them would take a minute."""
MOST = 2_500
"""Texts that are drawn in half a second: each is an element of its own."""
LEGIBLE = 40
"""Columns up to which a token fits into its cell, where all share the width of a page."""
LETTER, AROUND = 6.2, 4
"""Pixels of a letter of ten pixels' height, and of the rim of a cell."""
SHARED, FEWEST, USUAL, LONGEST = 128, 4, 12, 40
"""Letters that fit side by side on a usual page; the fewest and the most that are then written into one cell, and the
most where its width is chosen."""
LOWEST, NARROWEST = 12, 24
"""Pixels of a cell that a text fits into."""
BESIDE, AROUND_ROWS, LEGEND = 84, 96, 34
"""Pixels that the names of layers take, those of tokens, and the colour bar."""
ROW, LEAST_HEIGHT, MOST_HEIGHT = 17, 150, 600
STEPS = {" ": "·", "\n": "⏎", "\t": "⇥", "\r": "␍"}


class Room(NamedTuple):
    """How large a chart of some columns and rows is: `width` pixels, or else that of the page but no less than `least`;
    and how many letters of a token are written into each cell, 0 for none."""

    height: int
    width: int | None
    least: int
    letters: int


def room(v: ViewState, columns: int, rows: int, of_rows: int) -> Room:
    """`columns` and `rows` are those in the window; `of_rows` are all."""
    around = AROUND_ROWS + LEGEND * (v.legend == "1")
    height = v.height or around + min(MOST_HEIGHT, max(LEAST_HEIGHT, ROW * of_rows))
    legible = rows > 0 and (height - around) / rows >= LOWEST and 0 < rows * columns <= MOST
    if v.token_width:
        width = BESIDE + v.token_width * columns
        letters = int((v.token_width - AROUND) / LETTER) if v.token_width >= NARROWEST else 0
        return Room(height, max(width, 3 * BESIDE), 0, min(LONGEST, letters) if legible else 0)
    if v.width:
        letters = int(((v.width - BESIDE) / max(columns, 1) - AROUND) / LETTER)
        return Room(height, v.width, 0, min(LONGEST, letters) if legible and letters >= FEWEST - 1 else 0)
    if not legible or columns > LEGIBLE:
        return Room(height, None, 3 * BESIDE, 0)
    letters = min(USUAL, max(FEWEST, SHARED // columns))
    return Room(height, None, BESIDE + columns * round(letters * LETTER + AROUND), letters)


def visible(token: str | None) -> str:
    r"""A token with its white space to be seen, and what nobody could see by its number.

    >>> visible(" is"), visible("\n"), visible("a\tb"), visible("a\u202eb"), visible("")
    ('·is', '⏎', 'a⇥b', 'a⟨U+202E⟩b', '∅')
    """
    if token is None:
        return ""
    return seen("".join(STEPS.get(c, c) for c in token)) or "∅"


def cut(text: str, width: int) -> str:
    """Cut from the left: the end of a long word tells it from its neighbours.

    >>> cut("·multiplication", 7), cut("·is", 7)
    ('…cation', '·is')
    """
    return text if len(text) <= width else "…" + text[-(width - 1) :]


def inks(levels: NDArray[np.uint8], scale: str, mode: str) -> NDArray[np.str_]:
    """For each level, 0 to TOP, the colour of text that is read best on it (the higher contrast of WCAG 2)."""
    dark, light = "#000000", "#ffffff"  # with these two one has 4.5 to 1 on any ground
    stops = [(at, _rgb(color)) for at, color in theme.scale(scale, mode)]
    share = np.clip((np.arange(TOP + 1) - 1) / (TOP - 1), 0, 1)
    grounds = np.stack(
        [np.interp(share, [at for at, _ in stops], [rgb[i] for _, rgb in stops]) for i in range(3)], axis=-1
    )
    grounds[0] = _rgb(theme.colors(mode).ground)
    ground = _luminance(grounds)
    on_light = (ground + 0.05) / (_luminance(np.array(_rgb(dark))) + 0.05)
    on_dark = 1.05 / (ground + 0.05)
    return np.where(on_light >= on_dark, dark, light)[levels]


def _rgb(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _luminance(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])
