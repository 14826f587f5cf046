"""Text in, JSON documents out: one, several on lines or one after the other, or a list of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic_core import from_json

from data.formats import letters
from data.problems import Code, Problem

SPACE = re.compile(r"\s*")
CUT = re.compile(r"[-+.\w\\]*")


class Documents(NamedTuple):
    values: tuple[Any, ...]
    problems: tuple[Problem, ...] = ()


def parse(text: str) -> Documents:
    """Every document in the text. A broken line costs that line, never the others."""
    text = text.lstrip("\ufeff").rstrip()
    try:
        whole = load(text)
    except ValueError as e:
        return _several(text, e)
    return Documents(tuple(whole) if isinstance(whole, list) else (whole,))


def load(text: str | bytes) -> Any:
    """Like json.loads, NaN and Infinity included, and three times as fast."""
    try:
        return from_json(text)
    except ValueError:
        pass
    try:
        return _sound(json.loads(text))  # takes more, and says where it stopped
    except RecursionError as e:
        raise ValueError("nested too deep") from e


def _sound(value: Any) -> Any:
    """Without lone surrogates, which JSON may escape and no UTF-8 can hold."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", letters.SPELT))


def _several(text: str, error: ValueError) -> Documents:
    try:
        return Documents(tuple(_stream(text)))
    except ValueError:
        by_line = _lines(text)
    return by_line if by_line.values else Documents((), (_fault(text, error, "the file"),))


def _stream(text: str) -> Iterator[Any]:
    """Documents one after the other, each on as many lines as it likes."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        value, at = decoder.raw_decode(text, SPACE.match(text, at).end())  # type: ignore[union-attr]
        yield _sound(value)


def _lines(text: str) -> Documents:
    values: list[Any] = []
    problems: list[Problem] = []
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if line[:1] not in "{[" and number > 1 and not values:
            return Documents(())  # one document over many lines: a line of it means nothing
        try:
            values += [load(line)] if line.strip() else []
        except ValueError as e:
            problems.append(_fault(line, e, f"line {number}", number == len(lines)))
    return Documents(tuple(values), tuple(problems))


def _fault(text: str, error: ValueError, what: str, last: bool = True) -> Problem:
    if last and _ends_too_soon(text, error):
        return Problem(Code.TRUNCATED, f"{what} ends in the middle, after {len(text)} characters")
    return Problem(Code.UNREADABLE, f"{what} is not JSON: {error}")


def _ends_too_soon(text: str, error: ValueError) -> bool:
    """Cut within a word or a number, the decoder points at where that began."""
    at = getattr(error, "pos", 0)
    return "Unterminated" in str(error) or CUT.fullmatch(text, at) is not None
