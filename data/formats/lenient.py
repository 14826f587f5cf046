"""JSON as harnesses write it: with NaN, cut off at the end, or on lines of which one is broken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw
from pydantic_core import from_json

from data.formats import letters
from data.formats.depth import shallow
from data.formats.strict import plain, spelt, strict, tolerant
from data.problems import Code, Problem

BOM = b"\xef\xbb\xbf"
CUT = re.compile(r"[-+.\w\\\s]*")
HALF = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
"""Half of a surrogate pair, escaped: alone it is no text, and the parser stops at it."""
_FIELDS = msgspec.json.Decoder(dict[str, Raw])


class Document(NamedTuple):
    value: Any
    problems: tuple[Problem, ...] = ()


class Line(NamedTuple):
    """A row, not yet decoded below its keys, and where in the file it stands."""

    at: int
    size: int
    fields: dict[str, Raw]


class Lines(NamedTuple):
    rows: list[Line]
    problems: tuple[Problem, ...] = ()


def document(data: bytes) -> Document:
    """One JSON document, or as much of it as there is. Raises ValueError where it is none."""
    text = data.removeprefix(BOM)
    try:
        return Document(_sound(from_json(text)))
    except ValueError:
        pass
    try:
        return _mended(text)
    except RecursionError:
        found = shallow(text)
    mended = _mended(found.data)
    return Document(mended.value, (found.problem(), *mended.problems))


def _mended(text: bytes) -> Document:
    spelt, wrong = text.decode("utf-8", letters.SPELT), letters.problems(text)
    try:
        return Document(_sound(json.loads(spelt, strict=False)), tuple(wrong))
    except json.JSONDecodeError as e:
        return Document(_sound(from_json(spelt, allow_partial=True)), (_fault(spelt, e), *wrong))


def _fault(text: str, error: json.JSONDecodeError) -> Problem:
    """Cut within a word or a number, the decoder points at where that began."""
    if error.msg.startswith("Unterminated") or CUT.fullmatch(text, error.pos):
        return Problem(Code.TRUNCATED, f"after {len(text)} characters")
    return Problem(Code.UNREADABLE, f"not JSON from {error.lineno}:{error.colno} on: {error.msg}")


def beginning(head: bytes) -> dict[str, Any]:
    """The object that a file begins with, as far as the head goes; empty if it begins with none."""
    text = head.removeprefix(BOM).decode("utf-8", "ignore").lstrip()
    if not text.startswith("{"):
        return {}
    for written in (text, HALF.sub("?", text)):
        try:
            value = from_json(written, allow_partial=True)  # ignores what follows the first document
        except ValueError:
            continue
        return value if isinstance(value, dict) else {}
    return {}


def first_line(head: bytes) -> dict[str, Any]:
    """The first row of a JSONL file, as far as the head goes."""
    return beginning(head.lstrip().split(b"\n", 1)[0])


def _sound(value: Any) -> Any:
    """Without lone surrogates, which JSON may escape and no UTF-8 can hold."""
    try:
        msgspec.json.encode(value)
    except (UnicodeEncodeError, ValueError):
        return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", letters.SPELT))
    return value


def lines(path: Path) -> Lines:
    """Every row. Broken lines cost themselves, and all of a file one problem."""
    data = path.read_bytes()
    rows, broken, repaired = [], [], []
    for number, (at, stop) in enumerate(_spans(data), start=1):
        try:
            found = _read(data[at:stop], strict)
        except (ValueError, RecursionError) as e:
            broken.append((number, stop == len(data), e))
            continue
        rows.append(Line(at, stop - at, found.fields))
        repaired += [data[at:stop]] if found.is_repaired else []
    wrong = data if letters.not_utf8(data) else b"[" + b",".join(repaired) + b"]"
    return Lines(rows, (*_faults(path.name, broken), *letters.problems(wrong, path.name)))


def _spans(data: bytes) -> Iterator[tuple[int, int]]:
    at = len(BOM) if data.startswith(BOM) else 0
    while at < len(data):
        stop = data.find(b"\n", at)
        stop = len(data) if stop < 0 else stop
        if not data[at:stop].isspace() and stop > at:
            yield at, stop
        at = stop + 1


def _faults(name: str, broken: list[tuple[int, bool, ValueError | RecursionError]]) -> Iterator[Problem]:
    if broken and broken[-1][1]:  # the last line, and nothing ends it
        yield Problem(Code.TRUNCATED, f"{name}: line {broken.pop()[0]} ends in the middle")
    if broken:
        number, _, error = broken[0]
        more = f", and {len(broken) - 1} more lines" if len(broken) > 1 else ""
        yield Problem(Code.UNREADABLE, f"{name}: line {number} is not a JSON object: {error}{more}")


def fields(line: bytes, made: Callable[[bytes], bytes] = strict) -> dict[str, Raw]:
    """The values of one row by key, still as JSON, which `made` makes strict. Raises ValueError where it is no object."""
    return _read(line, made).fields


class _Row(NamedTuple):
    fields: dict[str, Raw]
    is_repaired: bool = False


def _read(line: bytes, made: Callable[[bytes], bytes]) -> _Row:
    try:
        return _Row(_FIELDS.decode(line))
    except msgspec.ValidationError as e:
        raise ValueError(str(e)) from e
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return _Row(_FIELDS.decode(made(line)))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Row(_fields_of(tolerant(line), made), True)


def _fields_of(line: bytes, made: Callable[[bytes], bytes]) -> dict[str, Raw]:
    try:
        return _FIELDS.decode(made(line))
    except (msgspec.DecodeError, UnicodeDecodeError) as e:
        raise ValueError(str(e)) from e


def value(raw: Raw | None) -> Any:
    """Decoded; None where there is nothing, or nothing that can be."""
    try:
        return None if raw is None else _decoded(raw)
    except (ValueError, RecursionError):
        return None


def _decoded(raw: Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except UnicodeDecodeError:
        return msgspec.json.decode(tolerant(bytes(raw)))


def row(path: Path, at: int, size: int) -> dict[str, Any] | None:
    """The whole row that stands there; None where no row does."""
    with path.open("rb") as f:
        f.seek(at)
        line = f.read(size)
    try:
        return {k: plain(value(v)) for k, v in fields(line, spelt).items()}
    except ValueError:
        return None
