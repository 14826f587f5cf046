"""Words, by language. Data speaks in codes; only this module turns them into sentences."""

import tomllib
from functools import cache
from pathlib import Path

from components.plain import visible

LOCALES = Path(__file__).parent / "locales"
USUAL = "en"
LONG = 20_000
"""Characters of one text that are put on the page."""


@cache
def words(locale: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((LOCALES / f"{locale}.toml").read_text(encoding="utf-8"))


def say(locale: str, section: str, key: str, **values: object) -> str:
    """Names that logs bring stand in sentences, too: as what can be seen of them."""
    told = {k: visible(v) if isinstance(v, str) else v for k, v in values.items()}
    return words(locale)[section][key].format(**told)


def clipped(text: str, locale: str) -> str:
    """As `visible`, as much of it as a page holds, with how much is left out."""
    text = visible(text)
    if len(text) <= LONG:
        return text
    return text[:LONG] + "\n" + say(locale, "sample", "clipped", left=f"{len(text) - LONG:,}")


def counted(locale: str, section: str, key: str, n: int, **values: object) -> str:
    """Words about n things: the entry whose name ends in _one where there is one thing, and a language has it.

    >>> counted("en", "counts", "models", 1), counted("en", "counts", "models", 0)
    ('model', 'models')
    """
    one = f"{key}_one"
    return say(locale, section, one if n == 1 and knows(locale, section, one) else key, n=f"{n:,}", **values)


def knows(locale: str, section: str, key: str) -> bool:
    return key in words(locale).get(section, {})


def name(locale: str, section: str, key: str) -> str:
    """The word for something that logs may bring new ones of: the thing itself where there is no word."""
    return words(locale).get(section, {}).get(key, key)


def reducer(locale: str, code: str) -> str:
    """How epochs are reduced, by inspect_ai's name for it.

    >>> reducer("en", "pass_at_2"), reducer("en", "mean")
    ('pass@2', 'Mean')
    """
    family, _, k = code.rpartition("_")
    if k.isdigit() and knows(locale, "options_reducer", family):
        return say(locale, "options_reducer", family, k=k)
    return name(locale, "options_reducer", code)


def locales() -> list[str]:
    return sorted(p.stem for p in LOCALES.glob("*.toml"))
