"""One sample as logged, read again from its run's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from data.formats.base import Log, SampleKey
from data.formats.helm import bookkeeping, packed
from data.formats.helm.reading import files_of
from data.formats.helm.records import tolerant
from data.formats.helm.samples import sample_id
from data.formats.helm.spec import mapping
from data.formats.strict import plain, strict


class State(Struct):
    request_states: list[Raw] = []


def sample(log: Log, wanted: SampleKey) -> Mapping[str, Any] | None:
    files = files_of(log)
    states = [plain(s) for s in _states(files.get("scenario_state.json")) if _is_asked(s, wanted)]
    entries = [e for e in _entries(files.get("per_instance_stats.json")) if _is_judged(e, wanted)]
    if not states and not entries:
        return None
    stats = [s for e in entries for s in e.get("stats", ())]
    return {
        **_question(states),
        **_answer(states),
        "scores": _scores(stats),
        "stats": stats,
        "metadata": _about(states),
    }


def _states(path: Path | None) -> Iterator[dict[str, Any]]:
    """Split first and parsed one by one: the whole, of up to gigabytes, never is in memory as objects."""
    if path is None:
        return
    data = packed.read(path).data
    try:
        raws = msgspec.json.decode(data, type=State).request_states
    except msgspec.DecodeError:
        try:
            raws = msgspec.json.decode(strict(data), type=State).request_states
        except msgspec.DecodeError:  # cut off
            yield from mapping(tolerant(path.name, data).value).get("request_states", ())[:-1]
            return
    yield from (msgspec.json.decode(raw) for raw in raws)


def _entries(path: Path | None) -> Iterator[dict[str, Any]]:
    if path is None:
        return
    data = packed.read(path).data
    try:
        raws = msgspec.json.decode(data, type=list[Raw])
    except msgspec.DecodeError:
        yield from tolerant(path.name, data).value
        return
    yield from (msgspec.json.decode(raw) for raw in raws)


def _is_asked(state: Mapping[str, Any], wanted: SampleKey) -> bool:
    instance = mapping(state.get("instance"))
    return _is(instance.get("id"), instance.get("perturbation"), state, wanted)


def _is_judged(entry: Mapping[str, Any], wanted: SampleKey) -> bool:
    return _is(entry.get("instance_id"), entry.get("perturbation"), entry, wanted)


def _is(instance: object, perturbation: Any, item: Mapping[str, Any], wanted: SampleKey) -> bool:
    """Trials are epochs, counted from 1."""
    if item.get("train_trial_index", 0) + 1 != wanted.epoch:
        return False
    return sample_id(str(instance), perturbation) == wanted.sample_id


def _question(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    instance = mapping(states[0].get("instance")) if states else {}
    references = [mapping(r) for r in instance.get("references", ())]
    texts = [(mapping(r.get("output")).get("text"), r.get("tags") or []) for r in references]
    return {
        "input": _input(mapping(instance.get("input"))),
        "target": ", ".join(t for t, tags in texts if t and "correct" in tags) or None,
        "choices": [t for t, _ in texts] if len(texts) > 1 else None,
        "references": references,
    }


def _input(said: Mapping[str, Any]) -> Any:
    return said.get("messages") or said.get("multimedia_content") or said.get("text")


def _answer(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A multiple choice may be one request a choice; each is kept with the choice that it is about."""
    if not states:
        return {"requests": [], "completions": [], "answer": None}
    completions = [c for s in states for c in mapping(s.get("result")).get("completions", ())]
    errors = [e for s in states if (e := mapping(s.get("result")).get("error"))]
    return {
        "prompt": mapping(states[0].get("request")).get("prompt"),
        "requests": list(states),
        "completions": completions,
        "answer": _chosen(states[0], completions) if len(states) == 1 else None,
        "annotations": states[0].get("annotations"),
        "error": errors[0] if errors else None,
    }


def _chosen(state: Mapping[str, Any], completions: Sequence[Mapping[str, Any]]) -> str | None:
    """What the first completion says, or the choice that its letter stands for."""
    said = completions[0].get("text") if completions else None
    if not isinstance(said, str):
        return None
    return mapping(state.get("output_mapping")).get(said.strip(), said)


def _scores(stats: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = {s["name"]["name"]: s.get("mean") for s in stats if s.get("count")}
    return {name: {"value": value} for name, value in found.items() if bookkeeping.is_score(name)}


def _about(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    instance = mapping(states[0].get("instance")) if states else {}
    keys = ("split", "sub_split", "perturbation", "contrast_inputs", "contrast_references", "extra_data")
    return {k: instance[k] for k in keys if k in instance}
