"""The parts of a log that we use, as types: what is not named here is skipped by the parser, not built.

One `Sample` serves both containers. In .eval it is a summary, in .json the whole sample, where error and
limit are objects and a very old log has one `score`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import pydantic_core
from msgspec import Raw, Struct

from data.formats import letters
from data.formats.depth import shallow
from data.formats.inspect_log.archive import Damaged
from data.formats.strict import spelt, strict, tolerant, without_nan
from data.problems import Problem

T = TypeVar("T")
Repair = Callable[[bytes], bytes]
BOM = b"\xef\xbb\xbf"


class Score(Struct, gc=False):
    value: Any = None
    answer: Any = None


class Usage(Struct, gc=False):
    total_tokens: int | float | None = None


class Part(Struct, gc=False):
    type: str = "text"
    text: str | None = None


class Message(Struct, gc=False):
    role: str = ""
    content: str | list[Part | str] | None = None


class Fault(Struct, gc=False):
    message: str = ""


class Limit(Struct, gc=False):
    type: str = ""


class Sample(Struct, gc=False):
    id: str | int | float | None = None
    epoch: int = 1
    input: str | list[Message] | None = None
    target: Any = None
    metadata: Raw = Raw(b"")
    scores: dict[str, Score | None] | None = None
    score: Score | None = None
    model_usage: dict[str, Usage] | None = None
    total_time: float | None = None
    error: str | Fault | None = None
    limit: str | Limit | None = None


class Headless(Struct, gc=False):
    """A .json log without its samples."""

    version: Any = None
    status: Any = None
    eval: dict[str, Any] = {}
    plan: Any = None
    results: Any = None
    stats: Any = None
    error: Any = None
    tags: Any = None


class Document(Headless, gc=False):
    """A whole .json log, a header.json or a _journal/start.json."""

    samples: list[Sample] | None = None


class Split(Struct, gc=False):
    """Of a .json log the samples, unread."""

    results: Any = None
    samples: list[Raw] | None = None


class Key(Struct, gc=False):
    id: str | int | float | None = None
    epoch: int = 1


_SUMMARIES = msgspec.json.Decoder(list[Sample])
_RAWS = msgspec.json.Decoder(list[Raw])
_DOCUMENT = msgspec.json.Decoder(Document)
_HEADLESS = msgspec.json.Decoder(Headless)
_SPLIT = msgspec.json.Decoder(Split)
_KEY = msgspec.json.Decoder(Key)


def document(data: bytes, problems: list[Problem], where: str = "") -> Document:
    """A header.json, a start.json or a whole .json log. Raises as `summaries`."""
    return _told(_DOCUMENT.decode, data, problems, where)


def summaries(data: bytes, problems: list[Problem], where: str = "") -> list[Sample]:
    """Raises ValidationError where any field of any sample is not what Inspect writes; see piecemeal for those."""
    return _told(_SUMMARIES.decode, data, problems, where)


def headless(data: bytes) -> Headless:
    return _decode(_HEADLESS.decode, data, without_nan, strict, _tolerant)


def without_the_cut(data: bytes) -> bytes:
    """As much of a cut-off .json log as there is. Its last sample is left out: it may not be whole."""
    try:
        value = pydantic_core.from_json(data.removeprefix(BOM), allow_partial=True)
    except ValueError as e:
        raise Damaged(f"not JSON: {e}") from e
    if not isinstance(value, dict):
        raise Damaged("not a JSON object")
    if isinstance(samples := value.get("samples"), list) and "reductions" not in value:
        del samples[-1:]
    return msgspec.json.encode(value)


def split(data: bytes) -> Split:
    """A .json log whose samples are decoded later, for readers who see what was logged."""
    return _decode(_SPLIT.decode, data, spelt, _tolerant)


def raw_summaries(data: bytes) -> list[Raw]:
    return _decode(_RAWS.decode, data, without_nan, strict, _tolerant)


def key(raw: Raw) -> tuple[str, int] | None:
    """None for what is no sample."""
    try:
        found = _key(raw)
    except ValueError:
        return None
    return str(found.id), found.epoch


def _key(raw: Raw) -> Key:
    try:
        return _KEY.decode(raw)
    except UnicodeDecodeError:
        return _KEY.decode(_tolerant(bytes(raw)))


def field(raw: Raw, type_: Any) -> Any:
    """Raises ValueError where it is something else."""
    return _decode(lambda data: msgspec.json.decode(data, type=type_), bytes(raw), _tolerant)


def _told(decode: Callable[[bytes], T], data: bytes, problems: list[Problem], where: str) -> T:
    """With a problem for what is not as it was logged."""
    repairs = (without_nan, strict, _telling(problems, where))
    try:
        return _repaired(decode, data, *repairs)
    except RecursionError:
        found = shallow(data)
        problems.append(found.problem(where))
        return _repaired(decode, found.data, *repairs)


def _decode(decode: Callable[[bytes], T], data: bytes, *repairs: Repair) -> T:
    """For those who have told it."""
    try:
        return _repaired(decode, data, *repairs)
    except RecursionError:
        return _repaired(decode, shallow(data).data, *repairs)


def _repaired(decode: Callable[[bytes], T], data: bytes, *repairs: Repair) -> T:
    """As it is first, since most logs are strict; then what stops the parser is rewritten, the usual first."""
    for repair in (_without_bom, *repairs):
        data = repair(data)
        try:
            return decode(data)
        except msgspec.ValidationError as e:
            if "out of range" not in str(e):
                raise
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    raise Damaged("not JSON, or cut off")


def _without_bom(data: bytes) -> bytes:
    return data.removeprefix(BOM)


def _telling(problems: list[Problem], where: str) -> Repair:
    def repair(data: bytes) -> bytes:
        problems.extend(letters.problems(data, where))
        return _tolerant(data)

    return repair


def _tolerant(data: bytes) -> bytes:
    try:
        return strict(tolerant(data))
    except ValueError as e:
        raise Damaged(f"not JSON, or cut off: {e}") from e
