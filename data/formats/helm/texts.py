"""What was asked and answered, as previews for lists and as a hash that tells whether two runs asked the same.

All of it is in scenario_state.json, with every token of every answer. It is read where it is not too large for a
list's sake; for larger ones the extracts of helm-summarize are taken, where there are any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import polars as pl
from msgspec import Struct

from data.formats import inputs
from data.formats.helm import packed
from data.formats.helm.instances import Instances, Key, identity
from data.formats.helm.records import cut, load_list, tolerant
from data.formats.strict import strict
from data.problems import Problem
from data.schema import PREVIEW

T = TypeVar("T")
AFFORDABLE = 64 << 20
"""Bytes of a scenario_state.json as it lies on the disk. Typical ones have 1 to 30 MB; those of retrieval 4 GB."""
COLUMNS = {"input": pl.String, "target": pl.String, "answer": pl.String}


class Output(Struct, gc=False):
    text: str | None = None


class Reference(Struct, gc=False):
    output: Output
    tags: list[str] = []


class Instance(Struct, gc=False):
    """Also an item of instances.json."""

    input: Output
    id: str | int | None = None
    references: list[Reference] = []
    perturbation: dict[str, Any] | None = None


class Result(Struct, gc=False):
    completions: list[Output] = []


class Request(Struct, gc=False):
    instance: Instance
    train_trial_index: int = 0
    output_mapping: dict[str, str] | None = None
    result: Result | None = None


class State(Struct, gc=False):
    request_states: list[Request] = []


class Predicted(Struct, gc=False):
    """An item of display_predictions.json."""

    instance_id: str | int
    predicted_text: str | None = None
    mapped_output: str | None = None
    perturbation: dict[str, Any] | None = None
    train_trial_index: int = 0


class Text(NamedTuple):
    instance: Instance | None
    answer: str | None = None


def of(files: Mapping[str, Path], found: Instances, problems: list[Problem]) -> pl.DataFrame:
    """Columns input, target, answer and the hashes, a row for each of `found`."""
    path = files.get("scenario_state.json")
    if path is not None and path.stat().st_size <= AFFORDABLE:
        known = _of_state(_state(path, problems))
    else:
        known = dict(_of_extracts(files, found, problems))
    nothing = Text(None)
    return _frame([known.get(key, nothing) for key in found.keys])


def _state(path: Path, problems: list[Problem]) -> Sequence[Request]:
    data, is_cut = packed.read(path)
    problems.extend(cut(path) if is_cut else ())
    for text in (data, None):
        try:
            return msgspec.json.decode(text or strict(data), type=State).request_states
        except (
            msgspec.DecodeError,
            UnicodeDecodeError,
            RecursionError,
        ):  # bare NaN, mostly: once more without
            continue
    found = tolerant(path.name, data)
    problems.extend(() if is_cut else found.problems)
    return _whole_ones(found.value)


def _whole_ones(value: Any) -> list[Request]:
    """Those before the cut."""
    items = value.get("request_states") if isinstance(value, dict) else None
    found = []
    for item in items if isinstance(items, list) else ():
        try:
            found.append(msgspec.convert(item, Request))
        except msgspec.ValidationError:
            break
    return found


def _of_state(requests: Sequence[Request]) -> dict[Key, Text]:
    """A multiple choice may be one request a choice: then none of them is the answer."""
    known: dict[Key, Text] = {}
    for request in requests:
        key = _key(request.instance.id, request.instance.perturbation, request.train_trial_index)
        known[key] = Text(request.instance, None if key in known else _answer(request))
    return known


def _answer(request: Request) -> str | None:
    said = request.result.completions[0].text if request.result and request.result.completions else None
    if said is None or not request.output_mapping:
        return said
    return request.output_mapping.get(said.strip(), said)


def _of_extracts(
    files: Mapping[str, Path], found: Instances, problems: list[Problem]
) -> Iterator[tuple[Key, Text]]:
    asked = {_key(a.id, a.perturbation, 0): a for a in _load(files, "instances.json", Instance, problems)}
    said = {
        _key(p.instance_id, p.perturbation, p.train_trial_index): p.mapped_output or p.predicted_text
        for p in _load(files, "display_predictions.json", Predicted, problems)
    }
    for key in found.keys:
        yield key, Text(asked.get(key._replace(trial=0)), said.get(key))


def _key(instance: object, perturbation: Mapping[str, Any] | None, trial: int) -> Key:
    return Key(str(instance), "" if perturbation is None else identity(perturbation), trial)


def _load(files: Mapping[str, Path], name: str, kind: type[T], problems: list[Problem]) -> list[T]:
    if name not in files:
        return []
    found = load_list(files[name], kind)
    problems.extend(found.problems)
    return found.value


def _frame(texts: Sequence[Text]) -> pl.DataFrame:
    rows = [(_asked(t), _correct(t), t.answer) for t in texts]
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    hashed = inputs.hashes(frame["input"].to_list())
    return frame.with_columns(
        pl.all().str.slice(0, PREVIEW), hashed.alias("input_hash"), hashed.alias("question_hash")
    )


def _asked(text: Text) -> str | None:
    return text.instance.input.text if text.instance else None


def _correct(text: Text) -> str | None:
    if text.instance is None:
        return None
    return ", ".join(r.output.text or "" for r in text.instance.references if "correct" in r.tags) or None
