"""HELM's JSON as records, of what we use. HELM leaves out each key whose value is None, so all but names may be absent."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
import pydantic_core
from msgspec import Struct

from data.formats import letters, strict
from data.formats.helm import packed
from data.problems import Code, Problem

T = TypeVar("T")


class StatName(Struct, gc=False):
    name: str
    split: str | None = None
    sub_split: str | None = None
    perturbation: dict[str, Any] | None = None


class Stat(Struct, gc=False):
    """Of a whole run. `count` is the number of train trials, so that variance says nothing of the instances."""

    name: StatName
    count: int = 0
    sum: float | None = None
    sum_squared: float | None = None
    min: float | None = None
    max: float | None = None
    mean: float | None = None
    variance: float | None = None
    stddev: float | None = None


class InstanceStatName(Struct, gc=False):
    """Without the perturbation, which each stat repeats."""

    name: str
    split: str | None = None
    sub_split: str | None = None


class InstanceStat(Struct, gc=False):
    name: InstanceStatName
    sum: float = 0.0
    mean: float | None = None


class Entry(Struct, gc=False):
    """What one metric object said of one instance, in one perturbation and trial."""

    instance_id: str | int
    stats: list[InstanceStat]
    perturbation: dict[str, Any] | None = None
    train_trial_index: int = 0


class Loaded(NamedTuple, Generic[T]):
    value: T
    problems: tuple[Problem, ...] = ()


def load_list(path: Path, kind: type[T]) -> Loaded[list[T]]:
    """The items of a file that is one list; of a cut-off file those that came before the cut."""
    return parse_list(path, packed.read(path), kind)


def parse_list(path: Path, content: packed.Content, kind: type[T]) -> Loaded[list[T]]:
    data, is_cut = content
    try:
        found = Loaded(msgspec.json.decode(data, type=list[kind]))  # type: ignore[valid-type]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _item_by_item(path.name, data, kind)
    return Loaded(found.value, cut(path)) if is_cut else found


def load(path: Path) -> Loaded[Any]:
    data, is_cut = packed.read(path)
    found = tolerant(path.name, data)
    return Loaded(found.value, found.problems or cut(path)) if is_cut else found


def cut(path: Path) -> tuple[Problem, ...]:
    return (Problem(Code.TRUNCATED, path.name),)


def _item_by_item(name: str, data: bytes, kind: type[T]) -> Loaded[list[T]]:
    """For bare NaN and Infinity, which no strict parser takes, for cut-off files, and for items that are none."""
    found = tolerant(name, data)
    items, strange = [], 0
    for item in found.value if isinstance(found.value, list) else [found.value]:
        try:
            items.append(msgspec.convert(item, kind))
        except msgspec.ValidationError:
            strange += 1
    wrong = (Problem(Code.BAD_VALUE, f"{name}: {strange} of its entries"),) if strange else ()
    return Loaded(items, (*found.problems, *wrong))


def tolerant(name: str, data: bytes) -> Loaded[Any]:
    """With NaN and Infinity as numbers. Of a cut-off list without its last item, which may be half of one.

    >>> tolerant("a.json", b'[NaN, 1, 2').value
    [nan, 1]
    """
    try:
        return Loaded(pydantic_core.from_json(data))
    except ValueError as e:
        return _spelt(name, data) or _whole_ones(name, data.decode("utf-8", letters.SPELT), e)


def _spelt(name: str, data: bytes) -> Loaded[Any] | None:
    """With what is no text spelt, if that is all that is wrong with it."""
    if not (wrong := letters.problems(data, name)):
        return None
    try:
        return Loaded(pydantic_core.from_json(strict.tolerant(data)), tuple(wrong))
    except ValueError:
        return None


def _whole_ones(name: str, text: str, e: ValueError) -> Loaded[Any]:
    """As far as it goes."""
    found = _partial(text)
    if found is None:
        return Loaded([], (Problem(Code.TRUNCATED, name),))
    is_cut = not text.rstrip().endswith(("]", "}"))
    code = Code.TRUNCATED if is_cut or "EOF" in str(e) else Code.UNREADABLE
    return Loaded(found[:-1] if isinstance(found, list) else found, (Problem(code, f"{name}: {e}"[:200]),))


def _partial(text: str) -> Any:
    try:
        return pydantic_core.from_json(text, allow_partial=True)
    except ValueError:
        return None
