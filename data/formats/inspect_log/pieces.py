"""The pieces of a sample's JSON, each decoded when somebody looks at it: a page shows 20 messages of 100,000."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, overload

import msgspec
from msgspec import Raw

from data.formats import lenient
from data.formats.strict import plain, spelt, tolerant

PROTOCOLS = ("attachment://", "tc://")
"""Long texts stand once in `attachments`, and where they belong only a reference. The second is of 2024."""

_ITEMS = msgspec.json.Decoder(list[Raw])
_FIELDS = msgspec.json.Decoder(dict[str, Raw])


class Pieces(Sequence[Any]):
    """Items that are made when they are asked for."""

    def __init__(self, count: int, make: Callable[[int], Any]):
        self._count, self._make = count, make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Any: ...

    @overload
    def __getitem__(self, at: slice) -> list[Any]: ...

    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self._make(i) for i in range(*at.indices(self._count))]
        return self._make(range(self._count)[at])


class Texts(Mapping[str, str]):
    """Attachments by what refers to them."""

    def __init__(self, names: Sequence[str], get: Callable[[str], str | None]):
        self._names, self._get = names, get

    def __getitem__(self, name: str) -> str:
        found = self._get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def fields(data: bytes | Raw) -> dict[str, Raw]:
    """The values of an object, undecoded. Raises ValueError where it is none."""
    return lenient.fields(bytes(data), spelt)


def items(raw: Raw | bytes | None) -> list[Raw]:
    """The items of a list, undecoded; none where it is no list."""
    try:
        return [] if raw is None else _ITEMS.decode(raw)
    except msgspec.ValidationError:
        return []
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _ITEMS.decode(spelt(bytes(raw or b"")))


def members(raw: Raw | None) -> dict[str, Raw]:
    """The values of an object that may be missing, or something else."""
    try:
        return {} if raw is None else _FIELDS.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def value(raw: Raw | None) -> Any:
    """Decoded, NaN and infinities spelt out, what no UTF-8 can hold replaced."""
    if raw is None:
        return None
    try:
        return plain(_decoded(raw))
    except RecursionError:  # nested deeper than anybody reads: shown as it is written
        return str(raw, "utf-8", "replace")


def _decoded(raw: Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(tolerant(bytes(raw)))


def texts(attachments: Raw | None) -> Texts:
    """The attachments of a sample that is one member."""
    found = members(attachments)

    def get(name: str) -> str | None:
        text = value(found.get(name))
        return text if isinstance(text, str) else None

    return Texts(list(found), get)


def resolved(value: Any, texts: Mapping[str, str]) -> Any:
    """The same value with attachments where they belong. What refers to none stays as it is.

    >>> resolved({"content": ["attachment://abc", "tc://abc", "attachment://gone"]}, {"abc": "a long text"})
    {'content': ['a long text', 'a long text', 'attachment://gone']}
    """
    if isinstance(value, str):
        return _looked_up(value, texts) if value.startswith(PROTOCOLS) else value
    if isinstance(value, dict):
        return {k: resolved(v, texts) for k, v in value.items()}
    return [resolved(v, texts) for v in value] if isinstance(value, list) else value


def _looked_up(text: str, texts: Mapping[str, str]) -> str:
    return texts.get(text.partition("://")[2], text)
